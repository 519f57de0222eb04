"""The decoder: any cutting gives the same, no damage raises, and what is damaged is never taken for a message."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from shinsight.wire.decoder import MAX_FRAME_BYTES, DamagedFrame, Decoder
from shinsight.wire.framing import frame
from shinsight.wire.messages import MAX_MESSAGE_BYTES, Answer, Event, Message, decode, encode

BUTTON = frame(encode(Event(7, 1)))


def fed(*pieces: bytes) -> list[str]:
    """Results as text: NaN equals itself there."""
    decoder = Decoder()
    return [repr(result) for piece in pieces for result in decoder.feed(piece)]


def as_received(message: Message) -> str:
    return repr(decode(encode(message)))


@given(st.lists(strategies.messages, max_size=6), st.data())
def test_any_cutting_of_a_stream_gives_the_same_messages(messages: list[Message], data: st.DataObject) -> None:
    stream = b"".join(frame(encode(m)) for m in messages)
    assert fed(*data.draw(strategies.cuttings(stream))) == [as_received(m) for m in messages]


@given(st.lists(st.binary(max_size=40) | st.just(BUTTON) | st.just(b"\x55" * MAX_FRAME_BYTES), max_size=12), st.data())
def test_any_cutting_of_foreign_bytes_gives_the_same_result(pieces: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(pieces)
    whole = fed(stream)
    assert fed(*data.draw(strategies.cuttings(stream))) == whole
    assert fed(*(bytes([byte]) for byte in stream)) == whole


@given(st.binary(max_size=2000))
def test_foreign_bytes_never_raise_and_the_next_delimiter_is_back_in_step(foreign: bytes) -> None:
    assert fed(foreign + b"\x00" + BUTTON)[-1] == repr(Event(7, 1))


@settings(derandomize=True)
@given(st.lists(strategies.messages, min_size=1, max_size=4), st.data())
def test_a_damaged_stream_holds_no_message_that_was_not_sent(messages: list[Message], data: st.DataObject) -> None:
    stream = bytearray(b"".join(frame(encode(m)) for m in messages))
    # Up to 16 neighbouring bits, on the stuffed bytes: one such damage in 65536 may pass the CRC, hence `derandomize`.
    at, burst = data.draw(st.integers(0, 8 * len(stream) - 16)), data.draw(st.integers(1, 0xFFFF))
    for bit in range(16):
        if burst >> bit & 1:
            stream[(at + bit) // 8] ^= 1 << (at + bit) % 8
    sent = [as_received(m) for m in messages]
    came = [repr(r) for r in Decoder().feed(bytes(stream)) if not isinstance(r, DamagedFrame)]
    # What came is what was sent with a few left out, in order.
    rest = iter(sent)
    assert all(message in rest for message in came)
    assert len(came) >= len(sent) - 2


def test_bytes_without_a_delimiter_are_one_damage_and_never_pile_up() -> None:
    decoder = Decoder()
    for _ in range(10_000):
        assert decoder.feed(b"\x55" * 100) == []
        assert len(decoder._open) <= MAX_FRAME_BYTES  # noqa: SLF001
    (damage, button) = decoder.feed(b"\x00" + BUTTON)
    assert isinstance(damage, DamagedFrame)
    assert damage.byte_count == 1_000_000
    assert button == Event(7, 1)
    assert (decoder.frames, decoder.damaged, decoder.damaged_bytes) == (1, 1, 1_000_000)


def test_the_longest_message_is_not_too_long() -> None:
    longest = Answer(1, 1, 0, b"\x01" * (MAX_MESSAGE_BYTES - 4))
    assert len(frame(encode(longest))) == MAX_FRAME_BYTES + 1
    assert Decoder().feed(frame(encode(longest))) == [longest]


def test_damage_says_what_was_expected() -> None:
    (damage,) = Decoder().feed(BUTTON[:1] + bytes([BUTTON[1] ^ 4]) + BUTTON[2:])
    assert isinstance(damage, DamagedFrame)
    assert "CRC" in damage.reason
    assert "computed" in damage.reason
    assert damage.byte_count == len(BUTTON) - 1


def test_padding_is_neither_message_nor_damage() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x00\x00\x00" + BUTTON + b"\x00") == [Event(7, 1)]
    assert decoder.damaged == 0
