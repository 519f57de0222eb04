"""Units of the edges (screen, CLI, CSV, registers) against SI inside. Names carry their unit everywhere."""

from math import pi

STANDARD_GRAVITY_MPS2 = 9.80665
"""Standard gravity (CGPM 1901). Local gravity is taken from the sensor at rest, never from here."""

RAD_PER_DEG = pi / 180.0
DEG_PER_RAD = 180.0 / pi
MM_PER_M = 1000.0
