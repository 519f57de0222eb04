"""A phone as a dial: the whole firmware in virtual time, and at its other end what the phyphox app does and shows.

The app is `tests/phyphox.py`, written from its documentation; no phone was at hand.
"""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import phyphox
from firmware.board import FIRMWARE, ROOT, run
from phyphox import Experiment, RefusedError, Transfer
from shinsight.wire import gatt
from shinsight.wire.messages import AnswerCode, CommandCode, Setting

FILE = FIRMWARE / "dial.phyphox"
DOC = ROOT / "docs" / "wire-format.md"
OK = AnswerCode.OK
CALIBRATION = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)


def played(tmp_path: Path, scene: str, **given: Any) -> Any:
    shutil.copy(FILE, tmp_path)
    return run(f"phone.{scene}", cwd=tmp_path, **given)


def transferred(packets: list[str]) -> bytes:
    transfer = Transfer()
    for packet in packets:
        transfer.take(bytes.fromhex(packet))
    assert transfer.done
    return transfer.data


# --- off: as it was before there were phones


def test_off_the_air_and_the_services_are_what_they_were(tmp_path: Path) -> None:
    """Byte by byte what firmware 0.4.0 advertised and served."""
    advertised, services = played(tmp_path, "off_the_air_and_the_services_are_what_they_were")
    service = bytes.fromhex(gatt.SERVICE.replace("-", ""))[::-1].hex()
    assert advertised == ["020106" + "1107" + service, "0a09" + b"shinsight".hex()]
    assert services == [
        ["180a", [["2a29", 2, 19], ["2a24", 2, 21], ["2a25", 2, 23], ["2a26", 2, 25]]],
        ["180f", [["2a19", 18, 28]]],
        [gatt.SERVICE, [[gatt.STREAM, 16, 32], [gatt.CONTROL, 12, 35], [gatt.INFO, 2, 37]]],
    ]


def test_on_the_services_before_it_keep_their_places(tmp_path: Path) -> None:
    """Systems remember where a board's characteristics are."""
    off, on = (played(tmp_path, "on_the_services_before_it_keep_their_places", phone=phone) for phone in (False, True))
    assert on[:3] == off
    assert [service for service, _ in on[3:]] == [phyphox.SERVICE, "cddf1001-30f7-4671-8b43-5e40ba53514a"]


# --- the air


def test_both_find_the_board_and_phyphox_in_its_first_packet(tmp_path: Path) -> None:
    """The app on Android lists a device as what its first packet says."""
    heard, first = played(tmp_path, "both_find_the_board_and_phyphox_in_its_first_packet")
    assert heard == {"flags": 6, "services": [phyphox.SERVICE, gatt.SERVICE], "name": "shinsight"}
    assert phyphox.SERVICE.replace("-", "") in bytes.fromhex(first)[::-1].hex()


@pytest.mark.parametrize(
    ("name", "heard"),
    [
        ("left", "left"),
        ("eleven byte", "eleven byte"),
        ("twenty bytes of name", "twenty byte"),
        ("größe größe", "größe gr"),
        ("zehn bytesü", "zehn bytes"),
    ],
)
def test_of_a_long_name_the_beginning_is_heard_in_whole_characters(tmp_path: Path, name: str, heard: str) -> None:
    scan, lengths, whole = played(
        tmp_path,
        "of_a_long_name_the_beginning_is_heard_in_whole_characters",
        name=name,
    )
    assert scan == heard
    assert max(lengths) <= 31
    assert whole == name


# --- the setting


def test_it_is_set_kept_and_unset_and_each_time_the_board_begins_anew(tmp_path: Path) -> None:
    answers, heard, kept = played(tmp_path, "it_is_set_kept_and_unset_and_each_time_the_board_begins_anew")
    assert answers == [OK, OK]
    assert heard == [
        [True, True, [phyphox.SERVICE, gatt.SERVICE]],
        [True, True, [gatt.SERVICE]],
    ]
    assert kept == [True, False]


