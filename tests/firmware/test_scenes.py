"""What runs in MicroPython stands in files, where editors, ruff and mypy see it, and each scene has a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from firmware.board import BENCH, ROOT

TESTS = ROOT / "tests"
FOLDERS = ("firmware", "radio", "transport", "benchmarks")
SOURCES = sorted(path for folder in FOLDERS for path in (TESTS / folder).glob("*.py"))
MOST_LINES = 5


def texts(tree: ast.Module) -> Iterator[str]:
    """Every string of a module that is no docstring; what an f-string puts in counts as a name."""
    for node in ast.walk(tree):
        for value in ast.iter_child_nodes(node):
            if isinstance(node, ast.Expr | ast.JoinedStr):
                continue
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value
            elif isinstance(value, ast.JoinedStr):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "name" for part in value.values)


def programs(source: str) -> list[str]:
    """The strings that are more than a few lines of Python."""
    found = []
    for text in texts(ast.parse(source)):
        if len(text.strip().splitlines()) > MOST_LINES:
            try:
                ast.parse(dedent(text))
            except SyntaxError:
                continue
            found.append(text)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(TESTS)))
def test_no_string_of_a_test_holds_a_program(path: Path) -> None:
    assert programs(path.read_text(encoding="utf-8")) == []


def test_a_program_in_a_string_is_seen() -> None:
    lines = "".join(f"x = {k}\n" for k in range(MOST_LINES + 1))
    assert programs(f'"""{lines}"""\nrun("""{lines}""")') == [lines]
    assert programs(f'run(f"""{lines}y = {{x}}""")') == [f"{lines}y = name"]


def test_each_scene_is_named_by_a_test() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    for path in (BENCH / "scenes").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        used_here = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for function in tree.body:
            if isinstance(function, ast.FunctionDef) and function.name not in used_here:
                assert re.search(rf'["./]{function.name}"', tests), f"{path.name}: {function.name}"
