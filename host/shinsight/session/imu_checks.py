"""Does a recording read as a sensor on a leg would in m/s^2 and rad/s? Judges the whole file at once.

`SensorWatch` judges a stream second by second and only warns. Here wrong units are refused: a whole file also shows
what needs no threshold on anybody's movement, that gravity turns in the sensor as fast as the gyroscope says.
"""

from __future__ import annotations

import numpy as np

from ..calibration.chip.inertial import REST_MPS2, STILL_ACCEL_SD_MPS2, STILL_GYRO_SD_RADPS
from ..errors import DataError
from ..results import Notice
from ..samples import FlagArray, FloatArray, SampleBlock, SampleFlag
from ..units import DEG_PER_RAD, STANDARD_GRAVITY_MPS2

REST_WINDOW_S = 0.5
REST_SHARE = 0.1
"""The quietest tenth of a recording stands for rest, also where nobody ever stood quite still."""
NEVER_STILL_MPS2 = (8.3, 11.3)
"""What that tenth may read when it was not still: movement itself bends gravity this far."""
PLAUSIBLE_REST_MPS2 = (5.0, 20.0)
FASTEST_MEAN_RADPS = 8.0
"""No leg turns at 460 deg/s on average over a recording."""
SMOOTHING_S = 0.5
CLEAR_CORRELATION = 0.5
UNIT_TOLERANCE = 4.0
"""Gravity's turn over the gyroscope's was 0.6 to 1.4 in 178 recordings (squats, lunges, step-downs, sit-to-stand)."""
SATURATION_MPS2 = 19.0
SATURATION_RADPS = 4.2
"""Just below the smallest ranges chips have (2 g, 250 deg/s): an axis cannot reach its end before."""
SATURATION_ROWS = 3
"""An axis that stays on its largest value for this many rows has stopped there; a peak has one or two."""

_AXES = ("accel_x", "accel_y", "accel_z", "gyro_x", "gyro_y", "gyro_z")


def check_units(accel_mps2: FloatArray, gyro_radps: FloatArray, *, rate_hz: float, place: str) -> None:
    """Raises `DataError` when accel_mps2, gyro_radps : (n, 3) cannot be what they are called."""
    if not np.ptp(gyro_radps, axis=0).any():
        raise DataError(
            f"{place}: all gyroscope axes are constant ({gyro_radps[0].tolist()}), expected a moving leg: "
            "the gyroscope is dead or was not recorded"
        )
    if not np.ptp(accel_mps2, axis=0).any():
        raise DataError(
            f"{place}: all accelerometer axes are constant ({accel_mps2[0].tolist()}), expected a moving leg: "
            "the accelerometer is dead or was not recorded"
        )
    rest, _ = _at_rest(accel_mps2, gyro_radps, rate_hz=rate_hz)
    if not PLAUSIBLE_REST_MPS2[0] <= rest <= PLAUSIBLE_REST_MPS2[1]:
        raise DataError(
            f"{place}: the accelerometer reads {rest:.3g} at rest, expected {STANDARD_GRAVITY_MPS2:.2f} m/s^2: "
            + _accel_remedy(rest)
        )
    _check_gyro(accel_mps2, gyro_radps, rate_hz=rate_hz, place=place)


def _at_rest(accel_mps2: FloatArray, gyro_radps: FloatArray, *, rate_hz: float) -> tuple[float, bool]:
    """Magnitude of the accelerometer (m/s^2, median) in the quietest windows, and whether they were still."""
    size = min(len(accel_mps2), max(2, round(REST_WINDOW_S * rate_hz)))
    count = len(accel_mps2) // size
    accel, gyro = (values[: count * size].reshape(count, size, 3) for values in (accel_mps2, gyro_radps))
    accel_sd, gyro_sd = (np.sqrt(windows.var(axis=1).sum(axis=1)) for windows in (accel, gyro))
    quietest = np.argsort(_ranked(accel_sd) + _ranked(gyro_sd))[: max(1, int(REST_SHARE * count))]
    still = np.median(accel_sd[quietest]) < STILL_ACCEL_SD_MPS2 and np.median(gyro_sd[quietest]) < STILL_GYRO_SD_RADPS
    return float(np.median(np.linalg.norm(accel[quietest], axis=2))), bool(still)


def saturated(accel_mps2: FloatArray, gyro_radps: FloatArray) -> FlagArray:
    """(n,) `SampleFlag.SATURATED` where an axis stands still at its largest value, else 0."""
    flags = np.zeros(len(accel_mps2), np.uint8)
    for axis, values in enumerate(np.concatenate([accel_mps2, gyro_radps], axis=1).T):
        least = SATURATION_MPS2 if axis < 3 else SATURATION_RADPS
        for end in (values.max(), values.min()):
            at_end = values == end
            longest = np.convolve(at_end, np.ones(SATURATION_ROWS)).max()
            if abs(end) >= least and longest >= SATURATION_ROWS:
                flags[at_end] |= np.uint8(SampleFlag.SATURATED)
    return flags


