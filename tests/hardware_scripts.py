"""The scripts of hardware/, which are no package: their names, as if imported."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

HARDWARE = Path(__file__).resolve().parents[1] / "hardware"
DOCS = HARDWARE.parent / "docs"


def script(path: str) -> SimpleNamespace:
    """Return the names of the script at path : below hardware/, such as "battery.py". Its `main` does not run."""
    return SimpleNamespace(**runpy.run_path(str(HARDWARE / path)))


def rows(table: str) -> list[list[str]]:
    """The cells of a Markdown table's lines below its head."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
