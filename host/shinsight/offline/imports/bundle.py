"""What somebody hands over: one file, a folder, or a zip of either, as texts by name."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from ...errors import DataError

LARGEST_BYTES = 2 << 30
"""No text is longer: an hour at 1 kHz is 0.3 GB."""


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
        """Raises `DataError`. Bytes that are no UTF-8 (a maker's © of old Windows) are replaced: numbers have none."""
        try:
            if name in self._files:
                content = self._files[name].read_bytes()
            else:
                with zipfile.ZipFile(self.path) as archive:
                    if archive.getinfo(name).file_size > LARGEST_BYTES:
                        raise DataError(
                            f"{self.place(name)} is larger than {LARGEST_BYTES >> 30} GB: cut it into parts"
                        )
                    content = archive.read(name)
        except OSError as error:
            raise DataError(f"{self.place(name)} cannot be read: {error.strerror or error}") from error
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:  # damaged, encrypted, unknown method
            raise DataError(
                f"{self.place(name)} cannot be unpacked ({error}): unpack it yourself and import the folder"
            ) from error
        return content.decode("utf-8-sig", errors="replace")

    def head(self, name: str, size: int = 4000) -> str:
        """The beginning of a text."""
        if name not in self._files:
            return self.text(name)[:size]
        with self._files[name].open(encoding="utf-8-sig", errors="replace") as file:
            return file.read(size)

    @property
    def dated(self) -> datetime:
        """When the file, or the newest of the folder, was last written, local time."""
        newest = max((file.stat().st_mtime for file in self._files.values()), default=self.path.stat().st_mtime)
        return datetime.fromtimestamp(newest).astimezone()


def open_bundle(path: Path) -> Bundle:
    """Raises `DataError` when there is nothing of that name, or nothing in it."""
    if not path.exists():
        raise DataError(f"{path} does not exist, expected a recording: a CSV, a folder of them or a zip")
    if path.is_dir():
        files = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*")) if _is_csv(file.name)}
        if not files:
            raise DataError(f"{path} holds no CSV, expected the folder that the app or sensor exported")
        return Bundle(path, tuple(files), files)
    if not zipfile.is_zipfile(path):
        return Bundle(path, (path.name,), {path.name: path})
    with zipfile.ZipFile(path) as archive:
        names = tuple(name for name in sorted(archive.namelist()) if _is_csv(PurePosixPath(name).name))
    if not names:
        raise DataError(f"{path} holds no CSV, expected the zip that the app exported")
    return Bundle(path, names, {})


def _is_csv(name: str) -> bool:
    """Not the shadows (`._x.csv`) that one system leaves in zips."""
    return name.lower().endswith(".csv") and not name.startswith("._")
