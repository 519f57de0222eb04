"""Scenes of test_wire.py: messages and frames as the firmware builds and reads them."""

import gc
import json
import random
import struct

import framing
import wire
from batches import Batches


def read(vectors):
    with open(vectors) as file:
        return json.load(file)


def from_hex(text):
    return bytes(int(text[i : i + 2], 16) for i in range(0, len(text), 2))


def hexed(data):
    return "".join(f"{b:02x}" for b in data)


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
        return wire.device_info(m["rate_hz"], m["accel_scale_mps2"], m["gyro_scale_radps"], names, c, m["tick_bits"])
    if kind == "Status":
        mv = wire.BATTERY_UNKNOWN_MV if m["battery_v"] is None else round(m["battery_v"] * 1000)
        t = m["temperature_c"]
        t = wire.TEMPERATURE_UNKNOWN if t is None else round(t * 100)
        return wire.status(
            m["tick_us"],
            mv,
            m["battery_percent"],
            t,
            m["dropped"],
            m["queue_high_water"],
            m["state"],
            m["kept_s"],
            m["shed"],
        )
    if kind == "Event":
        return wire.event(m["tick_us"], m["code"])
    if kind == "Answer":
        return wire.answer(m["token"], m["code"], m["result"], from_hex(m["data"]))
    if kind == "ClockExchange":
        question = b"\x80" + struct.pack("<QII", m["host_sent_us"], 0, 0)
        return wire.clock_answer(question, m["board_received_us"], m["board_sent_us"])


def every_message_of_a_board_is_byte_for_byte_what_the_host_expects(vectors):
    out = {}
    for v in read(vectors)["messages"]:
        payload = built(v["message"])
        if payload is not None:
            out[v["name"]] = hexed(payload) == v["payload_hex"]
    return out


def every_vector_is_framed_and_unframed_as_the_host_does_it(vectors):
    out = bytearray(framing.LONGEST_FRAME + 1)
    reader = framing.Unframer()
    wrong = []
    for part in ("messages", "refused"):
        for v in read(vectors)[part]:
            payload, framed = from_hex(v["payload_hex"]), from_hex(v["frame_hex"])
            n = framing.frame_into(payload, out)
            got = [bytes(reader.message[:n2]) for n2 in [reader.push(b) for b in framed] if n2]
            if bytes(out[:n]) != framed or got != [payload]:
                wrong.append(v["name"])
    return wrong


def a_damaged_stream_gives_what_the_vector_says(vectors):
    vectors = read(vectors)
    payloads = {v["name"]: v["payload_hex"] for v in vectors["messages"]}
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
    return wrong


def whatever_a_line_brings_a_reader_holds_one_message_at_most(longest):
    random.seed(3)
    reader = framing.Unframer(longest)
    gc.collect()
    before = gc.mem_alloc()
    for _ in range(100_000):
        reader.push(random.getrandbits(8))
    gc.collect()
    return [gc.mem_alloc() - before, len(reader.message)]


def the_firmware_knows_the_codes_of_the_host(names):
    return {n: getattr(wire, n, None) for n in names}
