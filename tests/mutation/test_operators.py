"""A mutation is one change of a module that still is a program, and never of what only people or type checkers read."""

from __future__ import annotations

import ast

import pytest

from mutation.operators import Mutation, mutated, sites


def mutants(source: str) -> list[Mutation]:
    return [mutated(source, site, choice) for site in sites(source) for choice in range(site.choices)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = a + b", {"x = a - b"}),
        ("x = a * -b", {"x = a / -b", "x = a * +b"}),
        ("x = a < b", {"x = a >= b"}),
        ("x = len(a) > b", {"x = len(a) <= b", "x = len(a) >= b"}),
        ("x = a <= b < c", {"x = a > b < c", "x = a <= b >= c"}),
        ("x = a and b", {"x = a or b"}),
        ("x = 0.5", {"x = 1.0", "x = 0.25"}),
        ("x = 0.0", {"x = 1.0", "x = -1.0"}),
        ("x = 3", {"x = 4", "x = 2"}),
        ("x = True", {"x = False"}),
        ("x = a if b else c", {"x = a if not b else c"}),
        ("x = np.sin(a)", {"x = np.cos(a)"}),
        ("x = min(a, b)", {"x = max(a, b)"}),
        ("f(x)", {"pass"}),
        ("a.b = c", {"pass"}),
    ],
)
def test_every_change_is_a_small_one(before: str, after: set[str]) -> None:
    assert {mutant.after for mutant in mutants(before)} == after
    for mutant in mutants(before):
        assert mutant.before == before
        ast.parse(mutant.source)


@pytest.mark.parametrize(
    "source",
    [
        '"""A text with 3 numbers."""',
        "import numpy as np",
        "assert x is not None",
        "x: Literal[3]",
        "@decorated(frozen=True)\nclass A: ...",
        "y = zip(a, b, strict=True)",
    ],
)
def test_what_only_people_or_type_checkers_read_is_left_alone(source: str) -> None:
    assert mutants(source) == []
