"""A foreign recording: one file, a folder, or a zip of either, as texts by name."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from ..errors import DataError

HEAD_BYTES = 4000
"""Every maker's header ends before."""
ZIP_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Bundle:
    """names: path below `path` of every CSV, with `/`; a lone file is called by its own name."""

    path: Path
    names: tuple[str, ...]
    _files: Mapping[str, Path]

    def called(self, base: str) -> list[str]:
        """The names whose last part is `base`, in whatever folder."""
        return [name for name in self.names if PurePosixPath(name).name == base]

    def place(self, name: str) -> str:
        """What messages call one of the texts."""
        return str(self._files.get(name, self.path / name))

    def text(self, name: str) -> str:
        """Read a text.

        Raises `DataError`. Bytes that are not UTF-8 (a maker's © of old Windows) are replaced: numbers have none.
        """
        return self._read(name, -1)

    def head(self, name: str) -> str:
        """The beginning of a text, enough to tell whose it is. Raises `DataError`."""
        return self._read(name, HEAD_BYTES)

    def _read(self, name: str, size: int) -> str:
        try:
            if name in self._files:
                with self._files[name].open("rb") as file:
                    content = file.read(size)
            else:
                with zipfile.ZipFile(self.path) as archive, archive.open(name) as member:
                    content = member.read(size)
        except OSError as error:
            raise DataError(f"{self.place(name)} cannot be read: {error.strerror or error}") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            # damaged, cut, locked by a password, or packed in a way that Python does not know
            raise DataError(
                f"{self.place(name)} cannot be unpacked ({error}): unpack it yourself and import the folder"
            ) from error
        return content.decode("utf-8-sig", errors="replace")

    @property
    def dated(self) -> datetime:
        """When the file, or the newest of the folder, was last written, local time."""
        newest = max((file.stat().st_mtime for file in self._files.values()), default=self.path.stat().st_mtime)
        return datetime.fromtimestamp(newest).astimezone()


def open_bundle(path: Path) -> Bundle:
    """Open a file, folder or zip. Raises `DataError` when it does not exist or is empty."""
    if not path.exists():
        raise DataError(f"{path} does not exist, expected a recording: a CSV, a folder of them or a zip")
    if path.is_dir():
        files = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*")) if _is_csv(file.name)}
        if not files:
            raise DataError(f"{path} contains no CSV, expected the folder that the app or sensor exported")
        return Bundle(path, tuple(files), files)
    if not zipfile.is_zipfile(path):
        if _begins_as_zip(path):
            raise DataError(f"{path} is a zip file that is incomplete or damaged: copy or share it from the app again")
        return Bundle(path, (path.name,), {path.name: path})
    with zipfile.ZipFile(path) as archive:
        names = tuple(name for name in sorted(archive.namelist()) if _is_csv(PurePosixPath(name).name))
    if not names:
        raise DataError(f"{path} contains no CSV, expected the zip that the app exported")
    return Bundle(path, names, {})


def _begins_as_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error


def _is_csv(name: str) -> bool:
    """Not the shadows (`._x.csv`) that one system leaves in zips."""
    return name.lower().endswith(".csv") and not name.startswith("._")
