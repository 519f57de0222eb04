"""What tests need that pip does not install: one list, and one rule for a computer that lacks it.

A test says `@pytest.mark.needs("chromium")`. Where that is missing, the test is skipped with a reason that names the
Debian package. CI installs all of them, so there it fails.
"""

from __future__ import annotations

import os
import shutil
from ctypes.util import find_library
from typing import NoReturn

import pytest

from shinsight.errors import SettingsError
from shinsight.report.browser import find_browser

PACKAGES = {"chromium": "chromium", "dot": "graphviz", "espeak-ng": "espeak-ng", "libEGL": "libegl1"}
"""Program or library: Debian package."""


def require(name: str) -> None:
    """Go on where it is installed; skip or fail the running test where it is not."""
    package = PACKAGES[name]
    if not _installed(name):
        missing(f"needs {name} (apt-get install {package})")


def missing(reason: str) -> NoReturn:
    """Skip the running test, or fail it in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _installed(name: str) -> bool:
    if name.startswith("lib"):
        return find_library(name.removeprefix("lib")) is not None
    if name == "chromium":  # or Chrome or Edge, and not only on the PATH
        try:
            find_browser()
        except SettingsError:
            return False
        return True
    return shutil.which(name) is not None
