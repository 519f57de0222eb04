"""Getting the firmware onto a board: what runs on the board runs in the real MicroPython, its flash is a folder."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.board import FIRMWARE, ROOT
from firmware.shelf import Shelf, ShelfBoard
from shinsight.errors import DataError, DeviceError, LinkError, SettingsError
from shinsight.flash import files as files_module
from shinsight.flash import flashing, on_board
from shinsight.flash.files import BoardFile, built, emulator_folder, firmware_folder
from shinsight.flash.info import FileState, clear_crash, info
from shinsight.flash.profiles import board_named_in, known_board, known_boards

XIAO = known_board(FIRMWARE, "xiao-esp32s3")
PICO = known_board(FIRMWARE, "pico-w")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firmware of four modules: small, so that compiling and sending it takes no time."""
    folder = tmp_path_factory.mktemp("package")
    (folder / "drivers").mkdir()
    (folder / "more").mkdir()
    shutil.copy(FIRMWARE / "board.py", folder)
    (folder / "main.py").write_text("import node\n")
    (folder / "version.py").write_text('VERSION = "1.2.3"\n')
    (folder / "node.py").write_text("NUMBERS = (" + ", ".join(str(n * 7919) for n in range(600)) + ")\n")
    (folder / "drivers" / "__init__.py").write_text("KNOWN = 1\n")
    (folder / "more" / "machine.py").write_text("not for a board\n")
    (folder / "README.md").write_text("nor this\n")
    return folder


@pytest.fixture(scope="module")
def files(package: Path) -> tuple[BoardFile, ...]:
    return built(package)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def flashed(
    board: ShelfBoard, files: tuple[BoardFile, ...], name: str | None = "xiao-esp32s3", *, replace_board: bool = False
) -> flashing.Plan:
    chosen = known_board(FIRMWARE, name) if name else None
    seen = on_board.look(board)
    flashing.check(board, seen, files, chosen)
    plan = flashing.planned(board, seen, files, chosen, replace_board=replace_board)
    if not plan.nothing_to_do:
        flashing.flash(board, seen, plan, lambda part: None)
    return plan


def test_an_empty_board_gets_the_modules_compiled_and_the_board_py_of_its_kind(
    shelf: Shelf, files: tuple[BoardFile, ...]
) -> None:
    flashed(ShelfBoard(shelf), files, "pico-w")
    assert set(shelf.files) == {"main.py", "board.py", "version.mpy", "node.mpy", "drivers/__init__.mpy"}
    assert shelf.execute(
        "import board, node, drivers; print(board.profile().name, node.NUMBERS[-1], drivers.KNOWN)"
    ) == (
        f"pico-w {599 * 7919} 1\n",
        "",
    )


