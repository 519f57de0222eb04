"""Which motion sensor is found, what is said of one that is not known, and that the way of a sample costs no memory."""

from __future__ import annotations

import pytest

from firmware.board import BENCH, FIRMWARE, run

WITHOUT_EMULATOR = (FIRMWARE, BENCH)


def found(chips: dict[int, dict[int, int]]) -> object:
    """[family, chip] of what is on the bus {address: {register: answer}}, or why there is none."""
    return run("drivers_find.looked_for", path=WITHOUT_EMULATOR, chips=chips)


@pytest.mark.parametrize(
    ("answers", "family", "chip"),
    [
        ({0x6A: {0x0F: 0x6C}}, "Lsm6dso", "LSM6DSO"),
        ({0x6B: {0x0F: 0x6C}}, "Lsm6dso", "LSM6DSO"),
        ({0x6A: {0x0F: 0x6A}}, "Lsm6ds3", "LSM6DS3TR-C"),
        ({0x69: {0x75: 0x47}}, "Icm42688", "ICM-42688-P"),
        ({0x68: {0x75: 0x68}}, "Mpu6050", "MPU-6050"),
        ({0x69: {0x75: 0x68}}, "Mpu6050", "MPU-6050"),
        ({0x68: {0x75: 0x19}}, "Mpu6050", "MPU-6886"),
        ({0x68: {0x75: 0x70}}, "Mpu6050", "MPU-6500"),
        ({0x68: {0x75: 0x71}}, "Mpu6050", "MPU-9250"),
    ],
)
def test_a_chip_is_known_by_what_it_answers(answers: dict[int, dict[int, int]], family: str, chip: str) -> None:
    assert found(answers) == [family, chip]


def test_a_clock_beside_the_sensor_does_not_hide_it() -> None:
    assert found({0x68: {0x00: 0x21}, 0x69: {0x75: 0x68}}) == ["Mpu6050", "MPU-6050"]


def test_a_silent_bus_says_where_it_looked_and_what_to_check() -> None:
    assert found({}) == (
        "nothing answers on the I2C bus (looked at 0x68, 0x69, 0x6A, 0x6B): check power, SDA and SCL in board.py"
    )


def test_an_unknown_chip_is_named_by_address_and_answer() -> None:
    assert found({0x6A: {0x0F: 0x33}}) == (
        "IMU at 0x6A answered WHO_AM_I 0x33, known are 0x6C (LSM6DSO), 0x6A (LSM6DS3TR-C): another chip? "
        "See docs/add-a-sensor.md"
    )
    assert "IMU at 0x68 answered WHO_AM_I 0xD1, known are 0x47 (ICM-42688-P), 0x19 (MPU-6886), 0x68 (MPU-6050)" in str(
        found({0x68: {0x75: 0xD1}})
    )


def test_two_strangers_are_both_named() -> None:
    said = str(found({0x69: {0x75: 0xD1}, 0x6B: {0x0F: 0x33}}))
    assert "0x69 answered WHO_AM_I 0xD1" in said
    assert "0x6B answered WHO_AM_I 0x33" in said


@pytest.mark.parametrize("family", ["Lsm6dso", "Lsm6ds3", "Icm42688", "Mpu6050"])
def test_a_rate_the_chip_has_not_is_refused_with_those_it_has(family: str) -> None:
    said = run("drivers_find.rate_refused", path=WITHOUT_EMULATOR, family=family)
    assert "has no rate of 50 Hz, but 10" in said


@pytest.mark.parametrize(
    ("family", "chip_id", "answers", "word", "sample"),
    [
        (
            "Lsm6dso",
            0x6C,
            {0x3A: b"\x40\x00"},
            # two words with the same count, gyroscope first
            bytes([0x01 << 3, 1, 2, 3, 4, 5, 6, 0x02 << 3, 7, 8, 9, 10, 11, 12]),
            [7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6],
        ),
        (
            "Lsm6ds3",
            0x6A,
            {0x3A: b"\xc0\x00\x00\x00"},
            bytes(range(1, 13)),
            [7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6],
        ),
        (
            "Icm42688",
            0x47,
            {0x2E: b"\x00\x20", 0x6C: b"\x00\x00"},
            bytes([104, *list(range(1, 16))]),
            [2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11],
        ),
        (
            "Mpu6050",
            0x68,
            {0x72: b"\x01\x80", 0x3A: b"\x01"},
            bytes(range(1, 13)),
            [2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11],
        ),
        (
            "Mpu6050",
            0x19,
            {0x72: b"\x01\xc0", 0x3A: b"\x01"},
            bytes(range(1, 15)),
            [2, 1, 4, 3, 6, 5, 10, 9, 12, 11, 14, 13],
        ),
    ],
)
def test_ten_thousand_samples_pass_with_the_heap_locked(
    family: str, chip_id: int, answers: dict[int, bytes], word: bytes, sample: list[int]
) -> None:
    handed_over, total, grown, last, overrun = run(
        "drivers_find.samples_pass_with_the_heap_locked",
        path=WITHOUT_EMULATOR,
        family=family,
        chip_id=chip_id,
        answers=answers,
        word=word,
        samples=10_000,
    )
    assert handed_over == 32
    assert total >= 10_000
    assert grown == 0
    assert last == sample
    assert overrun is False
