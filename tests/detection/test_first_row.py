"""The first row of a live heel track, before which there is nothing."""

from __future__ import annotations

from typing import Any

import pytest
from scipy.linalg import solve_triangular

from shinsight.detection import heel_live
from shinsight.samples import FloatArray
from shinsight.transport.simulated import SimOptions
from simulated_session import measure


def test_an_empty_triangular_system_is_never_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """LAPACK refuses it, and scipy before 1.14 hands it to LAPACK."""
    rows: list[int] = []

    def solve(root: FloatArray, right: FloatArray, **options: Any) -> FloatArray:
        rows.append(len(right))
        solved: FloatArray = solve_triangular(root, right, **options)
        return solved

    monkeypatch.setattr(heel_live, "solve_triangular", solve)
    measure(SimOptions(reps=1, seed=5, speed=0.0))
    assert rows
    assert min(rows) > 0
