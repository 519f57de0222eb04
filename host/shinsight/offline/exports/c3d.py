"""C3D, the file of motion laboratories: angles as model outputs, the sensor as analog channels, repetitions as events.

Written by ezc3d (Michaud & Begon 2021, ezc3d: an easy C3D file I/O cross-platform solution, JOSS 6(58), 2911). An
angle is a point whose three values are degrees, listed in POINT:ANGLES, as Vicon's models and Mokka have it; where it
is not known the point has the residual -1, which every reader takes for "not there".
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...errors import SettingsError
from ...results import HeelFlag
from ...samples import FloatArray
from ...units import DEG_PER_RAD
from .trial import Trial, even_grid

_MISSING = -1.0


def write_c3d(trial: Trial, path: Path) -> None:
    """One leg. Raises `SettingsError` without ezc3d, `OSError` when the disk refuses.

    Samples are laid on an even time by straight lines between neighbours, as C3D knows no times; in a gap of the
    recording every angle is marked as not there, and the analog channels are 0.
    """
    try:
        import ezc3d  # an extra
    except ImportError as error:
        raise SettingsError(f"C3D needs ezc3d ({error}): pip install 'shinsight[c3d]'") from error
    grid = even_grid([trial])
    own_s = grid.t_s + grid.zero_s[0]
    known, side = grid.known, trial.letter.upper()

    def along(values: FloatArray) -> FloatArray:
        """On the even time. NaN beside NaN: no angle is invented."""
        return np.interp(own_s, trial.samples.t_s, values)

    frames = trial.frames
    dorsiflexion = np.where(trial.surely_down, frames.dorsiflexion_rad, np.nan)
    angles = {
        f"{side}AnkleAngles": (along(dorsiflexion), np.zeros_like(own_s)),
        f"{side}ShankInclination": (along(frames.inclination_rad), along(frames.knee_in_rad)),
    }
    points = np.zeros((4, len(angles), len(own_s)))
    residuals = np.zeros((1, len(angles), len(own_s)))
    for at, (first, second) in enumerate(angles.values()):
        there = known & np.isfinite(first) & np.isfinite(second)
        points[0, at], points[1, at] = (np.where(there, each * DEG_PER_RAD, 0.0) for each in (first, second))
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
        f"{side}Ankle.Rise": (np.nan_to_num(frames.heel_rise_m), "m"),
    }
    file = ezc3d.c3d()
    point, analog = file["parameters"]["POINT"], file["parameters"]["ANALOG"]
    point["RATE"]["value"] = [grid.rate_hz]
    point["LABELS"]["value"] = list(angles)
    point["DESCRIPTIONS"]["value"] = [
        "dorsiflexion, deg; residual -1 where the heel was not surely down",
        "forward tilt of the shank from standing, medial tilt, deg",
    ]
    file.add_parameter("POINT", "ANGLES", list(angles))
    file.add_parameter("POINT", "ANGLE_UNITS", ["deg"])
    analog["RATE"]["value"] = [grid.rate_hz]
    analog["LABELS"]["value"] = list(analogs)
    analog["UNITS"]["value"] = [unit for _, unit in analogs.values()]
    file["data"]["points"] = points
    file["data"]["meta_points"]["residuals"] = residuals
    file["data"]["meta_points"]["camera_masks"] = np.zeros((7, len(angles), len(own_s)), dtype=bool)
    file["data"]["analogs"] = np.stack([np.where(known, along(each), 0.0) for each, _ in analogs.values()])[None]
    file.add_parameter("SUBJECTS", "USED", [1])
    file.add_parameter("SUBJECTS", "NAMES", [trial.session.person or "unnamed"])
    _add_events(file, trial)
    file.write(str(path))


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
    values = {
        "USED": [len(events)],
        "CONTEXTS": [side] * len(events),
        "LABELS": [label for _, label in events],
        "TIMES": np.array([[0.0] * len(events), [t_s - zero_s for t_s, _ in events]]),
    }
    for name, value in values.items():
        file.add_parameter("EVENT", name, value)  # type: ignore[attr-defined]
