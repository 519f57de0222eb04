"""A board says by itself which side is up, whether it lies still, and why a rest does not count."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shinsight.calibration.chip.positions import SIDES, Position, PositionFinder, PositionSettings
from shinsight.errors import SettingsError
from shinsight.results import Notice
from shinsight.samples import FloatArray, SampleBlock, SampleFlag
from table_board import RATE_HZ, UPS, G, block, handled, rest, six, turned


def found(values: FloatArray, *, leaning: int = 0) -> list[Position | Notice]:
    return PositionFinder(rate_hz=RATE_HZ, settings=PositionSettings(leaning=leaning)).run(block(values))


def said(values: FloatArray, *, leaning: int = 0) -> list[str]:
    """Sides taken and codes of what did not count."""
    results = found(values, leaning=leaning)
    return [result.side if isinstance(result, Position) else result.code for result in results]


def test_six_sides_are_taken_by_themselves_and_then_it_is_done() -> None:
    finder = PositionFinder(rate_hz=RATE_HZ)
    assert [p.side for p in finder.run(block(six())) if isinstance(p, Position)] == list(SIDES)
    assert finder.done
    assert finder.sides_left == ()


@settings(max_examples=20, deadline=None)
@given(
    order=st.permutations(SIDES),
    off_deg=st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=6, max_size=6),
    offset_g=st.floats(-0.45, 0.45),
)
def test_any_order_is_taken_with_sides_that_lie_off_and_an_offset_as_clones_have_it(
    order: list[str], off_deg: list[tuple[float, float]], offset_g: float
) -> None:
    laid = []
    for side, (first, second) in zip(order, off_deg, strict=True):
        axis = "xyz".index(side[0])
        up = np.array(UPS[side])
        up[(axis + 1) % 3], up[(axis + 2) % 3] = np.tan(np.radians([first, second]))
        laid.append(rest(up.tolist()))
    values = handled(*laid)
    values[:, 0] += offset_g * G
    assert said(values) == list(order)


def test_a_position_is_the_mean_of_its_rest() -> None:
    (only,) = found(rest((0, 0, 1)) + np.array([0.1, -0.2, 0.3, 0.02, -0.01, 0.005]))
    assert isinstance(only, Position)
    assert only.accel_mps2 == pytest.approx((0.1, -0.2, G + 0.3), abs=0.01)
    assert only.gyro_radps == pytest.approx((0.02, -0.01, 0.005), abs=3e-4)


def test_the_first_rest_lasts_longer_for_the_gyroscope() -> None:
    first, second = (p.t_s for p in found(handled(rest((1, 0, 0), 10.0), rest((0, 1, 0), 10.0))))
    assert 3.0 <= first <= 4.0
    assert 2.0 <= second - 11.0 <= 3.0


def test_a_board_that_is_moved_too_soon_is_told_and_taken_when_it_lies_again() -> None:
    assert said(handled(rest((1, 0, 0), 2.0), rest((1, 0, 0)))) == ["moved", "x up"]


def test_a_hand_at_it_is_no_rest() -> None:
    assert said(turned(20.0)) == []


def test_a_board_held_in_a_quiet_hand_is_not_taken() -> None:
    """Tremor of ten a second, two degrees a second wide each way."""
    held = rest((0, 0, 1), 20.0)
    held[:, 3] += 0.035 * np.sin(2 * np.pi * 10.0 * np.arange(len(held)) / RATE_HZ)
    assert "z up" not in said(held)


def test_slow_tilting_is_moving() -> None:
    """A degree a second: within a quarter of a second it looks still."""
    angle = np.radians(1.0) * np.arange(round(10 * RATE_HZ)) / RATE_HZ
    values = rest((0, 0, 1), 10.0)
    values[:, :3] += G * np.stack([np.sin(angle), 0 * angle, np.cos(angle) - 1.0], axis=1)
    values[:, 4] += np.radians(1.0)
    assert "z up" not in said(values)


def test_half_tilted_is_said_by_name_with_the_angle() -> None:
    (notice,) = found(rest((1, 0.9, 0), 8.0))
    assert isinstance(notice, Notice)
    assert notice.code == "half_tilted"
    assert "42 deg from x up" in notice.text


def test_the_same_side_twice_counts_once_and_what_is_wanted_is_said() -> None:
    first, again = found(handled(rest((0, 0, 1)), rest((0, 0, 1), 8.0)))
    assert isinstance(first, Position)
    assert isinstance(again, Notice)
    assert again.code == "same_side"
    assert "still needed: x up, x down, y up, y down, z down" in again.text


def test_a_rest_without_gravity_is_implausible() -> None:
    assert said(0.1 * rest((0, 1, 0), 8.0)) == ["implausible"]


def test_a_rest_at_the_end_of_the_range_does_not_count() -> None:
    at_rest = block(rest((0, 0, 1), 6.0))
    flags = np.full(len(at_rest), SampleFlag.SATURATED, np.uint8)
    results = PositionFinder(rate_hz=RATE_HZ).run(
        SampleBlock(at_rest.t_s, at_rest.accel_mps2, at_rest.gyro_radps, flags)
    )
    assert [r.code for r in results if isinstance(r, Notice)] == ["saturated"]
    assert len(results) == 1


@pytest.mark.parametrize("flag", [SampleFlag.GAP, SampleFlag.FILLED])
def test_a_rest_that_nobody_saw_whole_begins_anew(flag: SampleFlag) -> None:
    at_rest = block(rest((0, 0, 1), 6.0))
    flags = np.zeros(len(at_rest), np.uint8)
    lost = round(2.0 * RATE_HZ)
    flags[lost] = flag
    (taken,) = PositionFinder(rate_hz=RATE_HZ).run(
        SampleBlock(at_rest.t_s, at_rest.accel_mps2, at_rest.gyro_radps, flags)
    )
    assert taken.t_s > 5.0


LEANING = ((1, 1, 0), (-1, 1, 0), (0, 1, 1), (0, -1, 1))


def test_leaning_positions_come_after_the_sides_and_each_is_new() -> None:
    values = np.concatenate([six(), turned(), handled(*(rest(up) for up in (*LEANING[:2], LEANING[0], (0, 0, 1))))])
    assert said(values, leaning=3) == [*SIDES, "leaning", "leaning", "same_side", "not_leaning"]


def test_the_part_of_a_rest_that_is_over_grows_from_none_to_all() -> None:
    finder = PositionFinder(rate_hz=RATE_HZ)
    parts = []
    for sample in block(rest((0, 0, 1), 3.0)).samples():
        finder.update(sample)
        parts.append(finder.rested)
    assert parts[0] == 0.0
    assert all(a <= b for a, b in pairwise(parts))
    assert parts[-1] > 0.8


@pytest.mark.parametrize("wrong", [{"still_s": 0.1}, {"first_s": 100.0}, {"leaning": -1}])
def test_settings_are_checked_at_birth(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match=f"{next(iter(wrong))} is"):
        PositionSettings(**wrong)  # type: ignore[arg-type]
