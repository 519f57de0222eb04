"""The live heel state: when the flag comes on, that it holds, when it goes, and how well the height is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import logit

from shinsight.detection import heel_live
from shinsight.detection.heel_live import LiveHeel, LiveHeelDetector, LiveSettings
from shinsight.errors import SettingsError
from shinsight.results import HeelState
from standing_shank import STAND_S, Lean, model, one_rep

BOTTOM_S = STAND_S + 1.25
IndexArray = NDArray[np.intp]


def live(rep: Lean, settings: LiveSettings | None = None) -> list[LiveHeel]:
    return run(LiveHeelDetector(model=model(), settings=settings), rep, np.arange(len(rep.t_s)))


def run(detector: LiveHeelDetector, rep: Lean, rows: IndexArray, *, later_s: float = 0.0) -> list[LiveHeel]:
    """The detector over some of the moments, in their order, that much later."""
    return detector.run(
        rep.t_s[rows] + later_s, rep.up[rows], rep.accel_mps2[rows], rep.rate_radps[rows], rep.inclination_rad[rows]
    )


def states(seen: Sequence[LiveHeel], rep: Lean, from_s: float, to_s: float) -> set[HeelState]:
    return {one.state for one, t in zip(seen, rep.t_s, strict=True) if from_s <= t < to_s}


@pytest.fixture
def odds_are(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make the detector believe in a lift with these probabilities, one after another; the last one stays."""

    def believe(*probabilities: float) -> None:
        left = list(probabilities)
        monkeypatch.setattr(heel_live, "log_odds", lambda *_: float(logit(left.pop(0) if len(left) > 1 else left[0])))

    return believe


@pytest.mark.parametrize(
    ("probability", "state"),
    [
        (0.01, HeelState.DOWN),
        (0.34, HeelState.DOWN),
        (0.35, HeelState.UNSURE),
        (0.74, HeelState.UNSURE),
        (0.76, HeelState.UP),
        (0.99, HeelState.UP),
    ],
)
def test_up_from_three_quarters_down_to_a_third_and_unsure_between(
    odds_are: Callable[..., None], probability: float, state: HeelState
) -> None:
    rep = one_rep()
    odds_are(probability)
    assert states(live(rep), rep, BOTTOM_S - 0.2, BOTTOM_S + 0.2) == {state}


def test_the_thresholds_are_those_of_the_settings(odds_are: Callable[..., None]) -> None:
    rep = one_rep()
    odds_are(0.85)
    careful = LiveSettings(up_log_odds=float(logit(0.9)), down_log_odds=float(logit(0.8)))
    assert states(live(rep, careful), rep, BOTTOM_S - 0.2, BOTTOM_S + 0.2) == {HeelState.UNSURE}
    assert states(live(rep), rep, BOTTOM_S - 0.2, BOTTOM_S + 0.2) == {HeelState.UP}


def test_a_flag_that_came_on_holds_until_the_foot_is_flat_again_whatever_the_odds_do(
    odds_are: Callable[..., None],
) -> None:
    rep = one_rep()
    detector = LiveHeelDetector(model=model())
    standing, moving = np.split(np.arange(len(rep.t_s)), [140])
    odds_are(0.01)
    seen = run(detector, rep, standing)
    odds_are(0.5, 0.9, 0.5, 0.1, 0.01)
    seen += run(detector, rep, moving)
    up = [one.state is HeelState.UP for one in seen]
    first = up.index(True)
    flat = next(k for k in range(first, len(seen)) if seen[k].flat_confidence > 0.0)
    assert rep.t_s[flat] > STAND_S + 2.0
    assert all(up[first:flat])
    assert not any(up[flat:])


def test_the_next_repetition_begins_without_the_flag_of_the_last(odds_are: Callable[..., None]) -> None:
    rep = one_rep()
    detector = LiveHeelDetector(model=model())
    every = np.arange(len(rep.t_s))
    odds_are(0.9)
    assert HeelState.UP in {one.state for one in run(detector, rep, every)}
    odds_are(0.01)
    assert {one.state for one in run(detector, rep, every, later_s=float(rep.t_s[-1]) + 0.01)} == {HeelState.DOWN}


@pytest.mark.parametrize("seed", range(3))
def test_a_foot_that_stays_is_never_called_up_and_its_height_is_within_what_is_stated(seed: int) -> None:
    rep = one_rep(seed=seed)
    seen = live(rep)
    assert HeelState.UP not in {one.state for one in seen[50:]}
    heights = np.array([one.rise_m for one in seen])
    sds = np.array([one.rise_sd_m for one in seen])
    assert (np.abs(heights) < 3.0 * sds).all()
    bottom = np.abs(rep.t_s - BOTTOM_S) < 0.1
    assert (sds[bottom] > 0.004).all()
    assert (sds[bottom] < 0.025).all()


