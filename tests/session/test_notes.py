"""What a person says of a session: kept beside it, never in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinsight.errors import DataError, SettingsError
from shinsight.results import HeelState, Rep
from shinsight.session.notes import NOTES_JSON, SessionNotes, read_notes, write_notes
from squat_frames import squats

REPS: list[Rep] = squats([HeelState.DOWN, HeelState.UP, HeelState.DOWN])[1]


def test_a_session_of_which_nobody_said_anything_has_empty_notes(tmp_path: Path) -> None:
    assert read_notes(tmp_path) == SessionNotes()


@given(
    text=st.text(),
    pain=st.none() | st.integers(0, 10),
    left_out_s=st.lists(st.floats(0, 1e6)),
    distances_cm=st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 60))),
)
def test_what_was_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    text: str,
    pain: int | None,
    left_out_s: list[float],
    distances_cm: list[tuple[float, float]],
) -> None:
    folder = tmp_path_factory.mktemp("session")
    notes = SessionNotes(text=text, pain=pain, left_out_s=tuple(left_out_s), distances_cm=tuple(distances_cm))
    write_notes(folder, notes)
    assert read_notes(folder) == notes


def test_a_rep_that_is_left_out_can_be_taken_back() -> None:
    first, second, _ = REPS
    notes = SessionNotes().without(second)
    assert [notes.keeps(rep) for rep in REPS] == [True, False, True]
    assert notes.without(second) == notes
    assert notes.again_with(first) == notes
    assert notes.again_with(second) == SessionNotes()


def test_a_rep_stays_left_out_when_a_new_analysis_gives_it_another_number_and_bounds() -> None:
    notes = SessionNotes().without(REPS[1])
    assert not notes.keeps(replace(REPS[1], number=7, start_s=REPS[1].start_s + 0.2))


def test_a_distance_belongs_to_its_rep_and_the_last_one_typed_counts() -> None:
    notes = SessionNotes().with_distance(REPS[0], 9.5).with_distance(REPS[1], 11.0).with_distance(REPS[0], 10.0)
    assert [notes.distance_cm(rep) for rep in REPS] == [10.0, 11.0, None]
    assert notes.with_distance(REPS[1], None).distance_cm(REPS[1]) is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"pain": 11}, "pain is 11, expected 0 .* to 10"),
        ({"distances_cm": ((1.0, 95.0),)}, "95, expected 0 to 60 cm: type centimetres"),
        ({"left_out_s": (float("nan"),)}, "time of a rep is nan"),
    ],
)
def test_what_cannot_be_is_refused(said: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        SessionNotes(**said)  # type: ignore[arg-type]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1, "text": "", "pain": 99}', '{"format": 2}'])
def test_broken_notes_are_an_error_that_names_the_file(tmp_path: Path, content: str) -> None:
    (tmp_path / NOTES_JSON).write_text(content)
    with pytest.raises(DataError, match=NOTES_JSON):
        read_notes(tmp_path)
