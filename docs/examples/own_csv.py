"""Measure the recording of another sensor: python docs/examples/own_csv.py phone.csv

Here a file with milliseconds, g and degrees per second in the columns ms, ax, ay, az, gx, gy, gz. Such numbers are
refused with the remedy when they are handed over as they are; say their units once, as below.
"""

import sys

import numpy as np

from shinsight import from_arrays, measure, reps_table

table = np.genfromtxt(sys.argv[1], delimiter=",", names=True)
recording = from_arrays(
    t_s=table["ms"] / 1000.0,
    accel_mps2=np.column_stack([table["ax"], table["ay"], table["az"]]) * 9.80665,
    gyro_radps=np.radians(np.column_stack([table["gx"], table["gy"], table["gz"]])),
)
measured = measure(recording, exercise="squat", side="left")

print(f"{recording.rate_hz:.1f} Hz, {len(measured.reps)} reps")
print(
    reps_table(measured.reps)[["number", "peak_inclination_deg", "peak_inclination_sd_deg", "heel"]].to_string(
        index=False
    )
)
for note in measured.notes:
    print("Note:", note)