@pytest.mark.parametrize("seed", range(3))
def test_an_ankle_that_rises_two_centimetres_is_called_up_soon_and_its_height_followed(seed: int) -> None:
    rep = one_rep(rise_m=0.02, seed=seed)
    seen = live(rep)
    risen_s = rep.t_s[int(np.argmax(rep.rise_m > 0.005))]
    flag_s = next(t for one, t in zip(seen, rep.t_s, strict=True) if one.state is HeelState.UP)
    assert risen_s - 0.1 < flag_s < risen_s + 0.35
    errors = np.array([one.rise_m for one in seen]) - rep.rise_m
    assert (np.abs(errors) < 3.0 * np.array([one.rise_sd_m for one in seen])).all()
    assert np.abs(errors).max() < 0.02


def test_at_rest_the_height_is_zero_within_half_a_millimetre_and_the_foot_is_flat() -> None:
    rep = one_rep()
    seen = live(rep)[105:140]
    assert {(one.rise_m, one.rise_sd_m, one.flat_confidence, one.quiet, one.state) for one in seen} == {
        (0.0, 0.0005, 1.0, True, HeelState.DOWN)
    }


def test_nothing_is_flat_in_the_first_second_because_the_heel_may_be_up_from_the_start() -> None:
    seen = live(one_rep())
    assert {one.flat_confidence for one in seen[:99]} == {0.0}
    assert {one.flat_confidence for one in seen[102:140]} == {1.0}


def test_a_shank_that_is_upright_and_restless_is_flat_within_more() -> None:
    rep = one_rep()
    restless = run(LiveHeelDetector(model=model()), replace(rep, rate_radps=rep.rate_radps + 1.0), np.arange(140))
    assert restless[-1].flat_confidence == 0.2
    assert restless[-1].rise_sd_m == pytest.approx(0.0025)
    assert not restless[-1].quiet


def test_what_the_vertical_reads_at_rest_is_learned_and_not_taken_for_a_lift() -> None:
    """An accelerometer that has drifted by a tenth since the calibration is one that has drifted, not a rise."""
    rep = one_rep()
    drifted = replace(rep, accel_mps2=rep.accel_mps2 + 0.1 * rep.up)
    detector = LiveHeelDetector(model=model())
    standing = np.arange(140)
    for k in range(3):
        run(detector, drifted, standing, later_s=1.4 * k)
    seen = run(detector, drifted, np.arange(len(rep.t_s)), later_s=4.2)
    assert HeelState.UP not in {one.state for one in seen}
    # Not learned, the ankle would seem to climb by half of 0.1 m/s^2 times the square of two seconds: 20 cm.
    assert max(abs(one.rise_m) for one in seen) < 0.02


class TestAfterAGap:
    def test_nothing_is_known_until_the_foot_rests_again(self) -> None:
        rep = one_rep(rise_m=0.02)
        detector = LiveHeelDetector(model=model())
        middle = int(BOTTOM_S * 100)
        run(detector, rep, np.arange(middle))
        detector.lose()
        seen = run(detector, rep, np.arange(middle, len(rep.t_s)))
        known = [not isnan(one.rise_m) for one in seen]
        first = known.index(True)
        assert {(one.state, one.flat_confidence) for one in seen[:first]} == {(HeelState.UNSURE, 0.0)}
        assert all(isnan(one.rise_sd_m) for one in seen[:first])
        assert all(known[first:])
        assert rep.t_s[middle + first] > STAND_S + 2.0
        assert {one.state for one in seen[first:]} == {HeelState.DOWN}

    @pytest.mark.parametrize(("off_deg", "known"), [(1.3, True), (1.7, False)])
    def test_up_must_have_found_the_vertical_again_within_one_and_a_half_degrees(
        self, off_deg: float, known: bool
    ) -> None:
        rep = one_rep()
        detector = LiveHeelDetector(model=model())
        detector.lose()
        c, s = np.cos(np.radians(off_deg)), np.sin(np.radians(off_deg))
        turned = rep.up @ np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]])
        still = replace(rep, up=turned, accel_mps2=9.81 * rep.up, rate_radps=np.zeros_like(rep.up))
        seen = run(detector, still, np.arange(140))
        assert (not isnan(seen[-1].rise_m)) is known


def test_after_twenty_seconds_away_nothing_is_known_any_more(odds_are: Callable[..., None]) -> None:
    rep = one_rep(seconds=50.0)
    odds_are(0.01)
    seen = live(rep)
    away_s = next(t for one, t in zip(seen, rep.t_s, strict=True) if t > STAND_S and one.flat_confidence == 0.0)
    assert states(seen, rep, away_s + 15.0, away_s + 18.5) == {HeelState.DOWN}
    assert states(seen, rep, away_s + 20.5, STAND_S + 37.0) == {HeelState.UNSURE}


def test_thresholds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(SettingsError, match="down_log_odds"):
        LiveSettings(up_log_odds=0.0, down_log_odds=0.0)
