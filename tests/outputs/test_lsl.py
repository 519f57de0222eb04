"""Lab Streaming Layer, listened to with its own client on this computer."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from shinsight.acquisition.runner import Runner
from shinsight.errors import SettingsError
from shinsight.outputs.lsl import CHANNELS, LslOutlet, rep_words, rows
from shinsight.pipeline.measurement import Outcome
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import HEEL_STATES, HeelFlag, HeelState, Side, StillFor
from shinsight.session.folder import IMU_CSV, open_session
from shinsight.session.imu_csv import read_imu_csv
from shinsight.transport.names import open_link
from shinsight.transport.simulated import SimOptions
from simulated_session import Measured, measure
from squat_frames import frames, health


@pytest.fixture(scope="module")
def lsl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """LSL that stays on this computer: a test needs no network, and meets nobody else's streams."""
    config = tmp_path_factory.mktemp("lsl") / "lsl_api.cfg"
    config.write_text("[multicast]\nResolveScope = machine\n[lab]\nKnownPeers = {127.0.0.1}\n[log]\nlevel = -3\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSLAPICFG", str(config))
        import pylsl

        yield pylsl


@pytest.fixture(scope="module")
def squats() -> Measured:
    return measure(SimOptions(reps=2, seed=3, heel_lift_mm=35.0, lift_share=0.5, speed=0.0))


def inlet(lsl: Any, name: str) -> Any:
    found = lsl.resolve_byprop("name", name, timeout=20.0)
    assert found, f"no stream {name}"
    stream = lsl.StreamInlet(found[0])
    stream.open_stream(timeout=10.0)
    return stream


def part_of(measured: Measured, start: int, stop: int, *events: Any) -> Outcome:
    return Outcome(measured.samples[start:stop], measured.frames[start:stop], events)


def test_what_is_received_is_the_session_sample_by_sample_at_the_times_of_the_board(lsl: Any, tmp_path: Path) -> None:
    """In real time, as the board's clock is laid on LSL's: six seconds."""
    outlet = LslOutlet("left", exercise="squat", source="bench")
    run = Runner(
        open_link("sim:squat?side=left"),
        settings=PipelineSettings(side=Side.LEFT),
        name="left",
        record_to=tmp_path / "s",
        outlets=[outlet.push],
        for_s=6.0,
    )
    running = Thread(target=run.run)
    running.start()
    stream = inlet(lsl, "shinsight-left")
    values: list[list[float]] = []
    stamps: list[float] = []
    while running.is_alive() or stream.samples_available():
        some, at = stream.pull_chunk(timeout=0.2, max_samples=1000)
        values += some
        stamps += at
    running.join()
    received, received_s = np.array(values), np.array(stamps)
    recorded = read_imu_csv(tmp_path / "s" / IMU_CSV).samples
    assert len(received) > 200
    head = received[:50, 3:6]  # noise of fifty samples is found at one place only
    apart = [np.abs(recorded.gyro_radps[at : at + 50] - head).sum() for at in range(len(recorded) - 50)]
    start = int(np.argmin(apart))
    same = slice(start, start + len(received))
    np.testing.assert_allclose(received[:, :3], recorded.accel_mps2[same], atol=1e-5)
    np.testing.assert_allclose(received[:, 3:6], recorded.gyro_radps[same], atol=1e-5)
    assert (np.diff(received_s) > 0.0).all()
    clock = open_session(tmp_path / "s").clock
    assert clock is not None
    # One clock is the other put elsewhere; what is left is that the fit of the board's clock still settles.
    assert np.ptp(clock.unix_s(recorded.t_s[same]) - received_s) < 0.02


def test_the_description_names_every_channel_its_unit_and_the_leg(lsl: Any, squats: Measured) -> None:
    outlet = LslOutlet("right", exercise="lunge", source="bench")
    outlet.push(part_of(squats, 0, 8), health(rate_hz=103.7, zero_s=0.0))
    info = inlet(lsl, "shinsight-right").info()
    assert (info.type(), info.channel_count(), info.source_id()) == ("MoCap", len(CHANNELS), "bench-right")
    assert info.nominal_srate() == 103.7
    tree = ElementTree.fromstring(info.as_xml())
    channels = list(tree.iterfind("desc/channels/channel"))
    units = {channel.findtext("label"): channel.findtext("unit") for channel in channels}
    assert (units["accel_z"], units["gyro_x"], units["dorsiflexion"]) == ("m/s^2", "rad/s", "degrees")
    assert {channel.findtext("object") for channel in channels} == {"right_shank"}
    assert tree.findtext("desc/setup/exercise") == "lunge"


def test_a_sensor_of_the_foot_is_on_the_foot(lsl: Any, squats: Measured) -> None:
    outlet = LslOutlet("foot", exercise="squat", source="instep")
    outlet.push(part_of(squats, 0, 8), health(zero_s=0.0))
    found = lsl.resolve_byprop("source_id", "instep-foot", timeout=20.0)
    tree = ElementTree.fromstring(lsl.StreamInlet(found[0]).info().as_xml())
    assert {each.text for each in tree.iterfind("desc/channels/channel/object")} == {"foot"}