def test_a_dial_for_everybody_and_bond_are_never_both_on_and_the_refusal_says_why(tmp_path: Path) -> None:
    bond_first, phone_first, off = played(
        tmp_path,
        "a_dial_for_everybody_and_bond_are_never_both_on_and_the_refusal_says_why",
    )
    assert bond_first == [False, False]
    closed = [AnswerCode.NOT_AVAILABLE, "the dial for phones is open to all: unset it before bond"]
    opened = [
        AnswerCode.NOT_AVAILABLE,
        "bond keeps others out, and a phone's dial is open to all: unset bond first",
    ]
    assert phone_first == [closed, [OK, ""], [OK, ""], opened, [OK, ""], [AnswerCode.BAD_ARGUMENT, ""]]
    assert off == [OK, ""]


def test_on_the_smallest_connection_the_refusal_is_as_long_as_fits(tmp_path: Path) -> None:
    result, data = played(
        tmp_path,
        "on_the_smallest_connection_the_refusal_is_as_long_as_fits",
    )
    assert result == AnswerCode.NOT_AVAILABLE
    assert data == "the dial for pho"


def test_factory_settings_take_it_off_the_air(tmp_path: Path) -> None:
    services = played(
        tmp_path,
        "factory_settings_take_it_off_the_air",
    )
    assert services == [gatt.SERVICE]


# --- the experiment


@pytest.mark.parametrize("mtu", [23, 64, 185, 247, 517])
def test_the_app_is_sent_the_file_whole_whatever_the_connection_carries(tmp_path: Path, mtu: int) -> None:
    packets = played(tmp_path, "the_app_is_sent_the_file_whole_whatever_the_connection_carries", mtu=mtu)
    assert transferred(packets) == FILE.read_bytes()
    longest = min(mtu, 247) - 3
    assert [len(packet) // 2 for packet in packets[:2]] == [20, longest]
    assert len(packets) == 1 + math.ceil(FILE.stat().st_size / longest)


def test_no_packet_is_lost_where_the_stack_has_no_room_for_most(tmp_path: Path) -> None:
    """Notifications refused with ENOMEM, and a radio that goes dumb for a while."""
    packets, refused = played(
        tmp_path,
        "no_packet_is_lost_where_the_stack_has_no_room_for_most",
    )
    assert transferred(packets) == FILE.read_bytes()
    assert refused > 3 * len(packets) - 3


def test_a_stack_that_never_says_it_is_full_is_not_overrun(tmp_path: Path) -> None:
    """As on a Pico W: what is queued there has no end but the heap's."""
    packets, longest = played(
        tmp_path,
        "a_stack_that_never_says_it_is_full_is_not_overrun",
    )
    assert transferred(packets) == FILE.read_bytes()
    assert longest <= 2 * 6


@pytest.mark.parametrize("how", ["drop", "stop"])
def test_a_transfer_that_ends_in_its_middle_leaves_nothing_behind_and_the_next_is_whole(
    tmp_path: Path, how: str
) -> None:
    before, quiet, after = played(
        tmp_path,
        "a_transfer_that_ends_in_its_middle_leaves_nothing_behind_and_the_next_is_whole",
        how=how,
    )
    assert 1 < len(before) < 100
    assert quiet == []
    assert transferred(after) == FILE.read_bytes()


def test_asked_again_in_the_middle_it_begins_again_from_the_header(tmp_path: Path) -> None:
    first, again = played(tmp_path, "asked_again_in_the_middle_it_begins_again_from_the_header")
    headers = [k for k, packet in enumerate(again) if bytes.fromhex(packet).startswith(b"phyphox")]
    assert 1 < len(first) < 100
    assert len(headers) == 1
    assert transferred(again[headers[0] :]) == FILE.read_bytes()


def test_a_board_without_the_file_sends_nothing_and_lives_on(tmp_path: Path) -> None:
    packets, answer = played(tmp_path, "a_board_without_the_file_sends_nothing_and_lives_on")
    assert (packets, answer) == ([], OK)


def test_while_a_second_phone_tries_the_first_is_served(tmp_path: Path) -> None:
    packets, sent_away, there = played(
        tmp_path,
        "while_a_second_phone_tries_the_first_is_served",
    )
    assert transferred(packets) == FILE.read_bytes()
    assert sent_away == 1
    assert there


def test_what_is_written_without_a_phone_setting_does_nothing(tmp_path: Path) -> None:
    """There is no such characteristic, and no state that could be begun."""
    state = played(tmp_path, "what_is_written_without_a_phone_setting_does_nothing")
    assert state == [0, False]


# --- what the file says


def test_the_file_is_one_that_the_app_takes() -> None:
    experiment = Experiment(FILE.read_bytes())
    assert experiment.service == phyphox.SERVICE
    assert experiment.shown("Tilt") == "-"
    assert FILE.stat().st_size < 4096


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'version="1.7"', b'version="1.6"'),
        (b'mode="notification"', b""),
        (b"<max>", b"<maximum>"),
        (b"</max>", b"</maximum>"),
        (b">x0</output>", b">x1</output>"),
        (b' size="4"', b' size="big"'),
        (b"<phyphox", b" <phyphox"),
    ],
)
def test_a_file_that_the_app_would_not_take_is_seen(was: bytes, becomes: bytes) -> None:
    data = FILE.read_bytes()
    assert was in data
    if b"max>" in was:
        data = data.replace(b"max>", b"maximum>")
    with pytest.raises(RefusedError):
        Experiment(data.replace(was, becomes, 1))


