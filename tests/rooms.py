"""The rooms of the package and the arrows between them, read from the source alone (ast).

A room is a folder or a loose module directly under `host/shinsight`. An arrow A -> B means that a file of A imports a
file of B, at the top of the file or inside a function. `python tests/rooms.py` prints the counts.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "host" / "shinsight"


@dataclass(frozen=True)
class Import:
    """One imported name. module: the file, relative to the package; room: where it leads, `` for another library.

    name: the dotted name as it would be imported, without the package's own name.
    """

    module: Path
    room: str
    name: str


def modules(package: Path = PACKAGE) -> list[Path]:
    """All files of the package, relative to it."""
    return sorted(path.relative_to(package) for path in package.rglob("*.py"))


def room_of(module: Path) -> str:
    """The room a file stands in."""
    return module.parts[0].removesuffix(".py")


def imports_of(module: Path, package: Path = PACKAGE) -> Iterator[Import]:
    """Everything a file imports, lazy imports included."""
    folder = module.parts[:-1]
    for node in ast.walk(ast.parse((package / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = folder[: len(folder) - node.level + 1]
            start = ".".join((package.name, *base, *([node.module] if node.module else [])))
            names = [f"{start}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            own = name.split(".")[0] == package.name
            inner = name.split(".")[1:] if own else []
            yield Import(module, (inner[0] if inner else "__init__") if own else "", ".".join(inner) if own else name)


def arrows(package: Path = PACKAGE) -> dict[str, dict[str, list[Import]]]:
    """For every room the rooms it imports, with the imports behind each arrow."""
    rooms = {room_of(module) for module in modules(package)}
    found: dict[str, dict[str, list[Import]]] = {room: {} for room in sorted(rooms)}
    for module in modules(package):
        for each in imports_of(module, package):
            target = each.room if each.room in rooms else "__init__" if each.room else ""
            if target and target != room_of(module):
                found[room_of(module)].setdefault(target, []).append(each)
    return found


def circle(graph: Mapping[str, Mapping[str, object]]) -> list[str]:
    """The rooms of one circle in order, empty when there is none."""
    done: set[str] = set()

    def follow(room: str, way: list[str]) -> list[str]:
        if room in way:
            return way[way.index(room) :]
        if room in done:
            return []
        for target in graph.get(room, {}):
            found = follow(target, [*way, room])
            if found:
                return found
        done.add(room)
        return []

    return next((found for room in graph if (found := follow(room, []))), [])


def floors(graph: Mapping[str, Mapping[str, object]]) -> dict[str, int]:
    """The floor of every room: one above the highest room that it imports. Needs a graph without a circle."""
    found: dict[str, int] = {}

    def floor(room: str) -> int:
        if room not in found:
            found[room] = 1 + max((floor(target) for target in graph[room]), default=0)
        return found[room]

    for room in graph:
        floor(room)
    return found


def main() -> int:
    graph = arrows()
    loose = [room for room in graph if (PACKAGE / f"{room}.py").exists()]
    around = circle(graph)
    print(f"rooms {len(graph)}, of these loose {len(loose)}: {' '.join(loose)}")
    print(f"arrows between rooms {sum(len(targets) for targets in graph.values())}")
    if around:
        print(f"circle: {' -> '.join([*around, around[0]])}")
        return 1
    # Without a circle every arrow leads to a lower floor: none runs back up.
    height = floors(graph)
    print(f"circles 0, arrows that run back up 0, floors {max(height.values())}")
    for floor in sorted(set(height.values()), reverse=True):
        print(f"{floor:>3}  " + "; ".join(f"{r} -> {' '.join(sorted(graph[r]))}" for r in height if height[r] == floor))
    return 0


if __name__ == "__main__":
    sys.exit(main())
