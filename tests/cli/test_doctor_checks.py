"""What stands in the way of a stream is named, with what to do about it."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from acquisition.test_runner import Board
from shinsight.calibration.chip.six_sides import Quality, Solution
from shinsight.cli import doctor_checks
from shinsight.cli.doctor_checks import Finding, Verdict, examine, stream
from shinsight.errors import LinkError
from shinsight.store import board_calibrations
from shinsight.store.board_calibrations import KeptCalibration, Sensor, keep
from shinsight.transport.names import open_link
from shinsight.transport.serial import Port
from shinsight.wire.messages import CommandCode, StoredCalibration
from table_board import TableBoard, six


def findings(monkeypatch: pytest.MonkeyPatch, *, link: str | None = None, **there: Any) -> dict[str, list[Finding]]:
    """By what they are about. there: radio (error or boards), ports, answers."""

    def scan(_seconds: float, on_seen: Any) -> None:
        radio = there.get("radio", [])
        if isinstance(radio, LinkError):
            raise radio
        for seen in radio:
            on_seen(seen)

    monkeypatch.setattr(doctor_checks, "scan", scan)
    monkeypatch.setattr(doctor_checks, "ports", lambda: there.get("ports", ()))
    monkeypatch.setattr(doctor_checks, "answering", lambda: there.get("answers", ()))
    monkeypatch.setattr(doctor_checks, "STREAM_S", 1.5)
    found: dict[str, list[Finding]] = {}
    for finding in examine(open_link, link):
        found.setdefault(finding.what, []).append(finding)
    return found


def test_versions_are_told_first_and_are_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = findings(monkeypatch)
    assert next(iter(found)) == "versions"
    assert "bleak" in found["versions"][0].found


def test_no_board_at_all_is_bad_and_says_how_to_try_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = findings(monkeypatch)["stream"]
    assert finding.verdict is Verdict.BAD
    assert "doctor sim:" in finding.remedy


def test_a_computer_without_bluetooth_is_told_so_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = findings(monkeypatch, radio=LinkError("Bluetooth cannot be used: off. Is it on?"))["Bluetooth"]
    assert (finding.verdict, finding.found, finding.remedy) == (
        Verdict.BAD,
        "Bluetooth cannot be used: off",
        "Is it on?",
    )


def test_a_port_without_our_firmware_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = findings(monkeypatch, ports=(Port("COM5", "Espressif"),))["USB"]
    assert "COM5 (Espressif)" in finding.found
    assert "shinsight flash" in finding.remedy


def test_a_port_one_may_not_use_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda _: True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    (finding,) = findings(monkeypatch, ports=(Port("/dev/ttyACM0", "Raspberry Pi"),))["USB"]
    assert finding.verdict is Verdict.BAD
    assert "/dev/ttyACM0" in finding.found


def test_a_good_stream_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = findings(monkeypatch, link="sim:squat?jitter_ms=1")["stream"]
    assert finding.verdict is Verdict.GOOD
    assert "0 lost" in finding.found


def test_a_lossy_stream_is_bad_and_says_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = findings(monkeypatch, link="sim:squat?loss=0.2")["stream"]
    assert finding.verdict is Verdict.BAD
    assert "come nearer" in finding.remedy


def test_an_empty_battery_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = findings(monkeypatch, link="sim:squat?battery=7")["battery"]
    assert "7%" in finding.found


def test_a_board_that_gives_no_samples_points_to_its_own_words() -> None:
    (finding,) = stream(Board(deaf_to=[CommandCode.START]), for_s=0.3)
    assert finding.verdict is Verdict.BAD
    assert "firmware-info" in finding.remedy


def test_a_link_that_breaks_is_bad() -> None:
    (finding,) = stream(Board(breaks_after=3), for_s=1.0)
    assert finding.verdict is Verdict.BAD
    assert "plug it in again" in finding.found


def calibration_finding(board: TableBoard) -> Finding:
    (finding,) = [f for f in stream(board, for_s=0.3) if f.what == "calibration"]
    return finding


def test_a_board_without_a_calibration_is_noted_with_the_command_that_makes_one() -> None:
    finding = calibration_finding(TableBoard(six()))
    assert finding.verdict is Verdict.NOTE
    assert "shinsight calibrate" in finding.remedy


@pytest.mark.parametrize(("age_days", "verdict"), [(3, Verdict.GOOD), (400, Verdict.NOTE)])
def test_a_calibration_that_was_made_here_has_an_age_and_an_old_one_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age_days: int, verdict: Verdict
) -> None:
    monkeypatch.setattr(board_calibrations, "user_data_path", lambda *_args, **_named: tmp_path)
    calibration = StoredCalibration((0.01, 0.02, 0.03))
    assert "its age is unknown" in calibration_finding(TableBoard(six(), stored=calibration)).found
    sensor = Sensor(link="fake:", serial="12ab", board="a board", chip="chip", firmware="1", temperature_c=None)
    made = datetime.now().astimezone() - timedelta(days=age_days)
    quality = Quality(0.0, 0.0, 0.0)
    keep(KeptCalibration(made, sensor, 6, Solution(calibration, quality, quality, ())))
    finding = calibration_finding(TableBoard(six(), stored=calibration))
    assert f"{age_days} days old" in finding.found
    assert finding.verdict is verdict
