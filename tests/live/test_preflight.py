"""The checklist before a set: what it finds wrong, and that it says what to do."""

from __future__ import annotations

from math import nan

import pytest

from shinsight.live.preflight import Fit, preflight
from shinsight.results import Notice
from squat_frames import health


def fits(**link: object) -> dict[str, Fit]:
    return {check.name: check.fit for check in preflight(health(**link), (), side="left")}


def test_before_the_board_speaks_everything_of_it_is_waited_for() -> None:
    found = {check.name: check.fit for check in preflight(None, (), side="left")}
    assert {found[name] for name in ("link", "samples", "lost", "battery")} == {Fit.WAIT}


def test_a_good_link_is_good() -> None:
    assert set(fits(lost=0).values()) == {Fit.GOOD}


@pytest.mark.parametrize(
    ("link", "name", "fit"),
    [
        ({"connected": False}, "link", Fit.BAD),
        ({"rate_hz": nan}, "samples", Fit.WAIT),
        ({"rate_hz": 26.0}, "samples", Fit.DOUBT),
        ({"received": 1000, "lost": 30}, "lost", Fit.DOUBT),
        ({"received": 1000, "lost": 90}, "lost", Fit.BAD),
        ({"battery_percent": 15}, "battery", Fit.DOUBT),
        ({"battery_percent": 5}, "battery", Fit.BAD),
        ({"battery_percent": None}, "battery", Fit.GOOD),
    ],
)
def test_what_is_wrong_with_the_link_is_found(link: dict[str, object], name: str, fit: Fit) -> None:
    assert fits(**link)[name] is fit


def test_everything_bad_or_doubtful_comes_with_a_remedy() -> None:
    worst = health(connected=False, rate_hz=20.0, received=100, lost=50, battery_percent=3)
    for check in preflight(worst, (Notice(0.0, "saturated_gyro", "gyro at its end"),), side="left"):
        assert check.remedy or check.fit is Fit.GOOD


def test_a_fault_of_the_sensor_is_on_the_list() -> None:
    notice = Notice(0.0, "saturated", "gyroscope at the end of its range")
    checks = {check.name: check for check in preflight(health(), (notice,), side="left")}
    assert checks["sensor"].fit is Fit.BAD
    assert "end of its range" in checks["sensor"].words
