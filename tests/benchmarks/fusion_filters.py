"""Inclination by our filters and by others', from the same samples: BROAD trials through the wire at 95 Hz.

    python tests/benchmarks/fusion_filters.py [FOLDER_WITH_BROAD_MAT_FILES] [--tune] [--json FILE]

Every filter gets the samples that the host makes of the bytes, less the gyro's mean over the first 1.5 s of rest, as
our live path does it. Each peer runs as it comes, with the parameters that --tune finds best on the slow trials 02 and
10 (look at 16 and 24 for what those are worth), and with those best on all four, which flatters it. Without a folder
the committed 24 s of trial 16 are used. Peers: `pip install -e ".[peers]"`; one that is missing is a line that says so.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import vqf

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.broad_through_wire import EXCERPT, TRIALS, Trial, board_batches, read_trial, receive, rmse_deg
from shinsight.fusion.orientation import UpVector, up_vectors
from shinsight.fusion.smoothed import smoothed_quaternions
from shinsight.samples import FloatArray, SampleBlock
from shinsight.units import DEG_PER_RAD, STANDARD_GRAVITY_MPS2

SLOW, ALL = "02, 10", "all four"
EITHER = f"{SLOW} or {ALL}"
REST_S = 1.5
REFERENCE = "vqf VQF"
"""What speeds are compared with."""

Parameters = Mapping[str, float]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What one trial sounds like to every filter. accel_mps2, gyro_radps : (n, 3) C-contiguous, bias taken off."""

    name: str
    trial: Trial
    rate_hz: float
    t_s: FloatArray
    accel_mps2: FloatArray
    gyro_radps: FloatArray

    @property
    def block(self) -> SampleBlock:
        return SampleBlock(self.t_s, self.accel_mps2, self.gyro_radps, np.zeros(len(self.t_s), np.uint8))

    @property
    def beginning(self) -> Heard:
        """The part at rest."""
        n = round(REST_S * self.rate_hz)
        return replace(self, t_s=self.t_s[:n], accel_mps2=self.accel_mps2[:n], gyro_radps=self.gyro_radps[:n])


