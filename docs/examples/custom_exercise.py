"""An exercise of your own: python docs/examples/custom_exercise.py [SESSION]

The small knee bend of early rehabilitation. The shin tilts by less than 9°, which to a squat is no rep.
"""

import sys
from math import degrees, radians

from shinsight import ExerciseProfile, measure, simulate

MINI_SQUAT = ExerciseProfile(
    name="mini_squat",
    least_peak_rad=radians(5.0),  # the shin comes forward by 5° of its rest, or it was no rep
    open_rad=radians(3.0),  # so far it leaves its rest before a rep may begin
    close_share=0.4,  # back to 40 % of the way, and the rep is over
    longest_s=10.0,
)

recording = sys.argv[1] if sys.argv[1:] else simulate("sim:squat?depth_deg=5&reps=4&lift_share=0&seed=8").recording
for exercise in ("squat", MINI_SQUAT):
    found = measure(recording, exercise=exercise)
    print(f"as {found.analysis.settings.exercise}: {len(found.reps)} reps")
    for rep in found.reps:
        print(f"  {rep.start_s:5.1f} s: shin tilted by {degrees(rep.peak_inclination_rad):.1f}°, heel {rep.heel}")
