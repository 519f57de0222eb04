"""`shinsight calibrate LINK`: corrects the gyroscope and accelerometer of a board placed on its six sides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ..calibration.chip.positions import SIDES, Position, PositionFinder, PositionSettings
from ..calibration.chip.six_sides import Quality, solve
from ..device.client import BoardClient
from ..device.six_positions import collect_positions
from ..errors import DataError, SettingsError
from ..results import Notice
from ..session.imu_csv import read_imu_csv
from ..store import board_calibrations as kept_files
from ..store.board_calibrations import MG_MPS2, KeptCalibration, Sensor
from ..transport.names import open_link
from ..units import DEG_PER_RAD
from ..wire.messages import StoredCalibration
from .running import say

MORE_POSITIONS = 6
FIRST_WORDS = "place the board on a firm table, any side up, and take your hand away"


def calibrate(
    link: Annotated[
        str | None,
        typer.Argument(metavar="[LINK]", help="The board: ble:, ble:NAME, serial: or serial:PORT.", show_default=False),
    ] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Use six more, leaning positions; this gains half a degree.")
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Write the calibration saved on this computer to the board.")
    ] = False,
    recording: Annotated[
        Path | None, typer.Option("--from", metavar="CSV", help="Read an imu.csv of the positions instead of a board.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="JSON", help="Also write the result to this file.")
    ] = None,
) -> None:
    """Calibrate a board's sensor: place it on its six sides, in any order. You press nothing."""
    if (link is None) == (recording is None):
        raise SettingsError(
            "expected either a board or a recording: `shinsight calibrate LINK` or `... --from imu.csv`"
        )
    settings = PositionSettings(leaning=MORE_POSITIONS if thorough else 0)
    if recording is not None:
        if restore:
            raise SettingsError("--restore needs a board, expected LINK instead of --from")
        kept = _from_recording(recording, settings)
    else:
        assert link is not None
        with BoardClient(open_link(link)) as client:
            kept = _restored(client) if restore else _calibrated(client, settings)
    if out is not None:
        kept_files.write(kept, out)
        say(f"written: {out}")


def _calibrated(client: BoardClient, settings: PositionSettings) -> KeptCalibration:
    serial, info = client.serial(), client.info()
    before = info.calibration or StoredCalibration()
    if info.calibration is None and kept_files.of_board(serial) is not None:
        say("the board has no calibration, but this computer has saved one for it: --restore writes it to the board")
    try:
        with _Guide() as guide, client.streaming() as messages:
            collected = collect_positions(messages, info=info, settings=settings, on_progress=guide.update)
    except KeyboardInterrupt:
        say("interrupted: the calibration on the board is unchanged")
        raise typer.Exit(130) from None
    solution = solve(collected.positions, before=before)
    sensor = Sensor(
        link=client.name,
        serial=serial,
        board=info.board,
        chip=info.chip,
        firmware=info.firmware,
        temperature_c=collected.temperature_c,
    )
    kept = KeptCalibration(datetime.now().astimezone(), sensor, len(collected.positions), solution)
    client.calibrate(solution.calibration)
    _show(kept)
    say(f"stored on the board and in {kept_files.keep(kept)}")
    return kept


def _restored(client: BoardClient) -> KeptCalibration:
    serial = client.serial()
    kept = kept_files.of_board(serial)
    if kept is None:
        raise DataError(
            f"{client.name}: no calibration of board {serial} is saved in {kept_files.folder()}, expected one: "
            "make one with `shinsight calibrate LINK`"
        )
    client.calibrate(kept.solution.calibration)
    say(f"calibration of {kept.made:%Y-%m-%d %H:%M} written to the board")
    return kept


def _from_recording(path: Path, settings: PositionSettings) -> KeptCalibration:
    recording = read_imu_csv(path)
    finder = PositionFinder(rate_hz=recording.rate_hz, settings=settings)
    results = finder.run(recording.samples)
    for result in results:
        say(f"{result.t_s:6.1f} s  {_words(result)}")
    try:
        solution = solve(finder.positions, before=StoredCalibration())
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    sensor = Sensor(link=str(path), serial="", board="", chip="", firmware="", temperature_c=None)
    kept = KeptCalibration(datetime.now().astimezone(), sensor, len(finder.positions), solution)
    _show(kept)
    return kept


class _Guide:
    """Shows a bar for the current rest, and above it the sides that are measured or do not count."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=self._console, transient=True
        )
        self._task = self._bar.add_task(FIRST_WORDS, total=1.0)

    def __enter__(self) -> _Guide:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def update(self, finder: PositionFinder, results: Sequence[Position | Notice]) -> None:
        for result in results:
            self._bar.console.print(_words(result), markup=False, highlight=False)
        self._bar.update(self._task, completed=finder.rested, description=_wanted(finder))


def _words(result: Position | Notice) -> str:
    return f"✓ {result.side}" if isinstance(result, Position) else result.text


def _wanted(finder: PositionFinder) -> str:
    left = finder.wanted - len(finder.positions)
    if not finder.positions:
        return FIRST_WORDS
    if finder.sides_left:
        return f"now any other side, {left} to go"
    return f"now lean it in a new direction, {left} to go"


def _show(kept: KeptCalibration) -> None:
    table = Table("", "before", "after", title=f"calibration from {kept.positions} positions")
    solution = kept.solution
    for words, before, after in zip(
        ("gravity differs between positions by", "gyroscope at rest", "tilt error, expected"),
        _figures(solution.before),
        _figures(solution.after, fitted=kept.positions == len(SIDES)),
        strict=True,
    ):
        table.add_row(words, before, after)
    Console(stderr=True).print(table)
    for warning in solution.warnings:
        say(f"warning: {warning}")


def _figures(quality: Quality, *, fitted: bool = False) -> tuple[str, str, str]:
    """fitted: six sides determine six unknowns, so no measurement is left to check them."""
    return (
        f"{quality.residual_mps2 / MG_MPS2:.1f} mg{', fitted' if fitted else ''}",
        f"{quality.bias_radps * DEG_PER_RAD:.2f} deg/s",
        f"{quality.tilt_rad * DEG_PER_RAD:.2f} deg",
    )