Run = Callable[..., FloatArray]
"""(heard, **parameters) -> q : (n, 4), earth from sensor, z up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """One filter. tuned: by the trials on which `--tune` found it best in `grid`; empty where nothing was tuned."""

    name: str
    package: str
    run: Run
    tuned: Mapping[str, Parameters] = field(default_factory=dict)
    grid: Mapping[str, Sequence[float]] = field(default_factory=dict)


def _live(heard: Heard) -> FloatArray:
    return UpVector(rate_hz=heard.rate_hz).run_quaternions(heard.block)


def _smoothed(heard: Heard) -> FloatArray:
    return smoothed_quaternions(heard.block, rate_hz=heard.rate_hz)


def _vqf(kind: str, heard: Heard, **parameters: float) -> FloatArray:
    if kind == "offlineVQF":
        outcome = vqf.offlineVQF(heard.gyro_radps, heard.accel_mps2, None, 1.0 / heard.rate_hz, parameters)
    else:
        built = getattr(vqf, kind)(1.0 / heard.rate_hz, **parameters)
        outcome = built.updateBatch(heard.gyro_radps, heard.accel_mps2)
    return outcome["quat6D"]


def _ahrs(kind: str, heard: Heard, **parameters: float) -> FloatArray:
    import ahrs

    built = getattr(ahrs.filters, kind)(
        gyr=heard.gyro_radps, acc=heard.accel_mps2, frequency=heard.rate_hz, **parameters
    )
    return built.Q


def _imufusion(heard: Heard, **parameters: Any) -> FloatArray:
    import imufusion

    built = imufusion.Ahrs().set_settings(imufusion.AhrsSettings(sample_rate=heard.rate_hz, **parameters))
    rates, forces = heard.gyro_radps * DEG_PER_RAD, heard.accel_mps2 / STANDARD_GRAVITY_MPS2
    return np.array(
        [built.update_no_magnetometer(w, f).get_quaternion() for w, f in zip(rates, forces, strict=True)],
        dtype=np.float64,
    )


def _attipy(heard: Heard, *, speed_var: float = 100.0, **parameters: float) -> FloatArray:
    """speed_var (m^2/s^2): how still the sensor is taken to stand on the whole."""
    import attipy

    x, y, z = np.mean(heard.accel_mps2[: round(REST_S * heard.rate_hz)], axis=0)
    upright = np.array([np.sqrt(x * x + y * y + z * z) + z, y, -x, 0.0])
    built = attipy.AHRS(heard.rate_hz, upright / np.linalg.norm(upright), nav_frame="ENU", **parameters)
    still = (speed_var,) * 3
    return np.array(
        [built.update(f, w, v_var=still).q_nb for f, w in zip(heard.accel_mps2, heard.gyro_radps, strict=True)]
    )


_TAU = {"tauAcc": (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0)}
FILTERS = (
    Filter(name="shinsight live", package="vqf", run=_live),
    Filter(name="shinsight offline", package="vqf", run=_smoothed),
    Filter(
        name="vqf BasicVQF", package="vqf", run=partial(_vqf, "BasicVQF"), tuned={EITHER: {"tauAcc": 4.0}}, grid=_TAU
    ),
    Filter(name=REFERENCE, package="vqf", run=partial(_vqf, "VQF"), tuned={EITHER: {"tauAcc": 4.0}}, grid=_TAU),
    Filter(name="vqf offlineVQF", package="vqf", run=partial(_vqf, "offlineVQF")),
    Filter(
        name="ahrs Madgwick",
        package="ahrs",
        run=partial(_ahrs, "Madgwick"),
        tuned={SLOW: {"gain": 0.01}, ALL: {"gain": 0.02}},
        grid={"gain": (0.002, 0.005, 0.01, 0.02, 0.033, 0.06, 0.1)},
    ),
    Filter(
        name="ahrs Mahony",
        package="ahrs",
        run=partial(_ahrs, "Mahony"),
        tuned={EITHER: {"k_P": 0.1, "k_I": 1e-4}},
        grid={"k_P": (0.02, 0.05, 0.1, 0.2, 0.5, 1.0), "k_I": (1e-4, 1e-3, 1e-2)},
    ),
    Filter(
        name="ahrs EKF",
        package="ahrs",
        run=partial(_ahrs, "EKF"),
        tuned={SLOW: {"var_acc": 2.5}, ALL: {"var_acc": 25.0}},
        grid={"var_acc": (0.25, 2.5, 25.0, 250.0, 2500.0, 25000.0, 250000.0)},
    ),
    Filter(
        name="imufusion",
        package="imufusion",
        run=_imufusion,
        tuned={SLOW: {"gain": 0.1}, ALL: {"gain": 0.1, "acceleration_rejection": 40.0, "rejection_timeout": 5.0}},
        grid={
            "gain": (0.02, 0.05, 0.1, 0.2, 0.5, 1.0),
            "acceleration_rejection": (0.0, 10.0, 20.0, 40.0),
            "rejection_timeout": (5.0,),
        },
    ),
    Filter(
        name="attipy",
        package="attipy",
        run=_attipy,
        tuned={SLOW: {"gyro_noise_density": 1e-5, "speed_var": 0.1}, ALL: {"speed_var": 0.1}},
        grid={
            "acc_noise_density": (1e-3, 1e-2),
            "gyro_noise_density": (1e-5, 1e-4, 1e-3),
            "speed_var": (0.01, 0.1, 1.0, 10.0),
        },
    ),
)


def listen(path: Path) -> Heard:
    """A trial as it comes out of the wire, nothing lost."""
    trial = read_trial(path)
    samples, rate_hz = receive(board_batches(trial, board_bias_radps=np.zeros(3)))
    bias = samples.gyro_radps[: round(REST_S * rate_hz)].mean(axis=0)
    return Heard(
        path.stem[:2],
        trial,
        rate_hz,
        samples.t_s,
        np.ascontiguousarray(samples.accel_mps2),
        np.ascontiguousarray(samples.gyro_radps - bias),
    )


def installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def compare(heard: Sequence[Heard], *, filters: Sequence[Filter] = FILTERS) -> list[Row]:
    """One row for each filter and set of parameters; one without figures where its package is missing."""
    rows: list[Row] = []
    reference_s = sum(_measure(next(f for f in FILTERS if f.name == REFERENCE), one, {})[1] for one in heard)
    for filter_ in filters:
        row: Row = {"filter": filter_.name, "version": installed(filter_.package)}
        if row["version"] is None:
            rows.append(row | {"parameters": "not installed"})
            continue
        filter_.run(heard[0].beginning)  # compiles what compiles itself
        for tuned_on, parameters in {"": {}, **filter_.tuned}.items():
            found = [_measure(filter_, one, parameters) for one in heard]
            errors = [error for error, _ in found]
            rows.append(
                row
                | {
                    "parameters": _words(parameters),
                    "tuned_on": tuned_on,
                    "rmse_deg": {one.name: error for one, error in zip(heard, errors, strict=True)},
                    "mean_deg": float(np.mean(errors)),
                    "worst_deg": max(errors),
                    "times_as_long": sum(took for _, took in found) / reference_s,
                }
            )
    return rows


def _measure(filter_: Filter, heard: Heard, parameters: Parameters) -> tuple[float, float]:
    """RMSE in motion (deg) and the seconds that it took."""
    start_s = perf_counter()
    quaternions = filter_.run(heard, **parameters)
    took_s = perf_counter() - start_s
    return rmse_deg(heard.trial, up_vectors(quaternions)), took_s


def tune(filter_: Filter, heard: Sequence[Heard]) -> tuple[dict[str, float], float]:
    """The parameters of the grid with the least mean error, and that error (deg)."""
    best: tuple[dict[str, float], float] = ({}, np.inf)
    for values in product(*filter_.grid.values()):
        parameters = dict(zip(filter_.grid, values, strict=True))
        error = float(np.mean([_measure(filter_, one, parameters)[0] for one in heard]))
        if error < best[1]:
            best = (parameters, error)
    return best


def _words(parameters: Parameters) -> str:
    return ", ".join(f"{name}={value:g}" for name, value in parameters.items()) or "as it comes"


def table(rows: Sequence[Row]) -> str:
    """Markdown."""
    names = next(list(row["rmse_deg"]) for row in rows if "rmse_deg" in row)
    lines = [
        f"| filter | parameters | tuned on | {' | '.join(names)} | mean | worst | time |",
        "|---" * (len(names) + 6) + "|",
    ]
    for row in rows:
        if "rmse_deg" not in row:
            lines.append(f"| {row['filter']} | {row['parameters']} |" + " – |" * (len(names) + 4))
            continue
        figures = [*row["rmse_deg"].values(), row["mean_deg"], row["worst_deg"]]
        cells = " | ".join(f"{figure:.2f}" for figure in figures)
        name = f"{row['filter']} {row['version']}"
        lines.append(
            f"| {name} | {row['parameters']} | {row['tuned_on']} | {cells} | × {_size(row['times_as_long'])} |"
        )
    return "\n".join(lines)


def _size(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10.0 else f"{ratio:.0f}"


def trials(folder: Path | None, names: Sequence[str] = TRIALS) -> list[Path]:
    """The files of these trials in a folder; without one the committed excerpt."""
    return [EXCERPT] if folder is None else [next(folder.glob(f"{name}_*.mat")) for name in names]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--tune", action="store_true", help="search the grids on trials 02 and 10 and print the best")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.tune:
        if arguments.folder is None:
            parser.error("--tune needs the folder with trials 02 and 10")
        heard = [listen(path) for path in trials(arguments.folder)]
        for filter_ in FILTERS:
            if filter_.grid and installed(filter_.package) is not None:
                for part in ([one for one in heard if one.name in SLOW], heard):
                    parameters, error_deg = tune(filter_, part)
                    names = " ".join(one.name for one in part)
                    print(f"{filter_.name} on {names}: {_words(parameters)} ({error_deg:.3f} deg)", flush=True)
        return
    rows = compare([listen(path) for path in trials(arguments.folder)])
    print("inclination RMSE in motion, deg, by trial of BROAD; time as a multiple of vqf.VQF's\n")
    print(table(rows))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
