"""The board's own calibration: gyroscope bias from lying still, accelerometer from six positions.

Both read batches that the sampler has completed. Stillness is judged by the spread of the raw readings.

Six positions (each axis up and down once): with raw = M a + b, b is the mean of all six means and column k of M is
(mean of +k - mean of -k) / 2 g; then a = gain raw - offset with gain = M^-1 and offset = gain b, as the device info has
it. Nothing is fitted: six readings of three values are exactly what the twelve unknowns need, up to their mean.
"""

import struct

import wire

GRAVITY_MPS2 = 9.80665
GYRO_S = 3.0
POSITION_S = 2.0
STILL_RATE_RADPS = 0.05
STILL_ACCEL_MPS2 = 0.6
LARGEST_BIAS_RADPS = 0.6
ALONG_AXIS = 0.9  # of what is measured; less is a board that does not lie on that side
ALL_POSITIONS = 0b111111


class StillMean:
    """Means of the six raw readings over so many seconds, unless the board moves."""

    def __init__(self, seconds, accel_scale_mps2, gyro_scale_radps):
        self._seconds = seconds
        self._scales = (accel_scale_mps2,) * 3 + (gyro_scale_radps,) * 3
        self._low = [32767] * 6
        self._high = [-32768] * 6
        self._sums = [0] * 6
        self._count = 0
        self.moved = False

    def add(self, batches, index, period_s):
        """Take in a batch; True when the seconds are over or the board has moved."""
        at = batches.offset(index) + wire.HEAD_BYTES
        for _ in range(batches.samples):
            counts = struct.unpack_from("<6h", batches.memory, at)
            at += wire.SAMPLE_BYTES
            for k in range(6):
                self._sums[k] += counts[k]
                self._low[k] = min(self._low[k], counts[k])
                self._high[k] = max(self._high[k], counts[k])
        self._count += batches.samples
        for k in range(6):
            spread = (self._high[k] - self._low[k]) * self._scales[k]
            if spread > (STILL_ACCEL_MPS2 if k < 3 else STILL_RATE_RADPS):
                self.moved = True
        return self.moved or self._count * period_s >= self._seconds

    @property
    def accel_mps2(self):
        return [self._sums[k] * self._scales[k] / self._count for k in range(3)]

    @property
    def gyro_radps(self):
        return [self._sums[k] * self._scales[k] / self._count for k in range(3, 6)]


class SixPositions:
    """Means of the six positions as they come in, in any order."""

    def __init__(self):
        self._means = [None] * 6

    @property
    def done(self):
        """A bit for each position."""
        return sum(1 << i for i in range(6) if self._means[i])

    def add(self, position, accel_mps2):
        """False when gravity does not lie along the axis of that position (0..5: +x -x +y -y +z -z up)."""
        along = accel_mps2[position // 2] * (1 if position % 2 == 0 else -1)
        if along < ALONG_AXIS * sum(a * a for a in accel_mps2) ** 0.5 or along < 0.5 * GRAVITY_MPS2:
            return False
        self._means[position] = accel_mps2
        return True

    def solve(self):
        """(gain, offset): 9 floats row by row, 3 floats in m/s^2. All six positions must be there."""
        means = self._means
        offset = [sum(mean[row] for mean in means) / 6.0 for row in range(3)]
        m = [[(means[2 * k][row] - means[2 * k + 1][row]) / (2.0 * GRAVITY_MPS2) for k in range(3)] for row in range(3)]
        gain = _inverse(m)
        return gain, [sum(gain[3 * row + k] * offset[k] for k in range(3)) for row in range(3)]


def _inverse(m):
    """Of a 3x3 that is near the identity, row by row."""
    (a, b, c), (d, e, f), (g, h, i) = m
    det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    cofactors = (
        e * i - f * h, c * h - b * i, b * f - c * e,
        f * g - d * i, a * i - c * g, c * d - a * f,
        d * h - e * g, b * g - a * h, a * e - b * d,
    )  # fmt: skip
    return [value / det for value in cofactors]
