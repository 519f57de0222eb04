"""Recordings written as other makers' sensors and apps write them, from samples that are known."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
G = 9.80665
DOT_WRAP = 2**32
EPOCH_NS = 1_787_923_304_000_000_000
DOT_COLUMNS = "PacketCounter,SampleTimeFine,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z"
METADATA = (
    "version,device name,recording epoch time,recording time,recording timezone,platform,appVersion,device id,"
    "sensors,sampleRateMs,standardisation,platform version"
)
MAPPING = """
time = {column = "ms", unit = "ms"}
accel = {columns = ["ay", "-ax", "az"], unit = "mg"}
gyro = {columns = ["gy", "-gx", "gz"], unit = "deg/s"}
separator = ";"
decimal = ","
skip_rows = 2
"""


def lines(path: Path, rows: Iterable[str], *, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{row}\n" for row in rows).encode(encoding))
    return path


def ximu3(folder: Path, t_s: Array, accel_mps2: Array, gyro_radps: Array) -> Path:
    """The log folder of the x-IMU3 GUI with one device in it; its clock has run for a while."""
    stamps = np.rint(t_s * 1e6).astype(np.int64) + 19_150_794
    table = np.hstack([np.degrees(gyro_radps), accel_mps2 / G])
    header = [f"Gyroscope {a} (deg/s)" for a in "XYZ"] + [f"Accelerometer {a} (g)" for a in "XYZ"]
    rows = [f"{stamp},{','.join(f'{x:.6f}' for x in row)}" for stamp, row in zip(stamps, table, strict=True)]
    lines(folder / "x-IMU3 673B204B (UDP)" / "Inertial.csv", [",".join(["Timestamp (us)", *header]), *rows])
    lines(folder / "x-IMU3 673B204B (UDP)" / "Battery.csv", ["Timestamp (us),Percentage (%)", "19150794,83.1"])
    return folder


def dot(
    path: Path, t_s: Array, accel_mps2: Array, gyro_radps: Array, *, first_us: int = 0, columns: str = DOT_COLUMNS
) -> Path:
    """A file of the Movella DOT app, with the © as old Windows writes it."""
    stamps = (np.rint(t_s * 1e6).astype(np.int64) + first_us) % DOT_WRAP
    table = np.hstack([accel_mps2, np.degrees(gyro_radps)])
    above = [
        "sep=,",
        "DeviceTag:,shin left,,,",
        "FirmwareVersion:,3.0.0",
        "AppVersion:,2023.6.0",
        "SyncStatus:,Synced",
        "OutputRate:,60Hz",
        "FilterProfile:,General",
        "Measurement Mode:,Rate quantities",
        "StartTime: ,2026-07-11_20:06:00_086 WEST",
        "© Movella Technologies B. V. 2005-2026",
        "",
        columns,
    ]
    rows = [
        f"{number},{stamp},{','.join(f'{x:.6f}' for x in row)}"
        for number, (stamp, row) in enumerate(zip(stamps, table, strict=True), start=1)
    ]
    return lines(path, [*above, *rows], encoding="cp1252")


def phone_file(path: Path, t_s: Array, xyz: Array) -> Path:
    """One sensor of Sensor Logger: columns in the app's order z, y, x."""
    rows = [
        f"{EPOCH_NS + round(t * 1e9)},{t:.9f},{z:.9f},{y:.9f},{x:.9f}"
        for t, (x, y, z) in zip(t_s.tolist(), xyz.tolist(), strict=True)
    ]
    return lines(path, ["time,seconds_elapsed,z,y,x", *rows])


def metadata(folder: Path, *, platform: str, standardised: bool = False) -> Path:
    said = f"3,A phone,{EPOCH_NS // 1_000_000},2026-08-28_13-21-44,Europe/Berlin,{platform},1.64,id"
    return lines(folder / "Metadata.csv", [METADATA, f"{said},Gyroscope,10,{str(standardised).lower()},17"])


def android(folder: Path, t_s: Array, accel_mps2: Array, gyro_radps: Array) -> Path:
    """Acceleration with gravity, for once at the gyroscope's own times, and without, which must not be taken."""
    metadata(folder, platform="android")
    phone_file(folder / "Gyroscope.csv", t_s, gyro_radps)
    phone_file(folder / "TotalAcceleration.csv", t_s, accel_mps2)
    phone_file(folder / "Accelerometer.csv", t_s, accel_mps2 - accel_mps2.mean(axis=0))
    return folder


def iphone(folder: Path, t_s: Array, accel_mps2: Array, gyro_radps: Array) -> Path:
    """An iPhone: gravity apart, and the other sign."""
    gravity = np.full_like(accel_mps2, 1.0) * accel_mps2[:50].mean(axis=0)
    metadata(folder, platform="ios")
    phone_file(folder / "Gyroscope.csv", t_s, gyro_radps)
    phone_file(folder / "Accelerometer.csv", t_s, -(accel_mps2 - gravity))
    phone_file(folder / "Gravity.csv", t_s, -gravity)
    return folder


def iphone_raw(folder: Path, t_s: Array, accel_mps2: Array, gyro_radps: Array) -> Path:
    """An iPhone with the uncalibrated accelerometer, in g."""
    metadata(folder, platform="ios")
    phone_file(folder / "Gyroscope.csv", t_s, gyro_radps)
    phone_file(folder / "AccelerometerUncalibrated.csv", t_s, -accel_mps2 / G)
    return folder


def zipped(folder: Path) -> Path:
    """The folder as the app shares it: its files in a zip, with the shadow that one system adds."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*.csv")):
            archive.write(file, file.relative_to(folder).as_posix())
        archive.writestr("__MACOSX/._Gyroscope.csv", b"\0\5")
    return path


def mapped(folder: Path, t_s: Array, accel_mps2: Array, gyro_radps: Array) -> tuple[Path, Path]:
    """A logger of somebody's own, turned by a quarter about z, with decimal commas; and its mapping."""
    accel, gyro = (
        np.column_stack([-v[:, 1], v[:, 0], v[:, 2]]) for v in (accel_mps2 / G * 1e3, np.degrees(gyro_radps))
    )
    rows = [
        ";".join(f"{x:.6f}".replace(".", ",") for x in row) for row in np.column_stack([t_s * 1e3 + 5e5, accel, gyro])
    ]
    path = lines(folder / "logger.csv", ["my logger", "shin", "ms;ax;ay;az;gx;gy;gz", *rows])
    return path, lines(folder / "logger.toml", [MAPPING])
