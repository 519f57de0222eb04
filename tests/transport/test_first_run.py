"""The simulated person who shows a newcomer how it goes: refused once, with the reason, then accepted."""

from __future__ import annotations

import pytest

from shinsight.transport.simulated import SimOptions
from simulated_session import measure


@pytest.mark.parametrize("seed", range(4))
def test_the_first_calibration_is_refused_for_the_heel_and_the_second_is_accepted(seed: int) -> None:
    found = measure(SimOptions(spoiled=1, reps=2, seed=seed, speed=0.0))
    assert [report.accepted for report in found.reports] == [False, True]
    assert "heel lifted in rock 3" in found.reports[0].problems[0]
    assert len(found.reps) == 2


def test_the_reps_of_a_spoiled_start_are_those_of_a_good_one() -> None:
    good, spoiled = (
        measure(SimOptions(spoiled=n, reps=3, seed=2, grade="ideal", skin="none", speed=0.0)) for n in (0, 1)
    )
    assert [rep.heel for rep in spoiled.reps] == [rep.heel for rep in good.reps]
    assert len(spoiled.link.truth.reps) == len(good.link.truth.reps)
