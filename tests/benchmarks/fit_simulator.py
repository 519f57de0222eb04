"""Is the simulated leg like people? Its spread of movement beside that of UI-PRMD's markers, number by number.

    python tests/benchmarks/fit_simulator.py [--people 60] [--picture docs/validation/simulator.png]

For each number: mean over legs, standard deviation between legs and within one, where 5 to 95 % of optical and of
simulated repetitions lie, and two shares that are 10 % in a perfect world: of the optical repetitions outside the
simulator's 5 to 95 %, and of a left-out subject's outside what the other five predict (a normal distribution, of the
logarithm for durations, as host/shinsight/transport/simulated/person.py draws them). The simulated people stand
between repetitions no longer than the real ones did.
"""

from __future__ import annotations

import argparse
import sys
from itertools import product
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.movement_features import optical_set, rep_features, simulated_set
from recordings.ui_prmd.convert import FLAT_MM
from recordings.ui_prmd.markers import SIDES, SUBJECTS
from shinsight.transport.simulated import SimOptions

MOVEMENTS = {"squat": "m01", "lunge": "m03", "sit_to_stand": "m05"}
FORMS = {"good": "c", "poor": "i"}
FRONT_LEG = {1: "R", 4: "R", 5: "R", 7: "L", 8: "R"}
FIRST_SEED = 5000
SIGMAS_5_TO_95 = 1.645
WHO = ["source", "exercise", "form", "subject", "side"]
PICTURED = (
    "descent_s",
    "bottom_s",
    "ascent_s",
    "peak_deg",
    "inward_deg",
    "stance_inward_deg",
    "ankle_up_mm",
    "ankle_forward_mm",
    "ankle_not_by_a_lever_mm",
)


def optical(exercise: str, form: str) -> pd.DataFrame:
    """One row a repetition whose heel stays down; of the lunge the front leg's."""
    rows = []
    for subject, side in product(SUBJECTS, SIDES):
        if exercise == "lunge" and FRONT_LEG.get(subject) != side:
            continue
        found = rep_features(optical_set(subject, MOVEMENTS[exercise], FORMS[form], side))
        flat = [row for row in found if row["heel_up_mm"] < FLAT_MM]
        rows += [{"source": "optical", "subject": subject, "side": side} | row for row in flat]
    return pd.DataFrame(rows).assign(exercise=exercise, form=form)


def simulated(exercise: str, form: str, people: int) -> pd.DataFrame:
    """One row a repetition of as many simulated legs."""
    rows = []
    for seed in range(FIRST_SEED, FIRST_SEED + people):
        options = SimOptions(
            exercise=exercise,
            form=form,
            reps=10,
            heel_lift_mm=0.0,
            pause_s=0.0,
            bounces=None if exercise == "sit_to_stand" else 0.0,
            start="split" if exercise == "lunge" else "flat",
            seed=seed,
        )
        rows += [
            {"source": "simulated", "subject": seed, "side": "R"} | row for row in rep_features(simulated_set(options))
        ]
    return pd.DataFrame(rows).assign(exercise=exercise, form=form)


