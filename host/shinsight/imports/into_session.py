"""A recording of another program, measured and kept as a session folder like those that shinsight records."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from ..analysis.analysis import Analysis, OnProgress, analyze_samples, no_callback
from ..errors import DataError, SettingsError
from ..pipeline.measurement import Outcome
from ..pipeline.settings import PipelineSettings
from ..results import Recording
from ..samples import Phase
from ..session.folder import Origin, SessionWriter
from ..session.imu_csv import to_recording
from ..session.json_forms import Json
from ..stream.link_health import LinkHealth
from .sources import Foreign
from .streams import Imported

CORRECTED = ("cut_row", "not_a_number", "time_backwards", "filled", "gap")
"""Codes of what the imported samples no longer show; anything else is found again whenever they are read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rocks:
    """The time of the ankle rocks with the heel pressed down, seconds from the first sample."""

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.start_s < self.end_s:
            raise SettingsError(
                f"the rocks are given as lasting from {self.start_s:g} to {self.end_s:g} s, "
                f"expected a start of 0 or more "
                "and a later end"
            )


def recording_of(imported: Imported, rocks: Rocks | None) -> Recording:
    """Its samples on an even time axis, checked. Raises `DataError` for what would make every angle wrong."""
    try:
        found = to_recording(imported.rows, place=imported.place)
    except DataError as error:
        raise DataError(f"{error}. It was read as {imported.units}") from error
    times_s = found.samples.t_s - found.samples.t_s[0]
    recording = replace(found, samples=replace(found.samples, t_s=times_s))
    if rocks is None:
        return recording
    if rocks.end_s > times_s[-1]:
        raise DataError(
            f"{imported.place} lasts {times_s[-1]:.1f} s, expected it to contain the rocks from {rocks.start_s:g} to "
            f"{rocks.end_s:g} s: count from the first sample"
        )
    inside = (times_s >= rocks.start_s) & (times_s < rocks.end_s)
    return replace(recording, phases=tuple(Phase.ROCKS if rock else Phase.NONE for rock in inside.tolist()))


def write_session(
    path: Path,
    recording: Recording,
    foreign: Foreign,
    *,
    settings: PipelineSettings,
    person: str,
    on_progress: OnProgress = no_callback,
) -> Analysis:
    """Measure it and write the folder, which must not be there; nothing is written when it cannot be measured.

    Raises `DataError`, `SettingsError`.
    """
    outcomes: list[Outcome] = []

    def keep(outcome: Outcome, _: LinkHealth) -> None:
        outcomes.append(outcome)

    analysis = analyze_samples(recording, settings, on_progress=on_progress, on_outcome=keep)
    origin = Origin(started=foreign.started, about=_about(recording, foreign.imported))
    link = f"import:{foreign.name}"
    with SessionWriter(path, settings=settings, link=link, person=person, origin=origin) as writer:
        for outcome in outcomes:
            writer.add(outcome, device=None, health=None)
    return analysis


def _about(recording: Recording, imported: Imported) -> dict[str, Json]:
    place = Path(imported.place)
    corrected = [notice.text for notice in recording.notices if notice.code in CORRECTED]
    return {
        "source": imported.source,
        "device": imported.device,
        "file": place.name,
        "units": f"read as {imported.units}",
        "done": [*imported.done],
        "corrected": [
            text.replace(f"{place.parent}{os.sep}", "") for text in corrected
        ],  # without private folder names
    }
