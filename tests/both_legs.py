"""Sessions of a simulated person's two legs on one day, recorded through the program's own runner."""

from __future__ import annotations

import json
from pathlib import Path

from shinsight.acquisition.runner import Runner
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import Side
from shinsight.session.folder import SESSION_JSON
from shinsight.transport.names import open_link

STARTED = "2026-11-22T19:15:00+01:00"


def record_leg(folder: Path, side: Side, *, exercise: str = "squat", **options: object) -> Path:
    """The session's folder. options: of the `sim:` link."""
    path = folder / side.value
    query = "&".join(f"{name}={value}" for name, value in {"side": side, **options, "speed": 0}.items())
    link = open_link(f"sim:{exercise}?{query}")
    settings = PipelineSettings(exercise=exercise, side=side)
    Runner(link, settings=settings, name=side.value, record_to=path, views=[], person="Anna").run()
    change_about(path, started=STARTED)
    return path


def change_about(path: Path, **changed: object) -> None:
    """Change what `session.json` says; None takes a key away."""
    about = json.loads((path / SESSION_JSON).read_text()) | changed
    kept = {key: value for key, value in about.items() if value is not None or key not in changed}
    (path / SESSION_JSON).write_text(json.dumps(kept))
