"""The whole firmware under faults, in virtual time: each sample is delivered in order, delivered again, or counted.

The chip model numbers its samples, so what is absent is exact. `Host` in bench/host_sim.py is the other end.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from firmware.board import run

CHIPS = ("lsm6dso", "lsm6ds3", "icm42688", "mpu6050", "mpu6886")
BATCH = 8


def played(tmp_path: Path, scene: str, **given: Any) -> Any:
    return run(f"no_sample_is_lost_silently.{scene}", cwd=tmp_path, **given)


def assert_whole(books: dict[str, Any]) -> None:
    assert books["live in order"]
    assert books["rising"]
    assert books["starved"] == 0
    assert (books["absent"], books["board says lost"], books["missing batches"]) == (0, 0, 0)
    assert books["delivered"] == books["span"] > 500


def assert_counted(books: dict[str, Any], *, within: int = 0) -> None:
    """What is absent is what the board has counted, to within so many samples."""
    assert books["live in order"]
    assert books["rising"]
    assert books["starved"] == 0
    assert books["missing batches"] == 0
    assert books["absent"] > 0
    assert abs(books["absent"] - books["board says lost"]) <= within


@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize(("interval_ms", "mtu"), [(8, 247), (15, 185), (45, 247), (45, 517)])
def test_nothing_is_lost_on_a_good_link(tmp_path: Path, chip: str, interval_ms: int, mtu: int) -> None:
    books = played(tmp_path, "on_a_good_link", chip=chip, interval_ms=interval_ms, mtu=mtu)
    assert_whole(books)
    assert books["quaternions"] == books["batches"]
    assert books["delivered"] == pytest.approx(books["batches"] * BATCH, rel=0.15)


def test_the_smallest_connection_carries_one_sample_a_notification_and_loses_none(tmp_path: Path) -> None:
    books = played(tmp_path, "on_a_good_link", mtu=23)
    assert_whole(books)
    assert books["delivered"] == books["batches"]
    assert books["quaternions"] == 0


@pytest.mark.parametrize("seconds", [1, 5, 20])
def test_a_radio_without_buffers_for_seconds_loses_nothing(tmp_path: Path, seconds: int) -> None:
    books = played(
        tmp_path,
        "a_radio_without_buffers_for_seconds_loses_nothing",
        seconds=seconds,
    )
    assert_whole(books)
    assert books["replayed"] == 0


def test_a_radio_that_is_too_slow_for_a_while_loses_nothing(tmp_path: Path) -> None:
    books = played(
        tmp_path,
        "a_radio_that_is_too_slow_for_a_while_loses_nothing",
    )
    assert_whole(books)


@pytest.mark.parametrize("away_ms", [100, 1_234, 20_000])
@pytest.mark.parametrize("mtu", [23, 247])
def test_what_a_dropped_connection_missed_is_read_back(tmp_path: Path, away_ms: int, mtu: int) -> None:
    books = played(tmp_path, "what_a_dropped_connection_missed_is_read_back", mtu=mtu, away_ms=away_ms)
    assert_whole(books)
    assert books["replayed"] > 0


def test_five_drops_in_a_minute_lose_nothing(tmp_path: Path) -> None:
    assert_whole(played(tmp_path, "five_drops_in_a_minute"))


def test_a_minute_without_a_host_costs_what_the_memory_cannot_hold_and_all_of_it_is_counted(tmp_path: Path) -> None:
    books = played(tmp_path, "a_minute_without_a_host_costs_what_the_memory_cannot_hold_and_all_of_it_is_counted")
    assert books["live in order"]
    assert books["rising"]
    assert books["starved"] == 0
    # Sequence numbers tell the host; the board has counted all but those it had already handed to the radio.
    assert books["absent"] == books["missing batches"] * BATCH
    # 100 s away and some to read back, less the 59 s that the memory holds.
    assert 41 * 105 < books["absent"] < 50 * 106
    assert 0 <= books["absent"] - books["board says lost"] <= 12 * BATCH


def test_a_host_that_stays_away_ends_the_stream_and_the_next_one_begins_anew(tmp_path: Path) -> None:
    sampling, books = run(
        "no_sample_is_lost_silently.a_host_that_stays_away_ends_the_stream_and_the_next_one_begins_anew",
        cwd=tmp_path,
    )
    assert sampling is False
    assert books["live in order"]
    assert books["absent"] == 0
    assert books["delivered"] > 400


@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("busy_ms", [400, 3_000, 11_000])
def test_a_fifo_that_overflowed_is_counted_and_said_with_the_batch_after_it(
    tmp_path: Path, chip: str, busy_ms: int
) -> None:
    """The watchdog would have bitten in the longest: what is tested is the count."""
    books = played(
        tmp_path,
        "a_fifo_that_overflowed_is_counted_and_said_with_the_batch_after_it",
        chip=chip,
        busy_ms=busy_ms,
    )
    if books["absent"]:
        assert_counted(books)
    else:
        assert_whole(books)
    if busy_ms > 4_000:
        assert books["absent"] > 100


@pytest.mark.parametrize("chip", CHIPS)
def test_errors_on_the_bus_cost_at_most_the_burst_they_fell_into(tmp_path: Path, chip: str) -> None:
    books = played(tmp_path, "errors_on_the_bus_cost_at_most_the_burst_they_fell_into", chip=chip)
    assert books["absent"] < 30 * 16
    if books["absent"]:
        assert_counted(books, within=2)
    else:
        assert_whole(books)


@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("stuck_ms", [300, 5_000])
def test_a_stuck_bus_is_survived_and_what_it_cost_is_counted(tmp_path: Path, chip: str, stuck_ms: int) -> None:
    books = played(tmp_path, "a_stuck_bus_is_survived_and_what_it_cost_is_counted", chip=chip, stuck_ms=stuck_ms)
    if stuck_ms > 1_000:
        # The chip was configured anew, so its sampling moments are others: the count is right to one sample or two.
        assert books["delivered"] > 700
        assert books["board says lost"] > 0
        assert books["starved"] == 0
    elif books["absent"]:
        assert_counted(books)
    else:
        assert_whole(books)


def test_a_chip_that_loses_its_power_for_a_moment_streams_again_by_itself(tmp_path: Path) -> None:
    books = played(
        tmp_path,
        "a_chip_that_loses_its_power_for_a_moment_streams_again_by_itself",
    )
    assert books["live in order"]
    assert books["delivered"] > 400
    assert books["board says lost"] > 20
