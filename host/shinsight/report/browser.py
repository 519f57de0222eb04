"""A PDF of the page, printed by the browser that is installed: nothing lays out a page like what shows it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import DataError, SettingsError

PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
LONGEST_S = 60.0
_ON_MACOS = ("Google Chrome", "Chromium", "Microsoft Edge")
_ON_WINDOWS = (
    ("Google", "Chrome", "Application", "chrome.exe"),
    ("Chromium", "Application", "chrome.exe"),
    ("Microsoft", "Edge", "Application", "msedge.exe"),
)
QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # a container has little of it
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # the page asks for nothing, and the browser itself shall not either
)


def find_browser() -> str:
    """A browser that prints without a window: on the PATH, else where this system keeps it. Raises `SettingsError`."""
    for program in PROGRAMS:
        if (found := shutil.which(program)) is not None:
            return found
    for path in usual_places(sys.platform, os.environ):
        if path.is_file():
            return str(path)
    raise SettingsError(
        "no Chromium, Chrome or Edge was found to print the PDF: open the page in any browser and print it there, "
        "or install one of these"
    )


def usual_places(platform: str, environment: Mapping[str, str]) -> list[Path]:
    """Where the installers of macOS and Windows put a browser, which is not on the PATH there."""
    if platform == "darwin":
        return [Path("/Applications") / f"{name}.app" / "Contents" / "MacOS" / name for name in _ON_MACOS]
    folders = [environment.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
    return [Path(folder, *below) for folder in folders if folder for below in _ON_WINDOWS]


def print_pdf(html: Path, pdf: Path) -> None:
    """Print a page to a PDF, in place of an older one. Raises `SettingsError` without a browser, `DataError` when it
    does not print."""
    browser = find_browser()
    remedy = f"open {html} in a browser and print it there"
    with TemporaryDirectory(ignore_cleanup_errors=True) as own:
        printed = Path(own) / "report.pdf"
        options = [*QUIET, *no_sandbox(), f"--user-data-dir={own}", "--no-pdf-header-footer"]
        command = [browser, *options, f"--print-to-pdf={printed}", html.resolve().as_uri()]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=LONGEST_S, check=False)
        except subprocess.TimeoutExpired:
            raise DataError(f"{browser} did not print {html} within {LONGEST_S:.0f} s: {remedy}") from None
        except OSError as error:
            raise DataError(f"{browser} cannot be started ({error.strerror}): {remedy}") from error
        if not printed.is_file():
            raise DataError(f"{browser} ended with code {ended.returncode} and printed no PDF: {remedy}")
        try:
            shutil.copyfile(printed, pdf)
        except OSError as error:
            raise DataError(f"cannot write {pdf}: {error.strerror}. Choose another place with --out") from error


def no_sandbox() -> list[str]:
    """The root user cannot have the browser's sandbox; the page is our own and runs no script."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
