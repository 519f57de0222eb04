"""The comparisons with others run on a little of their data, with or without the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks import fusion_filters as filters
from benchmarks import heel_methods as heel
from benchmarks.heel_reps import FEATURE, OpticalSquats


@pytest.fixture(scope="module")
def heard() -> filters.Heard:
    return filters.listen(filters.EXCERPT)


def test_our_filters_and_those_of_vqf_agree_where_they_are_the_same(heard: filters.Heard) -> None:
    own = [f for f in filters.FILTERS if f.package == "vqf"]
    rows = {row["filter"]: row for row in filters.compare([heard], filters=own) if not row["tuned_on"]}
    for ours, theirs in (("shinsight live", "vqf VQF"), ("shinsight offline", "vqf offlineVQF")):
        assert rows[ours]["mean_deg"] == pytest.approx(rows[theirs]["mean_deg"], abs=0.02)
    assert rows["shinsight offline"]["mean_deg"] < rows["shinsight live"]["mean_deg"] < 0.8


@pytest.mark.parametrize(
    "peer", [f for f in filters.FILTERS if f.package in ("ahrs", "imufusion")], ids=lambda f: f.name
)
def test_a_peer_that_is_installed_finds_up_at_rest(heard: filters.Heard, peer: filters.Filter) -> None:
    pytest.importorskip(peer.package)
    up = filters.up_vectors(peer.run(heard.beginning))[-1]
    measured = heard.beginning.accel_mps2.mean(axis=0)
    assert up @ measured / np.linalg.norm(measured) > np.cos(np.deg2rad(2.0))


def test_a_peer_that_is_missing_is_a_line_that_says_so(heard: filters.Heard) -> None:
    missing = filters.Filter(name="nobody's", package="no-such-package", run=lambda _: np.empty((0, 4)))
    text = filters.table(filters.compare([heard], filters=[filters.FILTERS[0], missing]))
    assert "| nobody's | not installed |" in text
    assert len({line.count("|") for line in text.splitlines()}) == 1


def test_tuning_finds_the_best_of_the_grid(heard: filters.Heard) -> None:
    (basic,) = (f for f in filters.FILTERS if f.name == "vqf BasicVQF")
    parameters, _ = filters.tune(replace(basic, grid={"tauAcc": (0.1, 3.0)}), [heard])
    assert parameters == {"tauAcc": 3.0}


@pytest.fixture(scope="module")
def squats() -> pd.DataFrame:
    cases = [
        OpticalSquats(subject=subject, condition="c", side="R", grade="lsm6dso", lift_mm=lift_mm)
        for subject in (3, 5)
        for lift_mm in (0.0, 31.0)
    ]
    return pd.DataFrame([row for case in cases for row in case.run()["reps"]])


def test_flat_squats_are_those_recorded_and_lifted_ones_have_a_lift_added(squats: pd.DataFrame) -> None:
    assert squats.groupby("lift_mm").size().to_dict() == {0.0: 20, 31.0: 10}
    assert set(squats[squats.lift_mm > 0.0].label) == {"lifted"}
    assert not squats.filter(like=FEATURE).isna().any(axis=None)


def test_thresholds_come_from_people_who_are_not_tested(squats: pd.DataFrame) -> None:
    seen: list[tuple[set[int], set[int]]] = []

    def score(train: pd.DataFrame, test: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        seen.append((set(train.subject), set(test.subject)))
        return train.tilt_deg.to_numpy(), test.tilt_deg.to_numpy()

    called = heel.held_out(squats, heel.TRAININGS[0], heel.Method("spy", score))
    assert seen == [({5}, {3}), ({3}, {5})]
    for person, other in ((3, 5), (5, 3)):
        own = called[called.subject == person]
        most = squats[(squats.subject == other) & (squats.label == "flat")].tilt_deg.max()
        assert (own.called == (own.tilt_deg > most)).all()


def test_every_method_has_a_line_and_the_learned_ones_say_when_they_are_missing(
    squats: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heel, "learning_installed", lambda: False)
    compared = heel.compare(squats, trainings=heel.TRAININGS[:1])
    text = heel.document(squats, compared)
    for name in ("largest tilt", "shinsight verdict, as it ships", "| learned | scikit-learn is not installed |"):
        assert name in text
    ours = heel.figures(compared[heel.TRAININGS[0].name]["shinsight verdict, as it ships"])
    assert ours["lifted_31_mm"].value > 0.7


def test_a_learned_method_is_scored_on_people_it_has_not_seen(squats: pd.DataFrame) -> None:
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(0)
    noise = squats.assign(**{name: rng.normal(size=len(squats)) for name in squats.filter(like=FEATURE)})
    known, again = heel.methods()[-2].score(noise, noise)
    up, down = ((noise.label == label).to_numpy() for label in ("lifted", "flat"))
    assert again[up].mean() > again[down].mean() + 0.3  # it has learned them by heart
    assert known[up].mean() < known[down].mean() + 0.15
