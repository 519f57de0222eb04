"""Compare two legs: python docs/examples/compare_two_legs.py [LEFT RIGHT]   (two sessions; none: two simulated legs)

Only repetitions whose heel was surely down count. What skin does over bone is the same in all repetitions of a
session, so the error of a leg does not shrink with their number.
"""

import math
import sys
from statistics import median

from shinsight import HeelState, Measured, measure, simulate


def leg(measured: Measured) -> tuple[float, float]:
    """Median of the dorsiflexion of the reps with the heel down, and its standard deviation, degrees."""
    side = measured.analysis.settings.side
    down = [rep for rep in measured.reps if rep.heel is HeelState.DOWN]
    left_out = len(measured.reps) - len(down)
    print(f"{side}: {len(down)} reps with the heel down, {left_out} left out (heel up or unsure)")
    for note in measured.notes:
        print("  Note:", note)
    if not down:
        sys.exit(f"Nothing can be said of the {side} leg: the heel was surely down in no rep.")
    angle_rad = median(rep.peak_dorsiflexion_rad for rep in down if rep.peak_dorsiflexion_rad is not None)
    sd_rad = median(rep.peak_inclination_sd_rad for rep in down)
    return math.degrees(angle_rad), math.degrees(sd_rad)


if sys.argv[1:]:
    left, right = (measure(path) for path in sys.argv[1:])
else:
    left, right = (
        measure(simulate(f"sim:squat?reps=4&depth_deg={deg}&side={side}&seed=4").recording, side=side)
        for side, deg in (("left", 36), ("right", 26))
    )
(left_deg, left_sd), (right_deg, right_sd) = leg(left), leg(right)
difference_deg, band_deg = left_deg - right_deg, 1.96 * math.hypot(left_sd, right_sd)
print(f"left {left_deg:.1f}° ± {1.96 * left_sd:.1f}°, right {right_deg:.1f}° ± {1.96 * right_sd:.1f}° (95 %)")
sure = "more than" if abs(difference_deg) > band_deg else "within"
print(f"difference {difference_deg:+.1f}°, {sure} what two sensors on skin may differ by (±{band_deg:.1f}°)")
