"""`shinsight calibrate`: laid on its six sides a board is calibrated and says so; else nothing is stored."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from shinsight.calibration.chip.positions import PositionSettings
from shinsight.calibration.chip.six_sides import solve
from shinsight.cli import app
from shinsight.device.client import BoardClient
from shinsight.device.six_positions import collect_positions
from shinsight.errors import DataError, DeviceError, LinkError, SettingsError
from shinsight.samples import FloatArray
from shinsight.store import board_calibrations
from shinsight.store.board_calibrations import of_board, read, same_as
from shinsight.transport.emulated import EmulatedLink
from shinsight.transport.names import open_link
from shinsight.transport.simulated.table import TableOptions, read_on_table
from shinsight.wire.messages import Orientation, StoredCalibration, encode_calibration
from table_board import INFO, SERIAL, UPS, G, TableBoard, handled, rest, six, turned

RECORDING = Path(__file__).parents[1] / "recordings" / "imucal_ferraris" / "imu.csv"
OLD = StoredCalibration((0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), (0.3, 0.0, 0.0))
LEANING = ((1, 1, 0), (-1, 1, 0), (0, 1, 1), (0, -1, 1), (1, 0, 1), (1, 0, -1))


@pytest.fixture(autouse=True)
def kept_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's data folder of its own for each test."""
    monkeypatch.setattr(board_calibrations, "user_data_path", lambda *_args, **_named: tmp_path / "data")
    return tmp_path / "data" / "calibrations"


def calibrate(board: TableBoard, monkeypatch: pytest.MonkeyPatch, *options: str) -> object:
    """The exit code, None when all went well."""
    monkeypatch.setattr(sys.modules["shinsight.cli.calibrate"], "open_link", lambda _: board)
    return app(["calibrate", "fake:", *options], standalone_mode=False)


def read_by_a_chip(values: FloatArray) -> FloatArray:
    """Offset 20 and 50 mg, 2 % of gain, the gyroscope 3 deg/s off."""
    read = values.copy()
    read[:, 0] = 1.02 * read[:, 0] + 0.05 * G
    read[:, 1] -= 0.02 * G
    read[:, 3] += 0.05
    return read


def untouched(board: TableBoard, kept_in: Path) -> bool:
    return not board.set_to and not board.streaming and not list(kept_in.glob("*"))


def test_six_sides_calibrate_the_board_and_a_copy_is_kept_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kept_in: Path
) -> None:
    board = TableBoard(read_by_a_chip(six()))
    calibrate(board, monkeypatch)
    assert board.stored is not None
    gain = np.array(board.stored.accel_gain).reshape(3, 3)
    assert np.diag(gain) == pytest.approx((1 / 1.02, 1.0, 1.0), abs=1e-3)
    assert board.stored.accel_offset_mps2 == pytest.approx((0.05 * G / 1.02, -0.02 * G, 0.0), abs=0.01)
    assert board.stored.gyro_bias_radps == pytest.approx((0.05, 0.0, 0.0), abs=1e-3)
    assert not board.streaming
    kept = of_board(SERIAL.hex())
    assert kept is not None
    assert encode_calibration(kept.solution.calibration) == board.set_to[0]
    assert (kept.sensor.chip, kept.sensor.temperature_c, kept.positions) == ("MPU-6050", 31.5, 6)
    assert kept == same_as(board.stored)
    said = capsys.readouterr().err
    assert all(f"✓ {side}" in said for side in UPS)
    for words in ("2.87 deg/s", "0.0 mg, fitted", "stored on the board", str(kept_in)):
        assert words in said.replace("\n", "")


def test_thorough_asks_for_leaning_positions_and_is_surer_of_the_tilt(monkeypatch: pytest.MonkeyPatch) -> None:
    leaning = np.concatenate([six(), turned(), handled(*(rest(up) for up in LEANING))])
    calibrate(TableBoard(read_by_a_chip(leaning)), monkeypatch, "--thorough")
    kept = of_board(SERIAL.hex())
    assert kept is not None
    assert kept.positions == 12
    assert kept.solution.after.tilt_rad < np.radians(0.2)


