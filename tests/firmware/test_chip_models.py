"""The emulated chips, spoken to as a driver does it: register by register. Each test is a sentence of a data sheet."""

from typing import Any

import pytest

from firmware.board import run

FAMILIES = ("lsm6dso", "lsm6ds3", "icm42688", "mpu6050", "mpu6886")


def told(scene: str, **given: Any) -> Any:
    return run(f"chip_models.{scene}", **given)


@pytest.mark.parametrize(
    ("name", "register", "answer"),
    [
        ("lsm6dso", 0x0F, 0x6C),
        ("lsm6ds3", 0x0F, 0x6A),
        ("icm42688", 0x75, 0x47),
        ("mpu6050", 0x75, 0x68),
        ("mpu6886", 0x75, 0x19),
    ],
)
def test_a_chip_says_who_it_is_and_cannot_be_told_otherwise(name: str, register: int, answer: int) -> None:
    facts = told("a_chip_says_who_it_is_and_cannot_be_told_otherwise", name=name, register=register)
    assert facts["who"] == answer


@pytest.mark.parametrize("name", FAMILIES)
def test_a_chip_that_was_not_configured_measures_nothing(name: str) -> None:
    facts = told("a_chip_that_was_not_configured_measures_nothing", name=name)
    assert facts["taken"] == 0


def test_a_chip_nobody_makes_is_refused_with_the_names_of_those_there_are() -> None:
    facts = told("a_chip_nobody_makes_is_refused_with_the_names_of_those_there_are")
    assert "bmi160" in facts["refusal"]
    assert all(name in facts["refusal"] for name in FAMILIES)


@pytest.mark.parametrize("error", [-0.03, 0.0, 0.013])
def test_the_chip_keeps_its_own_time(error: float) -> None:
    facts = told("the_chip_keeps_its_own_time", error=error)
    assert facts["taken"] == int(100 * 104 * (1 + error))


@pytest.mark.parametrize(
    ("configured", "options", "status", "data"),
    [
        ("lsm6dso", {}, 0x3A, 0x78),
        ("lsm6ds3", {}, 0x3A, 0x3E),
        ("icm42688", {}, 0x2D, 0x30),
        ("mpu", {"name": "mpu6050"}, 0x72, 0x74),
        ("mpu", {"name": "mpu6886", "sensors": 0x18}, 0x72, 0x74),
    ],
)
def test_reading_an_emulated_chip_costs_no_heap(
    configured: str, options: dict[str, object], status: int, data: int
) -> None:
    """Else a test could not tell the firmware's allocations from the emulator's."""
    facts = told(
        "reading_an_emulated_chip_costs_no_heap", configured=configured, options=options, status=status, data=data
    )
    assert facts["taken"] >= 960


# LSM6DSO


def test_lsm6dso_words_come_in_pairs_of_one_time_slot() -> None:
    """DS12140 6.5.7: tag byte first; a burst rolls over from the last data byte to the tag. AN5192: even parity."""
    facts = told("lsm6dso_words_come_in_pairs_of_one_time_slot")
    assert (facts["words"], facts["left"]) == (12, 0)
    assert [tag >> 3 for tag in facts["tags"]] == [1, 2] * 6
    assert [tag >> 1 & 3 for tag in facts["tags"]] == [0, 0, 1, 1, 2, 2, 3, 3, 0, 0, 1, 1]
    assert all(tag.bit_count() % 2 == 0 for tag in facts["tags"])
    assert facts["data"] == [row for k in range(6) for row in ([k, 0, -7], [k, 0, 2048])]


def test_lsm6dso_word_is_gone_when_its_last_byte_was_read() -> None:
    facts = told("lsm6dso_word_is_gone_when_its_last_byte_was_read")
    assert facts == {"left": 5, "again": True, "third": 1}


def test_lsm6dso_fifo_that_is_not_read_in_time_loses_its_oldest_words_and_says_so() -> None:
    facts = told("lsm6dso_fifo_that_is_not_read_in_time_loses_its_oldest_words_and_says_so")
    assert facts["before"] == [416, 0x01]
    assert facts["full"] == [512, 0x40 | 0x20 | 0x08 | 0x02]
    assert facts["again"] == [512, 0x40 | 0x20 | 0x02], "the latched flag is told once"
    assert facts["after"] == [511, 0x01], "the flag falls when there is room again"
    assert facts["taken"] == 312
    assert facts["overwritten"] == facts["first"][1] == 312 - 256


def test_lsm6dso_fifo_mode_keeps_the_oldest_until_bypass_empties_it() -> None:
    facts = told("lsm6dso_fifo_mode_keeps_the_oldest_until_bypass_empties_it")
    assert facts == {"first": 0, "lost": 312 - 256, "stopped": 511, "empty": 0, "running": 20}


