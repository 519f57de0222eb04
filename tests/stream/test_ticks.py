"""The clock of a chip from its stamps: the textbook's Kalman filter, an unwrapped counter and bounded surprises."""

from __future__ import annotations

import numpy as np
import pytest

from shinsight.samples import FloatArray
from shinsight.stream.ticks import DRIFT_PER_SQRT_S, OUTLIER_SD, RATE_SD, STAMP_SD_S, SampleClockFilter, unwrap

RATE_HZ = 104.0
PERIOD_S = 1.0 / RATE_HZ


@pytest.mark.parametrize("bits", [16, 24, 32])
@pytest.mark.parametrize("ticks", [0, 1, 9615, -300, 70_000, 200_000])
def test_of_all_counts_that_read_the_same_the_nearest_to_the_expected_is_taken(bits: int, ticks: int) -> None:
    last_raw = (1 << bits) - 5
    raw = (last_raw + ticks) % (1 << bits)
    for off in (-0.45, 0.0, 0.45):
        assert unwrap(raw, last_raw=last_raw, bits=bits, expected=ticks + off * (1 << bits)) == ticks


class Textbook:
    """State (tick of the newest sample, period) with matrices, without the guards of the real one."""

    def __init__(self, tick_s: float) -> None:
        self.x = np.array([tick_s, PERIOD_S])
        self.P = np.diag([STAMP_SD_S**2, (RATE_SD * PERIOD_S) ** 2])

    def advance(self, steps: int, tick_s: float) -> float:
        F = np.array([[1.0, steps], [0.0, 1.0]])
        self.x = F @ self.x
        P = F @ self.P @ F.T
        variance = P[0, 0] + STAMP_SD_S**2
        P[1, 1] += (DRIFT_PER_SQRT_S * self.x[1]) ** 2 * steps * self.x[1]
        gain = P[:, 0] / variance
        self.x = self.x + gain * (tick_s - self.x[0])
        self.P = P - np.outer(gain, P[0])
        return float(np.sqrt(variance))


def stamps(count: int, *, period_s: float, seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.asarray(10.0 + 10 * period_s * np.arange(count) + rng.normal(0.0, STAMP_SD_S, count), dtype=np.float64)


def test_it_is_the_textbooks_filter_while_no_stamp_is_a_surprise() -> None:
    fit, textbook = SampleClockFilter(rate_hz=RATE_HZ, tick_s=10.0), Textbook(10.0)
    for tick_s in stamps(200, period_s=1.01 * PERIOD_S)[1:].tolist():
        expected_s, sd_s = fit.predict(10)
        before = textbook.x.copy()
        assert textbook.advance(10, tick_s) == pytest.approx(sd_s, rel=1e-9)
        assert expected_s == pytest.approx(before[0] + 10 * before[1], rel=1e-12)
        fit.advance(10, tick_s)
        assert fit.newest_s == pytest.approx(textbook.x[0], rel=1e-9)
        assert fit.period_s == pytest.approx(textbook.x[1], rel=1e-6)


def test_after_half_a_minute_the_rate_is_known_to_a_thousandth() -> None:
    for share in (0.97, 1.04):
        fit = SampleClockFilter(rate_hz=RATE_HZ, tick_s=10.0)
        for tick_s in stamps(300, period_s=share * PERIOD_S)[1:].tolist():
            fit.advance(10, tick_s)
        assert fit.period_s == pytest.approx(share * PERIOD_S, rel=1e-3)
        assert fit.predict(10)[1] < 1.2 * STAMP_SD_S


def test_a_stamp_that_is_much_too_late_counts_as_four_deviations_and_no_more() -> None:
    def after(late_s: float) -> SampleClockFilter:
        fit = SampleClockFilter(rate_hz=RATE_HZ, tick_s=10.0)
        expected_s, sd_s = fit.predict(10)
        fit.advance(10, expected_s + late_s * sd_s)
        return fit

    for sign in (1.0, -1.0):
        at_the_limit = after(sign * OUTLIER_SD)
        beyond, within = after(sign * 50.0), after(sign * 0.9 * OUTLIER_SD)
        assert (beyond.newest_s, beyond.period_s) == pytest.approx((at_the_limit.newest_s, at_the_limit.period_s))
        assert abs(within.period_s - PERIOD_S) < abs(beyond.period_s - PERIOD_S)


def test_a_period_stays_within_a_quarter_of_the_nominal_one() -> None:
    for share, limit in ((2.0, 1.25), (0.2, 0.8)):
        fit = SampleClockFilter(rate_hz=RATE_HZ, tick_s=0.0)
        for k in range(1, 400):
            fit.advance(10, 10 * share * PERIOD_S * k)
        assert fit.period_s == pytest.approx(limit * PERIOD_S)


def test_after_a_jump_the_stamp_is_taken_and_the_period_kept() -> None:
    fit = SampleClockFilter(rate_hz=RATE_HZ, tick_s=10.0)
    for tick_s in stamps(100, period_s=1.02 * PERIOD_S)[1:].tolist():
        fit.advance(10, tick_s)
    period_s = fit.period_s
    fit.jump(500.0)
    assert (fit.newest_s, fit.period_s) == (500.0, period_s)
    assert fit.predict(0)[1] == pytest.approx(np.sqrt(2.0) * STAMP_SD_S)