def test_what_does_not_count_is_said_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    board = TableBoard(handled(rest((0, 0, 1), 1.5), rest((0, 1, 1)), six(), six()))
    calibrate(board, monkeypatch)
    said = capsys.readouterr().err
    assert "take your hand away" in said
    assert "half tilted, 45 deg" in said
    assert board.set_to


def test_a_lying_board_that_is_never_turned_is_given_up_and_nothing_is_stored(
    monkeypatch: pytest.MonkeyPatch, kept_in: Path
) -> None:
    board = TableBoard(rest((0, 0, 1), 130.0), stored=OLD)
    with pytest.raises(DeviceError, match="no new side for 120 s, 1 of 6"):
        calibrate(board, monkeypatch)
    assert untouched(board, kept_in)


def test_a_board_that_vanishes_half_way_keeps_what_it_had(monkeypatch: pytest.MonkeyPatch, kept_in: Path) -> None:
    board = TableBoard(six(), stored=OLD, breaks_after=150)
    with pytest.raises(LinkError, match="the cable came off"):
        calibrate(board, monkeypatch)
    assert not board.set_to
    assert not list(kept_in.glob("*"))
    assert board.stored == OLD


def test_a_board_that_falls_silent_keeps_what_it_had(monkeypatch: pytest.MonkeyPatch, kept_in: Path) -> None:
    monkeypatch.setattr("shinsight.device.client.SILENT_S", 0.2)
    board = TableBoard(six()[:1500], stored=OLD)
    with pytest.raises(DeviceError, match="has sent nothing"):
        calibrate(board, monkeypatch)
    assert untouched(board, kept_in)


def test_ctrl_c_leaves_the_board_as_it_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kept_in: Path
) -> None:
    board = TableBoard(six(), stored=OLD)
    stream = board.read

    def interrupted(timeout_s: float) -> list[object]:
        if board.streaming and board.sent > 800:
            board.sent = 10**9
            raise KeyboardInterrupt
        return list(stream(timeout_s))

    monkeypatch.setattr(board, "read", interrupted)
    assert calibrate(board, monkeypatch) == 130
    assert untouched(board, kept_in)
    assert "the calibration on the board is unchanged" in capsys.readouterr().err


def test_a_dead_axis_is_named_and_nothing_is_stored(monkeypatch: pytest.MonkeyPatch, kept_in: Path) -> None:
    dead = six()
    dead[:, 1] = 0.7
    board = TableBoard(dead)
    with pytest.raises(DeviceError, match="accelerometer axis y reads exactly"):
        calibrate(board, monkeypatch)
    assert untouched(board, kept_in)


def test_a_range_that_is_too_small_is_said_and_nothing_is_stored(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kept_in: Path
) -> None:
    board = TableBoard(rest((0, 0, 1), 130.0) * [1, 1, 17, 1, 1, 1])
    with pytest.raises(DeviceError, match="0 of 6"):
        calibrate(board, monkeypatch)
    assert "end of its range" in capsys.readouterr().err
    assert untouched(board, kept_in)


def test_an_absurd_result_is_not_stored(monkeypatch: pytest.MonkeyPatch, kept_in: Path) -> None:
    board = TableBoard(six() * [1, 1, 1.3, 1, 1, 1])
    with pytest.raises(DataError, match="gain of axis z"):
        calibrate(board, monkeypatch)
    assert untouched(board, kept_in)


def test_a_board_that_does_not_say_its_calibration_back_is_an_error_and_no_copy_is_kept(
    monkeypatch: pytest.MonkeyPatch, kept_in: Path
) -> None:
    with pytest.raises(DeviceError, match="has stored None, expected"):
        calibrate(TableBoard(six(), forgetful=True), monkeypatch)
    assert not list(kept_in.glob("*"))


def test_old_firmware_is_said_before_anybody_lays_a_board(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeviceError, match=r"refuses SERIAL: .*shinsight flash"):
        calibrate(TableBoard(six(), knows_serial=False), monkeypatch)


