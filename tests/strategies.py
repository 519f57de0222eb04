"""Hypothesis strategies of the domain: every message a board or host can send, and cuttings of a stream."""

from __future__ import annotations

from math import nan, sqrt

from hypothesis import strategies as st

from shinsight.wire.messages import (
    MAX_BATCH_SAMPLES,
    Answer,
    BatchFlag,
    ClockExchange,
    Command,
    DeviceInfo,
    Event,
    ImuBatch,
    Message,
    Orientation,
    Status,
    StoredCalibration,
)

u8 = st.integers(0, 2**8 - 1)
u16 = st.integers(0, 2**16 - 1)
u32 = st.integers(0, 2**32 - 1)
u64 = st.integers(0, 2**64 - 1)
counts = st.integers(-(2**15), 2**15 - 1)


def float32(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, width=32)


@st.composite
def unit_quaternions(draw: st.DrawFn) -> tuple[float, float, float, float]:
    parts = [draw(st.floats(-1.0, 1.0)) for _ in range(4)]
    norm = sqrt(sum(p * p for p in parts))
    if norm < 0.1:
        return (1.0, 0.0, 0.0, 0.0)
    w, x, y, z = (p / norm for p in parts)
    return (w, x, y, z)


batches = st.builds(
    ImuBatch,
    sequence=u16,
    tick_us=u32,
    samples=st.lists(st.tuples(*[counts] * 6), min_size=1, max_size=MAX_BATCH_SAMPLES).map(tuple),
    quaternion=st.none() | unit_quaternions(),
    # QUATERNION is set by the presence of one.
    flags=st.sampled_from([BatchFlag(f) for f in range(16) if not f & BatchFlag.QUATERNION]),
)
calibrations = st.builds(
    StoredCalibration,
    gyro_bias_radps=st.tuples(*[float32(-100.0, 100.0)] * 3),
    accel_gain=st.tuples(*[float32(-100.0, 100.0)] * 9),
    accel_offset_mps2=st.tuples(*[float32(-100.0, 100.0)] * 3),
)
names = (
    st.text(max_size=40)
    .filter(lambda text: len(text.encode(errors="replace")) <= 40)
    .filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))
)
infos = st.builds(
    DeviceInfo,
    rate_hz=float32(1.0, 2000.0),
    accel_scale_mps2=float32(2.0**-19, 1.0),
    gyro_scale_radps=float32(2.0**-23, 1.0),
    tick_bits=st.integers(16, 32),
    board=names,
    chip=names,
    firmware=names,
    calibration=st.none() | calibrations,
)
messages: st.SearchStrategy[Message] = st.one_of(
    batches,
    infos,
    st.builds(
        Orientation,
        sequence=u16,
        tick_us=u32,
        quaternion=unit_quaternions(),
        inclination_rad=st.floats(0.0, 3.14159),
    ),
    st.builds(
        Status,
        tick_us=u32,
        battery_v=st.just(nan) | st.floats(0.0, 65.5),
        battery_percent=u8,
        temperature_c=st.just(nan) | st.floats(-327.0, 327.0),
        dropped=u32,
        queue_high_water=u16,
        state=u8,
        kept_s=u8,
        shed=u16,
    ),
    st.builds(Event, tick_us=u32, code=u8),
    st.builds(Command, token=u8, code=u8, argument=st.binary(max_size=64)),
    st.builds(Answer, token=u8, code=u8, result=u8, data=st.binary(max_size=256)),
    st.builds(ClockExchange, host_sent_us=u64, board_received_us=u32, board_sent_us=u32),
)


@st.composite
def cuttings(draw: st.DrawFn, data: bytes) -> list[bytes]:
    """The bytes in pieces, cut anywhere, empty pieces included."""
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=12)))
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
