"""C3D, the file of motion laboratories: angles as model outputs, the sensor as analog channels, repetitions as events.

Written by ezc3d (Michaud & Begon 2021, ezc3d: an easy C3D file I/O cross-platform solution, JOSS 6(58), 2911). An
angle is a point whose three values are degrees, listed in POINT:ANGLES, as Vicon's models and Mokka have it; the height
of the ankle is one in POINT:SCALARS. Where a value is not known the point has the residual -1, which every reader takes
for "not there".
"""

from __future__ import annotations

from errno import EIO
from pathlib import Path

import numpy as np

from ..errors import DataError, SettingsError
from ..results import HeelFlag
from ..samples import FloatArray
from ..units import DEG_PER_RAD, MM_PER_M
from .trial import Trial, even_grid

_MISSING = -1.0
MOST_FRAMES = 0xFFFF
"""A C3D counts them in 16 bits; what is written beyond cannot be read again."""
MOST_IN_A_PARAMETER = 255
"""A dimension is 8 bits; more values go on in a parameter with a 2 behind its name, and so on."""


def write_c3d(trial: Trial, path: Path) -> None:
    """One leg. Raises `SettingsError` without ezc3d, `DataError` when it is too long, `OSError` when the disk refuses.

    Samples are interpolated linearly onto an even time axis, because C3D stores no times; in a gap of the
    recording every angle is marked as not there, and the analog channels are 0.
    """
    try:
        import ezc3d  # an extra
    except ImportError as error:
        raise SettingsError(f"C3D needs ezc3d ({error}): pip install 'shinsight[c3d]'") from error
    grid = even_grid([trial])
    (own_s,) = grid.own_s
    known, side = grid.known, trial.letter.upper()
    if len(own_s) > MOST_FRAMES:
        raise DataError(
            f"{trial.session.path} lasts {grid.t_s[-1] / 60.0:.1f} min, expected at most "
            f"{MOST_FRAMES / grid.rate_hz / 60.0:.1f}: a C3D holds {MOST_FRAMES} samples; use bids "
            f"or parquet for all of it"
        )

    def along(values: FloatArray) -> FloatArray:
        """Interpolate on the even time axis. NaN stays NaN, so no angle is invented."""
        return np.interp(own_s, trial.samples.t_s, values)

    frames = trial.frames
    dorsiflexion = np.where(trial.surely_down, frames.dorsiflexion_rad, np.nan)
    angles, scalar = [f"{side}AnkleAngles", f"{side}ShankInclination"], f"{side}AnkleRise"
    values = {
        angles[0]: (along(dorsiflexion) * DEG_PER_RAD, np.zeros_like(own_s)),
        angles[1]: (along(frames.inclination_rad) * DEG_PER_RAD, along(frames.knee_in_rad) * DEG_PER_RAD),
        scalar: (along(frames.ankle_rise_m) * MM_PER_M, np.zeros_like(own_s)),
    }
    points = np.zeros((4, len(values), len(own_s)))
    residuals = np.zeros((1, len(values), len(own_s)))
    for at, (first, second) in enumerate(values.values()):
        there = known & np.isfinite(first) & np.isfinite(second)
        points[0, at], points[1, at] = (np.where(there, each, 0.0) for each in (first, second))
        points[3, at] = 1.0
        residuals[0, at] = np.where(there, 0.0, _MISSING)
    analogs = {
        **{
            f"{side}Shank.Acc{axis}": (each, "m/s2")
            for axis, each in zip("XYZ", trial.samples.accel_mps2.T, strict=True)
        },
        **{
            f"{side}Shank.Gyr{axis}": (each, "rad/s")
            for axis, each in zip("XYZ", trial.samples.gyro_radps.T, strict=True)
        },
    }
    file = ezc3d.c3d()
    point, analog = file["parameters"]["POINT"], file["parameters"]["ANALOG"]
    point["RATE"]["value"] = [grid.rate_hz]
    point["LABELS"]["value"] = list(values)
    point["UNITS"]["value"] = ["deg"]  # readers that know no ANGLES look here, and some scale what is in mm
    point["DESCRIPTIONS"]["value"] = [
        "dorsiflexion, deg; residual -1 where the heel was not judged down",
        "forward tilt of the shank from standing, medial tilt, deg",
        "height of the ankle above its flat-foot height, mm",
    ]
    file.add_parameter("POINT", "ANGLES", angles)
    file.add_parameter("POINT", "ANGLE_UNITS", ["deg"])
    file.add_parameter("POINT", "SCALARS", [scalar])
    file.add_parameter("POINT", "SCALAR_UNITS", ["mm"])
    analog["RATE"]["value"] = [grid.rate_hz]
    analog["LABELS"]["value"] = list(analogs)
    analog["UNITS"]["value"] = [unit for _, unit in analogs.values()]
    file["data"]["points"] = points
    file["data"]["meta_points"]["residuals"] = residuals
    file["data"]["meta_points"]["camera_masks"] = np.zeros((7, len(values), len(own_s)), dtype=bool)
    file["data"]["analogs"] = np.stack([np.where(known, along(each), 0.0) for each, _ in analogs.values()])[None]
    file.add_parameter("SUBJECTS", "USED", [1])
    file.add_parameter("SUBJECTS", "NAMES", [trial.session.person or "unnamed"])
    _add_events(file, trial)
    file.write(str(path))
    try:  # ezc3d says nothing when the disk refuses
        found = ezc3d.c3d(str(path))["data"]["points"].shape
    except OSError:
        found = None
    if found != points.shape:
        raise OSError(EIO, "the written file cannot be read back")


def _add_events(file: object, trial: Trial) -> None:
    side, zero_s = trial.analysis.settings.side.value.capitalize(), float(trial.samples.t_s[0])
    events = [(rep.start_s, "Rep Start") for rep in trial.reps] + [
        (rep.end_s, f"Rep End {rep.heel}") for rep in trial.reps
    ]
    events += [
        (event.t_s, "Heel Off" if event.up else "Heel On")
        for event in trial.analysis.events
        if isinstance(event, HeelFlag)
    ]
    events.sort()
    file.add_parameter("EVENT", "USED", [len(events)])  # type: ignore[attr-defined]
    for at in range(0, max(len(events), 1), MOST_IN_A_PARAMETER):
        some = events[at : at + MOST_IN_A_PARAMETER]
        behind = str(at // MOST_IN_A_PARAMETER + 1) if at else ""
        for name, value in (
            ("CONTEXTS", [side] * len(some)),
            ("LABELS", [label for _, label in some]),
            ("TIMES", np.array([[0.0] * len(some), [t_s - zero_s for t_s, _ in some]])),
        ):
            file.add_parameter("EVENT", name + behind, value)  # type: ignore[attr-defined]
