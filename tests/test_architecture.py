"""The borders between the layers, read from the source alone (ast); and what `import shinsight` may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import shinsight

PACKAGE = Path(shinsight.__file__).parent
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))

QT = {"PySide6", "pyqtgraph", "shiboken6"}
RADIO = {"bleak"}
CABLE = {"serial"}
CLUSTER = {"distributed", "dask"}
SOUND = {"miniaudio"}
HEAVY = QT | RADIO | CABLE | CLUSTER | SOUND
OUTSIDE_WORLD = HEAVY | {
    "asyncio",
    "socket",
    "subprocess",
    "multiprocessing",
    "concurrent",
    "threading",
    "time",
    "datetime",
    "pathlib",
    "os",
    "io",
    "rich",
    "typer",
}
INNER_PACKAGES = {"wire", "calibration", "fusion", "kinematics", "detection"}
INNER_MODULES = {
    "errors.py",
    "units.py",
    "samples.py",
    "results.py",
    "health.py",
    "settings.py",
    "set_processor.py",
    "pipeline.py",
    "measurement.py",
}
OUTER = {"transport", "sinks", "live", "window", "cli", "runner", "session", "offline", "firmware", "__main__"}
MEASURING = {"fusion", "kinematics", "detection", "calibration", "settings", "set_processor", "pipeline", "measurement"}


def is_inner(module: Path) -> bool:
    return module.parts[0] in INNER_PACKAGES | INNER_MODULES


def imported(module: Path) -> set[str]:
    """Dotted names a module imports; those of the package as `.transport.base`."""
    package = module.parts[:-1]
    names: set[str] = set()
    for node in ast.walk(ast.parse((PACKAGE / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0:
                names.add(node.module or "")
                continue
            base = package[: len(package) - node.level + 1]
            start = ".".join(("", *base, *(node.module.split(".") if node.module else ())))
            names |= {start} if node.module else {f"{start}.{alias.name}" for alias in node.names}
    return {"." + name.removeprefix("shinsight.") if name.startswith("shinsight.") else name for name in names}


def outside(module: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(module) if not name.startswith(".")}


def inside(module: Path) -> set[str]:
    return {name.split(".")[1] for name in imported(module) if name.startswith(".") and len(name) > 1}


@pytest.mark.parametrize("module", [m for m in MODULES if is_inner(m)], ids=str)
def test_what_measures_knows_no_file_no_clock_no_thread_and_no_library_of_the_edges(module: Path) -> None:
    assert outside(module) & OUTSIDE_WORLD == set()


@pytest.mark.parametrize("module", [m for m in MODULES if is_inner(m)], ids=str)
def test_dependencies_point_inward(module: Path) -> None:
    assert inside(module) & OUTER == set()


@pytest.mark.parametrize("module", [m for m in MODULES if "simulated" in str(m)], ids=str)
def test_the_simulated_leg_shares_no_code_with_what_measures_it(module: Path) -> None:
    assert inside(module) & MEASURING == set()


@pytest.mark.parametrize("module", [m for m in MODULES if m.parts[0] != "window"], ids=str)
def test_only_the_windows_import_qt(module: Path) -> None:
    assert outside(module) & QT == set()


@pytest.mark.parametrize("module", [m for m in MODULES if m != Path("transport/ble.py")], ids=str)
def test_only_the_bluetooth_link_knows_bleak(module: Path) -> None:
    assert outside(module) & RADIO == set()


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m not in (Path("transport/serial.py"), Path("firmware/remote.py"))], ids=str
)
def test_only_the_serial_link_and_the_flasher_know_pyserial(module: Path) -> None:
    assert outside(module) & CABLE == set()


@pytest.mark.parametrize("module", [m for m in MODULES if m != Path("sinks/player.py")], ids=str)
def test_only_the_player_knows_the_sound_device(module: Path) -> None:
    assert outside(module) & SOUND == set()


@pytest.mark.parametrize("module", [m for m in MODULES if m != Path("offline/cluster.py")], ids=str)
def test_only_the_cluster_of_a_batch_knows_dask(module: Path) -> None:
    assert outside(module) & CLUSTER == set()


@pytest.mark.parametrize("module", [m for m in MODULES if m.parts[0] not in ("cli", "__main__.py")], ids=str)
def test_the_library_never_prints(module: Path) -> None:
    calls = [n for n in ast.walk(ast.parse((PACKAGE / module).read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    assert [n.lineno for n in calls if isinstance(n.func, ast.Name) and n.func.id == "print"] == []


@pytest.mark.parametrize("name", ["shinsight", "shinsight.cli"])
def test_importing_loads_neither_qt_nor_bluetooth_nor_serial_nor_dask(name: str) -> None:
    code = f"import sys, {name}; print(*sorted({{m.split('.')[0] for m in sys.modules}} & {HEAVY!r}))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.split() == []