def test_lsm6dso_batches_no_faster_than_told() -> None:
    facts = told("lsm6dso_batches_no_faster_than_told")
    assert facts == {"gyro": 52, "accel": 104}


def test_lsm6dso_starts_anew_after_a_reset_and_is_deaf_while_it_lasts() -> None:
    facts = told("lsm6dso_starts_anew_after_a_reset_and_is_deaf_while_it_lasts")
    assert facts == {"during": 0x05, "deaf": 0, "after": 0x04, "fifo": [0, 0], "control": [0, 0, 0, 0]}


def test_lsm6dso_reads_one_register_again_and_again_without_auto_increment() -> None:
    facts = told("lsm6dso_reads_one_register_again_and_again_without_auto_increment")
    assert facts["read"] == [0x6C] * 3


@pytest.mark.parametrize(("code", "factor"), [(0b0100, 1), (0b1100, 2), (0b1000, 4), (0b0000, 8)])
def test_lsm6dso_narrower_range_has_larger_counts_and_clips(code: int, factor: int) -> None:
    facts = told("lsm6dso_narrower_range_has_larger_counts_and_clips", code=code)
    assert facts["accel"] == [2048 * factor, -100 * factor, min(32767, 20000 * factor)]
    assert facts["gyro"] == [1, 2, 3]


def test_lsm6dso_temperature_has_256_counts_a_degree_from_25() -> None:
    facts = told("lsm6dso_temperature_has_256_counts_a_degree_from_25")
    assert facts["counts"] == [int(6.5 * 256)]


def test_what_a_model_cannot_do_it_says_instead_of_giving_nothing() -> None:
    facts = told("what_a_model_cannot_do_it_says_instead_of_giving_nothing")
    assert len(facts["refusals"]) == 3


# LSM6DS3TR-C


def test_lsm6ds3_words_follow_the_pattern() -> None:
    """Data sheet 5.5.6: bare words; a burst rolls over from the high byte to the low one."""
    facts = told("lsm6ds3_words_follow_the_pattern")
    assert facts["status"] == [12, 0, 0, 0]
    assert facts["pattern"] == 4
    assert facts["words"] == [0, 0, -7, 0, 0, 2048, 1, 0, -7, 1, 0, 2048]
    assert facts["empty"] == 0x10


def test_lsm6ds3_overrun_leaves_the_fifo_in_mid_sample_and_the_pattern_says_where() -> None:
    facts = told("lsm6ds3_overrun_leaves_the_fifo_in_mid_sample_and_the_pattern_says_where")
    assert facts["taken"] == 416
    assert (facts["low"], facts["status"]) == (0, 0x60), "2048 words do not fit DIFF_FIFO; it is full, not empty"
    assert facts["pattern"] == (416 * 6 - 2048) % 6 == 4
    assert facts["now"] == 0
    assert facts["left"] == 2046
    assert facts["overwritten"] == 75, "74 whole samples and the one that was cut"
    assert facts["words"] == [75, 0, -7, 75, 0, 2048]


# ICM-42688-P


def test_icm42688_packet_has_header_accelerometer_gyroscope_and_temperature() -> None:
    facts = told("icm42688_packet_has_header_accelerometer_gyroscope_and_temperature")
    assert facts["count"] == 32
    assert facts["packets"] == [
        [0x63, 0, 0, 2048, 0, 0, -7, 20, 0],  # the first one tells of the change of rate
        [0x60, 1, 0, 2048, 1, 0, -7, 20, 0],
    ]
    assert facts["empty"] == [0xFF, 0xFF]


def test_icm42688_speaks_little_endian_and_counts_records_when_told() -> None:
    facts = told("icm42688_speaks_little_endian_and_counts_records_when_told")
    assert facts["count"] == 5
    assert facts["packet"][1:] == [0, 0, 2048, 0, 0, -7]
    assert facts["last"] == [4, 0, 2048]


@pytest.mark.parametrize(("resume", "continues"), [(0x00, False), (0x40, True)])
def test_icm42688_packet_read_in_part_begins_again_unless_told_to_resume(resume: int, continues: bool) -> None:
    facts = told("icm42688_packet_read_in_part_begins_again_unless_told_to_resume", resume=resume)
    assert facts["again"] is not continues
    assert facts["count"] == (48 if continues else 64)


def test_icm42688_fifo_that_is_not_read_in_time_loses_its_oldest_packets_and_counts_them() -> None:
    facts = told("icm42688_fifo_that_is_not_read_in_time_loses_its_oldest_packets_and_counts_them")
    assert facts["status"][0] & 0x02
    assert facts["status"][1] == 0, "reading clears it"
    assert facts["lost"] == [200 - 128] * 2
    assert facts["count"] == 2048
    assert facts["first"] == facts["overwritten"] == 200 - 128
    assert (facts["flushed"], facts["lost_after"]) == (0, 0)