def sensor_notices(samples: SampleBlock, *, rate_hz: float, place: str) -> list[Notice]:
    """What looks wrong with the sensor and need not stop anybody."""
    notices = []
    values = np.concatenate([samples.accel_mps2, samples.gyro_radps], axis=1)
    start_s = float(samples.t_s[0])
    for axis in np.flatnonzero(np.ptp(values, axis=0) == 0.0):
        text = (
            f"{place}: {_AXES[axis]} reads {values[0, axis]:g} from start to end: that axis is dead; use another sensor"
        )
        notices.append(Notice(start_s, f"dead_{_AXES[axis]}", text))
    ends = np.flatnonzero(samples.flags & np.uint8(SampleFlag.SATURATED))
    if len(ends):
        first_s = float(samples.t_s[ends[0]])
        largest = np.abs(samples.accel_mps2[ends]).max(), np.abs(samples.gyro_radps[ends]).max()
        text = (
            f"{place}: {len(ends)} samples at the end of the sensor's range, the first at {first_s:.2f} s "
            f"(up to {largest[0]:.1f} m/s^2, {largest[1]:.1f} rad/s): angles are unsure there; choose a wider range"
        )
        notices.append(Notice(first_s, "saturated", text))
    rest, still = _at_rest(samples.accel_mps2, samples.gyro_radps, rate_hz=rate_hz)
    low, high = REST_MPS2 if still else NEVER_STILL_MPS2
    if not low <= rest <= high:
        text = (
            f"{place}: accelerometer reads {rest:.1f} m/s^2 at rest, expected {STANDARD_GRAVITY_MPS2:.1f}: "
            "run `shinsight calibrate`"
        )
        notices.append(Notice(start_s, "accel_at_rest", text))
    return notices


def _check_gyro(accel_mps2: FloatArray, gyro_radps: FloatArray, *, rate_hz: float, place: str) -> None:
    mean = float(np.linalg.norm(gyro_radps, axis=1).mean())
    if mean > FASTEST_MEAN_RADPS:
        raise DataError(
            f"{place}: the gyroscope reads {mean:.1f} rad/s on average, expected below {FASTEST_MEAN_RADPS:g}: "
            f"looks like deg/s; divide by {DEG_PER_RAD:.4f}"
        )
    turn = _gravity_turn(accel_mps2, gyro_radps, rate_hz=rate_hz)
    if turn is None:
        return
    if turn < 0.0:
        raise DataError(
            f"{place}: gravity turns in the sensor in the opposite direction to the gyroscope, "
            f"expected the same: an axis of the "
            "accelerometer or the gyroscope has the wrong sign, or two are swapped; correct the columns"
        )
    if 1.0 / UNIT_TOLERANCE <= turn * DEG_PER_RAD <= UNIT_TOLERANCE:
        raise DataError(
            f"{place}: the gyroscope reads {1.0 / turn:.0f} times what gravity turns in the sensor, expected once: "
            f"looks like deg/s; divide by {DEG_PER_RAD:.4f}"
        )
    if 1.0 / UNIT_TOLERANCE <= turn / DEG_PER_RAD <= UNIT_TOLERANCE:
        raise DataError(
            f"{place}: gravity turns in the sensor {turn:.0f} times as fast as the gyroscope reads, expected once: "
            f"was it converted to rad/s twice? multiply by {DEG_PER_RAD:.4f}"
        )


def _gravity_turn(accel_mps2: FloatArray, gyro_radps: FloatArray, *, rate_hz: float) -> float | None:
    """How fast gravity turns in the sensor as a share of what the gyroscope says; negative when it turns the other way,
    None where too little is clear.

    Gravity is fixed in the earth, so in the sensor u' = -w x u (u the direction of the smoothed accelerometer).
    """
    size = max(3, round(SMOOTHING_S * rate_hz))
    if len(accel_mps2) < 2 * size:
        return None
    accel, gyro = (_smoothed(values, size) for values in (accel_mps2, gyro_radps))
    up = accel / np.maximum(np.linalg.norm(accel, axis=1, keepdims=True), 1e-9)
    seen = np.gradient(up, axis=0) * rate_hz
    said = -np.cross(gyro, up)
    seen2, said2, both = float((seen**2).sum()), float((said**2).sum()), float((seen * said).sum())
    if abs(both) <= CLEAR_CORRELATION * np.sqrt(seen2 * said2):
        return None
    return both / said2


def _smoothed(values: FloatArray, size: int) -> FloatArray:
    """Moving mean over `size` rows, without the ends."""
    sums = np.cumsum(np.concatenate([np.zeros((1, 3)), values]), axis=0)
    smoothed: FloatArray = (sums[size:] - sums[:-size]) / size
    return smoothed


def _ranked(values: FloatArray) -> FloatArray:
    return np.argsort(np.argsort(values)).astype(np.float64)


def _accel_remedy(rest: float) -> str:
    if 0.7 <= rest <= 2.0:  # chips that are far out of calibration included
        return "looks like g; multiply by 9.80665"
    if 700.0 <= rest <= 1500.0:
        return "looks like mg (multiply by 0.00980665) or cm/s^2 (multiply by 0.01)"
    if rest < 0.7:
        return "gravity is missing; export the raw accelerometer, not the linear acceleration"
    return "convert it to m/s^2, for example by multiplying counts by the scale of the chip"
