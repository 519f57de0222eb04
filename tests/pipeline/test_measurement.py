"""Bytes in, everything out: what the measurement says of the board, the link and the samples, before any movement."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isnan

import numpy as np
import pytest

from shinsight.pipeline.measurement import PIECE_S, Measurement, calibration_of, measured
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import CalibrationReport, Notice, PhaseChange, Recording
from shinsight.samples import Phase, SampleBlock
from shinsight.wire.framing import frame
from shinsight.wire.messages import (
    Answer,
    AnswerCode,
    CommandCode,
    DeviceInfo,
    ImuBatch,
    Message,
    Status,
    encode,
)

RATE_HZ = 100.0
SIZE = 10
INFO = DeviceInfo(RATE_HZ, 9.81 / 1000.0, 0.001, 32, "xiao", "LSM6DSO", "0.5")
UPRIGHT = (0, 1000, 0, 0, 0, 0)


def batch(number: int) -> ImuBatch:
    """The samples up to SIZE * (number + 1), all upright and still."""
    return ImuBatch(sequence=number, tick_us=1_000_000 + number * SIZE * 10_000, samples=(UPRIGHT,) * SIZE)


def bytes_of(messages: Sequence[Message]) -> bytes:
    return b"".join(frame(encode(message)) for message in messages)


def measurement(*, on_shank: bool = True) -> Measurement:
    found = Measurement(settings=PipelineSettings(), on_shank=on_shank)
    found.feed(bytes_of([INFO]))
    return found


def test_samples_come_out_in_si_units_with_a_frame_each() -> None:
    done = measurement().feed(bytes_of([batch(0), batch(1)]))
    assert len(done.samples) == len(done.frames) == 2 * SIZE
    np.testing.assert_allclose(done.samples.accel_mps2, np.tile([0.0, 9.81, 0.0], (2 * SIZE, 1)), rtol=1e-6)
    assert np.diff(done.samples.t_s) == pytest.approx(np.full(2 * SIZE - 1, 0.01), rel=0.01)
    assert [e.phase for e in done.events if isinstance(e, PhaseChange)] == [Phase.STAND]


def test_of_a_sensor_elsewhere_nothing_is_concluded() -> None:
    done = measurement(on_shank=False).feed(bytes_of([batch(0)]))
    assert len(done.samples) == SIZE
    assert len(done.frames) == 0
    assert done.events == ()


def test_samples_before_the_device_info_are_said_once_and_dropped() -> None:
    found = Measurement(settings=PipelineSettings())
    (notice,) = found.feed(bytes_of([batch(0), batch(1)])).events
    assert isinstance(notice, Notice)
    assert notice.code == "no_device_info"
    assert found.received == 0
    assert len(found.feed(bytes_of([INFO, batch(2)])).samples) == SIZE


def test_a_board_that_tells_its_name_again_goes_on_where_it_was() -> None:
    found = measurement()
    found.feed(bytes_of([batch(0)]))
    done = found.feed(bytes_of([INFO, batch(1)]))
    assert done.samples.t_s[0] == pytest.approx(SIZE / RATE_HZ, abs=0.005)
    assert found.received == 2 * SIZE


@pytest.mark.parametrize(
    ("result", "words"),
    [(AnswerCode.BUSY, "it is calibrating; wait a few seconds"), (AnswerCode.UNKNOWN_COMMAND, "its answer is")],
)
def test_a_board_that_does_not_start_says_why(result: AnswerCode, words: str) -> None:
    (notice,) = measurement().feed(bytes_of([Answer(1, CommandCode.START, result, b"")])).events
    assert isinstance(notice, Notice)
    assert notice.code == "board_refused"
    assert words in notice.text
    assert measurement().feed(bytes_of([Answer(1, CommandCode.START, AnswerCode.OK, b"")])).events == ()
    assert measurement().feed(bytes_of([Answer(1, CommandCode.INFO, result, b"")])).events == ()


def test_the_health_of_a_link_counts_what_came_and_what_is_damaged() -> None:
    found = measurement()
    for number in range(4):
        found.feed(bytes_of([batch(number)]), arrival_s=50.0 + 0.1 * number)
    found.feed(b"\x05damaged\x00")
    health = found.health(name="left", connected=True, reconnects=2, signal_dbm=-60, last_arrival_s=50.3)
    assert (health.name, health.board, health.connected) == ("left", "xiao", True)
    assert (health.received, health.lost, health.filled, health.recovered) == (4 * SIZE, 0, 0, 0)
    assert (health.damaged, health.reconnects, health.signal_dbm) == (1, 2, -60)
    assert health.rate_hz == pytest.approx(RATE_HZ, rel=0.03)
    assert health.zero_s == pytest.approx(49.91, abs=0.01)
    assert (health.battery_percent, health.temperature_c) == (None, None)


def test_before_any_arrival_nothing_is_said_of_the_hosts_clock() -> None:
    found = measurement()
    found.feed(bytes_of([batch(0)]))
    assert found.health(name="", connected=True).zero_s is None


@pytest.mark.parametrize(("percent", "said"), [(0, 0), (100, 100), (101, None), (255, None)])
def test_a_battery_that_no_board_knows_is_unknown(percent: int, said: int | None) -> None:
    found = measurement()
    found.feed(bytes_of([Status(0, 3.9, percent, 29.5, 0, 0, 0, 0, 0)]))
    health = found.health(name="", connected=True)
    assert health.battery_percent == said
    assert health.temperature_c == pytest.approx(29.5)


def test_a_recording_is_measured_a_tenth_of_a_second_at_a_time() -> None:
    n = 305
    samples = SampleBlock(
        np.arange(n) / RATE_HZ, np.tile([0.0, 9.81, 0.0], (n, 1)), np.zeros((n, 3)), np.zeros(n, np.uint8)
    )
    phases = (Phase.STAND,) * 150 + (Phase.ROCKS,) * 52 + (Phase.SET,) * (n - 202)
    pieces = list(measured(Recording(samples, phases, RATE_HZ, ()), PipelineSettings()))
    edges = sorted({*range(0, n, round(PIECE_S * RATE_HZ)), 150, 202, n})
    assert [len(piece.samples) for piece in pieces] == [*(b - a for a, b in pairwise(edges)), 0]
    assert sum(len(piece.frames) for piece in pieces) == n
    report = calibration_of(tuple(e for piece in pieces for e in piece.events))
    assert report is not None
    assert not report.accepted
    assert report.t_s == pytest.approx(2.02)


def test_the_newest_calibration_counts() -> None:
    first, second = (CalibrationReport(t, True, 0.5, (), (0.0, 0.0, 0.0)) for t in (1.0, 2.0))
    assert calibration_of((first, second, Notice(3.0, "", ""))) is second
    assert calibration_of(()) is None
    assert isnan(measurement().feed(bytes_of([batch(0)])).frames.ankle_rise_m[0])
