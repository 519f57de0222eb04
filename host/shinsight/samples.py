"""Samples: one (plain floats) and many (read-only arrays). Immutable, SI, sensor frame.

Raw counts are another type (`CountsBlock`): nothing can mistake them for SI. Times are seconds on the
board's own clock, zero at the first sample, evenly spaced but for gaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntFlag, StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
FlagArray = NDArray[np.uint8]
Vector = tuple[float, float, float]


class SampleFlag(IntFlag):
    """Marks of a sample that is not ordinary; kept all the way to the CSV."""

    NONE = 0
    FILLED = 1  # lost on the way and reconstructed
    GAP = 2  # samples before this one were lost and could not be reconstructed
    SATURATED = 4  # at least one axis at the end of its range
    OVERRUN = 8  # the board's FIFO or queue overran before this sample


class Phase(StrEnum):
    """What the person was asked to do. Written to the `phase` column of `imu.csv`."""

    NONE = ""
    STAND = "stand"
    ROCKS = "rocks"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Sample:
    """One IMU sample, SI, sensor frame (the chip's axes as its data sheet draws them)."""

    t_s: float
    accel_mps2: Vector
    gyro_radps: Vector
    flags: int = 0


def _readonly(array: NDArray[np.generic]) -> None:
    array.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class SampleBlock:
    """Many samples.

    t_s : (n,) s, strictly increasing; accel_mps2 : (n, 3); gyro_radps : (n, 3); flags : (n,) of `SampleFlag`.
    The arrays are made read-only.
    """

    t_s: FloatArray
    accel_mps2: FloatArray
    gyro_radps: FloatArray
    flags: FlagArray

    def __post_init__(self) -> None:
        n = len(self.t_s)
        if self.accel_mps2.shape != (n, 3) or self.gyro_radps.shape != (n, 3) or self.flags.shape != (n,):
            raise ValueError(
                f"sample block shapes differ: t_s {self.t_s.shape}, accel_mps2 {self.accel_mps2.shape}, "
                f"gyro_radps {self.gyro_radps.shape}, flags {self.flags.shape}; expected (n,), (n, 3), (n, 3), (n,)"
            )
        for array in (self.t_s, self.accel_mps2, self.gyro_radps, self.flags):
            _readonly(array)

    def __len__(self) -> int:
        return len(self.t_s)

    def __getitem__(self, part: slice) -> SampleBlock:
        return SampleBlock(self.t_s[part], self.accel_mps2[part], self.gyro_radps[part], self.flags[part])

    def samples(self) -> Iterator[Sample]:
        """The samples one by one, as plain floats."""
        rows = zip(
            self.t_s.tolist(),
            self.accel_mps2.tolist(),
            self.gyro_radps.tolist(),
            self.flags.tolist(),
            strict=True,
        )
        for t_s, accel, gyro, flags in rows:
            yield Sample(t_s, tuple(accel), tuple(gyro), flags)

    @staticmethod
    def empty() -> SampleBlock:
        """Return a block without samples."""
        return SampleBlock(np.empty(0), np.empty((0, 3)), np.empty((0, 3)), np.empty(0, np.uint8))

    @staticmethod
    def join(blocks: Sequence[SampleBlock]) -> SampleBlock:
        """Join blocks into one, in the order given."""
        if not blocks:
            return SampleBlock.empty()
        return SampleBlock(
            np.concatenate([b.t_s for b in blocks]),
            np.concatenate([b.accel_mps2 for b in blocks]),
            np.concatenate([b.gyro_radps for b in blocks]),
            np.concatenate([b.flags for b in blocks]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class CountsBlock:
    """Raw counts as the chip gave them, on an even time axis.

    t_s : (n,) s; accel_counts : (n, 3); gyro_counts : (n, 3), float because filled samples are not whole; flags : (n,).
    """

    t_s: FloatArray
    accel_counts: FloatArray
    gyro_counts: FloatArray
    flags: FlagArray

    def __post_init__(self) -> None:
        for array in (self.t_s, self.accel_counts, self.gyro_counts, self.flags):
            _readonly(array)

    def __len__(self) -> int:
        return len(self.t_s)
