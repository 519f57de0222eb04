"""The links of a run for which none were given, and what the user is told."""

from __future__ import annotations

import pytest

from shinsight.acquisition import link_choice
from shinsight.acquisition.link_choice import find_links
from shinsight.errors import SettingsError
from shinsight.transport.search import Found


def found(monkeypatch: pytest.MonkeyPatch, *, radio: tuple[str, ...] = (), ports: tuple[str, ...] = ()) -> list[str]:
    return told(monkeypatch, radio=radio, ports=ports)[0]


def told(
    monkeypatch: pytest.MonkeyPatch, *, radio: tuple[str, ...], ports: tuple[str, ...]
) -> tuple[list[str], list[str]]:
    """The links, and what the user is told."""
    monkeypatch.setattr(link_choice, "search", lambda _s: Found(radio, ports, ("Bluetooth is off",)))
    words: list[str] = []
    return find_links(words.append), words


def test_the_only_board_in_reach_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, radio=("shinsight",)) == ["ble:shinsight"]
    assert found(monkeypatch, ports=("/dev/ttyACM0",)) == ["serial:/dev/ttyACM0"]


def test_a_board_on_both_is_taken_by_radio(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, radio=("shinsight",), ports=("COM5",)) == ["ble:shinsight"]


def test_a_left_and_a_right_board_are_taken_together(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, radio=("Anna Right", "Anna Left")) == ["ble:Anna Left", "ble:Anna Right"]


@pytest.mark.parametrize("radio", [("a", "b"), ("left 1", "left 2"), ("left", "right", "left too")])
def test_boards_that_could_be_anybodys_are_asked_for_by_name(
    monkeypatch: pytest.MonkeyPatch, radio: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsError, match="several boards are in reach"):
        found(monkeypatch, radio=radio)


def test_without_a_board_the_simulated_leg_is_shown_and_the_user_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    links, words = told(monkeypatch, radio=(), ports=())
    assert links == ["sim:"]
    assert "notice: Bluetooth is off" in words
    assert "no board found: showing a simulated leg" in words[-1]