def test_the_file_names_what_the_board_serves(tmp_path: Path) -> None:
    experiment = Experiment(FILE.read_bytes())
    services = played(tmp_path, "the_file_names_what_the_board_serves")
    documented = re.findall(r"`(cddf[0-9a-f-]{32})`", DOC.read_text(encoding="utf-8"))
    assert documented == [each for service, rows in services[3:] for each in (service, *(row[0] for row in rows))]
    served = {uuid: flags for _, rows in services for uuid, flags, _ in rows}
    notify, write = 0x10, 0x08
    assert served[experiment.characteristic] & notify
    assert [served[uuid] & write for uuid, _ in experiment.configs] == [write]


def test_it_says_what_it_is_not() -> None:
    (info,) = Experiment(FILE.read_bytes()).root.iter("info")
    for words in ("in any direction", "only while the heel is down", "does not watch the heel"):
        assert words in info.attrib["label"]


# --- the dial

HOLDS = [(12, 0), (3, 25), (3, -10), (12, 25), (60, 0)]
ROUNDING_DEG = math.degrees(math.sqrt(2.0) * 0.5 / 2048)
"""Of two axes of gravity, half a count each."""
CLOCK = 0.013
"""Part by which the chip runs faster than it says: so much of a turn is missed until gravity has put it right."""
GYRO_DEG = 0.5 * 0.07
"""Half a count of the gyroscope, for the second that a move takes."""


def dial(told: list[list[Any]], *, zero_at_ms: float) -> tuple[Experiment, np.ndarray]:
    """The experiment after all of it, and (n, 2) of ms and tilt since zero; a cycle of analysis for each packet."""
    experiment = Experiment(FILE.read_bytes())
    shown = []
    pressed = False
    for at_ms, packet in told:
        experiment.notified(bytes.fromhex(packet), at_ms / 1000.0)
        experiment.analyse()
        if not pressed and at_ms >= zero_at_ms:
            assert experiment.shown("Tilt") == "-"  # nothing is claimed before
            experiment.press("Zero")
            experiment.analyse()
            pressed = True
            continue
        shown.append((at_ms, experiment.number("Tilt")))
    return experiment, np.array(shown)


@pytest.mark.parametrize(("chip", "scales"), [("lsm6dso", (104.0, 0.07)), ("mpu6050", (100.0, 1 / 16.4))])
def test_the_dial_shows_the_true_tilt_in_motion_and_at_rest(
    tmp_path: Path, chip: str, scales: tuple[float, float]
) -> None:
    """At rest to the counts' rounding, in motion to the chip's own clock; twenty times a second, at most 200 ms old."""
    told, truth, begun_ms = played(
        tmp_path,
        "the_dial_shows_the_true_tilt_in_motion_and_at_rest",
        chip=chip,
        holds=HOLDS,
        rate_hz=scales[0],
        deg_a_count=scales[1],
    )
    experiment, shown = dial(told, zero_at_ms=begun_ms + 8000)
    late = shown[shown[:, 0] > begun_ms + 8200]
    times, degrees = np.array(truth).T
    rest = ROUNDING_DEG * 2.0  # at zero and now
    moving = rest + CLOCK * 35.0 + GYRO_DEG  # the longest move is of 35 degrees
    for at_ms, tilt in late:
        recent = np.abs(degrees[(times >= at_ms - 200) & (times <= at_ms)])
        assert recent.min() - moving <= tilt <= recent.max() + moving
    settled = late[(late[:, 0] > begun_ms + 31_000) & (late[:, 0] < begun_ms + 32_500)]
    assert len(settled) > 20
    assert settled[:, 1] == pytest.approx(25.0, abs=rest + CLOCK * 35.0 * math.exp(-8.0 / 3.0))
    assert experiment.number("Largest since zero") == pytest.approx(25.0, abs=moving)
    intervals = np.diff(late[:, 0])
    assert 15.0 < 1000.0 / intervals.mean() < 25.0


