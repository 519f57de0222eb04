"""A board that a hand places on its six sides, each some degrees off: `emulator:table?grade=mpu6050`.

The order of the sides is random; between them the board is turned by hand. It reads what a chip of its grade would.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from urllib.parse import parse_qsl

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from ...errors import SettingsError
from ...samples import FloatArray
from ...units import STANDARD_GRAVITY_MPS2
from .sensor import ACCEL_SCALE_MPS2, GRADES, GYRO_SCALE_RADPS, Reading

UPS = np.concatenate([np.eye(3), -np.eye(3)])
TREMOR_RADPS = 0.15
TREMOR_MPS2 = 0.5
"""Of a hand that turns the board."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableOptions:
    """off_deg: tilt error of a side, one standard deviation. still_s: rest on each side. turn_s: time to the next."""

    seed: int = 0
    grade: str = "mpu6050"
    off_deg: float = 3.0
    still_s: float = 4.0
    turn_s: float = 1.0
    rate_hz: float = 104.0

    def __post_init__(self) -> None:
        if self.grade not in GRADES:
            raise SettingsError(f"table: grade is {self.grade!r}; known are {', '.join(GRADES)}")
        bounds = (("off_deg", 0, 30), ("still_s", 0.2, 60), ("turn_s", 0.2, 10), ("rate_hz", 25, 500))
        for name, low, high in bounds:
            if not low <= getattr(self, name) <= high:
                raise SettingsError(f"table: {name} is {getattr(self, name):g}, expected {low:g} to {high:g}")


def table_options(query: str) -> TableOptions:
    """Return the options in `name=value&...`. Raises `SettingsError` that names the known ones."""
    kinds = {field.name: str(field.type) for field in fields(TableOptions)}
    given: dict[str, object] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        if name not in kinds:
            raise SettingsError(f"table: option {name!r} is unknown; known are {', '.join(sorted(kinds))}")
        try:
            given[name] = {"int": int, "float": float, "str": str}[kinds[name]](text)
        except ValueError:
            raise SettingsError(f"table: {name} is {text!r}, expected a number") from None
    return TableOptions(**given)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class Chip:
    """The errors of one chip: it reads gain @ accel + offset, in SI; its gyroscope has a bias only."""

    gain: FloatArray
    offset_mps2: FloatArray
    bias_radps: FloatArray

    @staticmethod
    def drawn(grade: str, rng: np.random.Generator) -> Chip:
        """Draw a chip of this grade, a key of `GRADES`."""
        sd = GRADES[grade]
        gain = np.eye(3) + np.diag(rng.normal(0, 1, 3) * sd.scale) + rng.normal(0, 1, (3, 3)) * sd.cross * 0.5
        return Chip(gain, rng.normal(0, 1, 3) * sd.offset_mps2, rng.normal(0, 1, 3) * sd.gyro_offset_radps)


def read_on_table(options: TableOptions) -> tuple[Reading, Chip]:
    """Return what the board reads, and the errors of its chip; the same for the same options."""
    rng = np.random.default_rng([options.seed, 20261123])
    chip = Chip.drawn(options.grade, rng)
    turns = _turns(options, rng)
    t_s, turn, moving = _path(turns, options)
    step_s = 1.0 / options.rate_hz
    turned = (turn[:-1].inv() * turn[1:]).as_rotvec() / step_s
    rates = np.concatenate([turned, turned[-1:]])
    force = turn.inv().apply([0.0, 0.0, STANDARD_GRAVITY_MPS2])
    shake = moving[:, None]
    rates = rates + shake * rng.normal(0, TREMOR_RADPS, rates.shape) + chip.bias_radps
    force = (force + shake * rng.normal(0, TREMOR_MPS2, force.shape)) @ chip.gain.T + chip.offset_mps2
    half_band = np.sqrt(options.rate_hz / 2.0)
    sd = GRADES[options.grade]
    force = force + rng.normal(0, 1, force.shape) * sd.accel_noise * half_band
    rates = rates + rng.normal(0, 1, rates.shape) * sd.gyro_noise * half_band
    counts = np.concatenate([force / ACCEL_SCALE_MPS2, rates / GYRO_SCALE_RADPS], axis=1)
    index = np.arange(len(t_s), dtype=np.float64)
    return Reading(np.clip(np.round(counts), -32768, 32767), t_s, index, options.rate_hz), chip


def _turns(options: TableOptions, rng: np.random.Generator) -> Rotation:
    """R_earth_from_sensor on each side, in their order."""
    laid = []
    for up in rng.permutation(UPS):
        flat, _ = Rotation.align_vectors([[0.0, 0.0, 1.0]], [up])
        off = Rotation.from_rotvec([*np.radians(options.off_deg / np.sqrt(2.0)) * rng.normal(0, 1, 2), 0.0])
        heading = Rotation.from_rotvec([0.0, 0.0, rng.uniform(-np.pi, np.pi)])
        laid.append(heading * off * flat)
    return Rotation.concatenate(laid)


def _path(turns: Rotation, options: TableOptions) -> tuple[FloatArray, Rotation, FloatArray]:
    """Times, R_earth_from_sensor, and 1 where a hand is at it."""
    each_s = options.still_s + options.turn_s
    t_s = np.arange(0.0, len(turns) * each_s - options.turn_s, 1.0 / options.rate_hz)
    place, within_s = np.divmod(t_s, each_s)
    share = np.clip((within_s - options.still_s) / options.turn_s, 0.0, 1.0)
    smooth = share**2 * (3.0 - 2.0 * share)
    last = len(turns) - 1.0
    turn = Slerp(np.arange(len(turns)), turns)(np.minimum(place + smooth, last))
    return t_s, turn, (share > 0.0).astype(np.float64)
