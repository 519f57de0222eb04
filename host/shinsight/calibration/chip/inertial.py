"""Counts to SI in the sensor frame, with the calibration stored on the board.

accel_mps2 = gain @ (counts * scale) - offset; gyro_radps = counts * scale - stored bias. What the session's own
calibration finds (bias at rest, corrections from the rocks) comes later in the pipeline. `SensorWatch` judges
the result.
"""

from __future__ import annotations

from math import ceil, isfinite

import numpy as np

from ...results import Notice
from ...samples import CountsBlock, FloatArray, Sample, SampleBlock, SampleFlag
from ...units import RAD_PER_DEG
from ...wire.messages import DeviceInfo, StoredCalibration

WINDOW_S = 1.0
STILL_ACCEL_SD_MPS2 = 0.35
STILL_GYRO_SD_RADPS = 4.0 * RAD_PER_DEG
"""Spread within which a window counts as rest; a standing person sways by less."""
REST_MPS2 = (9.4, 10.2)
REST_G = (0.9, 1.1)
FASTEST_RADPS = 36.0
"""No common gyro reads beyond +-2000 deg/s (34.9 rad/s)."""
FASTEST_MEAN_RADPS = 10.0
"""No leg turns at 570 deg/s for a whole second."""
MOVING_ACCEL_MPS2 = 0.5
MOVING_GYRO_RADPS = 0.3
"""Swing of an axis that must show on its neighbours: at rest a quiet axis may well stay within one count."""
_AXES = "xyz"
# As plain numbers: every sample is asked for them, and an IntFlag takes fifty times as long to answer.
_SATURATED, _FILLED, _RECONSTRUCTED = (
    int(flag) for flag in (SampleFlag.SATURATED, SampleFlag.FILLED, SampleFlag.FILLED | SampleFlag.GAP)
)


class Inertial:
    """run(CountsBlock) -> SampleBlock. No memory: any cutting gives the same samples."""

    def __init__(self, *, info: DeviceInfo) -> None:
        stored = info.calibration or StoredCalibration()
        self._accel_gain = np.array(stored.accel_gain).reshape(3, 3) * info.accel_scale_mps2
        self._accel_offset_mps2 = np.array(stored.accel_offset_mps2)
        self._gyro_scale_radps = info.gyro_scale_radps
        self._gyro_bias_radps = np.array(stored.gyro_bias_radps)

    def run(self, block: CountsBlock) -> SampleBlock:
        """Convert counts to m/s^2 and rad/s with the calibration. Times and flags stay as they are."""
        return SampleBlock(
            block.t_s,
            # einsum sums each row alone: the product by BLAS would depend on the length of the block in the last bit.
            np.einsum("ij,nj->ni", self._accel_gain, block.accel_counts) - self._accel_offset_mps2,
            block.gyro_counts * self._gyro_scale_radps - self._gyro_bias_radps,
            block.flags,
        )


