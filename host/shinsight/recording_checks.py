"""Does a recording read as a sensor on a leg would in m/s^2 and rad/s? Judges the whole file at once.

`SensorWatch` judges a stream second by second and only warns; here wrong units are refused, because a whole file can
also be judged by what does not depend on any threshold: gravity turns in the sensor as fast as the gyroscope says.
"""

from __future__ import annotations

import numpy as np

from .results import Notice
from .samples import FlagArray, FloatArray, SampleBlock


def check_units(si: FloatArray, *, place: str) -> None:
    return None


def saturated(si: FloatArray) -> FlagArray:
    return np.zeros(len(si), np.uint8)


def sensor_notices(samples: SampleBlock, *, place: str) -> list[Notice]:
    return []
