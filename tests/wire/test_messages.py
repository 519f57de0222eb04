"""Every message survives the way to bytes and back."""

from __future__ import annotations

from dataclasses import fields
from math import isnan

import pytest
from hypothesis import given

import strategies
from shinsight.wire.framing import frame, unframe
from shinsight.wire.messages import BatchFlag, ImuBatch, Message, decode, encode

RESOLUTION = {
    "battery_v": 0.5e-3,
    "temperature_c": 0.5e-2,
    "inclination_rad": 0.5e-2 * 0.0174533,
    "quaternion": 1.0 / 32767,
}
"""Half a step of what a field is rounded to on the wire (a whole one where the unit length is restored as well)."""


def assert_same(got: Message, sent: Message) -> None:
    assert type(got) is type(sent)
    for field in fields(sent):
        was, became = getattr(sent, field.name), getattr(got, field.name)
        if field.name == "flags":
            was, became = was & ~BatchFlag.QUATERNION, became & ~BatchFlag.QUATERNION
        if isinstance(was, float) and isnan(was):
            assert isnan(became)
        elif field.name in RESOLUTION and was is not None:
            assert became == pytest.approx(was, abs=RESOLUTION[field.name] * 1.0001)
        else:
            assert became == was, field.name


@given(strategies.messages)
def test_a_message_comes_back_as_it_was_sent(message: Message) -> None:
    assert_same(decode(unframe(frame(encode(message))[:-1])), message)


def test_a_batch_of_one_sample_without_quaternion_fits_the_smallest_bluetooth_payload() -> None:
    assert len(encode(ImuBatch(0, 0, ((0, 0, 0, 0, 0, 0),)))) == 20


def test_the_quaternion_flag_follows_the_quaternion() -> None:
    with_one = decode(encode(ImuBatch(0, 0, ((0,) * 6,), (1.0, 0.0, 0.0, 0.0))))
    without = decode(encode(ImuBatch(0, 0, ((0,) * 6,), flags=BatchFlag.QUATERNION)))
    assert isinstance(with_one, ImuBatch)
    assert isinstance(without, ImuBatch)
    assert BatchFlag.QUATERNION in with_one.flags
    assert BatchFlag.QUATERNION not in without.flags