class SensorWatch:
    """update(sample) -> notices; run(block) is its twin. Judges whole seconds of samples; reports each fault once.

    What it sees: dead axes and sensors, saturation, values that are not numbers, an accelerometer whose gravity is
    wrong at rest, and units that are not m/s^2 and rad/s. It never changes or withholds a sample.
    """

    def __init__(self, *, rate_hz: float) -> None:
        self._size = max(2, ceil(WINDOW_S * rate_hz) + 1)  # one more: a second has passed between first and last
        self._window: list[Sample] = []
        self._reported: set[str] = set()

    def update(self, sample: Sample) -> list[Notice]:
        """Take one sample, and return the notices of new faults."""
        notices = []
        if sample.flags & _SATURATED:
            notices += self._once(
                sample.t_s,
                "saturated",
                f"sensor at the end of its range at {sample.t_s:.1f} s: the angle is unsure from here on; "
                "choose a wider range or tighten the strap",
            )
        if not all(map(isfinite, (*sample.accel_mps2, *sample.gyro_radps))):
            notices += self._once(
                sample.t_s,
                "not_finite",
                f"sample at {sample.t_s:.2f} s holds NaN or infinity, expected finite numbers: check the recording "
                "or the sensor's wiring",
            )
            self._window.clear()
            return notices
        if sample.flags & _RECONSTRUCTED:
            self._window.clear()  # what was reconstructed says nothing about the sensor
        if not sample.flags & _FILLED:
            self._window.append(sample)
        if len(self._window) == self._size:
            notices += self._judge()
            self._window.clear()
        return notices

    def run(self, block: SampleBlock) -> list[Notice]:
        """Return the notices of all samples of a block."""
        return [notice for sample in block.samples() for notice in self.update(sample)]

    def _once(self, t_s: float, code: str, text: str) -> list[Notice]:
        if code in self._reported:
            return []
        self._reported.add(code)
        return [Notice(t_s, code, text)]

    def _judge(self) -> list[Notice]:
        t_s = self._window[-1].t_s
        accel = np.array([s.accel_mps2 for s in self._window])
        gyro = np.array([s.gyro_radps for s in self._window])
        return self._dead(t_s, accel, gyro) + self._units(t_s, gyro) + self._gravity(t_s, accel, gyro)

    def _dead(self, t_s: float, accel: FloatArray, gyro: FloatArray) -> list[Notice]:
        swings = (np.ptp(accel, axis=0), np.ptp(gyro, axis=0))
        if not any(swing.any() for swing in swings):
            return self._once(
                t_s,
                "dead_sensor",
                f"all six axes unchanged for {WINDOW_S:g} s at {t_s:.1f} s: the sensor is not measuring; "
                "check its wiring and restart the board",
            )
        notices = []
        for name, swing, moving, values in (
            ("accelerometer", swings[0], MOVING_ACCEL_MPS2, accel),
            ("gyroscope", swings[1], MOVING_GYRO_RADPS, gyro),
        ):
            for axis in np.flatnonzero((swing == 0.0) & (swing.max() > moving)):
                notices += self._once(
                    t_s,
                    f"dead_{name}_{_AXES[axis]}",
                    f"{name} axis {_AXES[axis]} reads exactly {values[0, axis]:.3f} for {WINDOW_S:g} s at {t_s:.1f} s "
                    "while the others move: that axis is dead; use another sensor",
                )
        return notices

    def _units(self, t_s: float, gyro: FloatArray) -> list[Notice]:
        fastest = float(np.abs(gyro).max())
        mean = float(np.linalg.norm(gyro, axis=1).mean())
        if fastest <= FASTEST_RADPS and mean <= FASTEST_MEAN_RADPS:
            return []
        return self._once(
            t_s,
            "gyro_units",
            f"gyroscope reads up to {fastest:.1f} and {mean:.1f} on average near {t_s:.1f} s, expected at most "
            f"{FASTEST_RADPS:g} and {FASTEST_MEAN_RADPS:g} rad/s: looks like deg/s; convert the recording to rad/s",
        )

    def _gravity(self, t_s: float, accel: FloatArray, gyro: FloatArray) -> list[Notice]:
        still = _spread(accel) < STILL_ACCEL_SD_MPS2 and _spread(gyro) < STILL_GYRO_SD_RADPS
        gravity = float(np.linalg.norm(accel, axis=1).mean())
        low, high = REST_MPS2
        if not still or low <= gravity <= high:
            return []
        if REST_G[0] <= gravity <= REST_G[1]:
            return self._once(
                t_s,
                "accel_units",
                f"accelerometer reads {gravity:.2f} at rest at {t_s:.1f} s, expected {low:g} to {high:g} m/s^2: "
                "looks like g; convert the recording to m/s^2",
            )
        return self._once(
            t_s,
            "accel_at_rest",
            f"accelerometer reads {gravity:.2f} m/s^2 at rest at {t_s:.1f} s, expected {low:g} to {high:g}: "
            "angles and heel heights are wrong; run `shinsight calibrate`",
        )


def _spread(values: FloatArray) -> float:
    """Standard deviation over all axes together."""
    return float(np.sqrt(values.var(axis=0).sum()))
