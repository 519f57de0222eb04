"""`emulator:squat?reps=8&chip=lsm6dso`: the real firmware in the real MicroPython, behind a pseudo-terminal.

The leg is simulated as for `sim:`; with `emulator:table` a person places the board on its six sides. The counts go into
a register-level model of the chip, and everything after it is real: drivers, sampling, orientation, framing, commands.
The link runs in real time and its line is faultless, so the options of a simulated radio are refused. It needs Linux or
macOS: Windows has no pseudo-terminals.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from ..errors import LinkError, SettingsError
from ..flash.files import BOARD_PY, emulator_folder, firmware_folder
from ..flash.interpreter import micropython
from ..flash.profiles import naming
from ..units import RAD_PER_DEG, STANDARD_GRAVITY_MPS2
from ..wire.framing import Chunk
from .serial import SerialLink
from .simulated.link import perform
from .simulated.options import SimOptions, parse
from .simulated.sensor import ACCEL_SCALE_MPS2, GYRO_SCALE_RADPS, Reading
from .simulated.table import TableOptions, read_on_table, table_options

CHIPS = {
    # nominal rate (Hz); counts of +-16 g and +-2000 deg/s: (mg, mdeg/s) per count, from the data sheets
    "lsm6dso": (104.0, 0.488, 70.0),
    "lsm6ds3": (104.0, 0.488, 70.0),
    "icm42688": (100.0, 1000.0 / 2048.0, 1000.0 / 16.4),
    "mpu6050": (100.0, 1000.0 / 2048.0, 1000.0 / 16.4),
    "mpu6886": (100.0, 1000.0 / 2048.0, 1000.0 / 16.4),
}
OF_A_RADIO = ("rate_hz", "batch", "loss", "jitter_ms", "drop_s", "drop_at_s", "battery", "speed")
HEAP = "512k"
RESTARTS = 75  # exit status of a board that restarts itself


class EmulatedLink:
    """A `Link` to an emulated board. It has ended when the simulated leg has finished.

    reading: what its sensor measures. chip: the model of its sensor.
    """

    recovers = False
    signal_dbm: int | None = None

    def __init__(self, options: SimOptions | TableOptions, chip: str) -> None:
        self.chip = chip
        if isinstance(options, TableOptions):
            self.name = "emulator:table"
            self.reading, _ = read_on_table(options)
        else:
            self.name = f"emulator:{options.exercise}"
            _, self.reading, _ = perform(options)
        self.duration_s = float(self.reading.t_s[-1])
        self._folder: Path | None = None
        self._master = -1
        self._board: subprocess.Popen[bytes] | None = None
        self._line: SerialLink | None = None
        self._began_s: float | None = None

    @property
    def ended(self) -> bool:
        """Return whether the simulated leg has finished."""
        return self._began_s is not None and time.monotonic() - self._began_s > self.duration_s

    def open(self) -> None:
        """Start the firmware and connect to it. Raises `LinkError` when it does not start."""
        if sys.platform == "win32":
            raise LinkError(f"{self.name} needs pseudo-terminals, and this system has none: use the link sim: instead")
        import tty

        self._folder = Path(tempfile.mkdtemp(prefix="shinsight-"))
        try:
            self._furnish(self._folder)
            self._master, slave = os.openpty()
            try:
                tty.setraw(slave)
                self._start_board()
                self._line = SerialLink(os.ttyname(slave))
            finally:
                os.close(slave)
            self._line.open()
        except (LinkError, OSError, SettingsError) as error:
            words = self._last_words()
            self.close()
            raise LinkError(f"{self.name} did not start: {error} {words}".strip()) from error
        self._began_s = None

    def _furnish(self, flash: Path) -> None:
        """Write the board's flash, and what its sensor will measure."""
        board = (firmware_folder() / BOARD_PY).read_text(encoding="utf-8")
        (flash / BOARD_PY).write_text(naming(board, "emulator"), encoding="utf-8")
        (flash / "counts").write_bytes(chip_counts(self.reading, self.chip).tobytes())

    def _start_board(self) -> None:
        assert self._folder is not None
        nominal_hz = CHIPS[self.chip][0]
        of_the_board = {
            "MICROPYPATH": f"{emulator_folder()}:{firmware_folder()}",
            "EMULATOR_CHIP": self.chip,
            "EMULATOR_COUNTS": "counts",
            "EMULATOR_RATE_ERROR": repr(self.reading.rate_hz / nominal_hz - 1.0),
        }
        with (self._folder / "words").open("ab") as words:
            self._board = subprocess.Popen(
                [micropython(), "-X", f"heapsize={HEAP}", "-c", "import main"],
                stdin=self._master,
                stdout=self._master,
                stderr=words,
                cwd=self._folder,
                env=os.environ | of_the_board,
                start_new_session=True,  # Ctrl-C is for the host, which then stops the board
            )

    def read(self, timeout_s: float) -> list[Chunk]:
        """Return what has arrived, and start the board again if it reset. Raises `LinkError` if its program ended."""
        line = self._opened()
        chunks = line.read(timeout_s)
        if self._board is not None and self._board.poll() is not None:
            if self._board.returncode != RESTARTS:
                raise LinkError(f"{self.name}: the board's program ended. {self._last_words()}")
            self._start_board()
        if chunks and self._began_s is None:
            self._began_s = time.monotonic()
        return chunks

    def write(self, data: bytes) -> None:
        """Send bytes to the board. Raises `LinkError` on a dead link."""
        self._opened().write(data)

    def close(self) -> None:
        """End the firmware, and remove its temporary folder."""
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._board is not None:
            self._board.kill()
            self._board.wait()
            self._board = None
        if self._master >= 0:
            os.close(self._master)
            self._master = -1
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _opened(self) -> SerialLink:
        if self._line is None:
            raise LinkError(f"{self.name} is not open: open the link first")
        return self._line

    def _last_words(self) -> str:
        if self._folder is None or not (self._folder / "words").exists():
            return ""
        return (self._folder / "words").read_text(encoding="utf-8", errors="replace")[-2000:].strip()


