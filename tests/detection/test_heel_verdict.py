"""The verdict of a whole rep: where it says up, down and unsure, and how well it knows the height it states."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import logit

from shinsight.detection import heel_verdict
from shinsight.detection.heel_verdict import NOTHING_KNOWN_M, HeelVerdict, VerdictSettings, judge_rep
from shinsight.errors import SettingsError
from shinsight.results import HeelState
from shinsight.samples import FloatArray
from standing_shank import Lean, model, one_rep

LIFTED_M = 0.02


def verdict(rep: Lean, settings: VerdictSettings | None = None, *, flat: FloatArray | None = None) -> HeelVerdict:
    return judge_rep(
        rep.t_s,
        rep.up,
        rep.accel_mps2,
        rep.rate_radps,
        rep.inclination_rad,
        rep.flat if flat is None else flat,
        model=model(),
        start_s=rep.start_s,
        end_s=float(rep.t_s[-1]),
        settings=settings,
    )


@pytest.mark.parametrize(
    ("probability", "heel"),
    [
        (0.01, HeelState.DOWN),
        (0.34, HeelState.DOWN),
        (0.36, HeelState.UNSURE),
        (0.49, HeelState.UNSURE),
        (0.51, HeelState.UP),
        (0.99, HeelState.UP),
    ],
)
def test_up_from_one_half_down_to_thirty_five_percent_and_unsure_between(
    monkeypatch: pytest.MonkeyPatch, probability: float, heel: HeelState
) -> None:
    monkeypatch.setattr(heel_verdict, "log_odds", lambda *_: float(logit(probability)))
    assert verdict(one_rep()).heel is heel


def test_the_thresholds_are_those_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heel_verdict, "log_odds", lambda *_: float(logit(0.6)))
    assert verdict(one_rep(), VerdictSettings(up_from=0.7, down_to=0.55)).heel is HeelState.UNSURE
    assert verdict(one_rep(), VerdictSettings(up_from=0.7, down_to=0.65)).heel is HeelState.DOWN


@pytest.mark.parametrize("seed", range(4))
def test_a_foot_that_stays_is_down_and_its_height_nothing(seed: int) -> None:
    found = verdict(one_rep(seed=seed))
    assert found.heel is HeelState.DOWN
    assert found.score < logit(0.35)
    assert abs(found.rise_m) < 2.0 * found.rise_sd_m
    assert 0.001 < found.rise_sd_m < 0.008
    assert found.lift_m.max() < 0.005


@pytest.mark.parametrize("seed", range(4))
def test_an_ankle_that_rises_is_up_by_as_much_as_it_rose(seed: int) -> None:
    found = verdict(one_rep(rise_m=LIFTED_M, seed=seed))
    assert found.heel is HeelState.UP
    assert found.score > 3.0
    assert found.rise_m == pytest.approx(LIFTED_M, abs=2.0 * found.rise_sd_m)
    assert found.rise_m == pytest.approx(LIFTED_M, abs=0.005)
    assert 0.001 < found.rise_sd_m < 0.006
    assert found.lift_m.max() == pytest.approx(LIFTED_M, abs=0.006)


def test_the_lift_is_seen_where_it_was_and_not_at_rest() -> None:
    rep = one_rep(rise_m=LIFTED_M)
    found = verdict(rep)
    true_m = np.interp(found.t_s, rep.t_s, rep.rise_m)
    assert np.abs(found.lift_m - true_m).max() < 0.009
    resting = np.interp(found.t_s, rep.t_s, rep.flat) == 1.0
    assert not found.lift_m[resting].any()


def test_the_higher_the_surer() -> None:
    scores = [verdict(one_rep(rise_m=rise_m)).score for rise_m in (0.0, 0.006, 0.012, 0.02, 0.03)]
    assert scores == sorted(scores)


def test_what_is_less_than_skin_and_heel_pad_do_is_no_lift() -> None:
    assert verdict(one_rep(rise_m=0.002)).heel is HeelState.DOWN


def test_the_moments_are_a_twentieth_of_a_second_apart_and_220_at_most() -> None:
    assert np.diff(verdict(one_rep()).t_s) == pytest.approx(0.05)
    long = one_rep(seconds=40.0)
    assert 180 < len(verdict(long).t_s) <= 220


def test_without_three_flat_moments_nothing_is_known() -> None:
    rep = one_rep(rise_m=LIFTED_M)
    for count, known in ((2, False), (3, True)):
        flat = np.zeros(len(rep.t_s))
        flat[[0, 5, 10][:count]] = 1.0
        found = verdict(rep, flat=flat)
        assert (found.rise_sd_m != NOTHING_KNOWN_M) is known
        if not known:
            assert (found.heel, found.rise_m, found.score) == (HeelState.UNSURE, 0.0, 0.0)
            assert found.lift_m.shape == found.t_s.shape
            assert not found.lift_m.any()


def test_a_rep_that_is_flat_throughout_is_unsure() -> None:
    rep = one_rep()
    assert verdict(rep, flat=np.ones(len(rep.t_s))).heel is HeelState.UNSURE


def test_a_shank_that_sways_at_the_start_is_judged_like_one_that_stands() -> None:
    swaying = one_rep(rise_m=LIFTED_M, sway_radps=0.15)
    found = verdict(swaying)
    assert found.heel is HeelState.UP
    assert found.rise_m == pytest.approx(LIFTED_M, abs=0.006)
    assert verdict(one_rep(sway_radps=0.15)).heel is HeelState.DOWN


def test_another_name_keeps_the_heights() -> None:
    found = verdict(one_rep(rise_m=LIFTED_M))
    renamed = found.called(HeelState.UNSURE)
    assert renamed.heel is HeelState.UNSURE
    assert (renamed.rise_m, renamed.rise_sd_m, renamed.score) == (found.rise_m, found.rise_sd_m, found.score)


@pytest.mark.parametrize(
    "wrong", [{"down_to": 0.0}, {"down_to": 0.6}, {"up_from": 1.0}, {"up_from": 0.35}, {"down_to": 0.5}]
)
def test_thresholds_in_the_wrong_order_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="down_to"):
        VerdictSettings(**wrong)
