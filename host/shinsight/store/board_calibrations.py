"""The calibrations of boards that this computer keeps: a JSON file for each board, named by its serial number.

The board keeps its own; the copy here brings it back after its flash was erased, and knows how old it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from platformdirs import user_data_path

from ..calibration.chip.six_sides import Quality, Solution
from ..errors import DataError
from ..session.json_forms import Json, number, to_json
from ..units import DEG_PER_RAD, RAD_PER_DEG, STANDARD_GRAVITY_MPS2
from ..wire.messages import StoredCalibration, encode_calibration

FORMAT = 1
MG_MPS2 = STANDARD_GRAVITY_MPS2 / 1000.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensor:
    """What was calibrated. link: as it was called; serial: of the board's chip; empty where there is none."""

    link: str
    serial: str
    board: str
    chip: str
    firmware: str
    temperature_c: float | None


@dataclass(frozen=True, slots=True)
class KeptCalibration:
    """made: with its time zone; positions: how many it is from."""

    made: datetime
    sensor: Sensor
    positions: int
    solution: Solution


def folder() -> Path:
    """Return the folder of the files, in the user's data folder of this system."""
    return user_data_path("shinsight", appauthor=False) / "calibrations"


def keep(kept: KeptCalibration) -> Path:
    """Write it to the file of its board and replace an older one. Raises `DataError` when the disk refuses."""
    path = _path(kept.sensor.serial)
    write(kept, path)
    return path


def of_board(serial: str) -> KeptCalibration | None:
    """Return what is stored for that board, None without it. Raises `DataError` when its file cannot be read."""
    path = _path(serial)
    return read(path) if path.exists() else None


def same_as(stored: StoredCalibration) -> KeptCalibration | None:
    """Return the stored calibration with exactly these numbers, of any board; unreadable files are skipped."""
    wanted = encode_calibration(stored)
    for path in sorted(folder().glob("*.json")):
        try:
            kept = read(path)
        except DataError:
            continue
        if encode_calibration(kept.solution.calibration) == wanted:
            return kept
    return None


def write(kept: KeptCalibration, path: Path) -> None:
    """Write the file whole or not at all. Raises `DataError` when the disk refuses."""
    beside = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(to_json(_to_dict(kept)) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written: {error.strerror}. Free some space, or check who may write there"
        ) from error


def read(path: Path) -> KeptCalibration:
    """Read a calibration. Raises `DataError` when the file cannot be read or is not valid."""
    try:
        return _from_dict(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is not a valid calibration of format {FORMAT} ({type(error).__name__}: {error}), expected what "
            "`shinsight calibrate` writes: delete it and calibrate again"
        ) from error


def _path(serial: str) -> Path:
    return folder() / f"{serial}.json"


def _to_dict(kept: KeptCalibration) -> dict[str, Json]:
    sensor, solution = kept.sensor, kept.solution
    calibration = solution.calibration
    gain = calibration.accel_gain
    return {
        "format": FORMAT,
        "made": kept.made.isoformat(timespec="seconds"),
        "link": sensor.link,
        "serial": sensor.serial,
        "board": sensor.board,
        "chip": sensor.chip,
        "firmware": sensor.firmware,
        "temperature_c": number(sensor.temperature_c, 1),
        "positions": kept.positions,
        # Unrounded: the board knows them to the last bit, and by that bit they are known again.
        "accel_gain": [gain[3 * row : 3 * row + 3] for row in range(3)],
        "accel_offset_mps2": calibration.accel_offset_mps2,
        "gyro_bias_radps": calibration.gyro_bias_radps,
        "before": _quality_dict(solution.before),
        "after": _quality_dict(solution.after),
        "warnings": list(solution.warnings),
    }


def _quality_dict(quality: Quality) -> dict[str, Json]:
    return {
        "gravity_residual_mg": number(quality.residual_mps2 / MG_MPS2, 3),
        "gyro_at_rest_degps": number(quality.bias_radps * DEG_PER_RAD, 4),
        "tilt_error_deg": number(quality.tilt_rad * DEG_PER_RAD, 3),
    }


def _from_dict(value: Mapping[str, object]) -> KeptCalibration:
    if value["format"] != FORMAT:
        raise ValueError(f"format is {value['format']}")
    rows = _list(value["accel_gain"], 3)
    calibration = StoredCalibration(
        _three(value["gyro_bias_radps"]),
        tuple(x for row in rows for x in _three(row)),
        _three(value["accel_offset_mps2"]),
    )
    temperature = value["temperature_c"]
    link, serial, board, chip, firmware = (str(value[name]) for name in ("link", "serial", "board", "chip", "firmware"))
    return KeptCalibration(
        datetime.fromisoformat(str(value["made"])).astimezone(),
        Sensor(
            link=link,
            serial=serial,
            board=board,
            chip=chip,
            firmware=firmware,
            temperature_c=None if temperature is None else _float(temperature),
        ),
        int(_float(value["positions"])),
        Solution(
            calibration,
            _quality_from(value["before"]),
            _quality_from(value["after"]),
            tuple(map(str, _list(value["warnings"]))),
        ),
    )


def _quality_from(value: object) -> Quality:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r}, expected figures by name")
    residual_mg, gyro_degps, tilt_deg = (
        _float(value[name]) for name in ("gravity_residual_mg", "gyro_at_rest_degps", "tilt_error_deg")
    )
    return Quality(residual_mg * MG_MPS2, gyro_degps * RAD_PER_DEG, tilt_deg * RAD_PER_DEG)


def _list(value: object, length: int | None = None) -> list[object]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise TypeError(f"{value!r}, expected a list of {length if length is not None else 'texts'}")
    return value


def _three(value: object) -> tuple[float, float, float]:
    x, y, z = (_float(item) for item in _list(value, 3))
    return (x, y, z)


def _float(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise TypeError(f"{value!r} is not a number")
