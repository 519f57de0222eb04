"""`sim:`: a simulated board on a simulated leg. It speaks the wire format, obeys commands, and loses packets."""

from __future__ import annotations

import csv
import time
from collections import deque
from dataclasses import dataclass
from math import nan
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from ...errors import LinkError
from ...samples import FloatArray, Phase
from ...units import DEG_PER_RAD, MM_PER_M
from ...wire.framing import DELIMITER, BadFrame, Chunk, frame, unframe
from ...wire.messages import (
    Answer,
    AnswerCode,
    BadMessage,
    BatchFlag,
    Command,
    CommandCode,
    DeviceInfo,
    ImuBatch,
    Message,
    Status,
    decode,
    encode,
)
from .foot import read_foot
from .leg import Motion, TrueRep, move
from .options import SimOptions, parse
from .sensor import ACCEL_SCALE_MPS2, GYRO_SCALE_RADPS, Reading, read

TICK_BITS = 30
FAST_BATCHES = 16
"""Batches in one read when the link runs as fast as possible."""
STATUS_EVERY_S = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What really happened, at each sample the board took: t_s from its first sample, and the reps."""

    t_s: FloatArray
    inclination_rad: FloatArray
    knee_in_rad: FloatArray
    foot_pitch_rad: FloatArray
    heel_height_m: FloatArray
    ankle_height_m: FloatArray
    phases: tuple[Phase, ...]
    reps: tuple[TrueRep, ...]


class SimLink:
    """A `Link` whose board is simulated. `truth` and `duration_s` are known from the start."""

    recovers = False
    signal_dbm: int | None = None

    def __init__(self, options: SimOptions) -> None:
        self.name = f"sim:{options.exercise}"
        self._options = options
        motion, reading, rng = perform(options)
        self.truth = _truth(motion, reading)
        self.duration_s = float(self.truth.t_s[-1])
        self._rng = rng
        self._reading = reading
        self._outgoing = self._batches(reading, rng)
        self._next = 0
        self._streaming = False
        self._started_s = 0.0
        self._open = False
        self._answers: deque[Message] = deque()
        self._incoming = b""

    def open(self) -> None:
        """Open the link."""
        self._open = True

    def close(self) -> None:
        """Close the link, and stop the stream."""
        self._open = False
        self._streaming = False

    @property
    def ended(self) -> bool:
        """Return whether all batches and answers have been delivered."""
        return self._next >= len(self._outgoing) and not self._answers

    def write(self, data: bytes) -> None:
        """Give framed messages to the board, which obeys commands. Raises `LinkError` when the link is not open."""
        if not self._open:
            raise LinkError(f"{self.name} is not open, nothing can be sent: open the link first")
        *whole, self._incoming = (self._incoming + data).split(DELIMITER)
        for stuffed in whole:
            try:
                message = decode(unframe(stuffed))
            except (BadFrame, BadMessage):
                continue  # a board ignores what it cannot read
            if isinstance(message, Command):
                self._obey(message)

    def _obey(self, command: Command) -> None:
        result = AnswerCode.OK
        match command.code:
            case CommandCode.INFO:
                self._answers.append(self.info)
            case CommandCode.START:
                if not self._streaming:
                    self._streaming = True
                    self._started_s = time.monotonic()
            case CommandCode.STOP:
                self._streaming = False
            case CommandCode.STATUS:
                self._answers.append(self._status(0))
            case CommandCode.IDENTIFY:
                pass
            case CommandCode.READ_BACK:
                self._answers.append(Answer(command.token, command.code, AnswerCode.NOT_AVAILABLE, command.argument))
                return
            case _:
                result = AnswerCode.UNKNOWN_COMMAND
        self._answers.append(Answer(command.token, command.code, result))

    @property
    def info(self) -> DeviceInfo:
        """Return the device info of the simulated board."""
        o = self._options
        return DeviceInfo(
            o.rate_hz, ACCEL_SCALE_MPS2, GYRO_SCALE_RADPS, TICK_BITS, "simulated", o.grade.split("_")[0], "sim-1"
        )

    def _status(self, tick_us: int) -> Status:
        return Status(tick_us, nan, self._options.battery, 31.0, 0, 2)

    def read(self, timeout_s: float) -> list[Chunk]:
        """Return the answers, or else the batches that are due. Raises `LinkError` when the link is not open."""
        if not self._open:
            raise LinkError(f"{self.name} is not open, nothing can be read: open the link first")
        chunks = []
        while self._answers:
            chunks.append(Chunk(self._now(), frame(encode(self._answers.popleft()))))
        if chunks:
            return chunks
        if not self._streaming or self._next >= len(self._outgoing):
            if self._options.speed > 0.0 or not self._streaming:
                time.sleep(min(timeout_s, 0.02))
            return []
        if self._options.speed == 0.0:
            ready = self._outgoing[self._next : self._next + FAST_BATCHES]
            self._next += len(ready)
            return [Chunk(due_s, data) for due_s, data in ready]
        return self._in_real_time(timeout_s)

    def _in_real_time(self, timeout_s: float) -> list[Chunk]:
        wait_s = self._started_s + self._outgoing[self._next][0] / self._options.speed - time.monotonic()
        if wait_s > 0.0:
            time.sleep(min(wait_s, timeout_s))
        chunks = []
        while self._next < len(self._outgoing):
            due_s, data = self._outgoing[self._next]
            now_s = time.monotonic()
            if self._started_s + due_s / self._options.speed > now_s:
                break
            chunks.append(Chunk(now_s, data))
            self._next += 1
        return chunks

    def _now(self) -> float:
        return time.monotonic() if self._options.speed > 0.0 else 0.0

    def _batches(self, reading: Reading, rng: np.random.Generator) -> list[tuple[float, bytes]]:
        """Return (arrival in s from the start, framed bytes) in order of arrival, without packets the radio lost."""
        o = self._options
        counts = reading.counts.astype(np.int64)
        turns = Rotation.from_rotvec(reading.counts[:, 3:] * GYRO_SCALE_RADPS / reading.rate_hz)
        first_tick_us = int(rng.integers(0, 2**TICK_BITS))
        due: list[tuple[float, bytes]] = []
        q_earth_from_sensor = Rotation.identity()
        latest_s = 0.0
        status_s = 0.0
        for sequence, start in enumerate(range(0, len(counts), o.batch)):
            stop = min(start + o.batch, len(counts))
            for k in range(start, stop):
                q_earth_from_sensor = q_earth_from_sensor * turns[k]
            taken_s = float(reading.t_s[stop - 1])
            tick_us = (first_tick_us + round(taken_s * 1e6 + rng.uniform(0, 400))) % 2**TICK_BITS
            rows = counts[start:stop]
            x, y, z, w = q_earth_from_sensor.as_quat().tolist()
            flags = BatchFlag.SATURATED if np.any(np.abs(rows) >= 32767) else BatchFlag.NONE
            samples = tuple((r[0], r[1], r[2], r[3], r[4], r[5]) for r in rows.tolist())
            batch = ImuBatch(sequence % 65536, tick_us, samples, (w, x, y, z), flags)
            arrival_s = taken_s + 0.004 + float(rng.exponential(o.jitter_ms / 1000.0)) if o.jitter_ms else taken_s
            latest_s = max(latest_s, arrival_s)  # a link delivers in order
            out = o.drop_at_s <= taken_s < o.drop_at_s + o.drop_s
            if not out and rng.random() >= o.loss:
                due.append((latest_s, frame(encode(batch))))
            if taken_s - status_s >= STATUS_EVERY_S and not out:
                status_s = taken_s
                due.append((latest_s, frame(encode(self._status(tick_us)))))
        return due

    def write_truth(self, folder: Path) -> None:
        """Write truth.csv (one row per sample) and truth_reps.csv (one row per rep) beside the session's files."""
        truth = self.truth
        with (folder / "truth.csv").open("w", newline="") as file:
            out = csv.writer(file)
            out.writerow(
                [
                    "t_s",
                    "phase",
                    "inclination_deg",
                    "knee_in_deg",
                    "foot_pitch_deg",
                    "heel_height_mm",
                    "ankle_height_mm",
                ]
            )
            rows = zip(
                truth.t_s.tolist(), truth.phases, truth.inclination_rad.tolist(), truth.knee_in_rad.tolist(),
                truth.foot_pitch_rad.tolist(), truth.heel_height_m.tolist(), truth.ankle_height_m.tolist(), strict=True,
            )  # fmt: skip
            for t_s, phase, *angles, heel_m, ankle_m in rows:
                degrees = [f"{a * DEG_PER_RAD:.3f}" for a in angles]
                out.writerow([f"{t_s:.6f}", phase, *degrees, f"{heel_m * MM_PER_M:.2f}", f"{ankle_m * MM_PER_M:.2f}"])
        with (folder / "truth_reps.csv").open("w", newline="") as file:
            out = csv.writer(file)
            out.writerow(
                ["start_s", "bottom_s", "end_s", "peak_inclination_deg", "peak_dorsiflexion_deg", "heel_lift_mm",
                 "heel_off_s"]
            )  # fmt: skip
            for rep in truth.reps:
                out.writerow(
                    [f"{rep.start_s:.3f}", f"{rep.bottom_s:.3f}", f"{rep.end_s:.3f}",
                     f"{rep.peak_inclination_rad * DEG_PER_RAD:.2f}", f"{rep.peak_dorsiflexion_rad * DEG_PER_RAD:.2f}",
                     f"{rep.heel_lift_m * MM_PER_M:.1f}", "" if rep.heel_off_s is None else f"{rep.heel_off_s:.3f}"]
                )  # fmt: skip


def perform(options: SimOptions) -> tuple[Motion, Reading, np.random.Generator]:
    """Return the movement, the sensor's reading, and the random generator after both; the same for the same options."""
    rng = np.random.default_rng([options.seed, 20261122])
    motion = move(options, rng)
    if options.place == "foot":  # another board: its chance is its own
        rng = np.random.default_rng([options.seed, 20261124])
        return motion, read_foot(motion, options, rng), rng
    return motion, read(motion, options, rng), rng


def open_sim(spec: str) -> SimLink:
    """Return the link `sim:spec`, not opened yet. Raises `SettingsError` for an unknown option."""
    return SimLink(parse(spec))


def _truth(motion: Motion, reading: Reading) -> Truth:
    at = np.arange(len(motion.t_s))

    def column(values: FloatArray) -> FloatArray:
        return np.interp(reading.index, at, values)

    phases = tuple(motion.phases[i] for i in np.round(reading.index).astype(int).tolist())
    return Truth(
        reading.t_s,
        column(motion.inclination_rad),
        column(motion.knee_in_rad),
        column(motion.foot_pitch_rad),
        column(motion.heel_m),
        column(motion.ankle_m[:, 2]),
        phases,
        motion.reps,
    )
