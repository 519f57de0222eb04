"""The tables of docs/validation.md, one function each: rows in, markdown and numbers out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from . import measures as m
from .evaluate import Tables

GRADE_NAMES = {"ideal": "ideal", "lsm6dso": "LSM6DSO", "mpu6050": "MPU-6050"}
GRADES = tuple(GRADE_NAMES)
DATA_NAMES = {
    "optical": "optical",
    "uncut": "optical, no pauses",
    "lifted": "optical, lifts added",
    "simulated": "simulated",
}


@dataclass(frozen=True, slots=True)
class Section:
    text: str
    numbers: dict[str, Any] = field(default_factory=dict)


def optical_squats(tables: Tables, grade: str, *, added: bool = False) -> pd.DataFrame:
    """added: with the repetitions whose heel lift was added to a real flat squat."""
    reps = tables["reps"]
    wanted = ("optical", "lifted") if added else ("optical",)
    return reps[reps.dataset.isin(wanted) & (reps.exercise == "squat") & (reps.grade == grade)]


def simulated(tables: Tables, *, exercise: str = "squat", grade: str = "lsm6dso", skin: str = "medium") -> pd.DataFrame:
    reps = tables["reps"]
    reps = reps[(reps.dataset == "simulated") & (reps.rock_lift_mm == 0.0)]
    return reps[(reps.exercise == exercise) & (reps.grade == grade) & (reps.condition == skin)]


def _by_subject(reps: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(s), reps[reps.subject == s]) for s in sorted(reps.subject.unique())] + [("**all**", reps)]


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _number(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}" if np.isfinite(value) else "–"


def inclination(tables: Tables) -> Section:
    broad = tables["broad"]
    names = {
        "live_deg": "live",
        "offline_deg": "offline",
        "lossy_deg": "live, 5 % of packets lost",
        "bare_deg": "the same without the board's quaternion",
    }
    rows = [[row.trial, *(f"{row[name]:.2f}°" for name in names)] for _, row in broad.iterrows()]
    rows.append(["**mean**", *(f"**{broad[name].mean():.2f}°**" for name in names)])
    return Section(markdown(["trial", *names.values()], rows), {"broad": broad.to_dict("records")})


def peak(tables: Tables) -> Section:
    rows, numbers = [], {}
    for subject, reps in _by_subject(optical_squats(tables, "lsm6dso")):
        row: list[object] = [subject]
        for grade in GRADES:
            of = optical_squats(tables, grade)
            errors = m.Errors.of(m.peak_error(of[of.subject.isin(reps.subject.unique())]))
            numbers[f"{subject.strip('*')} {grade}"] = asdict(errors)
            row.append(errors)
        rows.append(row)
    head = ["subject", *(f"{GRADE_NAMES[g]}: bias / sd / p95, °" for g in GRADES)]
    return Section(markdown(head, rows), numbers)


def verdict(tables: Tables) -> Section:
    parts, numbers = [], {}
    for grade in GRADES[1:]:
        rows = []
        for subject, reps in _by_subject(optical_squats(tables, grade, added=True)):
            real, added = reps[reps.added_mm == 0.0], reps[reps.added_mm > 0.0]
            said = {
                "real lifts called up": m.sensitivity(real),
                "added lifts called up": m.sensitivity(added),
                "flat called up": m.false_positives(real),
                "unsure": m.unsure(reps),
                "right of those called": m.right_when_called(reps),
            }
            area = m.auc(reps)
            numbers[f"{subject.strip('*')} {grade}"] = {"auc": area} | {k: v.numbers for k, v in said.items()}
            texts = [str(share) if subject == "**all**" else share.brief for share in said.values()]
            rows.append([subject, *texts, _number(area)])
        parts.append(f"{GRADE_NAMES[grade]}:\n\n" + markdown(["subject", *said, "AUC"], rows))
    return Section("\n\n".join(parts), numbers)


def lift_modes(tables: Tables) -> Section:
    """Of the added lifts alone: by the way the heel rises, and how far."""
    reps = tables["reps"]
    rows, numbers = [], {}
    for (grade, mode, mm), of in reps[reps.added_mm > 0.0].groupby(["grade", "lift_mode", "added_mm"]):
        said = [m.sensitivity(of), m.sensitivity(of, by="live")]
        late = of.latency_ms.dropna()
        numbers[f"{mode} {mm:.0f} mm {grade}"] = {
            "verdict": said[0].numbers,
            "live": said[1].numbers,
            "median latency_ms": late.median(),
        }
        rows.append([mode, f"{mm:.0f} mm", GRADE_NAMES[grade], *said, _number(late.median(), 0)])
    head = ["the heel rises", "by", "sensor", "called up", "flagged live", "median ms after 10 mm"]
    return Section(markdown(head, rows), numbers)


def live(tables: Tables) -> Section:
    rows, numbers = [], {}
    groups = [
        *((f"optical, {GRADE_NAMES[g]}, {who if '*' in who else f'subject {who}'}", reps) for g in GRADES[1:]
          for who, reps in _by_subject(optical_squats(tables, g, added=True))),
        ("simulated, LSM6DSO", simulated(tables)),
    ]  # fmt: skip
    for name, reps in groups:
        said = [m.sensitivity(reps, by="live"), m.false_positives(reps, by="live")]
        late = m.lifted(reps).latency_ms.dropna()
        middle, slow = (late.quantile(q) if len(late) else float("nan") for q in (0.5, 0.9))
        numbers[name.replace("*", "")] = {
            "sensitivity": said[0].numbers,
            "false positives": said[1].numbers,
            "latency_ms": {"median": middle, "p90": slow},
        }
        texts = [str(share) if "subject" not in name else share.brief for share in said]
        rows.append([name, *texts, f"{_number(middle, 0)} / {_number(slow, 0)}"])
    head = ["repetitions", "lifted flagged", "flat flagged", "ms after the heel passed 10 mm: median / p90"]
    return Section(markdown(head, rows), numbers)


def uncertainty(tables: Tables) -> Section:
    rows, numbers = [], {}
    groups = [(f"optical, {GRADE_NAMES[g]}", optical_squats(tables, g, added=True)) for g in GRADES]
    groups += [(f"simulated, {skin} skin motion", simulated(tables, skin=skin)) for skin in ("medium", "high")]
    for name, reps in groups:
        of = {
            "ankle, flat": m.ankle_z(m.flat(reps)),
            "ankle, lifted": m.ankle_z(m.lifted(reps)),
            "peak": m.peak_z(reps),
        }
        numbers[name] = {
            what: {"n": len(z), "within 2 sd": m.within_two_sd(z), "sd of z": float(z.std(ddof=0))}
            for what, z in of.items()
        }
        rows.append([name, *(f"{100 * m.within_two_sd(z):.0f} % of {len(z)}" if len(z) else "–" for z in of.values())])
    head = ["repetitions", "ankle rise within 2 sd, flat", "ankle rise within 2 sd, lifted", "peak within 2 sd"]
    return Section(markdown(head, rows), numbers)


def exercises(tables: Tables) -> Section:
    rows, numbers = [], {}
    reps = tables["reps"]
    # One line a kind of repetition; optical squats have tables of their own.
    kinds = reps[~((reps.exercise == "squat") & reps.dataset.isin(["optical", "lifted"]))]
    kinds = kinds[~(kinds.rock_lift_mm > 0.0)]
    skins = kinds.condition.where(kinds.dataset == "simulated", "")
    for (dataset, exercise, role, grade, skin), of in kinds.groupby(["dataset", "exercise", "role", "grade", skins]):
        name = exercise.replace("_", " ") + (f", {role} leg" if exercise == "lunge" else "")
        where = f"{DATA_NAMES[dataset]}, {GRADE_NAMES[grade]}" + (
            f", {skin} skin motion" if skin not in ("", "medium") else ""
        )
        said = [m.sensitivity(of), m.false_positives(of)]
        on_live = [m.sensitivity(of, by="live"), m.false_positives(of, by="live")]
        errors = m.Errors.of(m.peak_error(of))
        numbers[f"{name}, {where}"] = {
            "peak": asdict(errors),
            "auc": m.auc(of),
            "verdict": [s.numbers for s in said],
            "live": [s.numbers for s in on_live],
            "unsure": m.unsure(of).numbers,
        }
        found = f"{len(m.measured(of))} of {len(of)}"
        live_said = f"{on_live[0].brief} · {on_live[1].brief}"
        rows.append([name, where, found, errors, *said, live_said, m.unsure(of).brief, _number(m.auc(of))])
    head = ["exercise", "data", "reps found", "peak: bias / sd / p95, °", "lifted called up", "flat called up",
            "live: lifted · flat flagged", "unsure", "AUC"]  # fmt: skip
    return Section(markdown(head, rows), numbers)


def held_out(tables: Tables) -> Section:
    """Thresholds on the score set on the other subjects, beside the fixed ones, on the subject left out."""
    rows, numbers = [], {}
    for grade in GRADES[1:]:
        reps = optical_squats(tables, grade, added=True)
        for subject in sorted(reps.subject.unique()):
            own, others = reps[reps.subject == subject], reps[reps.subject != subject]
            if not len(m.flat(others)):
                continue
            line = m.refit(others)
            up, down = m.lifted(own), m.flat(own)
            refitted = [m.Share.of(up, up.score > line), m.Share.of(down, down.score > line)]
            fixed = [m.sensitivity(own), m.false_positives(own)]
            numbers[f"{subject} {grade}"] = {
                "score": line,
                "refit": [s.numbers for s in refitted],
                "fixed": [s.numbers for s in fixed],
            }
            rows.append([subject, GRADE_NAMES[grade], f"{line:.2f}", *refitted, *fixed])
    head = ["subject left out", "sensor", "score", "refit: lifted called up", "flat called up",
            "fixed: lifted called up", "flat called up"]  # fmt: skip
    return Section(markdown(head, rows), numbers)


def calibrations(tables: Tables) -> Section:
    sessions = tables["sessions"]
    rows, numbers = [], {}
    rocks = sessions.get("rock_lift_mm", pd.Series(0.0, sessions.index)).fillna(0.0)
    for (dataset, grade, lift_mm), of in sessions.groupby(["dataset", "grade", rocks]):
        refused = int((~of.accepted).sum())
        what = f"heel up by {lift_mm / 10:.0f} cm in every rock" if lift_mm else "heel down"
        numbers[f"{dataset} {grade} {lift_mm:.0f} mm"] = {"refused": refused, "of": len(of)}
        rows.append([f"{DATA_NAMES[dataset]}, {GRADE_NAMES[grade]}", what, f"{refused} of {len(of)}"])
    return Section(markdown(["recordings", "rocks", "refused"], rows), numbers)


def counts(tables: Tables) -> Section:
    """Of calibrated recordings: without a calibration no repetition is looked for."""
    reps, sessions = tables["reps"], tables["sessions"]
    sessions = sessions[sessions.accepted]
    reps = reps[reps.accepted]
    rows, numbers = [], {}
    for (dataset, exercise), of in sessions.groupby(["dataset", "exercise"]):
        mine = reps[(reps.dataset == dataset) & (reps.exercise == exercise)]
        missed = mine[mine.verdict == "missed"]
        deepest = f", deepest {missed.true_peak_deg.max():.0f}°" if len(missed) else ""
        exact = int((of.true_reps == of.measured_reps).sum())
        extra = int(of.extra_reps.sum())
        numbers[f"{dataset} {exercise}"] = {"exact": exact, "sessions": len(of), "missed": len(missed), "extra": extra}
        rows.append(
            [DATA_NAMES[dataset], exercise.replace("_", " "), f"{exact} of {len(of)}", f"{len(missed)}{deepest}", extra]
        )
    if "calf_sets" in tables:
        sets = tables["calf_sets"]
        exact = int((sets.counted == sets.true).sum())
        numbers["calf sensor"] = {"exact": exact, "sessions": len(sets)}
        missing, extra = (sets.true - sets.counted).clip(lower=0).sum(), (sets.counted - sets.true).clip(lower=0).sum()
        rows.append(["real MPU-6050 on the calf", "squat", f"{exact} of {len(sets)}", missing, extra])
    return Section(
        markdown(["recordings", "exercise", "sets counted exactly", "reps missed", "reps too many"], rows), numbers
    )


SECTIONS: dict[str, Callable[[Tables], Section]] = {
    "inclination": inclination,
    "peak": peak,
    "verdict": verdict,
    "lift-modes": lift_modes,
    "live": live,
    "uncertainty": uncertainty,
    "exercises": exercises,
    "held-out": held_out,
    "calibrations": calibrations,
    "counts": counts,
}
