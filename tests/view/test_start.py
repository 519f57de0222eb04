"""What is offered to start with, and what becomes of the choice."""

from __future__ import annotations

import pytest

from shinsight.detection.exercises import PROFILES
from shinsight.errors import SettingsError
from shinsight.results import Side
from shinsight.transport.search import Found
from shinsight.transport.simulated import SimOptions
from shinsight.transport.simulated.options import parse
from shinsight.view.start import Offer, StartChoice, offers


def test_without_a_board_there_is_a_simulated_person() -> None:
    (only,) = offers(Found((), (), ()))
    assert only.simulated


def test_a_left_and_a_right_board_are_offered_together_first() -> None:
    found = offers(Found(("right", "left"), (), ()))
    assert found[0].links == ("ble:left", "ble:right")
    assert [offer.side for offer in found[1:3]] == [Side.RIGHT, Side.LEFT]


def test_a_board_on_a_cable_does_not_say_its_leg() -> None:
    assert offers(Found((), ("COM3",), ()))[0] == Offer("COM3, on a cable", ("serial:COM3",))


@pytest.mark.parametrize("exercise", PROFILES)
@pytest.mark.parametrize("side", Side)
def test_the_simulated_person_does_what_was_chosen_on_that_leg(exercise: str, side: Side) -> None:
    simulated = offers(Found((), (), ()))[-1]
    (link,) = StartChoice(offer=simulated, exercise=exercise, side=side).links
    options = parse(link.removeprefix("sim:"))
    assert (options.exercise, options.side, options.spoiled) == (exercise, side, SimOptions(spoiled=1).spoiled)


def test_an_exercise_nobody_knows_and_a_floor_too_steep_are_refused() -> None:
    (simulated,) = offers(Found((), (), ()))
    with pytest.raises(SettingsError, match="known are squat"):
        StartChoice(offer=simulated, exercise="yoga", side=None)
    with pytest.raises(SettingsError, match="expected -40 to 40"):
        StartChoice(offer=simulated, exercise="squat", side=None, slope_deg=50.0)
