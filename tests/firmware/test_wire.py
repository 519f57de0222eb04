"""The firmware's bytes are the host's bytes: the golden vectors, in the real MicroPython."""

from __future__ import annotations

from typing import Any

import pytest

from firmware.board import run
from shinsight.wire import messages
from vectors import make

VECTORS = str(make.PATH)


def test_every_message_of_a_board_is_byte_for_byte_what_the_host_expects() -> None:
    results: dict[str, Any] = run(
        "wire.every_message_of_a_board_is_byte_for_byte_what_the_host_expects", vectors=VECTORS
    )
    assert [name for name, same in results.items() if not same] == []
    said = {type(make.MESSAGES[name]).__name__ for name in results}
    assert said == {"ImuBatch", "Orientation", "DeviceInfo", "Status", "Event", "Answer", "ClockExchange"}
    assert len(results) == sum(type(m).__name__ != "Command" for m in make.MESSAGES.values())


def test_every_vector_is_framed_and_unframed_as_the_host_does_it() -> None:
    wrong = run("wire.every_vector_is_framed_and_unframed_as_the_host_does_it", vectors=VECTORS)
    assert wrong == []


def test_a_damaged_stream_gives_what_the_vector_says() -> None:
    wrong = run("wire.a_damaged_stream_gives_what_the_vector_says", vectors=VECTORS)
    assert wrong == []


@pytest.mark.parametrize("longest", [20, 128])
def test_whatever_a_line_brings_a_reader_holds_one_message_at_most(longest: int) -> None:
    grown, length = run("wire.whatever_a_line_brings_a_reader_holds_one_message_at_most", longest=longest)
    assert grown <= 256
    assert length == longest + 2


def test_the_firmware_knows_the_codes_of_the_host() -> None:
    names: dict[str, int] = {
        **{f"SET_{m.name}": m.value for m in messages.Setting},
        **{c.name: c.value for c in messages.CommandCode},
        **{a.name: a.value for a in messages.AnswerCode},
        **{e.name: e.value for e in messages.BoardEvent if not e.name.startswith("HOST")},
        **{f.name: f.value for f in messages.BatchFlag if f.name and f.name != "NONE"},
    }
    here = run("wire.the_firmware_knows_the_codes_of_the_host", names=sorted(names))
    assert here == names