def test_what_is_told_is_the_direction_of_up_in_the_sensors_own_frame(tmp_path: Path) -> None:
    """Of a sensor at rest: the direction of what its accelerometer says, however it is mounted."""
    felt = np.array([-700.0, 1200.0, -1500.0])
    told = played(
        tmp_path,
        "what_is_told_is_the_direction_of_up_in_the_sensors_own_frame",
    )
    assert _numbers(told)[-1] == pytest.approx(felt / np.linalg.norm(felt), abs=1e-6)


@pytest.mark.parametrize("calibrated", [False, True])
def test_until_the_board_has_lain_still_or_was_calibrated_nothing_is_claimed(tmp_path: Path, calibrated: bool) -> None:
    """The gyroscope of a cheap chip that is strapped on at once puts the tilt wrong by 30 degrees."""
    restless, rested = (
        _numbers(told)
        for told in played(
            tmp_path,
            "until_the_board_has_lain_still_or_was_calibrated_nothing_is_claimed",
            calibration=CALIBRATION if calibrated else None,
        )
    )
    assert len(restless) > 300
    assert np.isfinite(restless[5:]).all() == calibrated
    assert np.isnan(restless).all() != calibrated
    assert np.isfinite(rested).all()


def test_zero_is_where_it_was_pressed_and_the_largest_begins_anew(tmp_path: Path) -> None:
    told = played(
        tmp_path,
        "zero_is_where_it_was_pressed_and_the_largest_begins_anew",
    )
    experiment = Experiment(FILE.read_bytes())
    for k, (at_ms, packet) in enumerate(told):
        experiment.notified(bytes.fromhex(packet), at_ms / 1000.0)
        experiment.analyse()
        if k == 100:
            experiment.press("Zero")
    assert experiment.number("Largest since zero") == pytest.approx(30.0, abs=0.5)
    assert experiment.shown("Tilt") == "20 °"
    experiment.press("Zero")
    experiment.analyse()
    assert experiment.shown("Largest since zero") == "0 °"
    assert experiment.shown("Tilt") == "-"  # for the moment until the next packet
    assert {name: len(experiment.buffers[name]) for name in ("t", "x", "y", "z", "tilt")} == dict.fromkeys(
        ("t", "x", "y", "z", "tilt"), 0
    )  # or times and angles would part
    experiment.notified(bytes.fromhex(told[-1][1]), 99.0)
    experiment.analyse()
    assert experiment.shown("Tilt") == "0 °"
    experiment.clear_data()
    experiment.notified(bytes.fromhex(told[-1][1]), 100.0)
    experiment.analyse()
    assert experiment.shown("Tilt") == "-"  # the waste bin throws zero away too


def test_the_phone_gone_the_chip_rests_and_back_again_the_dial_goes_on_from_its_old_zero(tmp_path: Path) -> None:
    told, states = played(
        tmp_path,
        "the_phone_gone_the_chip_rests_and_back_again_the_dial_goes_on_from_its_old_zero",
    )
    experiment = zeroed_between(*told)
    assert experiment.shown("Tilt") == "12 °"
    assert states == [1, 0, False, 1]


def zeroed_between(before: list[list[Any]], after: list[list[Any]]) -> Experiment:
    """The app that was told the one, then zeroed, then told the other."""
    experiment = Experiment(FILE.read_bytes())
    for at_ms, packet in before:
        experiment.notified(bytes.fromhex(packet), at_ms / 1000.0)
    experiment.press("Zero")
    for at_ms, packet in after:
        experiment.notified(bytes.fromhex(packet), at_ms / 1000.0)
    experiment.analyse()
    return experiment


def _numbers(told: list[list[Any]]) -> np.ndarray:
    return np.array([np.frombuffer(bytes.fromhex(packet), "<f4") for _, packet in told])