@pytest.mark.parametrize(("back_s", "is_onward"), [(0.0, True), (0.030, True), (0.5, False)])
def test_a_fit_that_settles_never_puts_a_sample_before_the_one_before(
    lsl: Any, squats: Measured, back_s: float, is_onward: bool
) -> None:
    """Unless the whole batch belongs before: then its right time is worth more."""
    outlet = LslOutlet("settling", exercise="squat", source=f"bench-{back_s}")
    outlet.push(part_of(squats, 0, 8), health(zero_s=1000.0))
    found = lsl.resolve_byprop("source_id", f"bench-{back_s}-settling", timeout=20.0)
    stream = lsl.StreamInlet(found[0])
    stream.open_stream(timeout=10.0)
    stamps: list[float] = []
    for start, stop, zero_s in ((8, 16, 1000.0), (16, 24, 1000.0 - back_s), (24, 32, 1000.0 - back_s)):
        outlet.push(part_of(squats, start, stop), health(zero_s=zero_s))
    while len(stamps) < 24:
        stamps += stream.pull_chunk(timeout=0.2)[1]
    steps_s = np.diff(stamps)
    assert (steps_s > 0.0).all() == is_onward
    right_s = squats.samples.t_s[8:32] - squats.samples.t_s[15] - np.repeat([0.0, back_s, back_s], 8)
    np.testing.assert_allclose((np.array(stamps) - stamps[7])[[15, 16, 23]], right_s[[15, 16, 23]], atol=1e-3)


def test_the_code_of_the_page_runs(lsl: Any, squats: Measured) -> None:
    page = (Path(__file__).parents[2] / "docs" / "live-outputs.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    outlet = LslOutlet("page", exercise="squat", source="bench")
    outlet.push(part_of(squats, 0, 8), health(zero_s=0.0))
    names: dict[str, Any] = {}
    exec(code.replace("shinsight-right", "shinsight-page"), names)
    stream = names["inlet"]
    outlet.push(part_of(squats, 8, 16), health(zero_s=0.0))
    assert stream.pull_sample(timeout=5.0)[0] is not None


def test_reps_and_lifts_of_the_heel_are_markers_with_their_own_times(lsl: Any, squats: Measured) -> None:
    outlet = LslOutlet("foot", exercise="squat", source="bench")
    now = health(rate_hz=104.0, zero_s=1000.0, drift_ppm=50.0)
    outlet.push(part_of(squats, 0, 8), now)
    stream = inlet(lsl, "shinsight-foot-events")
    rep = next(rep for rep in squats.reps if rep.heel is HeelState.DOWN)
    outlet.push(part_of(squats, 8, 16, StillFor(1.0, 1, 3.0), HeelFlag(5.0, True), HeelFlag(6.0, False), rep), now)
    words: list[list[str]] = []
    stamps: list[float] = []
    while len(words) < 3:
        some, at = stream.pull_chunk(timeout=0.2)
        words, stamps = words + some, stamps + at
    assert rep.peak_dorsiflexion_rad is not None
    angle_deg = np.degrees(rep.peak_dorsiflexion_rad)
    assert words == [["heel: up"], ["heel: down"], [f"rep: {rep.number} down {angle_deg:.1f}"]]
    assert np.diff(stamps) == pytest.approx([1.0, (rep.end_s - 6.0) * (1.0 + 50e-6)], abs=1e-3)


def test_a_rep_whose_heel_came_up_is_said_without_an_angle(squats: Measured) -> None:
    rep = replace(squats.reps[0], heel=HeelState.UP, peak_dorsiflexion_rad=0.5)
    assert rep_words(rep) == f"rep: {rep.number} up"


def test_an_angle_that_is_not_known_is_nan(squats: Measured) -> None:
    sent = rows(part_of(squats, 0, len(squats.samples)))
    column = {channel.label: at for at, channel in enumerate(CHANNELS)}
    down = sent[:, column["heel"]] == HEEL_STATES.index(HeelState.DOWN)
    assert np.isnan(sent[~down, column["dorsiflexion"]]).all()
    known = np.isfinite(squats.frames.dorsiflexion_rad)
    np.testing.assert_allclose(sent[known, column["dorsiflexion"]], np.degrees(squats.frames.dorsiflexion_rad[known]))


def test_a_sensor_of_the_foot_has_samples_and_no_angles(squats: Measured) -> None:
    sent = rows(Outcome(squats.samples[:5], frames(np.array([]), 0.0), ()))
    np.testing.assert_array_equal(sent[:, :3], squats.samples.accel_mps2[:5])
    assert np.isnan(sent[:, 6:]).all()


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    with pytest.raises(SettingsError, match=r"pip install 'shinsight\[lsl\]'"):
        LslOutlet("left", exercise="squat", source="bench")
