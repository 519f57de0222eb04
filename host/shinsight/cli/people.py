"""`shinsight people [NAME]` and `shinsight forget NAME`: who is measured, and everything of somebody gone again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..analysis.batch import find_sessions
from ..errors import DataError
from ..session.folder import open_session
from ..store import people as kept_people
from ..store.people import Person
from ..store.strap_calibrations import of_person
from ..view.words import DASH
from .running import say


def people(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Make or change this one.")] = None,
    shank_cm: Annotated[
        float | None, typer.Option("--shank-cm", metavar="CM", help="Knee joint to ankle bone.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="What helps to read the sessions.")] = None,
) -> None:
    """The people known on this computer; with a name, make or change one."""
    if name is None:
        table = Table("name", "shank", "note")
        for person in kept_people.everybody():
            length = DASH if person.shank_length_m is None else f"{person.shank_length_m * 100:g} cm"
            table.add_row(person.name, length, person.notes)
        Console().print(table)
        return
    before = kept_people.find(name) or Person(name=name)
    path = kept_people.keep(
        Person(
            name=name,
            shank_length_m=before.shank_length_m if shank_cm is None else shank_cm / 100.0,
            notes=before.notes if note is None else note,
        )
    )
    say(f"{name} is kept in {path}")


def forget(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose data is to go.")],
    folder: Annotated[Path, typer.Option("--folder", help="Where the sessions lie.")] = Path("sessions"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a person: the profile, the calibrations of their straps, and their sessions below a folder."""
    doomed = [path for path in (kept_people.path_of(name), *of_person(name)) if path.exists()]
    doomed += _sessions_of(name, folder)
    if not doomed:
        say(f"nothing is kept of {name!r}, neither here nor in {folder}")
        return
    for path in doomed:
        say(f"  {path}")
    if not yes and not typer.confirm(f"Delete these {len(doomed)} for good?", err=True):
        say("nothing was deleted")
        raise typer.Exit(1)
    problems = [problem for path in doomed if (problem := _delete(path))]
    if problems:
        raise DataError("; ".join(problems))
    say(f"{name} is forgotten")


def _sessions_of(name: str, folder: Path) -> list[Path]:
    """Session folders that say this name themselves; what cannot be read is left alone."""
    found = []
    for session in find_sessions([folder]) if folder.exists() else ():
        try:
            if session.path.is_dir() and open_session(session.path).person == name:
                found.append(session.path)
        except DataError:
            continue
    return found


def _delete(path: Path) -> str:
    """Why it could not be deleted, empty when it is gone."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError as error:
        return f"{path} could not be deleted: {error.strerror}; delete it by hand"
    return ""