@pytest.mark.parametrize("fault", ["gone from the bus", "never there", "frozen", "accelerometer dead"])
def test_what_is_not_known_is_shown_as_nothing_and_not_as_the_last_angle(tmp_path: Path, fault: str) -> None:
    told = played(
        tmp_path,
        "what_is_not_known_is_shown_as_nothing_and_not_as_the_last_angle",
        fault=fault,
    )
    before, after = (_numbers(each) for each in told)
    assert told[1][-1][0] - told[1][0][0] > 10_000  # and that goes on being said
    if fault != "never there":
        assert np.isfinite(before[-20:]).all()
    assert np.isnan(after[-10:]).all()
    if fault not in ("accelerometer dead", "never there"):  # gravity is filtered, and takes its time to go
        assert told[1][np.flatnonzero(np.isnan(after).all(axis=1))[0]][0] - told[0][-1][0] < 1000
    experiment = zeroed_between(*told)
    assert experiment.shown("Tilt") == "-"
    assert experiment.shown("Largest since zero") == "0 °"


def test_a_dial_that_could_not_be_told_for_a_while_shows_what_is_now(tmp_path: Path) -> None:
    """What waits in the stack's buffers comes first, nothing else of the past."""
    before, after = played(
        tmp_path,
        "a_dial_that_could_not_be_told_for_a_while_shows_what_is_now",
    )
    assert len(before) > 40
    experiment = Experiment(FILE.read_bytes())
    experiment.notified(bytes.fromhex(before[-1][1]), 0.0)
    experiment.press("Zero")
    for _, packet in after[:14]:
        experiment.notified(bytes.fromhex(packet), 0.0)
    experiment.analyse()
    assert experiment.number("Tilt") == pytest.approx(20.0, abs=0.5)


def test_a_chip_that_comes_back_is_shown_again(tmp_path: Path) -> None:
    told = played(
        tmp_path,
        "a_chip_that_comes_back_is_shown_again",
    )
    assert len(told) > 30
    assert np.isfinite(_numbers(told)).all()


# --- beside a host


def test_a_host_on_the_cable_loses_nothing_while_a_phone_loads_and_watches(tmp_path: Path) -> None:
    books = json.loads(json.dumps(_with_cable(tmp_path, busy=True)))
    alone = _with_cable(tmp_path, busy=False)
    for book in (books, alone):
        assert book["numbers in order"]
        assert book["overruns"] == 0
        assert book["dropped"] == 0
    assert books["samples"] == pytest.approx(alone["samples"], abs=40)
    assert books["dial"] > 50
    assert alone["dial"] == 0


def _with_cable(tmp_path: Path, *, busy: bool) -> Any:
    """A host on the cable: START, ten seconds; `busy`: a phone comes, loads, leaves, comes, watches, leaves."""
    return played(tmp_path, "with_cable", busy=busy)


def test_what_only_a_dial_was_for_is_not_counted_as_lost_when_a_host_comes(tmp_path: Path) -> None:
    """The memory is overwritten many times; nobody waited for it."""
    dropped, books = played(
        tmp_path,
        "what_only_a_dial_was_for_is_not_counted_as_lost_when_a_host_comes",
    )
    assert dropped == 0
    assert books["live in order"]
    assert books["absent"] == 0
    assert books["missing batches"] == 0
    assert books["delivered"] > 250
    assert books["quaternions"] == books["batches"]


def test_a_host_may_start_where_a_dial_is_and_the_dial_goes_on(tmp_path: Path) -> None:
    """One program on the computer may well be both."""
    books, dial, dropped = played(
        tmp_path,
        "a_host_may_start_where_a_dial_is_and_the_dial_goes_on",
    )
    assert books["live in order"]
    assert books["absent"] == 0
    assert books["batches"] > 35
    assert dial > 30
    assert dropped == 0


def test_a_host_that_stops_leaves_the_dial_its_samples(tmp_path: Path) -> None:
    told = played(
        tmp_path,
        "a_host_that_stops_leaves_the_dial_its_samples",
    )
    assert len(told) > 50
    assert np.isfinite(_numbers(told)).all()


def test_a_rate_cannot_be_changed_under_a_dial(tmp_path: Path) -> None:
    result, after = played(
        tmp_path,
        "a_rate_cannot_be_changed_under_a_dial",
    )
    assert (result, after) == (AnswerCode.BUSY, OK)


def test_the_setting_has_the_number_of_the_wire_format() -> None:
    assert (Setting.PHONE, CommandCode.SET) == (7, 7)
