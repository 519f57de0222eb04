"""Open a session and draw its repetitions: python docs/examples/plot_a_session.py SESSION reps.png

SESSION is a folder that `shinsight` wrote, or an imu.csv of any sensor.
"""

import sys

from matplotlib.figure import Figure

from shinsight import frames_table, measure, reps_table

session, picture = sys.argv[1:]
measured = measure(session)
frames, reps = frames_table(measured.frames), reps_table(measured.reps)
frames = frames[frames["phase"] == "set"]

shown = ["number", "start_s", "peak_dorsiflexion_deg", "peak_inclination_sd_deg", "heel", "ankle_rise_mm"]
print(reps[shown].to_string(index=False))
for note in measured.notes:
    print("Note:", note)

figure = Figure(figsize=(9, 4), layout="constrained")
axes = figure.add_subplot(xlabel="time (s)", ylabel="forward tilt of the shin (°)")
axes.plot(frames["t_s"], frames["inclination_deg"], color="0.75", label="heel not surely down")
axes.plot(frames["t_s"], frames["dorsiflexion_deg"], color="tab:blue", linewidth=2.5, label="dorsiflexion, heel down")
for rep in reps.itertuples():
    axes.text(rep.bottom_s, rep.peak_inclination_deg + 5, f"{rep.number}\nheel\n{rep.heel}", ha="center")
band_deg = 1.96 * reps["peak_inclination_sd_deg"]
axes.errorbar(
    reps["bottom_s"], reps["peak_inclination_deg"], band_deg, fmt="none", color="black", label="95 % of a peak"
)
axes.margins(y=0.3)
figure.legend(loc="outside lower center", ncols=3)
figure.savefig(picture, dpi=120)