def test_icm42688_that_stops_when_full_keeps_the_oldest() -> None:
    facts = told("icm42688_that_stops_when_full_keeps_the_oldest")
    assert facts == {"first": 0, "overwritten": 72}


def test_icm42688_takes_no_writes_for_200_us_after_power_on_nor_for_1_ms_after_a_reset() -> None:
    facts = told("icm42688_takes_no_writes_for_200_us_after_power_on_nor_for_1_ms_after_a_reset")
    assert facts == {"deaf": 0x06, "heard": 0x08, "reset": 0x06, "after": 0x08}


def test_icm42688_has_the_same_addresses_in_each_bank() -> None:
    facts = told("icm42688_has_the_same_addresses_in_each_bank")
    assert facts == {"other": 0, "kept": 0x01, "who": 0x47, "odr": 0x08}


@pytest.mark.parametrize(("hold", "least"), [(0x00, -32766), (0x80, -32768)])
def test_icm42688_keeps_the_most_negative_count_for_no_sample(hold: int, least: int) -> None:
    facts = told("icm42688_keeps_the_most_negative_count_for_no_sample", hold=hold)
    assert facts["packet"][1:] == [least, 32767, 0, 0, 0, least]


def test_icm42688_narrower_range_has_larger_counts() -> None:
    facts = told("icm42688_narrower_range_has_larger_counts")
    assert facts["packet"][1:] == [200, 0, 0, 400, 0, 32767]


def test_icm42688_latches_the_count_until_its_low_byte_is_read() -> None:
    facts = told("icm42688_latches_the_count_until_its_low_byte_is_read")
    assert facts["latched"] == 16
    assert facts["count"] == 101 * 16


# MPU-6050 and MPU-6886


def test_mpu6050_wakes_asleep() -> None:
    facts = told("mpu6050_wakes_asleep")
    assert facts == {"power": 0x40, "newer": 0x41}


def test_mpu6050_record_is_accelerometer_then_gyroscope() -> None:
    facts = told("mpu6050_record_is_accelerometer_then_gyroscope")
    assert facts["count"] == 24
    assert facts["rows"] == [[0, 0, 2048, 0, 0, -7], [1, 0, 2048, 1, 0, -7]]
    assert facts["last"] == [0xF9, 0xF9], "an empty FIFO repeats its last byte"


def test_mpu6050_rate_is_that_of_the_filter_divided() -> None:
    facts = told("mpu6050_rate_is_that_of_the_filter_divided")
    assert facts["rates"] == [100, 200, 100, 1000]


def test_mpu6050_overflow_leaves_the_fifo_in_mid_record_and_is_told_once() -> None:
    facts = told("mpu6050_overflow_leaves_the_fifo_in_mid_record_and_is_told_once")
    assert facts["status"] == [0x11, 0x00]
    assert facts["count"] == 1024
    assert facts["start"] == [0, 0, 0xFF, 0xF9], "1200 bytes were written, so the oldest left is byte 8 of sample 14"
    assert facts["row"] == [15, 0, 2048, 15, 0, -7]
    assert facts["overwritten"] == 15, "14 whole samples and the one that was cut"


def test_mpu6050_fifo_is_reset_only_while_it_is_off() -> None:
    facts = told("mpu6050_fifo_is_reset_only_while_it_is_off")
    assert facts == {"on": 120, "off": 0, "control": 0}


def test_mpu6050_fifo_needs_both_switches() -> None:
    facts = told("mpu6050_fifo_needs_both_switches")
    assert facts == {"neither": 0, "off": 0}


def test_mpu6050_reset_puts_it_to_sleep() -> None:
    facts = told("mpu6050_reset_puts_it_to_sleep")
    assert facts == {"during": 0xC0, "after": 0x40, "divider": 0}


@pytest.mark.parametrize(("name", "counts"), [("mpu6050", (3150 - 3653) * 340 // 100), ("mpu6886", int(6.5 * 326.8))])
def test_mpu_temperature(name: str, counts: int) -> None:
    facts = told("mpu_temperature", name=name)
    assert facts["counts"] == [counts]


def test_mpu6886_record_holds_the_temperature_between_the_sensors() -> None:
    facts = told("mpu6886_record_holds_the_temperature_between_the_sensors")
    assert facts == {"count": 28, "row": [0, 0, 2048, 0, 0, 0, -7], "empty": [0xFF, 0xFF]}


def test_mpu6886_stops_when_full_if_told_to() -> None:
    facts = told("mpu6886_stops_when_full_if_told_to")
    assert facts == {"count": 1024, "first": [0], "status": 0x10}
