"""How much of what was sent did not come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from squat_frames import health


def test_what_is_lost_is_a_share_of_all_that_was_sent() -> None:
    assert health(received=975, lost=25).loss_fraction == pytest.approx(0.025)
    assert replace(health(), received=0, lost=0).loss_fraction == 0.0
    assert health(received=0, lost=7).loss_fraction == 1.0
