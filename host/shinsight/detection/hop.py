"""Does the ankle rise although the shank is upright? Its height, high-passed, free of any foot-flat guess.

Foot-flat is assumed near upright because drift would else grow without bound; a heel that lifts there must be able to
break the assumption. High-passed height s^2/(s+a)^2 cannot drift: it needs no anchor and forgets within seconds.
"""

from __future__ import annotations

TIME_CONSTANT_S = 1.0


class HighPassedHeight:
    """update(dt_s, vertical_accel_mps2, lever_height_m) -> (height_m, velocity_mps) of the ankle, high-passed."""

    def __init__(self) -> None:
        self._position = 0.0
        self._velocity = 0.0
        self._low: float | None = None
        self._lower = 0.0
        self._height = 0.0

    def update(self, dt_s: float, vertical_mps2: float, lever_height_m: float) -> tuple[float, float]:
        a = 1.0 / TIME_CONSTANT_S
        if self._low is None:
            self._low = self._lower = lever_height_m
        self._velocity += dt_s * (vertical_mps2 - 2.0 * a * self._velocity - a * a * self._position)
        self._position += dt_s * self._velocity
        self._low += dt_s * a * (lever_height_m - self._low)
        self._lower += dt_s * a * (self._low - self._lower)
        height = self._position + lever_height_m - 2.0 * self._low + self._lower
        velocity = (height - self._height) / dt_s if dt_s > 0.0 else 0.0
        self._height = height
        return height, velocity

    def reset(self, lever_height_m: float) -> None:
        """The ankle is known to rest here: forget what drift has gathered."""
        self._position = self._velocity = self._height = 0.0
        self._low = self._lower = lever_height_m

    def run(
        self, dt_s: list[float], vertical_mps2: list[float], lever_height_m: list[float]
    ) -> list[tuple[float, float]]:
        """n updates."""
        return [self.update(*row) for row in zip(dt_s, vertical_mps2, lever_height_m, strict=True)]
