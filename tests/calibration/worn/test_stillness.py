"""The countdown of somebody who is asked to stand still, and the word to somebody who does not."""

from __future__ import annotations

import numpy as np
import pytest

from shinsight.calibration.worn.stillness import Stillness, StillnessSettings
from shinsight.errors import SettingsError
from shinsight.results import Event, Notice, StillFor
from shinsight.samples import SampleBlock

RATE_HZ = 100.0


def block(still: np.ndarray) -> SampleBlock:
    """Standing where True, shaking where False."""
    n = len(still)
    shake = np.where(still, 0.0, np.sin(0.9 * np.arange(n)))[:, None]
    accel = np.array([0.0, 9.81, 0.0]) + 2.0 * shake
    return SampleBlock(np.arange(n) / RATE_HZ, accel, np.zeros((n, 3)) + shake, np.zeros(n, np.uint8))


def said(still: np.ndarray, **settings: float) -> list[Event]:
    return Stillness(rate_hz=RATE_HZ, settings=StillnessSettings(**settings)).run(block(still))


def test_every_whole_second_of_stillness_is_counted_up_to_the_wanted_ones() -> None:
    events = said(np.ones(600, bool))
    assert [(e.still_s, e.wanted_s) for e in events if isinstance(e, StillFor)] == [(1, 3.0), (2, 3.0), (3, 3.0)]
    first, second, third = (e.t_s for e in events if isinstance(e, StillFor))
    assert second - first == pytest.approx(1.0, abs=0.02)
    assert third - second == pytest.approx(1.0, abs=0.02)


def test_movement_takes_the_count_back_to_nothing() -> None:
    still = np.ones(500, bool)
    still[250:280] = False
    counts = [e.still_s for e in said(still) if isinstance(e, StillFor)]
    assert counts[:3] == [1, 2, 0]
    assert counts[3:] == [1, 2]


def test_somebody_who_never_stands_still_is_told_once_after_eight_seconds() -> None:
    (notice,) = said(np.zeros(3000, bool))
    assert isinstance(notice, Notice)
    assert notice.code == "not_still"
    assert notice.t_s == pytest.approx(8.0, abs=0.02)
    assert notice.text.startswith("not still for 8 s: stand on both feet")


def test_somebody_who_once_stood_for_a_second_has_understood_and_is_not_told() -> None:
    still = np.zeros(3000, bool)
    still[100:350] = True
    assert not [e for e in said(still) if isinstance(e, Notice)]


@pytest.mark.parametrize("name", ["wanted_s", "patience_s"])
def test_less_than_a_second_is_no_stance(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        StillnessSettings(**{name: 0.99})
    assert StillnessSettings(**{name: 1.0})
