"""For notebooks and scripts: open a recording, measure it, simulate one, and get tables. `import shinsight` has it all.

Arrays and values are SI (`_s`, `_rad`, `_m`, `_mps2`, `_radps`), sensor frame. Tables are those of the session's files,
in degrees and millimetres, with the unit in every column's name (docs/session-files.md); they need pandas.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .analysis.analysis import Analysis, analyze, analyze_samples
from .detection.exercises import ExerciseProfile
from .device.protocol import BoardProtocol
from .errors import DataError, SettingsError
from .pipeline.measurement import Measurement, Outcome
from .pipeline.settings import Overrides, PipelineSettings
from .results import FOOT, FrameBlock, Notice, Recording, Rep, Side
from .samples import Phase, SampleBlock
from .session.csv_rows import FEWEST_ROWS
from .session.csv_tables import ANGLE_COLUMNS, REP_COLUMNS, angle_rows, rep_rows
from .session.folder import IMU_CSV, open_session
from .session.imu_csv import IMU_COLUMNS, Rows, imu_rows, read_imu_csv, to_recording
from .stream.link_health import LinkHealth
from .transport.simulated import SimLink
from .transport.simulated.link import Truth
from .transport.simulated.options import parse

if TYPE_CHECKING:
    import pandas as pd

_ARRAYS = "the arrays"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Measured:
    """The result of measuring a recording. samples and frames have one row for each other, in order.

    analysis: settings, reps, calibration, and `notes`, what should be known before a number is believed.
    """

    analysis: Analysis
    samples: SampleBlock
    frames: FrameBlock

    @property
    def reps(self) -> tuple[Rep, ...]:
        """Return the repetitions, in order."""
        return self.analysis.reps

    @property
    def notes(self) -> tuple[str, ...]:
        """Warnings in plain words, the calibration's problems included, each once."""
        report = self.analysis.calibration
        return tuple(dict.fromkeys((*(report.problems if report else ()), *self.analysis.notes)))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Simulated:
    """A simulated leg's recording, and what it really did (`truth.reps`, `truth.inclination_rad`, ...)."""

    recording: Recording
    truth: Truth


def open_recording(path: Path | str) -> Recording:
    """Read the samples of a session folder, or of an `imu.csv` by any sensor, on an even time axis.

    Which leg wore it and what it did is not in there: `measure(path)` knows both. Raises `DataError`.
    """
    place = Path(path)
    if not place.is_dir():
        return read_imu_csv(place)
    found = open_session(place).file(IMU_CSV)
    if found is None:
        raise DataError(f"{place} has no {IMU_CSV}; its raw bytes can be measured: measure({str(path)!r}).samples")
    return read_imu_csv(found)


def from_arrays(
    t_s: ArrayLike, accel_mps2: ArrayLike, gyro_radps: ArrayLike, *, phases: Sequence[str] | None = None
) -> Recording:
    """Make a recording of your own arrays, checked and put on an even time axis like a file.

    t_s : (n,) s, strictly increasing; accel_mps2, gyro_radps : (n, 3), sensor frame, gravity included. phases: n words,
    `stand`, `rocks`, `set` or nothing; the heel is judged only when the rocks are marked. What is missing
    in time is filled in and flagged. Raises `DataError` for other shapes, for values that are not numbers and for
    other units.
    """
    try:
        times, accel, gyro = (np.asarray(values, dtype=np.float64) for values in (t_s, accel_mps2, gyro_radps))
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{_ARRAYS} contain a value that is not a number ({error}), expected floats: convert them"
        ) from error
    n = len(times) if times.ndim == 1 else 0
    if n < FEWEST_ROWS or accel.shape != (n, 3) or gyro.shape != (n, 3):
        raise DataError(
            f"t_s is {times.shape}, accel_mps2 {accel.shape}, gyro_radps {gyro.shape}, "
            f"expected (n,), (n, 3), (n, 3) with n of at least {FEWEST_ROWS}: transpose or cut them"
        )
    si = np.column_stack([times, accel, gyro])
    _refuse_first(np.any(~np.isfinite(si), axis=1), "is not a number; leave such rows out, and they are filled in")
    _refuse_first(
        np.diff(times, prepend=-np.inf) <= 0.0, "is not later than the row before it; sort the rows, or cut them"
    )
    return to_recording(Rows(si, np.zeros(n, np.uint8), _phases(phases, n), ()), place=_ARRAYS)