def compared(reps: pd.DataFrame) -> pd.DataFrame:
    """One row a number of one exercise and form."""
    real, made = (reps[reps.source == source] for source in ("optical", "simulated"))
    rows = {}
    for name in [column for column in reps.columns if column not in WHO]:
        found = real.dropna(subset=[name])
        low, high = np.percentile(made[name].dropna(), (5, 95)) if made[name].notna().any() else (np.nan, np.nan)
        mean, between, within = _spread(found, name)
        simulated_mean, simulated_between, simulated_within = _spread(made.dropna(subset=[name]), name)
        rows[name] = {
            "mean": mean,
            "between": between,
            "within": within,
            "5 to 95 %": _range(found[name]),
            "sim. mean": simulated_mean,
            "sim. between": simulated_between,
            "sim. within": simulated_within,
            "sim. 5 to 95 %": f"{low:.2f} to {high:.2f}",
            "outside sim., %": 100.0 * float(np.mean((found[name] < low) | (found[name] > high))),
            "left out, outside, %": 100.0 * float(np.mean(list(left_out(found, name).values()))),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _spread(reps: pd.DataFrame, name: str) -> tuple[float, float, float]:
    """Mean over legs, standard deviation between them, and within."""
    legs = reps.groupby(["subject", "side"])[name]
    return legs.mean().mean(), legs.mean().std(), float(np.sqrt((legs.std() ** 2).mean()))


def left_out(reps: pd.DataFrame, name: str) -> dict[int, float]:
    """By subject: the share of its repetitions outside the 5 to 95 % that the others predict."""
    values = reps.assign(value=np.log(reps[name].clip(lower=0.01)) if name.endswith("_s") else reps[name])
    outside = {}
    for subject, own in values.groupby("subject"):
        mean, between, within = _spread(values[values.subject != subject], "value")
        reach = SIGMAS_5_TO_95 * np.hypot(between, within)
        outside[subject] = float(np.mean(np.abs(own["value"] - mean) > reach))
    return outside


def _range(values: pd.Series) -> str:
    low, high = np.percentile(values, (5, 95))
    return f"{low:.2f} to {high:.2f}"


def by_subject(reps: pd.DataFrame) -> pd.DataFrame:
    """Mean and spread within of each subject, both legs, in words."""
    names = [column for column in reps.columns if column not in WHO]
    each = reps[reps.source == "optical"].groupby("subject")[names]
    return (each.mean().round(2).astype(str) + " (" + each.std().round(2).astype(str) + ")").T


def draw(reps: pd.DataFrame, path: Path) -> None:
    """Distributions over legs and repetitions: optical by subject, all of them, simulated."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(3, 3, figsize=(10, 7.5), layout="constrained")
    real, made = (reps[reps.source == source] for source in ("optical", "simulated"))
    for axis, name in zip(axes.flat, PICTURED, strict=True):
        both = pd.concat([real[name], made[name]]).dropna()
        low, high = np.percentile(both, (0.5, 99.5))
        bins = np.linspace(low, high, 25)
        axis.hist(made[name], bins, density=True, color="#bbbbbb", label=f"simulated, {made.subject.nunique()} people")
        axis.hist(real[name], bins, density=True, histtype="step", color="#0072b2", lw=2, label="optical, all")
        top = axis.get_ylim()[1]
        for row, (subject, own) in enumerate(real.groupby("subject")):
            height = top * (1.06 + 0.09 * row)
            axis.plot(own[name], np.full(len(own), height), "|", color="#d55e00", ms=5, alpha=0.6)
            axis.text(bins[0], height, f"{subject} ", ha="right", va="center", fontsize=6)
        *words, unit = name.split("_")
        axis.set_xlabel(f"{' '.join(words)} ({unit})")
        axis.set_yticks([])
    axes[0, 0].plot([], [], "|", color="#d55e00", label="optical, by subject")
    axes[0, 0].legend(fontsize=7, loc="upper right")
    figure.suptitle("Deep squats: UI-PRMD's markers and the simulated leg")
    figure.savefig(path, dpi=90)
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--people", type=int, default=60, help="simulated people of each exercise and form")
    parser.add_argument("--picture", type=Path, help="where to draw the squats, well done")
    asked = parser.parse_args()
    pd.set_option("display.width", 250, "display.max_columns", 20, "display.float_format", "{:.2f}".format)
    for exercise, form in product(MOVEMENTS, FORMS):
        reps = pd.concat([optical(exercise, form), simulated(exercise, form, asked.people)], ignore_index=True)
        print(f"\n## {exercise}, {form} form: {(reps.source == 'optical').sum()} optical repetitions\n")
        print(compared(reps).to_string())
        if form == "good":
            print("\nby subject, mean (sd):\n" + by_subject(reps).to_string())
        if asked.picture and (exercise, form) == ("squat", "good"):
            draw(reps, asked.picture)


if __name__ == "__main__":
    main()
