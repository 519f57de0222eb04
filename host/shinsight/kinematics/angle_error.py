"""How sure an inclination is: what a sensor on skin cannot know about the bone under it.

Sensor and filter err by half a degree. The rest grows with the angle: skin turns against the bone by 0.7 to 3 deg at
30 deg of inclination (1.5 in the middle), and a shank that turns about itself while it leans
sideways reads too much or too little. Checked against optical squats in docs/validation.md: 95 % within two of these.
"""

from __future__ import annotations

from math import hypot

from ..units import RAD_PER_DEG

SENSOR_RAD = 0.5 * RAD_PER_DEG
SKIN_SHARE = 1.75 / 30.0


def inclination_sd(inclination_rad: float) -> float:
    """Standard deviation, rad, of an inclination relative to standing."""
    return hypot(SENSOR_RAD, SKIN_SHARE * inclination_rad)
