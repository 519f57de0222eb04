"""The house: which room may import which, what each room may know of the outside, and what `import shinsight` loads.

`ALLOWED` is an allow-list for every room, from the ground up. A room that is not in it, an import that is not in it and
an entry that nothing uses are all failures. Imports inside functions count like those at the top of a file.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from rooms import PACKAGE, arrows, circle, imports_of, modules, room_of

VALUES = "errors units samples results"
ALLOWED = {
    # words that all rooms share
    "errors": "",
    "units": "",
    "version": "",
    "threads": "",
    "samples": "",
    "results": "samples",
    # what measures
    "wire": "",
    "fusion": "errors samples units",
    "stream": "fusion samples wire",
    "kinematics": f"{VALUES} fusion",
    "detection": f"{VALUES} kinematics",
    "calibration": f"{VALUES} wire fusion kinematics detection",
    "pipeline": "errors samples results wire stream fusion kinematics detection calibration",
    # files and what this computer keeps
    "session": f"{VALUES} version wire stream detection calibration pipeline",
    "store": "errors results units wire calibration session",
    "lunge_test": "results units session",
    # boards
    "flash": "errors",
    "transport": f"{VALUES} wire session flash",
    "device": "errors results samples wire calibration transport",
    # to other programs
    "outputs": f"{VALUES} version stream pipeline session",
    # live runs
    # recordings
    "analysis": f"{VALUES} version threads stream fusion kinematics detection calibration pipeline session lunge_test",
    "imports": f"{VALUES} stream pipeline session analysis",
    "exports": f"{VALUES} version stream fusion pipeline session analysis",
    # what people see
    "view": f"{VALUES} stream detection pipeline session lunge_test transport analysis",
    "acquisition": (
        "errors results samples wire stream calibration pipeline session store transport device outputs view"
    ),
    "report": f"{VALUES} version pipeline session lunge_test analysis view",
    "window": f"{VALUES} detection pipeline session lunge_test transport analysis view",
    # entrances
    "api": "errors results samples stream detection pipeline session transport device analysis",
    "cli": (
        f"{VALUES} version wire stream kinematics calibration pipeline session store lunge_test flash transport device "
        "outputs acquisition analysis imports exports view report window"
    ),
    "__init__": "errors results version detection session api",
    "__main__": "errors threads cli",
}

QT = {"PySide6", "pyqtgraph", "shiboken6"}
SPECIAL = {
    "bleak": {"transport/ble.py"},
    "serial": {"transport/serial.py", "flash/remote.py"},
    "miniaudio": {"outputs/sound/player.py"},
    "distributed": {"analysis/cluster.py"},
    "dask": {"analysis/cluster.py"},
    "pylsl": {"outputs/lsl.py"},
    "websockets": {"outputs/websocket.py"},
    "ezc3d": {"exports/c3d.py"},
    "pyarrow": {"exports/parquet.py"},
}
"""Libraries of the edges, and the files that may know them."""
EDGES = {*QT, *SPECIAL, "asyncio", "socket", "subprocess", "multiprocessing", "concurrent", "threading", "time"}
EDGES |= {"datetime", "pathlib", "os", "io", "rich", "typer"}
MEASURING: tuple[str, ...] = ("errors", "units", "samples", "results", "wire", "stream")
MEASURING += ("fusion", "kinematics", "detection", "calibration", "pipeline")
"""Rooms that know no file, no clock, no thread and no library of the edges."""


def graph_faults(package: Path, allowed: dict[str, str]) -> list[str]:
    """Every import between rooms that is not allowed, every unknown room, every entry without use, and a circle."""
    graph = arrows(package)
    faults = [f"room {room} is not in the list" for room in graph if room not in allowed]
    for room, targets in graph.items():
        listed = set(allowed.get(room, "").split())
        for target, imports in targets.items():
            if target not in listed:
                faults.append(f"{room} -> {target} is not allowed: {imports[0].module} imports {imports[0].name}")
        faults += [f"{room} -> {target} is allowed and not used" for target in sorted(listed - set(targets))]
    faults += [f"room {room} is in the list and not there" for room in allowed if room not in graph]
    around = circle(graph)
    return [*faults, f"circle of rooms: {' -> '.join(around)}"] if around else faults


def edge_faults(package: Path) -> list[str]:
    """Every import of a library of the edges by a file that may not know it."""
    faults = []
    for module in modules(package):
        for each in imports_of(module, package):
            library = each.name.split(".")[0]
            wrong = (
                (room_of(module) in MEASURING and library in EDGES)
                or (library in QT and room_of(module) != "window")
                or (library in SPECIAL and module.as_posix() not in SPECIAL[library])
            )
            if each.room == "" and wrong:
                faults.append(f"{module} imports {each.name}")
    return faults


def simulator_faults(package: Path) -> list[str]:
    """Every import by the simulated leg of a room that measures it."""
    measuring = {"fusion", "kinematics", "detection", "calibration", "pipeline"}
    simulated = [module for module in modules(package) if "simulated" in module.parts]
    return [
        f"{module} imports {each.name}"
        for module in simulated
        for each in imports_of(module, package)
        if each.room in measuring
    ]


def print_faults(package: Path) -> list[str]:
    """Every call of `print` outside the command line."""
    return [
        f"{module}:{node.lineno} prints"
        for module in modules(package)
        if room_of(module) not in ("cli", "__main__")
        for node in ast.walk(ast.parse((package / module).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def test_every_room_imports_exactly_what_the_list_allows_and_there_is_no_circle() -> None:
    assert graph_faults(PACKAGE, ALLOWED) == []


def test_the_list_goes_from_the_ground_up() -> None:
    known: set[str] = set()
    for room, allowed in ALLOWED.items():
        assert set(allowed.split()) <= known, f"{room} imports a room that stands above it"
        known.add(room)


def test_each_library_of_the_edges_is_known_only_where_it_belongs() -> None:
    assert edge_faults(PACKAGE) == []


def test_the_simulated_leg_shares_no_code_with_what_measures_it() -> None:
    assert simulator_faults(PACKAGE) == []


def test_the_library_never_prints() -> None:
    assert print_faults(PACKAGE) == []


@pytest.mark.parametrize("name", ["shinsight", "shinsight.cli"])
def test_importing_loads_neither_qt_nor_bluetooth_nor_serial_nor_dask(name: str) -> None:
    heavy = QT | {"bleak", "serial", "distributed", "dask", "miniaudio"}
    code = f"import sys, {name}; print(*sorted({{m.split('.')[0] for m in sys.modules}} & {heavy!r}))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.split() == []


# Each rule, broken once in a small house.

HOUSE = {
    "__init__.py": "",
    "results.py": "",
    "kinematics/__init__.py": "",
    "kinematics/shank.py": "from ..results import Side\n",
    "transport/simulated/leg.py": "from math import sin\n",
    "transport/ble.py": "import bleak\n",
    "cli/live.py": "from ..kinematics.shank import Alignment\nprint()\n",
}
ALLOWED_THERE = {"__init__": "", "results": "", "kinematics": "results", "transport": "", "cli": "kinematics"}


def built(folder: Path, **changed: str) -> Path:
    """The small house, with some files changed; `__` in a name stands for a slash."""
    package = folder / "house"
    for name, text in {**HOUSE, **{f"{key.replace('__', '/')}.py": text for key, text in changed.items()}}.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    return package


def test_a_house_as_listed_has_no_faults(tmp_path: Path) -> None:
    package = built(tmp_path)
    faults = [graph_faults(package, ALLOWED_THERE), edge_faults(package), simulator_faults(package)]
    assert faults == [[], [], []]
    assert print_faults(package) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"store__people": ""}, "room store is not in the list"),
        ({"people": ""}, "room people is not in the list"),
        (
            {"kinematics__shank": "from ..results import Side\nfrom ..transport import ble\n"},
            "kinematics -> transport is not allowed: kinematics/shank.py imports transport.ble",
        ),
        (
            {"kinematics__shank": "from ..results import Side\ndef f():\n    from house.transport import ble\n"},
            "kinematics -> transport is not allowed: kinematics/shank.py imports transport.ble",
        ),
        ({"kinematics__shank": "from house import cli, results\n"}, "circle of rooms: cli -> kinematics"),
        ({"kinematics__shank": ""}, "kinematics -> results is allowed and not used"),
        ({"results": "def f():\n    from .cli import live\n"}, "circle of rooms: cli -> kinematics -> results"),
        ({"results": "from . import sinh\n"}, "results -> __init__ is not allowed: results.py imports sinh"),
    ],
)
def test_a_wrong_arrow_is_seen(tmp_path: Path, changed: dict[str, str], fault: str) -> None:
    assert fault in graph_faults(built(tmp_path, **changed), ALLOWED_THERE)


def test_a_room_that_went_away_is_seen(tmp_path: Path) -> None:
    assert graph_faults(built(tmp_path), {**ALLOWED_THERE, "store": ""}) == ["room store is in the list and not there"]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"kinematics__shank": "from time import monotonic\n"}, "kinematics/shank.py imports time.monotonic"),
        ({"kinematics__shank": "def f():\n    import os\n"}, "kinematics/shank.py imports os"),
        ({"cli__live": "from PySide6 import QtCore\n"}, "cli/live.py imports PySide6.QtCore"),
        ({"transport__serial": "import bleak\n"}, "transport/serial.py imports bleak"),
    ],
)
def test_a_library_in_the_wrong_place_is_seen(tmp_path: Path, changed: dict[str, str], fault: str) -> None:
    assert edge_faults(built(tmp_path, **changed)) == [fault]


def test_a_simulator_that_knows_what_measures_it_is_seen(tmp_path: Path) -> None:
    package = built(tmp_path, transport__simulated__leg="from ...kinematics.shank import Alignment\n")
    assert simulator_faults(package) == ["transport/simulated/leg.py imports kinematics.shank.Alignment"]


def test_a_library_that_prints_is_seen(tmp_path: Path) -> None:
    assert print_faults(built(tmp_path, results="print()\n")) == ["results.py:1 prints"]


def test_the_page_of_the_architecture_has_the_same_list() -> None:
    page = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page[page.index("| room |") :].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    told = {room.strip("`"): knows for room, _, knows in cells}
    listed = {room: " ".join(f"`{name}`" for name in names.split()) for room, names in ALLOWED.items()}
    assert told == {room: names or "nothing of ours" for room, names in listed.items()}