def chip_counts(reading: Reading, chip: str) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    """Return (n, 6) counts of this chip for what the sensor measures."""
    _, mg, mdps = CHIPS[chip]
    physical = reading.counts * np.repeat([ACCEL_SCALE_MPS2, GYRO_SCALE_RADPS], 3)
    of_chip = np.repeat([mg * 1e-3 * STANDARD_GRAVITY_MPS2, mdps * 1e-3 * RAD_PER_DEG], 3)
    counts: np.ndarray[tuple[int, int], np.dtype[np.int16]] = np.clip(
        np.round(physical / of_chip), -32768, 32767
    ).astype("<i2")
    return counts


def options_of(spec: str) -> tuple[SimOptions | TableOptions, str]:
    """Return (leg or table, chip) from the text after `emulator:`. Raises `SettingsError` for an unknown option."""
    exercise, _, query = spec.partition("?")
    given = dict(part.partition("=")[::2] for part in query.split("&") if part)
    chip = given.pop("chip", "lsm6dso")
    if chip not in CHIPS:
        raise SettingsError(f"emulator: chip is {chip!r}; known are {', '.join(sorted(CHIPS))}")
    for name in OF_A_RADIO:
        if name in given:
            raise SettingsError(f"emulator: has no option {name!r}: the board samples by itself, over a faultless line")
    rest = "&".join([*(f"{name}={value}" for name, value in given.items()), f"rate_hz={CHIPS[chip][0]}"])
    if exercise == "table":
        return table_options(rest), chip
    return parse(f"{exercise}?{rest}"), chip


def open_emulator(spec: str) -> EmulatedLink:
    """Return the link `emulator:spec`, not opened yet."""
    return EmulatedLink(*options_of(spec))
