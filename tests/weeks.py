"""Weeks of sessions of somebody, written through the program's own writers, without a sensor."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import radians
from pathlib import Path

from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import HeelState, Rep, Side
from shinsight.session.csv_tables import rep_rows
from shinsight.session.folder import SessionWriter, session_name
from shinsight.session.notes import SessionNotes, write_notes
from squat_frames import squats

FIRST = datetime(2026, 9, 7, 18, 0, tzinfo=UTC)


def write_session(
    folder: Path,
    *,
    day: float,
    best_deg: float,
    side: Side = Side.LEFT,
    exercise: str = "squat",
    person: str = "Ada",
    heels: Sequence[HeelState] = (HeelState.DOWN,) * 4,
    notes: SessionNotes | None = None,
    distances_cm: Sequence[float] = (),
) -> Path:
    """A session `day` days after the first; its best heel-down rep reaches best_deg."""
    started = FIRST + timedelta(days=day)
    settings = PipelineSettings(exercise=exercise, side=side)
    path = folder / session_name(started, settings)
    with SessionWriter(path, settings=settings, link="ble:left", person=person):
        pass
    reps = [_at(rep, best_deg - 2.0 * k) for k, rep in enumerate(squats(list(heels))[1])]
    with (path / "reps.csv").open("a") as file:
        file.write(rep_rows(reps))
    about = json.loads((path / "session.json").read_text())
    about["started"] = started.isoformat()
    (path / "session.json").write_text(json.dumps(about))
    for rep, cm in zip(reps, distances_cm, strict=False):
        notes = (notes or SessionNotes()).with_distance(rep, cm)
    if notes is not None:
        write_notes(path, notes)
    return path


def _at(rep: Rep, deg: float) -> Rep:
    peak_rad = radians(deg) if rep.heel is HeelState.DOWN else None
    return replace(rep, peak_inclination_rad=radians(deg), peak_dorsiflexion_rad=peak_rad)


def ten_weeks(folder: Path) -> None:
    """The left leg gets better by 8 deg, the right one stays; the knee-to-wall test every other week."""
    for week in range(10):
        wobble = (0.9, -1.1, 0.4, 1.3, -0.6, -1.4, 0.8, 0.2, -0.9, 1.1)[week]
        lifted = [HeelState.DOWN] * 5 + [HeelState.UP] * max(0, 3 - week // 3)
        said = SessionNotes(text="calf tight" if week < 3 else "", pain=2 if week < 3 else 0)
        write_session(folder, day=7 * week, best_deg=29.0 + 0.85 * week + wobble, heels=lifted, notes=said)
        write_session(folder, day=7 * week + 0.02, best_deg=36.0 - 0.8 * wobble, side=Side.RIGHT)
        if week % 2 == 0:
            for side, cm in ((Side.LEFT, 7.5 + 0.35 * week), (Side.RIGHT, 11.0 + 0.2 * wobble)):
                day = 7 * week + (0.1 if side is Side.LEFT else 0.12)
                write_session(
                    folder,
                    day=day,
                    best_deg=35.0,
                    side=side,
                    exercise="knee_to_wall",
                    heels=[HeelState.DOWN] * 3,
                    distances_cm=(cm - 0.5, cm, cm + 0.5),
                )
