"""The page of weeks, by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyboard import press
from shinsight.analysis.batch import find_sessions
from shinsight.analysis.history import read_history
from shinsight.window.history.history_page import HistoryPage
from weeks import ten_weeks


def page_of(folder: Path) -> HistoryPage:
    entries, _ = read_history(find_sessions([folder]) if any(folder.iterdir()) else ())
    page = HistoryPage(entries)
    page.show()
    return page


@pytest.mark.usefixtures("qt")
class TestHistoryPage:
    def test_exercises_are_changed_with_the_arrows_and_each_leg_has_its_sentence(self, tmp_path: Path) -> None:
        ten_weeks(tmp_path)
        page = page_of(tmp_path)
        assert "knee to wall" in page.chooser.text()
        press(page, "Right")
        assert "Ada · squat" in page.chooser.text()
        left, right = page.sentences.text().splitlines()
        assert left.startswith("Left: ")
        assert "larger than the measurement error" in left
        assert right.startswith("Right: ")
        assert "not larger than" in right
        assert page.table.rowCount() == 20

    def test_enter_opens_the_chosen_session(self, tmp_path: Path) -> None:
        ten_weeks(tmp_path)
        page = page_of(tmp_path)
        press(page, "Right", "Down", "Down")
        chosen = page.chosen
        assert chosen is not None
        press(page, "Return")
        assert page.opened == chosen.path
        assert not page.isVisible()

    def test_without_sessions_it_says_what_to_do(self, tmp_path: Path) -> None:
        page = page_of(tmp_path)
        assert "shinsight live" in page.sentences.text()
        press(page, "Right", "Down", "Return", "D")
        assert page.opened is None
