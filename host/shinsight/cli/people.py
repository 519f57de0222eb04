"""`shinsight people [NAME]` lists and changes people; `shinsight forget NAME` deletes all data of a person."""

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
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The person to add or change.")] = None,
    shank_cm: Annotated[
        float | None, typer.Option("--shank-cm", metavar="CM", help="Length from the knee joint to the ankle bone.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="A note that helps to understand the sessions.")] = None,
) -> None:
    """List the people known on this computer; with a name, add or change one."""
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
    say(f"{name} is saved in {path}")


def forget(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The person whose data is deleted.")],
    folder: Annotated[Path, typer.Option("--folder", help="The folder with the sessions.")] = Path("sessions"),
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
) -> None:
    """Delete a person: the profile, the calibrations of their straps, and their sessions below a folder."""
    doomed = [path for path in (kept_people.path_of(name), *of_person(name)) if path.exists()]
    doomed += _sessions_of(name, folder)
    if not doomed:
        say(f"no data of {name!r} on this computer or in {folder}")
        return
    for path in doomed:
        say(f"  {path}")
    if not yes and not typer.confirm(f"Delete these {len(doomed)} for good?", err=True):
        say("nothing was deleted")
        raise typer.Exit(1)
    problems = [problem for path in doomed if (problem := _delete(path))]
    if problems:
        raise DataError("; ".join(problems))
    say(f"all data of {name} is deleted")


def _sessions_of(name: str, folder: Path) -> list[Path]:
    """Return the session folders with this name in them. A folder that cannot be read is left out."""
    found = []
    for session in find_sessions([folder]) if folder.exists() else ():
        try:
            if session.path.is_dir() and open_session(session.path).person == name:
                found.append(session.path)
        except DataError:
            continue
    return found


def _delete(path: Path) -> str:
    """Delete a file or folder. Return why that failed, empty when it worked."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError as error:
        return f"{path} could not be deleted: {error.strerror}; delete it yourself"
    return ""
