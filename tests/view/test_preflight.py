"""The checklist before a set: what it finds wrong, and that it says what to do."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np
import pytest

from shinsight.calibration.chip.inertial import SensorWatch
from shinsight.results import Notice
from shinsight.samples import FloatArray, SampleBlock
from shinsight.view.preflight import Fit, preflight
from squat_frames import health


def fits(**link: object) -> dict[str, Fit]:
    return {check.name: check.fit for check in preflight(health(**link), (), side="left")}


def test_before_the_board_speaks_everything_of_it_is_waited_for() -> None:
    found = {check.name: check.fit for check in preflight(None, (), side="left")}
    assert {found[name] for name in ("link", "samples", "lost", "battery", "sensor")} == {Fit.WAIT}


def test_a_good_link_is_good_and_what_only_a_person_can_see_is_left_to_them() -> None:
    found = fits(lost=0)
    assert {name for name, fit in found.items() if fit is Fit.LOOK} == {"leg", "strap"}
    assert {fit for name, fit in found.items() if name not in ("leg", "strap")} == {Fit.GOOD}


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
    for check in preflight(worst, (Notice(0.0, "saturated", "gyro at its end"),), side="left"):
        assert check.remedy or check.fit in (Fit.GOOD, Fit.LOOK)


def still(accel: FloatArray, gyro: FloatArray) -> None:
    accel[:], gyro[:] = (0.0, 0.0, 9.8), 0.0


def in_g(accel: FloatArray, _gyro: FloatArray) -> None:
    accel /= 9.8


def not_a_number(accel: FloatArray, _gyro: FloatArray) -> None:
    accel[50] = nan


def in_degrees(_accel: FloatArray, gyro: FloatArray) -> None:
    gyro += 90.0


@pytest.mark.parametrize("spoil", [still, in_g, not_a_number, in_degrees])
def test_whatever_the_watch_over_the_sensor_says_is_on_the_list(
    spoil: Callable[[FloatArray, FloatArray], None],
) -> None:
    rng = np.random.default_rng(1)
    accel, gyro = rng.normal((0.0, 0.0, 9.8), 0.01, (300, 3)), rng.normal(0.0, 0.002, (300, 3))
    spoil(accel, gyro)
    notices = tuple(
        SensorWatch(rate_hz=100.0).run(SampleBlock(np.arange(300) / 100.0, accel, gyro, np.zeros(300, np.uint8)))
    )
    checks = {check.name: check for check in preflight(health(), notices, side="left")}
    assert checks["sensor"].fit is Fit.BAD
    assert checks["sensor"].words in {notice.text for notice in notices}


def test_a_notice_about_something_else_is_no_fault_of_the_sensor() -> None:
    assert {
        n.fit for n in preflight(health(), (Notice(0.0, "not_still", "x"),), side="left") if n.name == "sensor"
    } == {Fit.GOOD}
