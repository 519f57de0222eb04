"""A foot sensor beside the shin's, simulated: it says the truth within millimetres, and how far both agree."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan, nan
from pathlib import Path

import numpy as np
import pytest

from shin_and_foot import Both, beside, measure_shin_and_foot
from shinsight.analysis.agreement import Limits, Share, agreement_dict
from shinsight.analysis.shin_and_foot import measure_both
from shinsight.cli import app
from shinsight.errors import DataError, SettingsError
from shinsight.kinematics.foot import FootLengths
from shinsight.pipeline.settings import Overrides
from shinsight.results import HeelState
from shinsight.session.json_forms import to_json
from shinsight.transport.simulated import SimOptions

LIFTED = SimOptions(reps=4, heel_lift_mm=15, heel_raises=1, seed=3, speed=0)
NOTHING_SAID = Overrides()


def watch(_: float) -> None:
    """Nobody does."""


@pytest.fixture(scope="module")
def both() -> Both:
    return measure_shin_and_foot(LIFTED)


def test_the_foot_says_the_height_of_the_heel_within_three_millimetres(both: Both) -> None:
    pairs = both.pairs()
    assert len(pairs) == 4
    for true, pair in pairs:
        assert pair.foot.heel is (HeelState.UP if true.heel_lift_m > 0.0 else HeelState.DOWN)
        assert pair.foot.heel_lift_m == pytest.approx(true.heel_lift_m, abs=0.003)


def test_the_foot_sees_the_heel_leave_the_floor_when_it_does(both: Both) -> None:
    for true, pair in both.pairs():
        if true.heel_off_s is None:
            assert pair.foot.heel_off_s is None
        else:
            assert pair.foot.heel_off_s == pytest.approx(true.heel_off_s, abs=0.3)


def test_any_mounting_of_the_foots_board_says_the_same(both: Both) -> None:
    turned = beside(both.shin, LIFTED, replace(LIFTED, mounting="any"))
    for pair, other in zip(both.found.pairs, turned.found.pairs, strict=True):
        assert other.foot.heel is pair.foot.heel
        assert other.foot.heel_lift_m == pytest.approx(pair.foot.heel_lift_m, abs=0.004)


def test_the_ankles_angle_is_the_shanks_less_the_foots(both: Both) -> None:
    truth = both.shin.link.truth
    for true, pair in both.pairs():
        inside = (truth.t_s >= true.start_s) & (truth.t_s <= true.end_s)
        faked = true.peak_inclination_rad - np.max((truth.inclination_rad - truth.foot_pitch_rad)[inside])
        corrected = pair.rep.peak_inclination_rad - pair.foot.peak_dorsiflexion_rad
        assert np.degrees(corrected - faked) == pytest.approx(0.0, abs=1.2)


def test_a_heel_that_lifted_in_the_rocks_is_named_and_thresholds_widen(both: Both) -> None:
    found = beside(both.shin, LIFTED, replace(LIFTED, rock_lift_mm=15)).found
    assert not found.rocked
    assert any("in the rocks" in text and "the heel lifted" in text for text in found.warnings)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shin and a foot recorded together by the command."""
    out = tmp_path_factory.mktemp("together") / "s"
    links = [
        f"sim:squat?reps=2&lift_share=1&heel_lift_mm=25&heel_raises=1&seed=3&speed=0&place={p}"
        for p in ("shank", "foot")
    ]
    app(["record", *links, "--out", str(out)], standalone_mode=False)
    return out


def test_sessions_recorded_together_are_compared_on_the_hosts_clock(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app(["agreement", str(recorded), "--json", "--foot-length", "26"], standalone_mode=False)
    said = json.loads(capsys.readouterr().out)
    assert said["foot_length_cm"] == 26.0
    assert [rep["foot"]["heel"] for rep in said["reps"]] == ["up", "up"]
    assert said["table"]["shin_up"]["foot_up"] == said["lifts_found"]["count"]
    assert said["lifts_found"]["of"] == 2


def test_the_tables_name_both_and_the_interval(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app(["agreement", str(recorded), "--stature", "175"], standalone_mode=False)
    said = capsys.readouterr().out
    assert "foot unsure" in said
    assert "2 of 2 (34% to 100% at 95 %)" in said
    with pytest.raises(SettingsError, match="give one of them"):
        app(["agreement", str(recorded), "--stature", "175", "--foot-length", "26"], standalone_mode=False)


def test_a_foot_whose_clock_is_off_is_measured_where_it_stands(recorded: Path, tmp_path: Path) -> None:
    """The same samples with t_s counted from 100 s earlier, and the clock saying so."""
    moved = copied(recorded, tmp_path / "s")
    header, *rows = (moved / "foot" / "imu.csv").read_text().splitlines()
    later = [f"{float(row.partition(',')[0]) + 100.0:.9f},{row.partition(',')[2]}" for row in rows]
    (moved / "foot" / "imu.csv").write_text("\n".join([header, *later]) + "\n")
    about = json.loads((moved / "foot" / "session.json").read_text())
    about["clock"]["t0_unix_s"] -= 100.0
    (moved / "foot" / "session.json").write_text(json.dumps(about))
    before, after = (
        measure_both(path, lengths=FootLengths(), overrides=NOTHING_SAID, on_progress=watch)
        for path in (recorded, moved)
    )
    for first, second in zip(before.pairs, after.pairs, strict=True):
        assert second.foot.peak_pitch_rad == pytest.approx(first.foot.peak_pitch_rad, abs=1e-3)


def copied(folder: Path, to: Path) -> Path:
    for path in sorted(folder.glob("*/*")):
        (to / path.parent.name).mkdir(parents=True, exist_ok=True)
        (to / path.parent.name / path.name).write_bytes(path.read_bytes())
    return to


def test_what_cannot_be_compared_is_said(recorded: Path, tmp_path: Path) -> None:
    def refusal(folder: Path) -> str:
        with pytest.raises(DataError) as caught:
            measure_both(folder, lengths=FootLengths(), overrides=NOTHING_SAID, on_progress=watch)
        return str(caught.value)

    assert "is not a folder" in refusal(tmp_path / "nowhere")
    assert "holds no session; expected sessions of a shin and of one foot" in refusal(tmp_path)
    assert "no session" in refusal(recorded / "right")
    clockless = copied(recorded, tmp_path / "clockless")
    about = json.loads((clockless / "foot" / "session.json").read_text())
    (clockless / "foot" / "session.json").write_text(json.dumps({**about, "clock": None}))
    assert "has no clock" in refusal(clockless)
    apart = copied(recorded, tmp_path / "apart")
    about["clock"]["t0_unix_s"] += 3600.0
    (apart / "foot" / "session.json").write_text(json.dumps(about))
    assert "not recorded at the same time" in refusal(apart)


def test_shares_and_limits_say_how_little_a_few_reps_prove() -> None:
    low, high = Share(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)  # Wilson 1927
    assert Share(0, 0).interval == (0.0, 1.0)
    limits = Limits.of([1.0, 3.0, nan])
    assert (limits.n, limits.bias) == (2, 2.0)
    assert limits.high - limits.bias == pytest.approx(1.96 * np.sqrt(2.0))
    assert isnan(Limits.of([1.0]).low)
    assert isnan(Limits.of([]).bias)


def test_what_json_says_is_strict_and_complete(both: Both) -> None:
    said = json.loads(to_json(agreement_dict(both.found)))
    assert sum(sum(row.values()) for row in said["table"].values()) == len(said["reps"]) == 4
    assert said["reps"][0]["foot"].keys() >= {"heel", "peak_pitch_deg", "heel_lift_mm", "heel_off_s"}
