"""The golden vectors: the contract between firmware and host."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from shinsight.wire.decoder import DamagedFrame, Decoder
from shinsight.wire.framing import frame
from shinsight.wire.messages import BadMessage, BatchFlag, ImuBatch, MessageType, decode, encode
from vectors import make
from wire.test_messages import assert_same

VECTORS: dict[str, Any] = json.loads(make.PATH.read_text(encoding="ascii"))
DOC = Path(__file__).parents[2] / "docs" / "wire-format.md"


def by_name(part: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", VECTORS[part], ids=[v["name"] for v in VECTORS[part]])


@by_name("messages")
def test_a_message_and_its_bytes_are_each_other(vector: dict[str, Any]) -> None:
    message, payload = make.from_json(vector["message"]), bytes.fromhex(vector["payload_hex"])
    assert encode(message) == payload
    assert frame(payload).hex() == vector["frame_hex"]
    (received,) = Decoder().feed(bytes.fromhex(vector["frame_hex"]))
    assert not isinstance(received, DamagedFrame)
    if vector["message"]["type"] == "DeviceInfo":
        assert encode(received) == payload  # scales are rounded to float32 on the way
    else:
        assert_same(received, message)


@by_name("refused")
def test_a_payload_that_is_no_message_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        decode(bytes.fromhex(vector["payload_hex"]))
    (result,) = Decoder().feed(bytes.fromhex(vector["frame_hex"]))
    assert isinstance(result, DamagedFrame)


@by_name("streams")
def test_a_damaged_stream_gives_what_the_vector_says(vector: dict[str, Any]) -> None:
    sent = {v["name"]: make.from_json(v["message"]) for v in VECTORS["messages"]}
    stream = bytes.fromhex(vector["stream_hex"])
    decoder = Decoder()
    results = [r for i in range(len(stream)) for r in decoder.feed(stream[i : i + 1])]
    assert [None if isinstance(r, DamagedFrame) else r for r in results] == [
        sent.get(name) for name in vector["expected"]
    ]


def test_the_vectors_are_what_their_script_makes() -> None:
    assert make.PATH.read_text(encoding="ascii") == make.contents()


def test_every_message_type_and_batch_flag_has_a_vector() -> None:
    payloads = [bytes.fromhex(v["payload_hex"]) for v in VECTORS["messages"]]
    assert {MessageType(p[0] >> 4) for p in payloads} == set(MessageType)
    batches = [m for m in map(decode, payloads) if isinstance(m, ImuBatch)]
    assert {f for b in batches for f in b.flags} == set(BatchFlag) - {BatchFlag.NONE}


def test_the_examples_in_the_wire_format_page_are_vectors() -> None:
    examples = re.findall(r"^Example, (.+?):\n+```\n(.+?)\n```", DOC.read_text(encoding="utf-8"), re.M | re.S)
    vectors = {v["name"]: v for v in VECTORS["messages"]}
    shown = {}
    for name, block in examples:
        payload, framed = (re.sub(r"^\w+:|\s", "", line) for line in block.splitlines())
        assert (payload, framed) == (vectors[name]["payload_hex"], vectors[name]["frame_hex"]), name
        shown[name] = vectors[name]["message"]["type"]
    assert set(shown.values()) == set(make.TYPES)
