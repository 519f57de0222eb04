"""The pictures of docs/validation.md, one function each. Colours of Okabe & Ito (2008), safe for the colour-blind."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from shinsight.samples import FloatArray

from . import measures as m
from .evaluate import Tables
from .sections import GRADE_NAMES, GRADES, optical_squats, simulated

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PINK = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
GRADE_COLOURS = {"ideal": GREEN, "lsm6dso": BLUE, "mpu6050": ORANGE}
SAID_COLOURS = {"down": BLUE, "unsure": "#BBBBBB", "up": RED}
SUBJECT_COLOURS = (BLUE, ORANGE, GREEN, RED, PINK, BLACK)
MARKERS = "osD^vP"
DPI = 100


def save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=DPI, metadata={"Software": None})


def _figure(
    columns: int, *, width: float = 9.0, height: float = 3.8, share_y: bool = False
) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(1, columns, sharey=share_y, squeeze=False)[0]
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25, linewidth=0.6)
        axis.set_axisbelow(True)
    return figure, list(axes)


def peak_by_subject(tables: Tables) -> Figure:
    figure, (axis,) = _figure(1)
    subjects = sorted(optical_squats(tables, "lsm6dso").subject.unique())
    width = 0.26
    for k, grade in enumerate(GRADES):
        reps = optical_squats(tables, grade)
        errors = [m.peak_error(reps[reps.subject == s]).dropna() for s in subjects] + [m.peak_error(reps).dropna()]
        axis.boxplot(
            errors,
            positions=np.arange(len(errors)) + (k - 1) * width,
            widths=0.8 * width,
            whis=(2.5, 97.5),
            showfliers=False,
            patch_artist=True,
            boxprops={"facecolor": GRADE_COLOURS[grade], "linewidth": 0.7, "alpha": 0.8},
            medianprops={"color": "black"},
            whiskerprops={"linewidth": 0.8},
            capprops={"linewidth": 0.8},
            label=GRADE_NAMES[grade],
            manage_ticks=False,
        )
    axis.axhline(0.0, color="black", linewidth=0.8)
    axis.axhspan(-2.0, 2.0, color=SKY, alpha=0.15, linewidth=0, label="target: 95 % within 2°")
    axis.set_xticks(range(len(subjects) + 1), [f"subject {s}" for s in subjects] + ["all"])
    axis.set_ylabel("peak inclination, measured − optical (°)")
    axis.set_title("Error of the peak inclination: optical squats (box: half of the reps, whiskers: 95 %)", fontsize=10)
    axis.legend(ncols=4, fontsize=8, loc="upper right")
    return figure


def bland_altman(tables: Tables) -> Figure:
    figure, axes = _figure(3, share_y=True)
    for axis, grade in zip(axes, GRADES, strict=True):
        reps = m.measured(optical_squats(tables, grade))
        subjects = sorted(reps.subject.unique())
        for subject, colour, marker in zip(subjects, SUBJECT_COLOURS, MARKERS, strict=False):
            own = reps[reps.subject == subject]
            middle = (own.peak_deg + own.true_peak_deg) / 2.0
            axis.scatter(
                middle, m.peak_error(own), s=9, color=colour, marker=marker, alpha=0.5, linewidths=0, label=subject
            )
        errors = m.peak_error(reps)
        bias, half = errors.mean(), 1.96 * errors.std()
        for at, text in (
            (bias, f"bias {bias:+.1f}°"),
            (bias - half, f"{bias - half:+.1f}°"),
            (bias + half, f"{bias + half:+.1f}°"),
        ):
            axis.axhline(at, color="black", linewidth=1.0, linestyle="-" if at == bias else "--")
            paper = {"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1.0}
            axis.annotate(
                text, (1.0, at), xycoords=("axes fraction", "data"), xytext=(0, 2), textcoords="offset points",
                ha="right", va="bottom", fontsize=8, bbox=paper,
            )  # fmt: skip
        axis.set_title(f"{GRADE_NAMES[grade]} ({len(reps)} reps)", fontsize=10)
        axis.set_xlabel("mean of both (°)")
    axes[0].set_ylabel("measured − optical (°)")
    axes[1].legend(title="subject", fontsize=7, title_fontsize=7, ncols=2, loc="lower left", markerscale=1.5)
    figure.suptitle("Peak inclination, Bland–Altman: bias and 95 % limits of agreement", fontsize=10)
    return figure


def roc(tables: Tables) -> Figure:
    figure, (left, right) = _figure(2, height=4.2)
    curves = {
        f"optical, {GRADE_NAMES[g]}": (optical_squats(tables, g, added=True), GRADE_COLOURS[g], "-") for g in GRADES[1:]
    }
    curves["simulated, medium skin motion"] = (simulated(tables), GREEN, "--")
    curves["simulated, high skin motion"] = (simulated(tables, skin="high"), PINK, "--")
    for name, (reps, colour, line) in curves.items():
        if not len(m.lifted(reps)) or not len(m.flat(reps)):
            continue
        for axis in (left, right):
            axis.plot(*m.roc(reps), color=colour, linestyle=line, linewidth=1.6, label=f"{name}: AUC {m.auc(reps):.3f}")
            axis.plot(
                m.false_positives(reps).value, m.sensitivity(m.measured(reps)).value, "o", color=colour, markersize=7,
                markeredgecolor="black", zorder=5,
            )  # fmt: skip
    left.plot([0, 1], [0, 1], color="grey", linewidth=0.8, linestyle=":")
    right.axvspan(0.0, 0.02, color=SKY, alpha=0.2, linewidth=0)
    right.set(xlim=(-0.002, 0.15), ylim=(0.75, 1.005), title="the corner that matters (shaded: at most 2 %)")
    left.set(title="whole curve; dots: the fixed thresholds")
    for axis in (left, right):
        axis.title.set_fontsize(10)
        axis.set_xlabel("flat reps called up")
        axis.set_ylabel("lifted reps called up")
        axis.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    left.legend(fontsize=8, loc="lower right")
    return figure


LATENCIES_MS = (-300, 800)
LIFT_BINS_MM = (-20, 4, 8, 12, 20, 30, 40, 60, 200)


def verdict_by_lift(tables: Tables) -> Figure:
    figure, axes = _figure(3, share_y=True, height=3.6)
    groups = {
        "optical, LSM6DSO": optical_squats(tables, "lsm6dso", added=True),
        "optical, MPU-6050": optical_squats(tables, "mpu6050", added=True),
        "simulated, LSM6DSO": simulated(tables),
    }
    names = [
        "< 4",
        *(f"{a}–{b}" for a, b in pairwise(LIFT_BINS_MM[1:-1])),
        f"> {LIFT_BINS_MM[-2]}",
    ]
    for axis, (name, reps) in zip(axes, groups.items(), strict=True):
        reps = m.measured(reps)
        place = pd.cut(reps.true_heel_mm, LIFT_BINS_MM, labels=False)
        filled = [k for k in range(len(names)) if (place == k).any()]
        base = np.zeros(len(filled))
        for said, colour in SAID_COLOURS.items():
            share = np.array([(reps.verdict[place == k] == said).mean() for k in filled])
            axis.bar(range(len(filled)), share, bottom=base, color=colour, label=said, width=0.8)
            base = base + share
        for x, k in enumerate(filled):
            axis.annotate(str((place == k).sum()), (x, 1.01), ha="center", fontsize=7, annotation_clip=False)
        axis.set_xticks(range(len(filled)), [names[k] for k in filled], rotation=45)
        axis.set_title(name, fontsize=10, pad=14)
        axis.set_xlabel("true heel rise (mm)")
        axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes[0].set_ylabel("reps called")
    axes[0].legend(fontsize=8, loc="lower left", framealpha=0.95)
    return figure


def latency(tables: Tables) -> Figure:
    figure, axes = _figure(2, share_y=False, height=3.4)
    groups = {
        "optical squats, LSM6DSO": optical_squats(tables, "lsm6dso", added=True),
        "simulated squats, LSM6DSO": simulated(tables),
    }
    for axis, (name, reps) in zip(axes, groups.items(), strict=True):
        lifted = m.lifted(reps)
        late = lifted.latency_ms.dropna()
        axis.hist(
            late.clip(*LATENCIES_MS), bins=np.arange(LATENCIES_MS[0], LATENCIES_MS[1] + 1, 25).tolist(), color=BLUE
        )
        axis.axvline(0.0, color="black", linewidth=0.8)
        axis.axvline(200.0, color=RED, linewidth=1.0, linestyle="--", label="target for the median")
        if len(late):
            axis.axvline(late.median(), color=ORANGE, linewidth=2.0, label=f"median {late.median():.0f} ms")
        axis.set_title(f"{name}: {len(late)} of {len(lifted)} lifts flagged", fontsize=10)
        axis.set_xlabel("flag after the heel passed 10 mm (ms; last bar: all later)", fontsize=9)
        axis.set_ylabel("reps")
        axis.yaxis.set_major_locator(MaxNLocator(integer=True))
        axis.legend(fontsize=8)
    return figure


def uncertainty(tables: Tables) -> Figure:
    figure, (left, right) = _figure(2, height=4.0)
    reps = pd.concat([optical_squats(tables, g, added=True) for g in GRADES[1:]])
    reps = m.measured(reps)
    errors = {
        "ankle rise, mm": (m.ankle_z(reps), reps.ankle_sd_mm, reps.ankle_mm - reps.true_ankle_mm, BLUE, "o"),
        "peak inclination, °": (m.peak_z(reps), reps.peak_sd_deg, m.peak_error(reps), ORANGE, "s"),
    }
    x = np.linspace(-5, 5, 201)
    left.plot(x, np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi), color="black", linewidth=1.2, label="as stated")
    left.axvspan(-2, 2, color=SKY, alpha=0.15, linewidth=0)
    most = 0.1
    for name, (z, sd, error, colour, marker) in errors.items():
        if not len(z):
            continue
        left.hist(
            z.clip(-5, 5), bins=np.arange(-5, 5.01, 0.4).tolist(), density=True, histtype="step", linewidth=1.8,
            color=colour, label=f"{name.split(',')[0]}: {100 * m.within_two_sd(z):.0f} % within 2 sd",
        )  # fmt: skip
        spread, skill = spread_skill(sd.to_numpy(), error.to_numpy())
        right.plot(spread, skill, marker + "-", color=colour, label=name)
        most = max(most, spread.max(), skill.max())
    right.plot([0, 1.1 * most], [0, 1.1 * most], color="black", linewidth=0.9, linestyle=":", label="as stated")
    left.set_xlabel("error / stated sd (ends hold all beyond)")
    left.set_ylabel("density")
    right.set_xlabel("stated sd, mean of each tenth of the reps")
    right.set_ylabel("error in that tenth, rms")
    left.set_title("Does the stated sd hold? Optical squats, both sensors", fontsize=10)
    right.set_title("Does a larger stated sd mean a larger error?", fontsize=10)
    left.set_ylim(top=1.3 * left.get_ylim()[1])
    left.legend(fontsize=8, loc="upper left")
    right.legend(fontsize=8, loc="lower right")
    return figure


def spread_skill(sd: FloatArray, error: FloatArray, parts: int = 10) -> tuple[FloatArray, FloatArray]:
    """Mean stated sd and rms error of equal parts of the reps, from the surest to the least sure."""
    known = np.isfinite(sd) & np.isfinite(error)
    order = np.argsort(sd[known])
    pieces = [piece for piece in np.array_split(order, parts) if len(piece)]
    return (
        np.array([sd[known][piece].mean() for piece in pieces]),
        np.array([np.sqrt(np.mean(error[known][piece] ** 2)) for piece in pieces]),
    )


def rise(tables: Tables) -> Figure:
    figure, axes = _figure(3, share_y=True, height=3.8)
    groups = {
        "optical, LSM6DSO": optical_squats(tables, "lsm6dso", added=True),
        "optical, MPU-6050": optical_squats(tables, "mpu6050", added=True),
        "simulated, LSM6DSO": simulated(tables),
    }
    for axis, (name, reps) in zip(axes, groups.items(), strict=True):
        reps = m.measured(reps)
        for said, colour in SAID_COLOURS.items():
            own = reps[reps.verdict == said]
            axis.scatter(own.true_ankle_mm, own.ankle_mm, s=10, color=colour, alpha=0.6, linewidths=0, label=said)
        axis.axline((0, 0), slope=1, color="black", linewidth=0.9, linestyle=":")
        axis.set(xlim=(-15, 50), ylim=(-15, 50))
        axis.set_title(name, fontsize=10)
        axis.set_xlabel("true rise of the ankle (mm)")
    axes[0].set_ylabel("measured rise of the ankle (mm)")
    axes[0].legend(title="called", fontsize=8, title_fontsize=8, loc="upper left")
    return figure


PLOTS: dict[str, Callable[[Tables], Figure]] = {
    "peak_by_subject": peak_by_subject,
    "bland_altman": bland_altman,
    "roc": roc,
    "verdict_by_lift": verdict_by_lift,
    "ankle_rise": rise,
    "live_latency": latency,
    "uncertainty": uncertainty,
}
