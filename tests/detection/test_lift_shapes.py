"""The shapes of a lift: where each begins and ends, and how much of the prior it has."""

from __future__ import annotations

import numpy as np
import pytest

from shinsight.detection.lift_shapes import OnsetSettings, OnsetShapes, rep_shapes
from shinsight.samples import FloatArray

T_S = np.arange(0.0, 6.0, 0.05)
START_S, END_S, BOTTOM_S = 1.0, 5.0, 3.0
LEAN_RAD = np.radians(40.0) * np.clip(1.0 - np.abs(T_S - BOTTOM_S) / 2.0, 0.0, 1.0)


def smooth(x: FloatArray | float) -> FloatArray:
    y = np.clip(x, 0.0, 1.0)
    return np.asarray(3.0 * y**2 - 2.0 * y**3)


def has(shapes: FloatArray, wanted: FloatArray) -> bool:
    """Whether one of the shapes is the wanted one."""
    return bool((np.abs(shapes - wanted[:, None]).max(axis=0) < 1e-9).any())


class TestOfAWholeRep:
    shapes = rep_shapes(T_S, LEAN_RAD, START_S, END_S)

    def test_every_shape_is_a_share_of_one_and_none_reaches_beyond_the_rep(self) -> None:
        assert self.shapes.min() >= 0.0
        assert self.shapes.max() <= 1.0
        outside = (T_S < START_S) | (T_S > END_S)
        assert not self.shapes[outside].any()
        assert (self.shapes.max(axis=0) > 0.3).all()

    @pytest.mark.parametrize("rise_s", [0.25, 0.5, 1.0, 2.0])
    @pytest.mark.parametrize(("onset", "end"), [(0.0, 0.55), (0.3, 1.0), (0.6, 0.85), (0.75, 1.0)])
    def test_a_lift_in_time_rises_from_its_onset_and_is_down_at_its_end(
        self, rise_s: float, onset: float, end: float
    ) -> None:
        on_s, off_s = START_S + onset * 4.0, START_S + end * 4.0
        longest_s = 0.5 * (off_s - on_s)
        up, down = smooth((T_S - on_s) / min(rise_s, longest_s)), smooth((off_s - T_S) / min(0.4, longest_s))
        assert has(self.shapes, up * down)

    @pytest.mark.parametrize("lean", [0.2, 0.4, 0.6, 0.75, 0.88])
    def test_a_lift_of_the_shank_rises_with_every_degree_beyond_its_lean(self, lean: float) -> None:
        with_lean = np.clip((LEAN_RAD / LEAN_RAD.max() - lean) / (1.0 - lean), 0.0, 1.0)
        assert has(self.shapes, with_lean)

    @pytest.mark.parametrize("held", [0.7, 0.9])
    def test_a_lift_of_the_shank_may_stay_up_on_the_way_back(self, held: float) -> None:
        with_lean = np.clip((LEAN_RAD / LEAN_RAD.max() - 0.4) / 0.6, 0.0, 1.0)
        off_s = BOTTOM_S + held * (END_S - BOTTOM_S)
        down = np.clip((off_s - T_S) / (0.3 * (off_s - BOTTOM_S)), 0.0, 1.0)
        assert has(self.shapes, np.where(T_S > BOTTOM_S, down, with_lean))

    def test_a_shank_that_never_leans_has_no_lifts_of_the_shank(self) -> None:
        upright = rep_shapes(T_S, np.zeros(len(T_S)), START_S, END_S)
        assert upright.shape[1] == self.shapes.shape[1] - 5 * 3

    def test_a_rep_too_short_for_any_shape_is_one_lift_as_long_as_it(self) -> None:
        only = rep_shapes(T_S, np.zeros(len(T_S)), 1.0, 1.1)
        assert only.shape == (len(T_S), 1)
        assert T_S[only[:, 0] == 1.0] == pytest.approx([1.0, 1.05, 1.1])

    def test_the_deepest_moment_is_looked_for_within_the_rep(self) -> None:
        deeper_before = np.where(T_S < 0.5, np.radians(60.0), LEAN_RAD)
        np.testing.assert_allclose(rep_shapes(T_S, deeper_before, START_S, END_S), self.shapes)


class TestOfALiftUnderWay:
    def test_by_lean_the_ankle_rises_by_one_for_ten_degrees_beyond(self) -> None:
        values = OnsetShapes(OnsetSettings()).values(0.0, np.radians(19.0))
        assert values[:8] == pytest.approx([1.3, 0.9, 0.5, 0.1, 0.0, 0.0, 0.0, 0.0])

    def test_by_time_it_is_up_a_quarter_to_one_and_a_half_seconds_after_its_onset(self) -> None:
        shapes = OnsetShapes(OnsetSettings())
        assert shapes.values(1.0, 0.0)[8:] == pytest.approx([0.0, 0.0, 0.0])
        later = shapes.values(1.125, 0.0)[8:]
        assert later == pytest.approx([0.5, float(smooth(0.125 / 0.6)), float(smooth(0.125 / 1.5))])
        assert shapes.values(2.6, 0.0)[8:11] == pytest.approx([1.0, 1.0, 1.0])

    def test_a_new_onset_is_added_every_fifteen_hundredths_of_a_second(self) -> None:
        shapes = OnsetShapes(OnsetSettings())
        counts = [len(shapes.values(0.01 * k, 0.0)) for k in range(32)]
        assert counts == [11] * 15 + [14] * 15 + [17] * 2

    def test_half_of_the_prior_is_the_leans_and_the_onsets_share_the_other_half_over_two_seconds(self) -> None:
        shapes = OnsetShapes(OnsetSettings())
        for k in range(7):
            shapes.values(0.16 * k, 0.0)
        weight = np.exp(shapes.log_weight(0.6))
        assert weight[:8] == pytest.approx(np.full(8, 0.3 / 8))
        assert weight[8:] == pytest.approx(np.full(21, 0.3 * 0.15 / 2.0 / 3.0))
