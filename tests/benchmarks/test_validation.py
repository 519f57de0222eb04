"""The harness behind docs/validation.md: rows from recordings, honest figures, tables and plots in their places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.validation import evaluate as evaluation
from benchmarks.validation import measures as m
from benchmarks.validation.cases import OpticalCase, Rows, SimulatedCase
from benchmarks.validation.document import begin, replaced
from benchmarks.validation.evaluate import Tables, evaluate
from benchmarks.validation.plots import PLOTS, save, spread_skill
from benchmarks.validation.sections import SECTIONS
from benchmarks.validation.targets import Check, at_least, at_most, targets
from recordings.ui_prmd.convert import make_recording
from shinsight.transport.simulated import SimOptions
from shinsight.units import MM_PER_M

DOCUMENT = Path(__file__).parents[2] / "docs" / "validation.md"
PERSON = OpticalCase(subject=5, movement="m01", condition="i", side="R", grade="lsm6dso")
LIFTED = OpticalCase(subject=4, movement="m01", condition="c", side="L", grade="lsm6dso", lift_mm=35.0, lift_mode="pop")
LEG = SimulatedCase(SimOptions(reps=4, heel_lift_mm=31.0, mounting="any", seed=1000, speed=0.0))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def tables(kept: Path) -> Tables:
    broad = pd.DataFrame([{"trial": "16", "live_deg": 0.5, "offline_deg": 0.4, "lossy_deg": 0.8, "bare_deg": 3.0}])
    return evaluate([PERSON, LIFTED, LEG], kept=kept, jobs=1) | {"broad": broad}


def test_every_true_repetition_is_a_row_with_what_was_true_and_what_was_said(tables: Tables) -> None:
    reps = tables["reps"]
    assert list(reps.groupby("dataset").size()) == [10, 10, 4]
    found = reps[reps.verdict != "missed"]
    assert (m.peak_error(found).abs() < 8.0).all()
    assert set(found.verdict) | set(found.live) <= {"up", "down", "unsure"}
    lifted = m.lifted(reps)
    assert (lifted.true_heel_mm > 20.0).all()
    assert set(lifted.dataset) == {"optical", "lifted", "simulated"}
    assert (reps.added_mm > 0.0).sum() == 5
    assert (reps[reps.added_mm > 0.0].true_heel_mm > 30.0).all()
    assert (lifted.true_ankle_mm < lifted.true_heel_mm).all()
    late = lifted.latency_ms.dropna()
    assert len(late) == (lifted.live == "up").sum() > 0
    assert (late.abs() < 1000.0).all()


def test_the_rise_of_a_heel_counts_from_the_start_of_its_own_repetition(tables: Tables) -> None:
    truth = make_recording(5, "m01", "i", "R", "lsm6dso", 0)[2]
    reps = tables["reps"]
    stated_mm = [rep.heel_rise_m * MM_PER_M for rep in truth.reps]
    np.testing.assert_allclose(reps[reps.subject == 5].true_heel_mm, stated_mm, atol=0.5)


def test_what_was_measured_once_is_read_back_and_not_measured_again(
    tables: Tables, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(self: OpticalCase) -> Rows:
        raise AssertionError("measured again")

    monkeypatch.setattr(OpticalCase, "run", never)
    again = evaluate([PERSON, LIFTED, LEG], kept=kept)
    pd.testing.assert_frame_equal(again["reps"], tables["reps"])


def test_other_code_measures_again(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = evaluation.place_of(kept, PERSON)
    monkeypatch.setattr(evaluation, "_code", lambda: "changed")
    assert evaluation.place_of(kept, PERSON) != place


@pytest.mark.parametrize("name", ["targets", *SECTIONS])
def test_each_section_makes_a_table_and_its_numbers(name: str, tables: Tables) -> None:
    section = {"targets": targets, **SECTIONS}[name](tables)
    lines = [line for line in section.text.splitlines() if line.startswith("|")]
    assert len(lines) > 2
    assert all(line.count("|") == lines[0].count("|") for line in lines)
    assert section.numbers
    assert "nan" not in section.text


@pytest.mark.parametrize("name", PLOTS)
def test_each_plot_is_drawn_and_small_enough_for_the_docs(name: str, tables: Tables, tmp_path: Path) -> None:
    save(PLOTS[name](tables), tmp_path / "plot.png")
    assert 5_000 < (tmp_path / "plot.png").stat().st_size < 150_000


def test_the_document_has_a_place_for_every_table_and_shows_every_plot() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name in ("targets", *SECTIONS):
        assert replaced(text, name, "new").count(begin(name)) == 1
    assert [name for name in PLOTS if f"(validation/{name}.png)" not in text] == []


def test_a_table_replaces_the_old_one_and_nothing_else() -> None:
    document = "# A\n<!-- begin: a -->\nold\n<!-- end -->\nstays\n<!-- begin: b -->\nold\n<!-- end -->\n"
    changed = replaced(document, "b", r"| \1 |")
    assert changed == document.replace("b -->\nold", "b -->\n| \\1 |")
    assert replaced(changed, "b", r"| \1 |") == changed
    with pytest.raises(ValueError, match="0 parts '<!-- begin: c -->'"):
        replaced(document, "c", "new")


def reps_of(lifted: list[float], flat: list[float]) -> pd.DataFrame:
    """Repetitions with these scores, called up from 1 on."""
    scores = lifted + flat
    return pd.DataFrame(
        {
            "dataset": "made",
            "exercise": "squat",
            "subject": 1,
            "leg": "R",
            "condition": "c",
            "number": range(len(scores)),
            "label": ["lifted"] * len(lifted) + ["flat"] * len(flat),
            "score": scores,
            "verdict": ["up" if s > 1.0 else "unsure" if s > 0.0 else "down" for s in scores],
        }
    )


def test_shares_count_what_they_say() -> None:
    reps = reps_of([2.0, 0.5, -1.0], [2.0, 0.5, -1.0, -2.0])
    assert (m.sensitivity(reps).brief, m.false_positives(reps).brief) == ("1/3", "1/4")
    assert (m.unsure(reps).brief, m.right_when_called(reps).brief) == ("2/7", "3/5")
    reps.loc[0, "verdict"] = "missed"
    assert (m.sensitivity(reps).brief, m.right_when_called(reps).brief) == ("0/3", "2/4")


def test_the_same_repetition_on_three_sensors_is_evidence_once() -> None:
    reps = pd.concat([reps_of([2.0] * 10, [-1.0])] * 3)
    share = m.sensitivity(reps)
    assert (share.part, share.whole, share.distinct) == (30, 30, 10)
    assert share.interval == pytest.approx((0.7225, 1.0), abs=1e-4)  # Wilson's of 10 of 10


scores = st.lists(st.floats(-5, 5).map(lambda x: round(x, 1)), min_size=1, max_size=40)


@given(lifted=scores, flat=scores)
def test_the_area_under_the_roc_is_how_often_a_lifted_repetition_scores_higher(
    lifted: list[float], flat: list[float]
) -> None:
    reps = reps_of(lifted, flat)
    false, true = m.roc(reps)
    assert (false[0], true[0], false[-1], true[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert np.trapezoid(true, false) == pytest.approx(m.auc(reps))


@given(flat=st.lists(st.floats(-5, 5), min_size=1, max_size=300))
def test_a_refitted_threshold_leaves_two_percent_of_flat_repetitions_above_it(flat: list[float]) -> None:
    line = m.refit(reps_of([], flat))
    assert np.mean(np.array(flat) > line) <= m.MOST_FALSE_POSITIVES


def test_a_stated_sd_that_holds_lies_on_the_diagonal() -> None:
    rng = np.random.default_rng(0)
    sd = rng.uniform(1.0, 5.0, 20_000)
    spread, skill = spread_skill(sd, rng.normal(0.0, sd))
    np.testing.assert_allclose(skill, spread, rtol=0.06)


@pytest.mark.parametrize(
    ("check", "met", "found"),
    [
        (at_most(1.9, 2.0, "°"), True, "1.9°"),
        (at_most(2.1, 2.0, "°"), False, "**2.1°**"),
        (at_least(96.9, 97.0, " %"), False, "**96.9 %**"),
        (at_least(97.0, 97.0, " %"), True, "97.0 %"),
        (at_least(float("nan"), 97.0, " %"), None, "–"),
    ],
)
def test_a_target_is_met_missed_or_not_measured(check: Check, met: bool | None, found: str) -> None:
    assert (check.met, check.found) == (met, found)
