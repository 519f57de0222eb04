"""Published figures of the weight-bearing lunge (knee-to-wall) test, each with its source. Facts only, no judgement.

Centimetres and degrees are not converted into each other: the often quoted 3.6 degrees a centimetre is the quotient of
two means; the slope is 1.4 to 1.8 degrees a centimetre and depends on the length of the shank.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Norm:
    """mean and sd of healthy adults (`people` of them), in `unit`; how: what was measured and where; source: short."""

    mean: float
    sd: float
    unit: str
    people: int
    how: str
    source: str


@dataclass(frozen=True, slots=True)
class Mdc:
    """Smallest change of one person that a repeated measurement by one rater can show (95 %), and where it is from."""

    value: float
    unit: str
    source: str


DISTANCE = Norm(12.0, 2.8, "cm", 35, "big toe to wall", "Hoch & McKeon 2011")
ANGLES = (
    Norm(39.0, 4.6, "°", 50, "inclinometer at the tibial tuberosity, from the vertical", "PMID 28108266"),
    Norm(44.9, 5.5, "°", 50, "inclinometer 15 cm below the tuberosity, from the vertical", "PMID 28108266"),
)
"""From the vertical: not to be compared with an angle whose zero is the person's own stance."""
MDC_DISTANCE = Mdc(1.9, "cm", "Powden 2015, 12 studies, one rater; 1.6 cm between raters")
MDC_ANGLE = Mdc(4.7, "°", "Powden 2015, 12 studies, one rater; 4.6° between raters")
RISK_ANGLE_DEG = 36.5
RISK_SOURCE = "Backman & Danielson 2011: below it, more patellar tendinopathy in junior basketball players"
