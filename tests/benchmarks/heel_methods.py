"""Ways to tell a lifted heel from one shin sensor, on the same repetitions.

    python tests/benchmarks/heel_methods.py [--jobs N] [--json FILE]

Every method gives a repetition a score. The score above which it says "lifted" leaves 2 % of the flat repetitions of
the training people above it (of a learned one: scored by models that did not see that person), and is used unchanged
on people who were not in training: each optical subject in turn, or all of them after training on simulated people.
Learned ones need `pip install -e ".[peers]"`; the line of one that is missing says so.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.heel_reps import FEATURE, LIFTS_MM, optical, simulated
from benchmarks.validation import measures as m
from benchmarks.validation.evaluate import evaluate
from shinsight.samples import FloatArray

PEOPLE = 24
TREES = 200
INNER_FOLDS = 5
GRADES = ("lsm6dso", "mpu6050")

Table: TypeAlias = pd.DataFrame
Score = Callable[[Table, Table], tuple[FloatArray, FloatArray]]
"""(training, test) -> the scores of both; of a learned method those of training by models that had not seen them."""


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    score: Score


@dataclass(frozen=True, slots=True)
class Training:
    """Where the repetitions of training come from and those of the test. No person is in both."""

    name: str
    train: tuple[str, str]
    test: tuple[str, str]


_SIMULATED = ("simulated", "lsm6dso")
TRAININGS = (
    *(Training(f"the other five people, {grade}", ("optical", grade), ("optical", grade)) for grade in GRADES),
    Training("the other five people, lsm6dso; tested on mpu6050", ("optical", "lsm6dso"), ("optical", "mpu6050")),
    Training("the other five people, mpu6050; tested on lsm6dso", ("optical", "mpu6050"), ("optical", "lsm6dso")),
    Training("simulated people; tested on lsm6dso", _SIMULATED, ("optical", "lsm6dso")),
)


def _column(name: str) -> Score:
    return lambda train, test: (train[name].to_numpy(), test[name].to_numpy())


def _learned(build: Callable[[], Any]) -> Score:
    def score(train: Table, test: Table) -> tuple[FloatArray, FloatArray]:
        from sklearn.model_selection import GroupKFold, cross_val_predict

        names = [name for name in train.columns if name.startswith(FEATURE)]
        known = train[train.label != "grey"]
        lifted = (known.label == "lifted").to_numpy()
        folds = GroupKFold(min(INNER_FOLDS, known.subject.nunique()))
        unseen = np.full(len(train), np.nan)
        unseen[(train.label != "grey").to_numpy()] = cross_val_predict(
            build(), known[names].to_numpy(), lifted, groups=known.subject, cv=folds, method="predict_proba"
        )[:, 1]
        model = build().fit(known[names].to_numpy(), lifted)
        return unseen, model.predict_proba(test[names].to_numpy())[:, 1]

    return score


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000, class_weight="balanced"))


def _forest() -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(TREES, min_samples_leaf=3, class_weight="balanced", random_state=0)


def methods() -> tuple[Method, ...]:
    """Those that can run here."""
    simple = (
        Method("largest tilt", _column("tilt_deg")),
        Method("largest tilt over that of the rocks", _column("tilt_to_rocks")),
        Method("height of the sensor, integrated twice", _column("sensor_rise_mm")),
        Method("the same over a shin 20 cm long", _column("ankle_rise_mm")),
    )
    learned: tuple[Method, ...] = ()
    if learning_installed():
        learned = (
            Method("logistic regression on features", _learned(_logistic)),
            Method("random forest on features", _learned(_forest)),
        )
    return (*simple, *learned, Method("shinsight verdict, its line set in training", _column("shinsight_score")))


def learning_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("sklearn") is not None


def held_out(reps: Table, training: Training, method: Method) -> Table:
    """Test repetitions with their `score` and whether they were `called` lifted, each person by a training without."""
    train, test = (
        m.measured(reps[(reps.dataset == d) & (reps.grade == g)]) for d, g in (training.train, training.test)
    )
    parts = []
    for _, part in test.groupby("subject"):
        others = train[~train.subject.isin(part.subject)]
        known, scores = method.score(others, part)
        threshold = m.refit(others.assign(score=known))
        parts.append(part.assign(score=scores, called=scores > threshold))
    return pd.concat(parts)


def shipped(reps: Table, training: Training) -> dict[str, Table]:
    """What shinsight says as it ships, its thresholds fixed."""
    dataset, grade = training.test
    test = m.measured(reps[(reps.dataset == dataset) & (reps.grade == grade)])
    return {
        "shinsight verdict, as it ships": test.assign(score=test.shinsight_score, called=test.verdict == "up"),
        "shinsight live flag, as it ships": test.assign(score=test.live_score, called=test.live == "up"),
    }


def compare(reps: Table, *, trainings: Sequence[Training] = TRAININGS) -> dict[str, dict[str, Table]]:
    """By training and method the test repetitions with `score` and `called`."""
    return {
        training.name: {method.name: held_out(reps, training, method) for method in methods()} | shipped(reps, training)
        for training in trainings
    }


def figures(called: Table) -> dict[str, Any]:
    """AUC, false positives, sensitivity by lift."""
    flat, lifted = called[called.label == "flat"], m.lifted(called)
    shares = {"false_positives": flat} | {f"lifted_{mm:g}_mm": lifted[lifted.lift_mm == mm] for mm in LIFTS_MM}
    shares["lifted_by_itself"] = lifted[lifted.lift_mm == 0.0]
    return {"auc": m.auc(called)} | {name: m.Share.of(part, part.called) for name, part in shares.items()}


def table(compared: dict[str, Table]) -> str:
    """Markdown: one line a method."""
    lines = ["| method | AUC | flat called lifted | 2 cm added | 3 cm added | lifted by itself |", "|---" * 6 + "|"]
    for name, called in compared.items():
        found = figures(called)
        lines.append(f"| {name} | {found.pop('auc'):.3f} | {' | '.join(map(str, found.values()))} |")
    if not learning_installed():
        lines.append("| learned | scikit-learn is not installed |" + " |" * 4)
    return "\n".join(lines)


def by_subject(compared: dict[str, Table]) -> str:
    """Markdown: found of the lifted / called of the flat, for each person."""
    people = sorted(next(iter(compared.values())).subject.unique())
    lines = [f"| method | {' | '.join(map(str, people))} |", "|---" * (len(people) + 1) + "|"]
    for name, called in compared.items():
        cells = []
        for person in people:
            own = called[called.subject == person]
            up, down = m.lifted(own), own[own.label == "flat"]
            cells.append(f"{int(up.called.sum())}/{len(up)}, {int(down.called.sum())}/{len(down)}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def document(reps: Table, compared: dict[str, dict[str, Table]]) -> str:
    """All tables as Markdown."""
    found = m.measured(reps)
    lines = ["| repetitions | flat | grey | lifted | not found |", "|---" * 5 + "|"]
    for (dataset, grade), part in reps.groupby(["dataset", "grade"]):
        seen = found[(found.dataset == dataset) & (found.grade == grade)].label.value_counts()
        cells = [str(seen.get(label, 0)) for label in ("flat", "grey", "lifted")]
        lines.append(f"| {dataset}, {grade} | {' | '.join(cells)} | {int((part.verdict == 'missed').sum())} |")
    parts = ["\n".join(lines)]
    for number, (name, methods_) in enumerate(compared.items()):
        parts.append(f"Trained on {name}:\n\n{table(methods_)}")
        if number == 0:
            parts.append(f"By person, found of the lifted, called of the flat:\n\n{by_subject(methods_)}")
    return "\n\n".join(parts)


def repetitions(*, jobs: int | None = None) -> Table:
    """Measured anew, on `jobs` processes."""
    with tempfile.TemporaryDirectory() as room:
        return evaluate([*optical(GRADES), *simulated(PEOPLE)], kept=Path(room), jobs=jobs)["reps"]


def numbers(compared: dict[str, dict[str, Table]]) -> dict[str, Any]:
    """Every figure, for JSON."""
    return {
        training: {
            name: {
                key: value.numbers if isinstance(value, m.Share) else value for key, value in figures(called).items()
            }
            for name, called in by_method.items()
        }
        for training, by_method in compared.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    reps = repetitions(jobs=arguments.jobs)
    compared = compare(reps)
    print(document(reps, compared))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(numbers(compared), indent=1))


if __name__ == "__main__":
    main()
