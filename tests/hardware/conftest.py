"""The cases, built once for all tests of them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from printed_case import CASE

MODULES = ["builds", "measures", "meshes", "outlines"]


@pytest.fixture(scope="session")
def source() -> Iterator[SimpleNamespace]:
    """The modules of hardware/case, which are no package."""
    sys.path.insert(0, str(CASE))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in MODULES})
    finally:
        sys.path.remove(str(CASE))


@pytest.fixture(scope="session")
def cases(source: SimpleNamespace) -> dict[str, Any]:
    boards = {files: board for board, files in source.builds.FILES.items()}
    return {files: source.builds.enclosure(board) for files, board in boards.items()}


@pytest.fixture(scope="session")
def measures(source: SimpleNamespace) -> Any:
    return source.measures.Measures()