def measure(
    what: Recording | Path | str,
    *,
    exercise: str | ExerciseProfile | None = None,
    side: Side | str | None = None,
    zero: str | None = None,
    slope_rad: float | None = None,
) -> Measured:
    """Measure angles, reps and heel of a session folder, an `imu.csv`, a `raw.log` or a `Recording`, by the one causal
    path.

    exercise: a known one, or a profile of your own. side: the leg. zero: `standing` or `tibia`. slope_rad: of the
    floor, toes up is positive. Arguments you leave out are taken from the recording; else it is a right squat on level
    ground, counted from standing. Raises `DataError`, `SettingsError`.
    """
    said = Overrides(
        exercise=exercise if isinstance(exercise, str) else None,
        profile=exercise if isinstance(exercise, ExerciseProfile) else None,
        side=None if side is None else _side(side),
        zero=zero,
        slope_rad=slope_rad,
    )
    samples: list[SampleBlock] = []
    frames: list[FrameBlock] = []

    def keep(outcome: Outcome, _: LinkHealth) -> None:
        samples.append(outcome.samples)
        frames.append(outcome.frames)

    if isinstance(what, Recording):
        found = analyze_samples(what, said.apply(PipelineSettings()), on_outcome=keep)
    else:
        path = Path(what)
        if path.is_dir() and open_session(path).sensor == FOOT:
            raise DataError(f"{path} was recorded on the foot, expected a sensor on the shank: open_recording reads it")
        found = analyze(path, overrides=said, on_outcome=keep)
    return Measured(analysis=found, samples=SampleBlock.join(samples), frames=FrameBlock.join(frames))


def simulate(link: str = "sim:squat") -> Simulated:
    """Simulate a leg as fast as possible, e.g. `sim:lunge?reps=5&heel_lift_mm=30&seed=1` (docs/simulator.md).

    Its bytes go through the wire format, losses and all. Raises `SettingsError` for an unknown option.
    """
    board = SimLink(parse(link.removeprefix("sim:") + ("&" if "?" in link else "?") + "speed=0"))
    measurement = Measurement(settings=PipelineSettings(), on_shank=False)
    board.open()
    for command in BoardProtocol().start(0.0):
        board.write(command)
    outcomes = []
    while not board.ended:
        outcomes += [measurement.feed(chunk.data) for chunk in board.read(0.0)]
    outcomes.append(measurement.finish())
    samples = SampleBlock.join([outcome.samples for outcome in outcomes])
    nearest = np.searchsorted(board.truth.t_s, samples.t_s).clip(max=len(board.truth.t_s) - 1)
    return Simulated(
        recording=Recording(
            samples,
            tuple(board.truth.phases[at] for at in nearest.tolist()),
            measurement.health(name=board.name, connected=True).rate_hz,
            tuple(event for outcome in outcomes for event in outcome.events if isinstance(event, Notice)),
        ),
        truth=board.truth,
    )


def reps_table(reps: Sequence[Rep]) -> pd.DataFrame:
    """Return one row a rep, columns as in `reps.csv`; NaN is unknown. Raises `SettingsError` without pandas."""
    return _table(REP_COLUMNS, rep_rows(reps))


def frames_table(frames: FrameBlock) -> pd.DataFrame:
    """Return one row a sample, columns as in `angles.csv`; NaN is unknown. Raises `SettingsError` without pandas."""
    return _table(ANGLE_COLUMNS, angle_rows(frames))


def samples_table(of: Recording) -> pd.DataFrame:
    """Return one row a sample, columns as in `imu.csv`. Raises `SettingsError` without pandas."""
    return _table(IMU_COLUMNS, imu_rows(of.samples, of.phases))


def _table(columns: Sequence[str], rows: str) -> pd.DataFrame:
    """Read the rows as the file is read, so that numbers are rounded in one place."""
    try:
        import pandas as pd  # slow to load, and an extra
    except ImportError as error:
        raise SettingsError(f"tables need pandas ({error}): pip install 'shinsight[plots]'") from error
    words = {"phase": str}  # no phase is an empty word, not an unknown number
    return pd.read_csv(io.StringIO(",".join(columns) + "\n" + rows), converters=words)


def _refuse_first(wrong: NDArray[np.bool_], what: str) -> None:
    rows = np.flatnonzero(wrong)
    if len(rows):
        raise DataError(f"{_ARRAYS}: row {rows[0]} {what} ({len(rows)} of {len(wrong)} rows)")


def _phases(words: Sequence[str] | None, n: int) -> Sequence[Phase]:
    if words is None:
        return [Phase.NONE] * n
    unknown = sorted(set(words) - set(Phase))
    if len(words) != n or unknown:
        raise DataError(
            f"phases are {len(words)} words, {', '.join(map(repr, unknown)) or 'all known'}; "
            f"expected {n} of {', '.join(map(repr, map(str, Phase)))}"
        )
    return [Phase(word) for word in words]


def _side(side: str) -> Side:
    try:
        return Side(side)
    except ValueError:
        raise SettingsError(f"side is {side!r}, expected {' or '.join(Side)}") from None
