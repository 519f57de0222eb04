"""Finds out whether a window can be opened here, and if not, why. It loads no Qt itself."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

_PROBE = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
_PROBE_TIMEOUT_S = 20.0
_NAMES_OF_A_DISPLAY = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def display_available() -> bool:
    """Return True when a window can be opened."""
    return why_no_window() is None


def why_no_window() -> str | None:
    """Return None when a window can be opened, else the reason and the remedy in one line.

    Qt ends the whole program when it cannot use the display, and a recording must not end with it. Another process
    therefore tries Qt once, unless the environment already shows that there is no display.
    """
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in _NAMES_OF_A_DISPLAY):
        return f"none of {', '.join(_NAMES_OF_A_DISPLAY)} is set; run it on a desktop, or use the text view"
    return _why_qt_fails()


@cache
def _why_qt_fails() -> str | None:
    try:
        probe = subprocess.run(
            [sys.executable, "-c", _PROBE],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PROBE_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"Qt did not answer within {_PROBE_TIMEOUT_S:.0f} s; check the display, or use the text view"
    if probe.returncode == 0:
        return None
    lines = [line.strip() for line in probe.stderr.splitlines() if line.strip()]
    lines = lines or [f"exit code {probe.returncode}"]
    reason = lines[-1] if lines[0].startswith("Traceback") else lines[0]  # Python puts it last, Qt first
    return f"Qt cannot open a window ({reason}); install the system packages that the README names"
