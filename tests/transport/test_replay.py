"""The raw log keeps what came, and the replay gives it back."""

from __future__ import annotations

import time
from math import nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinsight.errors import DataError, LinkError, SettingsError
from shinsight.session.raw_log import MAX_RECORD_BYTES, RawLogWriter, read_raw_log
from shinsight.transport.names import open_link
from shinsight.transport.replay import ReplayLink
from shinsight.wire.framing import Chunk

CHUNKS = [Chunk(100.0 + 0.1 * i, bytes([i, 0, 255 - i]) * (i + 1)) for i in range(20)]
arrivals = st.floats(allow_nan=False, allow_infinity=False)


def write(path: Path, chunks: list[Chunk]) -> Path:
    writer = RawLogWriter(path)
    for chunk in chunks:
        writer.write(chunk)
    writer.close()
    return path


def stream(chunks: list[Chunk]) -> bytes:
    return b"".join(chunk.data for chunk in chunks)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write(tmp_path / "raw.log", CHUNKS)


@given(st.lists(st.builds(Chunk, arrivals, st.binary(min_size=1, max_size=600)), max_size=8))
def test_what_was_written_is_read_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[Chunk]
) -> None:
    reader = read_raw_log(write(tmp_path_factory.mktemp("log") / "raw.log", chunks))
    assert list(reader) == chunks
    assert reader.damaged == 0


def test_every_chunk_is_on_disk_before_the_next_comes(tmp_path: Path) -> None:
    writer = RawLogWriter(tmp_path / "raw.log")
    for count, chunk in enumerate(CHUNKS, start=1):
        writer.write(chunk)
        assert list(read_raw_log(tmp_path / "raw.log")) == CHUNKS[:count]
    writer.close()


def test_a_chunk_longer_than_a_record_is_split_and_nothing_is_lost(tmp_path: Path) -> None:
    long = Chunk(1.0, bytes(range(256)) * 50)
    found = list(read_raw_log(write(tmp_path / "raw.log", [long])))
    assert stream(found) == long.data
    assert {chunk.arrival_s for chunk in found} == {1.0}
    assert max(len(chunk.data) for chunk in found) <= MAX_RECORD_BYTES < len(long.data)


def test_a_log_cut_anywhere_gives_every_complete_record(log: Path) -> None:
    content = log.read_bytes()
    seen = 0
    for cut in range(content.index(0) + 1, len(content), 7):
        log.write_bytes(content[:cut])
        reader = read_raw_log(log)
        found = list(reader)
        assert found == CHUNKS[: len(found)]
        assert len(found) >= seen
        assert reader.damaged <= 1
        seen = len(found)


@pytest.mark.parametrize("damage", [b"\x00", b"\x07garbage\x00", b"\x00\x00\x00", b"\xff" * 300])
def test_damage_in_the_middle_costs_only_the_records_it_hits_and_is_counted(log: Path, damage: bytes) -> None:
    content = log.read_bytes()
    middle = len(content) // 2
    log.write_bytes(content[:middle] + damage + content[middle + len(damage) :])
    reader = read_raw_log(log)
    found = list(reader)
    assert reader.damaged >= 1
    assert all(chunk in CHUNKS for chunk in found)
    assert found[0] == CHUNKS[0]
    assert found[-1] == CHUNKS[-1]


def test_a_damaged_header_costs_no_record(log: Path) -> None:
    content = bytearray(log.read_bytes())
    content[3] ^= 0x55
    log.write_bytes(content)
    assert list(read_raw_log(log)) == CHUNKS


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"t_s,accel_x\n0.0,1.0\n" * 9000, "choose a raw.log of a session"),
        (bytes(5000), "choose a raw.log of a session"),
    ],
)
def test_a_file_that_is_no_raw_log_is_named_as_such(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "raw.log").write_bytes(content)
    with pytest.raises(DataError, match=word):
        list(read_raw_log(tmp_path / "raw.log"))


def test_a_log_of_a_newer_format_asks_for_an_update(log: Path) -> None:
    from shinsight.wire.framing import frame

    log.write_bytes(frame(b"shinsight raw log, format 2"))
    with pytest.raises(DataError, match=r"format 2, expected 1: update"):
        list(read_raw_log(log))


def test_an_existing_log_is_never_overwritten(log: Path) -> None:
    with pytest.raises(DataError, match="exists already"):
        RawLogWriter(log)
    assert list(read_raw_log(log)) == CHUNKS


def read_all(link: ReplayLink) -> list[Chunk]:
    link.open()
    found: list[Chunk] = []
    while not link.ended:
        found += link.read(0.05)
    link.close()
    return found


@pytest.mark.parametrize("speed", [0.0, 50.0])
def test_a_replay_gives_the_same_bytes_and_arrival_times_at_any_speed(log: Path, speed: float) -> None:
    assert read_all(ReplayLink(log, speed=speed)) == CHUNKS


def test_a_replay_as_it_came_waits_between_the_pieces(log: Path) -> None:
    link = ReplayLink(log)
    link.open()
    assert link.read(0.0) == CHUNKS[:1]
    assert link.read(0.01) == []
    assert not link.ended


def test_a_read_never_waits_longer_than_asked(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    link = ReplayLink(log)
    link.open()
    link.read(0.0)
    real_sleep = time.sleep

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        real_sleep(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
    link.read(0.02)
    assert sum(slept) <= 0.02


def test_a_session_folder_is_replayed_by_name_with_its_speed(log: Path) -> None:
    link = open_link(f"replay:{log.parent}?speed=0")
    assert isinstance(link, ReplayLink)
    assert read_all(link) == CHUNKS


def test_commands_to_a_recording_go_nowhere_and_a_closed_one_ends(log: Path) -> None:
    link = ReplayLink(log, speed=0.0)
    link.close()
    link.open()
    link.write(b"\x01\x00")
    link.close()
    link.close()
    assert link.ended


def test_a_recording_that_is_not_there_is_a_link_error(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match=r"raw\.log"):
        ReplayLink(tmp_path).open()


@pytest.mark.parametrize("speed", [-1.0, nan])
def test_a_speed_out_of_bounds_is_refused(log: Path, speed: float) -> None:
    with pytest.raises(SettingsError, match="speed"):
        ReplayLink(log, speed=speed)


@pytest.mark.parametrize("name", ["", "sim", "usb:1", "replay", "/dev/ttyACM0"])
def test_an_unknown_link_is_answered_with_the_known_ones(name: str) -> None:
    with pytest.raises(SettingsError, match=r"sim:.*replay:"):
        open_link(name)


@pytest.mark.parametrize("name", ["replay:", "replay:x?speed=fast"])
def test_a_replay_without_a_file_or_with_a_wrong_speed_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="replay"):
        open_link(name)
