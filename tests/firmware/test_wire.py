"""The firmware's bytes are the host's bytes: the golden vectors, in the real MicroPython."""

from __future__ import annotations

from typing import Any

import pytest

from firmware.board import run
from shinsight.wire import messages
from vectors import make

VECTORS = str(make.PATH)

BUILD = """
    import json, struct
    import wire
    from batches import Batches

    def from_hex(text):
        return bytes(int(text[i:i + 2], 16) for i in range(0, len(text), 2))

    def hexed(data):
        return "".join("%02x" % b for b in data)

    def batch(m):
        memory = Batches(4096)
        n = len(m["samples"])
        memory.layout(n, m["quaternion"] is not None)
        memory._sequence = m["sequence"]
        for i, row in enumerate(m["samples"]):
            struct.pack_into("<6h", memory.memory, memory.start + wire.HEAD_BYTES + 12 * i, *row)
        memory.close(m["tick_us"], m["flags"] & (wire.OVERRUN | wire.SATURATED))
        if m["quaternion"]:
            memory.set_quaternion(0, *[wire.counts(c) for c in m["quaternion"]])
        memory.mark_replayed(0, bool(m["flags"] & wire.REPLAYED))
        return memory.payload(0)

    def built(m):
        kind = m["type"]
        if kind == "ImuBatch":
            return batch(m)
        if kind == "Orientation":
            lean = round(m["inclination_rad"] * 18000 / 3.141592653589793)
            return wire.orientation(m["sequence"], m["tick_us"], m["quaternion"], lean)
        if kind == "DeviceInfo":
            c = m["calibration"]
            c = c and c["gyro_bias_radps"] + c["accel_gain"] + c["accel_offset_mps2"]
            names = (m["board"], m["chip"], m["firmware"])
            return wire.device_info(
                m["rate_hz"], m["accel_scale_mps2"], m["gyro_scale_radps"], names, c, m["tick_bits"]
            )
        if kind == "Status":
            mv = wire.BATTERY_UNKNOWN_MV if m["battery_v"] is None else round(m["battery_v"] * 1000)
            t = m["temperature_c"]
            t = wire.TEMPERATURE_UNKNOWN if t is None else round(t * 100)
            return wire.status(m["tick_us"], mv, m["battery_percent"], t, m["dropped"], m["queue_high_water"],
                               m["state"], m["kept_s"], m["shed"])
        if kind == "Event":
            return wire.event(m["tick_us"], m["code"])
        if kind == "Answer":
            return wire.answer(m["token"], m["code"], m["result"], from_hex(m["data"]))
        if kind == "ClockExchange":
            question = b"\\x80" + struct.pack("<QII", m["host_sent_us"], 0, 0)
            return wire.clock_answer(question, m["board_received_us"], m["board_sent_us"])
"""


def test_every_message_of_a_board_is_byte_for_byte_what_the_host_expects() -> None:
    results: dict[str, Any] = run(
        BUILD
        + f"""
    out = {{}}
    for v in json.load(open({VECTORS!r}))["messages"]:
        payload = built(v["message"])
        if payload is not None:
            out[v["name"]] = hexed(payload) == v["payload_hex"]
    print(json.dumps(out))
    """
    )
    assert [name for name, same in results.items() if not same] == []
    said = {type(make.MESSAGES[name]).__name__ for name in results}
    assert said == {"ImuBatch", "Orientation", "DeviceInfo", "Status", "Event", "Answer", "ClockExchange"}
    assert len(results) == sum(type(m).__name__ != "Command" for m in make.MESSAGES.values())


def test_every_vector_is_framed_and_unframed_as_the_host_does_it() -> None:
    wrong = run(
        BUILD
        + f"""
    import framing
    out = bytearray(framing.LONGEST_FRAME + 1)
    reader = framing.Unframer()
    wrong = []
    for part in ("messages", "refused"):
        for v in json.load(open({VECTORS!r}))[part]:
            payload, framed = from_hex(v["payload_hex"]), from_hex(v["frame_hex"])
            n = framing.frame_into(payload, out)
            got = [bytes(reader.message[:n2]) for n2 in [reader.push(b) for b in framed] if n2]
            if bytes(out[:n]) != framed or got != [payload]:
                wrong.append(v["name"])
    print(json.dumps(wrong))
    """
    )
    assert wrong == []


def test_a_damaged_stream_gives_what_the_vector_says() -> None:
    wrong = run(
        BUILD
        + f"""
    import framing
    vectors = json.load(open({VECTORS!r}))
    payloads = {{v["name"]: v["payload_hex"] for v in vectors["messages"]}}
    wrong = []
    for v in vectors["streams"]:
        reader = framing.Unframer()
        got = []
        for b in from_hex(v["stream_hex"]):
            damaged = reader.damaged
            n = reader.push(b)
            if n:
                got.append(hexed(reader.message[:n]))
            elif reader.damaged > damaged:
                got.append(None)
        if got != [name and payloads[name] for name in v["expected"]]:
            wrong.append([v["name"], got])
    print(json.dumps(wrong))
    """
    )
    assert wrong == []


@pytest.mark.parametrize("longest", [20, 128])
def test_whatever_a_line_brings_a_reader_holds_one_message_at_most(longest: int) -> None:
    grown, length = run(f"""
    import framing, gc, json, random
    random.seed(3)
    reader = framing.Unframer({longest})
    gc.collect()
    before = gc.mem_alloc()
    for _ in range(100_000):
        reader.push(random.getrandbits(8))
    gc.collect()
    print(json.dumps([gc.mem_alloc() - before, len(reader.message)]))
    """)
    assert grown <= 256
    assert length == longest + 2


def test_the_firmware_knows_the_codes_of_the_host() -> None:
    names = {
        **{f"SET_{m.name}": m.value for m in messages.Setting},
        **{c.name: c.value for c in messages.CommandCode},
        **{a.name: a.value for a in messages.AnswerCode},
        **{e.name: e.value for e in messages.BoardEvent if not e.name.startswith("HOST")},
        **{f.name: f.value for f in messages.BatchFlag if f.name != "NONE"},
    }
    here = run(f"""
    import json, wire
    print(json.dumps({{n: getattr(wire, n, None) for n in {sorted(names)!r}}}))
    """)
    assert here == names