def test_what_is_there_already_is_not_written_again(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    flashed(ShelfBoard(shelf), files)
    before = {path: path.stat().st_mtime_ns for path in shelf.flash.rglob("*")}
    plan = flashed(ShelfBoard(shelf), files)
    assert plan.nothing_to_do
    assert {path: path.stat().st_mtime_ns for path in shelf.flash.rglob("*")} == before


@pytest.mark.parametrize("damage", [b"", b"M\x06", b"something else"])
def test_a_file_that_differs_is_the_only_one_written_with_main_last(
    shelf: Shelf, files: tuple[BoardFile, ...], damage: bytes
) -> None:
    flashed(ShelfBoard(shelf), files)
    good = shelf.files
    (shelf.flash / "node.mpy").write_bytes(damage)
    plan = flashed(ShelfBoard(shelf), files)
    assert [file.path for file in plan.write] == ["main.py", "node.mpy"]
    assert shelf.files == good


def test_after_a_broken_cable_nothing_starts_and_the_next_attempt_goes_on(
    shelf: Shelf, files: tuple[BoardFile, ...]
) -> None:
    class Cut(ShelfBoard):
        writes = 0

        def run(self, code: str) -> str:
            self.writes += "a2b_base64" in code
            if self.writes == 4:
                raise LinkError("cut")
            return super().run(code)

    older = tuple(
        file if not file.path.endswith(".mpy") else replace(file, data=file.data + b"older") for file in files
    )
    flashed(ShelfBoard(shelf), older)
    with pytest.raises(LinkError):
        flashed(Cut(shelf), files)
    assert "main.py" not in shelf.files
    flashed(ShelfBoard(shelf), files)
    assert {path: data for path, data in shelf.files.items() if path != "board.py"} == {
        file.path: file.data for file in files if file.path != "board.py"
    }


def test_a_file_that_arrives_damaged_is_found_by_its_hash(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    class Lossy(ShelfBoard):
        def run(self, code: str) -> str:
            return "" if "MODE = 'ab'" in code else super().run(code)

    with pytest.raises(DeviceError, match=r"board\.py .* differs from what was sent: run the same command again"):
        flashed(Lossy(shelf), files)
    assert "board.py" not in shelf.files  # half of it would be taken for the user's own


def test_a_running_firmware_is_stopped_for_good_before_anything_is_written(
    shelf: Shelf, files: tuple[BoardFile, ...]
) -> None:
    class Watched(ShelfBoard):
        writes_before_reset = 0

        def run(self, code: str) -> str:
            self.writes_before_reset += "a2b_base64" in code and shelf.resets == 0
            return super().run(code)

    flashed(ShelfBoard(shelf), files)
    (shelf.flash / "node.mpy").write_bytes(b"older")
    board = Watched(shelf)
    flashed(board, files)
    assert (shelf.resets, board.writes_before_reset) == (1, 0)


def test_the_users_board_py_stays_and_is_named(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    mine = '# mine\nBOARD = "my-own"  # with a longer cable\n'
    (shelf.flash / "board.py").write_text(mine)
    plan = flashed(ShelfBoard(shelf), files)
    assert (plan.kept_board, plan.differs_from_package) == ("my-own", True)
    assert shelf.files["board.py"].decode() == mine


def test_the_board_py_of_this_package_stays_without_a_word(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    flashed(ShelfBoard(shelf), files, "pico-w")
    plan = flashed(ShelfBoard(shelf), files, None)
    assert (plan.kept_board, plan.differs_from_package) == ("pico-w", False)


def test_the_users_board_py_is_replaced_when_asked(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    (shelf.flash / "board.py").write_text('BOARD = "my-own"\n')
    plan = flashed(ShelfBoard(shelf), files, "m5stickc-plus2", replace_board=True)
    assert plan.kept_board is None
    assert board_named_in(shelf.files["board.py"].decode()) == "m5stickc-plus2"


def test_a_board_without_board_py_must_be_named(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    with pytest.raises(SettingsError, match=r"has no board\.py yet: give the kind of board with --board NAME"):
        flashed(ShelfBoard(shelf), files, None)
    assert shelf.files == {}


def test_a_source_that_would_hide_its_compiled_module_goes_and_files_of_the_user_stay(
    shelf: Shelf, files: tuple[BoardFile, ...]
) -> None:
    (shelf.flash / "node.py").write_text("NUMBERS = 'stale'\n")
    (shelf.flash / "boot.py").write_text("# mine\n")
    (shelf.flash / "settings.bin").write_bytes(b"\x01")
    plan = flashed(ShelfBoard(shelf), files)
    assert plan.remove == ("node.py",)
    assert {"boot.py", "settings.bin"} < set(shelf.files)
    assert shelf.execute("import node; print(len(node.NUMBERS))")[0] == "600\n"


def test_a_stale_source_alone_is_reason_enough(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    flashed(ShelfBoard(shelf), files)
    (shelf.flash / "node.py").write_text("NUMBERS = 'stale'\n")
    flashed(ShelfBoard(shelf), files)
    assert "node.py" not in shelf.files
    assert "main.py" in shelf.files


def test_a_micropython_without_bluetooth_is_refused(tmp_path: Path, files: tuple[BoardFile, ...]) -> None:
    with pytest.raises(DeviceError, match=r"has no module bluetooth.*micropython\.org/download/SEEED_XIAO_ESP32S3"):
        flashed(ShelfBoard(Shelf(tmp_path, bluetooth=False)), files)


def test_a_micropython_of_another_byte_code_is_refused(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    seen = replace(on_board.look(ShelfBoard(shelf)), mpy_version=5)
    with pytest.raises(DeviceError, match=r"reads compiled files of version 5, expected 6"):
        flashing.check(ShelfBoard(shelf), seen, files, XIAO)


def test_a_full_flash_is_refused_before_anything_is_removed(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    flashed(ShelfBoard(shelf), files)
    (shelf.flash / "node.mpy").unlink()
    seen = replace(on_board.look(ShelfBoard(shelf)), flash_free=0)
    plan = flashing.planned(ShelfBoard(shelf), seen, files, XIAO, replace_board=False)
    with pytest.raises(DeviceError, match=r"has 0 KiB free, expected 16 KiB"):
        flashing.flash(ShelfBoard(shelf), seen, plan, lambda part: None)
    assert "main.py" in shelf.files


def test_the_progress_ends_at_one_and_never_goes_back(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    board = ShelfBoard(shelf)
    seen = on_board.look(board)
    parts: list[float] = []
    flashing.flash(board, seen, flashing.planned(board, seen, files, PICO, replace_board=False), parts.append)
    assert parts == sorted(parts)
    assert parts[-1] == 1.0


def test_info_tells_each_file_apart(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    board = ShelfBoard(shelf)
    flashed(board, files, "nano-rp2040-connect")
    (shelf.flash / "node.mpy").write_bytes(b"older")
    (shelf.flash / "drivers" / "__init__.mpy").unlink()
    (shelf.flash / "notes.txt").touch()
    found = info(board, files)
    assert (found.firmware, found.board, found.bluetooth, found.crash) == ("1.2.3", "nano-rp2040-connect", True, None)
    assert found.files == {
        "board.py": FileState.YOURS,
        "drivers/__init__.mpy": FileState.MISSING,
        "main.py": FileState.SAME,
        "node.mpy": FileState.OTHER,
        "notes.txt": FileState.EXTRA,
        "version.mpy": FileState.SAME,
    }
    assert not found.up_to_date


def test_info_of_a_board_without_firmware(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    found = info(ShelfBoard(shelf), files)
    assert (found.firmware, found.board, found.up_to_date) == (None, None, False)
    assert found.micropython.startswith("1.")


def test_a_crash_report_is_shown_and_removed(shelf: Shelf, files: tuple[BoardFile, ...]) -> None:
    (shelf.flash / "crash.txt").write_text('Traceback:\n  "node.py", line 3\nOSError: 19\n')
    board = ShelfBoard(shelf)
    assert info(board, files).crash == 'Traceback:\n  "node.py", line 3\nOSError: 19\n'
    clear_crash(board)
    assert info(board, files).crash is None


def test_the_firmware_itself_compiles_for_a_board_and_leaves_the_emulator_at_home() -> None:
    files = {file.path: file.data for file in built(firmware_folder())}
    assert {"board.py", "version.mpy", "wire.mpy"} < set(files)
    assert {file.name for file in emulator_folder().glob("*.py")} > {"machine.py", "bluetooth.py", "time.py"}
    assert not {"machine.mpy", "bluetooth.mpy", "time.mpy"} & set(files)
    assert not [path for path in files if path.startswith(("emulator/", "chips/"))]
    for path, data in files.items():
        if path.endswith(".mpy"):
            # version 6, byte code alone, integers that fit a 32-bit board
            assert (data[:2], data[2] >> 2, data[3] <= 31) == (b"M\x06", 0, True), path


def test_a_wheel_takes_the_firmware_along_to_where_it_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [(source, there)] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].items()
    shutil.copytree(ROOT / source, tmp_path / there)
    monkeypatch.setattr(files_module, "__file__", str(tmp_path / "shinsight" / "firmware" / "files.py"))
    assert firmware_folder() == tmp_path / there / "src"
    assert (emulator_folder() / "machine.py").is_file()


def test_a_package_without_its_firmware_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "__file__", str(tmp_path / "a" / "b" / "c" / "files.py"))
    with pytest.raises(DataError, match=r"firmware files are missing.*: install shinsight again"):
        firmware_folder()


def test_what_does_not_compile_is_named(tmp_path: Path) -> None:
    shutil.copy(FIRMWARE / "board.py", tmp_path)
    (tmp_path / "node.py").write_text("def\n")
    with pytest.raises(DataError, match=r"node\.py does not compile, mpy-cross reports: .*SyntaxError"):
        built(tmp_path)


def test_every_board_of_board_py_can_be_flashed_but_the_emulator() -> None:
    boards = known_boards(firmware_folder())
    assert set(boards) == {"xiao-esp32s3", "xiao-esp32c3", "m5stickc-plus2", "pico-w", "nano-rp2040-connect"}
    for board in boards.values():
        assert f"micropython.org/download/{board.download}" in board.getting_micropython
        assert len(board.name.encode()) <= 40
