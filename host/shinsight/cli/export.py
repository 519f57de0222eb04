"""`shinsight export SESSION... --to FORMAT`: writes a session as files that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import SettingsError
from ..session.append_file import disk_error
from ..session.atomic_write import write_atomically
from .progress import part_done
from .running import say

if TYPE_CHECKING:
    from ..exports.trial import Trial


class Format(StrEnum):
    """Lists the formats that `shinsight export` writes."""

    STO = "sto"
    MOT = "mot"
    BIDS = "bids"
    C3D = "c3d"
    PARQUET = "parquet"


def export(
    sessions: Annotated[list[Path], typer.Argument(metavar="SESSION...", help="Session folders.")],
    to: Annotated[
        Format,
        typer.Option(
            "--to",
            help="sto: OpenSim orientations. mot: OpenSim motion, the ankle angle. bids: a Motion-BIDS dataset. "
            "c3d: a motion laboratory's file. parquet: tables.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH", help="Folder to write into.", show_default="the session's own; for bids the dataset ./bids"
        ),
    ] = None,
) -> None:
    """Write sessions as files of other programs. Existing files are never overwritten."""
    from ..exports.trial import read_trial  # the formats are loaded by this verb only

    trials = []
    for number, session in enumerate(sessions):
        with part_done(f"measuring {number + 1} of {len(sessions)}") as on_progress:
            trials.append(read_trial(session, on_progress=on_progress))
    if to is Format.BIDS:
        from ..exports.bids import write_bids

        written = write_bids(trials, out if out is not None else Path("bids"))
    elif to is Format.STO:
        written = _orientations(trials, out)
    else:
        written = [path for trial in trials for path in _one(to, trial, out)]
    for path in written:
        say(f"{to}: {path}")


def _orientations(trials: Sequence[Trial], out: Path | None) -> list[Path]:
    """Both legs of one recording in one file, as OpenSense wants them."""
    from ..exports.opensim import sto

    sides = [trial.analysis.settings.side for trial in trials]
    if len(set(sides)) < len(sides):
        raise SettingsError(
            f"{len(trials)} sessions are given, {len(sides) - len(set(sides))} of them of a leg that has one already: "
            "give one session, or the left and the right leg of one recording"
        )
    path = _new(trials[0], out, ".sto")
    write_atomically(path, sto(trials))
    return [path]


def _one(to: Format, trial: Trial, out: Path | None) -> list[Path]:
    if to is Format.MOT:
        from ..exports.opensim import mot

        path = _new(trial, out, ".mot")
        write_atomically(path, mot(trial))
        return [path]
    if to is Format.C3D:
        from ..exports.c3d import write_c3d

        path = _new(trial, out, ".c3d")
        _whole([path], lambda beside: write_c3d(trial, beside))
        return [path]
    from ..exports.parquet import write_parquet

    samples, reps = (_new(trial, out, f"_{what}.parquet") for what in ("samples", "reps"))
    _whole([samples, reps], lambda *beside: write_parquet(trial, *beside))
    return [samples, reps]


def _new(trial: Trial, out: Path | None, ending: str) -> Path:
    """Return the path of a new file with that ending. Raises `SettingsError` when the file exists."""
    folder = out if out is not None else trial.session.path
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(folder, error) from error
    path = folder / (trial.name + ending)
    if path.exists():
        raise SettingsError(f"{path} exists already: choose another folder with --out, or delete it")
    return path


def _whole(paths: Sequence[Path], write: Callable[..., None]) -> None:
    """A library's own writer, with our words when the disk refuses. Whatever happens, no half file is left behind."""
    beside = [path.with_suffix(f".new{path.suffix}") for path in paths]  # ezc3d reads nothing of another ending
    try:
        write(*beside)
        for made, path in zip(beside, paths, strict=True):
            made.replace(path)
    except OSError as error:
        raise disk_error(paths[0], error) from error
    finally:
        for made in beside:
            made.unlink(missing_ok=True)
