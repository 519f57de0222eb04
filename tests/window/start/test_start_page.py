"""The page to start from, with the keyboard alone."""

from __future__ import annotations

import pytest

from keyboard import press
from shinsight.results import Side
from shinsight.transport.search import Found
from shinsight.view.board_search import BoardSearch
from shinsight.view.start import Goal
from shinsight.window.start.start_page import StartPage


def page_with(found: Found) -> StartPage:
    board_search = BoardSearch(lambda _: found)
    board_search.stop()
    page = StartPage(board_search=board_search, people=("Ada",))
    page.show()
    page.refresh()
    return page


@pytest.mark.usefixtures("qt")
class TestStartPage:
    def test_enter_starts_the_first_board_with_a_squat(self) -> None:
        page = page_with(Found(("left",), (), ()))
        press(page, "Return")
        assert page.choice is not None
        assert (page.choice.links, page.choice.exercise, page.choice.side) == (("ble:left",), "squat", Side.LEFT)
        assert not page.isVisible()

    def test_arrows_choose_board_and_exercise_and_l_the_leg(self) -> None:
        page = page_with(Found(("a",), ("COM3",), ()))
        press(page, "Down", "Right", "Right", "L", "Return")
        assert page.choice is not None
        assert (page.choice.links, page.choice.exercise) == (("serial:COM3",), "split_squat")
        assert page.choice.side is Side.LEFT

    def test_two_boards_tell_their_legs_themselves(self) -> None:
        page = page_with(Found(("left", "right"), (), ()))
        press(page, "Return")
        assert page.choice is not None
        assert page.choice.side is None

    def test_person_and_slope_are_typed_and_enter_starts_from_there_too(self) -> None:
        page = page_with(Found((), (), ()))
        page.person.setFocus()
        page.person.setCurrentText("P07")
        page.slope.setValue(-10.0)
        press(page.person, "Return")
        assert page.choice is not None
        assert (page.choice.person, page.choice.slope_deg) == ("P07", -10.0)
        assert page.choice.links[0].startswith("sim:squat")

    def test_a_board_that_appears_is_chosen_before_the_simulated_person(self) -> None:
        page = page_with(Found((), (), ()))
        assert page.offer.simulated
        page._board_search.found = Found(("left",), (), ("no Bluetooth here: plug in an adapter",))  # noqa: SLF001
        page.refresh()
        assert page.offer.links == ("ble:left",)
        assert "plug in an adapter" in page.problems.text()

    @pytest.mark.parametrize(("key", "goal"), [("K", Goal.LUNGE_TEST), ("H", Goal.HISTORY), ("Return", Goal.MEASURE)])
    def test_the_test_and_the_history_are_a_key_away(self, key: str, goal: Goal) -> None:
        page = page_with(Found((), (), ()))
        press(page, key)
        assert page.choice is not None
        assert page.choice.goal is goal

    def test_q_leaves_without_a_choice(self) -> None:
        page = page_with(Found((), (), ()))
        press(page, "Q")
        assert page.choice is None
        assert not page.isVisible()
