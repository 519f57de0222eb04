"""When the foot counts as flat: each threshold just inside and just outside, and how long it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shinsight.detection.flat_foot import FlatFoot, FlatFootSettings, Footing
from shinsight.errors import SettingsError

STEP_S = 0.01
FAR_RAD = np.radians(20.0)
RESTLESS_RADPS = 1.0


class Person:
    """A stream of moments, 10 ms each, into one detector."""

    def __init__(self) -> None:
        self.foot = FlatFoot()
        self.now_s = 0.0

    def for_s(
        self,
        seconds: float,
        *,
        lean_rad: float = 0.0,
        rate_radps: float = 0.0,
        vertical_mps2: float = 0.0,
        suspected: bool = False,
    ) -> list[Footing]:
        seen = []
        for _ in range(round(seconds / STEP_S)):
            seen.append(self.foot.update(self.now_s, lean_rad, rate_radps, vertical_mps2, suspected))
            self.now_s += STEP_S
        return seen


def first_s(seen: list[Footing], wanted: Footing) -> float:
    return seen.index(wanted) * STEP_S


@pytest.mark.parametrize(
    ("at_the_edge", "rests"),
    [
        ({"rate_radps": np.radians(9.9)}, True),
        ({"rate_radps": np.radians(10.1)}, False),
        ({"vertical_mps2": 0.249}, True),
        ({"vertical_mps2": 0.251}, False),
        ({"vertical_mps2": -0.249}, True),
        ({"vertical_mps2": -0.251}, False),
        ({"lean_rad": np.radians(13.9)}, True),
        ({"lean_rad": np.radians(14.1)}, False),
        ({"lean_rad": np.radians(-25.9)}, True),
        ({"lean_rad": np.radians(-26.1)}, False),
    ],
    ids=repr,
)
def test_a_shank_rests_below_each_threshold_and_not_above(at_the_edge: dict[str, Any], rests: bool) -> None:
    person = Person()
    seen = person.for_s(0.5, **at_the_edge)
    assert (Footing.RESTING in seen) is rests
    assert person.foot.quiet is rests


def test_a_foot_is_flat_after_three_tenths_of_a_second_of_rest_counted_from_its_beginning() -> None:
    person = Person()
    seen = person.for_s(0.5)
    assert first_s(seen, Footing.RESTING) == pytest.approx(0.3, abs=1.01 * STEP_S)
    assert person.foot.since_s == 0.0


@pytest.mark.parametrize(("lean_deg", "upright"), [(7.9, True), (8.1, False), (-19.9, True), (-20.1, False)], ids=repr)
def test_a_restless_shank_stands_while_it_is_near_upright(lean_deg: float, upright: bool) -> None:
    seen = Person().for_s(1.5, lean_rad=np.radians(lean_deg), rate_radps=1.0)
    assert (Footing.UPRIGHT in seen) is upright
    assert Footing.RESTING not in seen


def test_back_from_a_rep_upright_counts_soon_and_otherwise_only_after_a_second() -> None:
    person = Person()
    assert first_s(person.for_s(1.5, rate_radps=RESTLESS_RADPS), Footing.UPRIGHT) == pytest.approx(
        1.0, abs=1.01 * STEP_S
    )
    began_s = person.now_s
    person.for_s(0.5, lean_rad=FAR_RAD)
    back_s = person.now_s
    assert first_s(person.for_s(0.6, rate_radps=RESTLESS_RADPS), Footing.UPRIGHT) == pytest.approx(
        0.35, abs=1.01 * STEP_S
    )
    assert person.foot.since_s == pytest.approx(back_s)
    assert back_s > began_s


def test_a_shank_that_leans_out_of_upright_is_away_at_once() -> None:
    person = Person()
    assert person.for_s(1.5, rate_radps=RESTLESS_RADPS)[-1] is Footing.UPRIGHT
    assert person.for_s(0.01, lean_rad=np.radians(10.0), rate_radps=1.0) == [Footing.AWAY]
    # It had not been far, so it takes the long way back.
    assert first_s(person.for_s(1.5, rate_radps=RESTLESS_RADPS), Footing.UPRIGHT) == pytest.approx(
        1.0, abs=1.01 * STEP_S
    )


def test_a_foot_that_rests_is_away_with_the_first_unquiet_moment_and_forgets_how_far_it_was() -> None:
    person = Person()
    person.for_s(0.5, lean_rad=FAR_RAD)
    assert person.for_s(0.5)[-1] is Footing.RESTING
    assert person.for_s(0.01, rate_radps=RESTLESS_RADPS) == [Footing.AWAY]
    assert Footing.RESTING not in person.for_s(0.2)


def test_standing_on_the_toes_is_not_taken_for_rest_before_a_second_is_over() -> None:
    seen = Person().for_s(1.5, suspected=True)
    assert first_s(seen, Footing.RESTING) == pytest.approx(1.0, abs=1.01 * STEP_S)


def test_a_suspected_lift_does_not_delay_one_who_comes_back_from_a_rep_to_upright() -> None:
    person = Person()
    person.for_s(0.5, lean_rad=FAR_RAD)
    assert first_s(person.for_s(0.5, suspected=True), Footing.RESTING) == pytest.approx(0.3, abs=1.01 * STEP_S)


def test_a_suspected_lift_delays_one_who_stops_on_the_way_up() -> None:
    person = Person()
    person.for_s(0.5, lean_rad=FAR_RAD)
    seen = person.for_s(1.5, lean_rad=np.radians(10.0), suspected=True)
    assert first_s(seen, Footing.RESTING) == pytest.approx(1.0, abs=1.01 * STEP_S)


def test_a_moment_of_movement_begins_the_rest_again() -> None:
    person = Person()
    person.for_s(0.25)
    person.for_s(0.01, rate_radps=RESTLESS_RADPS)
    assert Footing.RESTING not in person.for_s(0.25)


@pytest.mark.parametrize("wrong", [{"upright_rad": 0.0}, {"upright_rad": 0.3, "furthest_rad": 0.3}])
def test_upright_must_lie_within_the_furthest_lean(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="upright_rad"):
        FlatFootSettings(**wrong)
