"""The board's clock: at which tick each sample was taken, from stamps that wrap and jitter.

A chip samples evenly, but up to 5 % off its nominal rate; the board stamps a batch a few milliseconds late or early.
`SampleClockFilter` follows the line tick = start + period * index with a two-state Kalman filter. It is quick while it
knows little (the nominal rate is its prior) and smooth later. It follows a rate that drifts as the chip warms.
"""

from __future__ import annotations

from math import sqrt

STAMP_SD_S = 3e-3
"""Jitter of a stamp: a FIFO read late by a fraction of a sample, an interpreter that collects its garbage."""
RATE_SD = 0.03
"""Relative standard deviation of the true rate around the nominal one; 5 % happens (LSM6DSO data sheet, ODR)."""
DRIFT_PER_SQRT_S = 1e-5
"""Relative random walk of the rate: a fit over some seven seconds, and 0.1 % in 5 minutes of warming lags 0.3 ms."""
OUTLIER_SD = 4.0
"""A residual counts as this many standard deviations at most: one late stamp must not bend the line."""


def unwrap(raw: int, *, last_raw: int, bits: int, expected: float) -> int:
    """Return the ticks from last_raw to raw: of all counts that a counter of so many bits allows, the one nearest to
    expected."""
    period = 1 << bits
    delta = (raw - last_raw) % period
    return delta + period * round((expected - delta) / period)


class SampleClockFilter:
    """Tick (s) of the newest sample and the sample period (s), from one stamp a batch."""

    def __init__(self, *, rate_hz: float, tick_s: float) -> None:
        self.period_s = 1.0 / rate_hz
        self.newest_s = tick_s
        # Covariance of (newest_s, period_s).
        self._tt = STAMP_SD_S**2
        self._tp = 0.0
        self._pp = (RATE_SD * self.period_s) ** 2
        self._slowest_s, self._fastest_s = 1.25 * self.period_s, 0.8 * self.period_s

    def predict(self, steps: int) -> tuple[float, float]:
        """Predict the stamp (s) of the sample `steps` after the newest, and its standard deviation."""
        variance = self._tt + 2.0 * steps * self._tp + steps * steps * self._pp + STAMP_SD_S**2
        return self.newest_s + steps * self.period_s, sqrt(variance)

    def advance(self, steps: int, tick_s: float) -> None:
        """Take the stamp tick_s of the sample `steps` after the newest one."""
        expected_s, sd_s = self.predict(steps)
        self._tt += 2.0 * steps * self._tp + steps * steps * self._pp
        self._tp += steps * self._pp
        self._pp += (DRIFT_PER_SQRT_S * self.period_s) ** 2 * steps * self.period_s
        limit = OUTLIER_SD * sd_s
        residual = min(limit, max(-limit, tick_s - expected_s))
        gain_t, gain_p = self._tt / sd_s**2, self._tp / sd_s**2
        self.newest_s = expected_s + gain_t * residual
        self.period_s = min(self._slowest_s, max(self._fastest_s, self.period_s + gain_p * residual))
        self._pp -= gain_p * self._tp
        self._tp -= gain_t * self._tp
        self._tt -= gain_t * self._tt

    def jump(self, tick_s: float) -> None:
        """Take the stamp as it is and keep the period, because the count of samples was lost."""
        self.newest_s = tick_s
        self._tt, self._tp = STAMP_SD_S**2, 0.0
