"""OpenSim: orientations for OpenSense (`.sto`), the ankle's angle as a motion (`.mot`).

Source: OpenSim documentation, "OpenSense - Kinematics with IMU Data" (one column `<body>_imu` of quaternions w, x, y, z
of the sensor in an earth with z up) and "Storage (.sto) file format", "Motion (.mot) files".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import DataError
from ..units import DEG_PER_RAD
from .trial import Trial, at_times, even_grid

OPENSIM_VERSION = "4.6"
"""The version whose own readers the tests open these files with."""


def sto(trials: Sequence[Trial]) -> str:
    """Text of an orientations file: one leg, or both legs of one recording on one even time.

    Times in a gap of the recording are left out: nothing is known of them. Raises `DataError`.
    """
    grid = even_grid(trials)
    rows = np.flatnonzero(grid.known)
    q = [at_times(trial, own_s[rows]) for trial, own_s in zip(trials, grid.own_s, strict=True)]
    head = [
        f"DataRate={grid.rate_hz:.6f}",
        "DataType=Quaternion",
        "version=3",
        f"OpenSimVersion={OPENSIM_VERSION}",
        "endheader",
        "\t".join(("time", *(f"tibia_{trial.letter}_imu" for trial in trials))),
    ]
    body = (
        "\t".join((f"{t_s:.6f}", *(",".join(f"{part:.9f}" for part in turn) for turn in turns)))
        for t_s, *turns in zip(grid.t_s[rows].tolist(), *(each.tolist() for each in q), strict=True)
    )
    return "\n".join((*head, *body)) + "\n"


def mot(trial: Trial) -> str:
    """Text of a motion: the coordinate `ankle_angle_r` or `_l`, degrees, dorsiflexion positive as in OpenSim's models.

    Only rows at which the heel was judged down: OpenSim's older reader takes a number that is missing for 0 and
    drops what follows, so a row with an unknown angle cannot be written. Raises `DataError` when there is none.
    """
    down = np.flatnonzero(trial.surely_down)
    if not len(down):
        raise DataError(
            f"{trial.session.path}: the heel was never judged down, so there is no ankle angle to export "
            f"({_why(trial)}); sto, bids and parquet contain the tilt"
        )
    settings = trial.analysis.settings
    zero = "quiet standing" if settings.zero == "standing" else "a vertical tibia"
    head = [
        "Coordinates",
        "version=1",
        f"nRows={len(down)}",
        "nColumns=2",
        "inDegrees=yes",
        "",
        f"Dorsiflexion is positive and counted from {zero}. Rows in which the heel was not judged down are left out:",
        f"{len(trial.frames) - len(down)} of {len(trial.frames)}. Nothing is known about the time between them.",
        "",
        "endheader",
        f"time\tankle_angle_{trial.letter}",
    ]
    t_s = trial.frames.t_s[down] - trial.samples.t_s[0]
    angle_deg = trial.frames.dorsiflexion_rad[down] * DEG_PER_RAD
    body = (f"{at:.6f}\t{deg:.4f}" for at, deg in zip(t_s.tolist(), angle_deg.tolist(), strict=True))
    return "\n".join((*head, *body)) + "\n"


def _why(trial: Trial) -> str:
    """Why no heel was judged down: what is wrong with the calibration, else what is known of the session."""
    report = trial.analysis.calibration
    problems = report.problems if report is not None else ("no rocks were recorded",)
    return "; ".join(problems or trial.analysis.notes) or "it was up or unsure all the time"