def test_a_board_in_orientation_mode_is_told_how_to_leave_it() -> None:
    turned_off = [Orientation(0, 0, (1.0, 0.0, 0.0, 0.0), 0.0)]
    with pytest.raises(DeviceError, match="--samples"):
        collect_positions(turned_off, info=INFO, settings=PositionSettings(), on_progress=lambda *_: None)


def test_restore_writes_the_copy_back_to_a_board_that_lost_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    board = TableBoard(read_by_a_chip(six()))
    calibrate(board, monkeypatch)
    flashed = TableBoard(read_by_a_chip(six()))
    calibrate(flashed, monkeypatch, "--restore")
    assert flashed.stored == board.stored
    assert "written to the board" in capsys.readouterr().err
    calibrate(TableBoard(six()), monkeypatch)
    assert "--restore writes it to the board" in capsys.readouterr().err


def test_restore_without_a_copy_says_where_it_looked(monkeypatch: pytest.MonkeyPatch, kept_in: Path) -> None:
    with pytest.raises(DataError, match=f"no calibration of board {SERIAL.hex()} is saved in"):
        calibrate(TableBoard(six()), monkeypatch, "--restore")


def test_a_recording_of_another_sensor_gives_the_same_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "result.json"
    app(["calibrate", "--from", str(RECORDING), "--out", str(out)], standalone_mode=False)
    assert "✓ z down" in capsys.readouterr().err
    value = json.loads(out.read_text(encoding="utf-8"))
    assert value["accel_gain"][2][2] == pytest.approx(0.977, abs=1e-3)
    assert value["before"]["tilt_error_deg"] == pytest.approx(4.4, abs=0.2)
    assert read(out).solution.after.residual_mps2 < 0.01


@pytest.mark.parametrize("options", [[], ["serial:", "--from", "x.csv"], ["--from", "x.csv", "--restore"]])
def test_a_board_or_a_recording_is_wanted(options: list[str]) -> None:
    with pytest.raises(SettingsError, match="expected"):
        app(["calibrate", *options], standalone_mode=False)


@pytest.mark.parametrize("damage", [lambda t: t[:40], lambda t: t.replace("accel_gain", "gain"), lambda t: "[]"])
def test_a_copy_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, kept_in: Path, damage: object) -> None:
    calibrate(TableBoard(six()), monkeypatch)
    (path,) = kept_in.glob("*.json")
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")  # type: ignore[operator]
    with pytest.raises(DataError, match=f"{path.name} is not a valid calibration"):
        of_board(SERIAL.hex())


def test_the_real_firmware_laid_on_its_sides_keeps_the_calibration() -> None:
    """In its own time, so with short rests; a copy of a chip with large errors, its sides three degrees off."""
    options = TableOptions(seed=4, grade="mpu6050", still_s=1.2, turn_s=0.3, rate_hz=100.0)
    _, chip = read_on_table(options)
    with BoardClient(EmulatedLink(options, "mpu6050")) as client:
        serial, info = client.serial(), client.info()
        assert info.calibration is None
        with client.streaming() as messages:
            short = PositionSettings(still_s=0.5, first_s=0.5)
            collected = collect_positions(messages, info=info, settings=short, on_progress=lambda *_: None)
        solution = solve(collected.positions, before=StoredCalibration())
        client.calibrate(solution.calibration)
        again = client.info().calibration
    assert len(bytes.fromhex(serial)) == 6
    assert again is not None
    zero = np.linalg.solve(np.array(again.accel_gain).reshape(3, 3), again.accel_offset_mps2)
    assert zero == pytest.approx(chip.offset_mps2, abs=0.004 * G)
    assert again.gyro_bias_radps == pytest.approx(chip.bias_radps, abs=0.003)
    assert solution.before.tilt_rad > 3 * solution.after.tilt_rad


@pytest.mark.parametrize("query", ["grade=other", "grip=1", "off_deg=much", "still_s=0"])
def test_the_table_refuses_what_it_has_not(query: str) -> None:
    with pytest.raises(SettingsError, match=query.partition("=")[0]):
        open_link(f"emulator:table?{query}")
