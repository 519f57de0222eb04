"""Samples that say which they are: what was lost, doubled or swapped on the way is exact."""

_BASE = 1 << 14


class Numbered:
    """Sample k carries k in ax (low 14 bits) and ay (the rest), and again in gx and gy."""

    AZ = 2048
    GZ = -7

    def fill(self, k, counts):
        counts[0] = counts[3] = k % _BASE
        counts[1] = counts[4] = k // _BASE
        counts[2] = self.AZ
        counts[5] = self.GZ


def number(counts, first=0):
    """The k of a sample's accelerometer (first=0) or gyroscope (first=3)."""
    return counts[first + 1] * _BASE + counts[first]


def number_of(row):
    """The k of 12 bytes ax ay az gx gy gz, little endian. Raises when they are not one whole sample of `Numbered`."""
    from struct import unpack

    counts = unpack("<6h", row)
    if number(counts) != number(counts, 3) or counts[2] != Numbered.AZ or counts[5] != Numbered.GZ:
        raise ValueError(f"not one sample: {counts}")
    return number(counts)


class Constant:
    """Every sample is the same."""

    def __init__(self, *counts):
        self._counts = counts

    def fill(self, k, counts):
        for axis in range(6):
            counts[axis] = self._counts[axis]
