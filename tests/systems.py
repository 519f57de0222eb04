"""Which tests run on which system: one list, and the reason that a skipped one gives.

The firmware's tests run in MicroPython. pip installs it on Linux (x86-64) only; elsewhere any `micropython` on the PATH
will do. Some tests need what only Linux and macOS have.
"""

from __future__ import annotations

import platform
import shutil
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
IN_MICROPYTHON = (
    "cli/test_board.py",
    "cli/test_flash.py",
    "firmware",
    "radio",
    "transport/test_emulated.py",
)
"""Files and folders. Those that run in MicroPython start it on a pseudo-terminal, too."""

interrupts = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl-C to one process of several")


def why_left_out(path: Path, *, system: str = sys.platform, machine: str = platform.machine()) -> str:
    """Why a file of tests cannot run here, empty where it can."""
    inside = path.relative_to(TESTS)
    if not any(inside.is_relative_to(name) for name in IN_MICROPYTHON):
        return ""
    if system == "win32":
        return "runs MicroPython on a pseudo-terminal, which Windows has not"
    if (system, machine) == ("linux", "x86_64") or shutil.which("micropython"):
        return ""
    return "runs in MicroPython, which pip installs on Linux (x86-64) only: put its unix port on the PATH"


def module_of(path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """For `pytest_pycollect_makemodule`: None where the file is collected as usual."""
    return LeftOut.from_parent(parent, path=path) if why_left_out(path) else None


class LeftOut(pytest.Module):
    """A file of tests that is not even imported."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip(why_left_out(self.path), allow_module_level=True)
