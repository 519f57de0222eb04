"""The simulated leg obeys physics, the board obeys commands, the radio has the faults it was asked for."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from shinsight.errors import LinkError, SettingsError
from shinsight.samples import Phase
from shinsight.transport.simulated import SimLink, SimOptions, open_sim
from shinsight.transport.simulated.leg import FINE_HZ, Motion, move
from shinsight.transport.simulated.options import EXERCISES, GRADES
from shinsight.transport.simulated.sensor import ACCEL_SCALE_MPS2, GYRO_SCALE_RADPS, read
from shinsight.wire.framing import frame, unframe
from shinsight.wire.messages import (
    Answer,
    AnswerCode,
    Command,
    CommandCode,
    DeviceInfo,
    ImuBatch,
    Message,
    Status,
    decode,
    encode,
)

QUICK = SimOptions(reps=3, seed=5, speed=0.0)
IDEAL = replace(QUICK, grade="ideal", skin="none", mounting="none", heel_lift_mm=40.0, lift_share=0.4)


def motion_of(options: SimOptions) -> Motion:
    return move(options, np.random.default_rng(options.seed))


def ask(link: SimLink, code: CommandCode) -> None:
    link.write(frame(encode(Command(7, code))))


def messages_of(link: SimLink) -> list[Message]:
    """Everything the board says until it ends, from whole chunks."""
    found = []
    while not link.ended:
        for chunk in link.read(0.0):
            found += [decode(unframe(piece)) for piece in chunk.data.split(b"\x00") if piece]
    return found


def streamed(options: SimOptions) -> list[ImuBatch]:
    link = SimLink(options)
    link.open()
    ask(link, CommandCode.START)
    return [m for m in messages_of(link) if isinstance(m, ImuBatch)]


def test_the_ankle_of_a_flat_foot_stays_within_millimetres_and_rises_on_an_arc_when_the_heel_lifts() -> None:
    flat = motion_of(replace(QUICK, heel_lift_mm=0.0))
    assert np.abs(flat.ankle_m[:, 2]).max() < 0.010
    lifted = motion_of(replace(QUICK, heel_lift_mm=40.0, lift_share=1.0))
    person, top = lifted.person, int(np.argmax(lifted.heel_m))
    pitch = np.arcsin(lifted.heel_m[top] / person.heel_m)
    arc_m = person.ball_m * np.sin(pitch) - person.ankle_height_m * (1 - np.cos(pitch))
    assert lifted.heel_m[top] == pytest.approx(0.040, abs=0.002)
    assert lifted.ankle_m[top, 2] == pytest.approx(arc_m, abs=0.008)
    # Less than the arc: the joint lies below the ankle, and the leaning shank takes it down.
    assert 0.4 < lifted.ankle_m[top, 2] / lifted.heel_m[top] < 0.95


def test_the_accelerometer_integrates_back_to_the_path_and_the_gyro_to_the_orientation() -> None:
    motion = motion_of(IDEAL)
    reading = read(motion, replace(IDEAL, rate_hz=400.0), np.random.default_rng(1))
    force = reading.counts[:, :3] * ACCEL_SCALE_MPS2
    rates = reading.counts[:, 3:] * GYRO_SCALE_RADPS
    at = np.round(reading.index).astype(int)
    true = motion.R_earth_from_shank[at]
    step = 1.0 / reading.rate_hz
    found = true[0]
    for k in range(1, len(rates)):
        found = found * Rotation.from_rotvec(0.5 * (rates[k] + rates[k - 1]) * step)
    assert np.degrees((found.inv() * true[-1]).magnitude()) < 1.0
    # From rest to rest over one rock the vertical velocity must come back to zero, and the height with it.
    rock = slice(*(int(np.argmax(motion.t_s[at] >= edge)) for edge in _first_rock(motion)))
    vertical = true[rock].apply(force[rock])[:, 2] - 9.80665
    velocity = np.cumsum(vertical) * step
    assert abs(velocity[-1]) < 0.02
    assert abs(np.sum(velocity) * step) < 0.02


def _first_rock(motion: Motion) -> tuple[float, float]:
    inside = np.flatnonzero(motion.part == 0.0)
    return float(motion.t_s[inside[0]]) - 0.3, float(motion.t_s[inside[-1]]) + 0.2


def test_a_standing_leg_feels_gravity_and_nothing_else() -> None:
    counts = np.array([row for batch in streamed(IDEAL)[:30] for row in batch.samples], dtype=float)
    assert np.linalg.norm(counts[:, :3], axis=1).mean() * ACCEL_SCALE_MPS2 == pytest.approx(9.80665, abs=0.02)
    assert np.abs(counts[:, 3:]).mean() * GYRO_SCALE_RADPS < 0.05


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_exercise_has_its_reps_between_quiet_standing(exercise: str) -> None:
    motion = motion_of(replace(QUICK, exercise=exercise))
    assert len(motion.reps) == 3
    assert motion.phases[0] is Phase.STAND
    assert Phase.ROCKS in motion.phases
    for rep in motion.reps:
        assert rep.start_s < rep.bottom_s < rep.end_s
        assert 15 < np.degrees(rep.peak_inclination_rad) < 65
    assert np.degrees(np.abs(motion.inclination_rad[: int(4 * FINE_HZ)]).max()) < 2


def test_the_rear_leg_of_a_lunge_has_its_heel_up_in_every_rep() -> None:
    assert all(r.heel_lift_m > 0.05 for r in motion_of(replace(QUICK, exercise="lunge", leg="rear")).reps)


def test_the_same_seed_is_the_same_person_and_another_is_not() -> None:
    assert streamed(QUICK) == streamed(QUICK)
    assert streamed(QUICK)[:5] != streamed(replace(QUICK, seed=6))[:5]


@pytest.mark.parametrize("grade", GRADES)
def test_the_grade_decides_how_far_the_sensor_is_off_at_rest(grade: str) -> None:
    off = []
    for seed in range(6):
        rows = [r for b in streamed(replace(QUICK, grade=grade, seed=seed, reps=0, rocks=0))[:30] for r in b.samples]
        off.append(abs(np.linalg.norm(np.mean(rows, axis=0)[:3]) * ACCEL_SCALE_MPS2 - 9.80665))
    limits = {"ideal": 0.02, "lsm6dso_calibrated": 0.08, "lsm6dso": 0.5, "mpu6050": 1.5}
    assert np.max(off) < limits[grade]
    if grade == "mpu6050":
        assert np.max(off) > 0.1


def test_the_board_says_who_it_is_and_streams_only_when_told() -> None:
    link = SimLink(QUICK)
    link.open()
    assert link.read(0.0) == []
    ask(link, CommandCode.INFO)
    info, answer = (decode(unframe(c.data[:-1])) for c in link.read(0.0))
    assert isinstance(info, DeviceInfo)
    assert isinstance(answer, Answer)
    assert (info.rate_hz, answer.token, answer.result) == (104.0, 7, AnswerCode.OK)
    ask(link, CommandCode.READ_BACK)
    (answer,) = (decode(unframe(c.data[:-1])) for c in link.read(0.0))
    assert isinstance(answer, Answer)
    assert answer.result == AnswerCode.NOT_AVAILABLE
    ask(link, CommandCode.START)
    said = messages_of(link)
    assert sum(isinstance(m, Status) for m in said) == pytest.approx(link.duration_s, rel=0.1)
    link.close()
    with pytest.raises(LinkError, match="not open"):
        link.read(0.0)


def test_garbage_written_to_the_board_is_ignored() -> None:
    link = SimLink(QUICK)
    link.open()
    link.write(b"\x01\x02\x00hello\x00" + frame(b"\xf0\x00\x00"))
    assert link.read(0.0) == []


def test_lost_packets_are_missing_and_their_numbers_are_not_used_again() -> None:
    whole, holed = streamed(QUICK), streamed(replace(QUICK, loss=0.1))
    numbers = [b.sequence for b in holed]
    assert numbers == sorted(set(numbers))
    assert 0.03 < 1 - len(holed) / len(whole) < 0.2


def test_an_outage_is_as_long_as_asked() -> None:
    holed = streamed(replace(QUICK, drop_s=3.0, drop_at_s=10.0))
    missing = np.diff([b.sequence for b in holed]).max() - 1
    assert missing * QUICK.batch / 104.0 == pytest.approx(3.0, abs=0.2)


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ("jump", "squat, lunge"),
        ("squat?grade=gold", "lsm6dso"),
        ("squat?reps=many", "number"),
        ("squat?colour=red", "heel_lift_mm"),
        ("squat?loss=2", "0 to 0.9"),
    ],
)
def test_what_it_does_not_know_is_answered_with_what_it_knows(spec: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        open_sim(spec)


def test_the_truth_is_written_beside_the_session(tmp_path: Path) -> None:
    link = SimLink(QUICK)
    link.write_truth(tmp_path)
    with (tmp_path / "truth_reps.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 3
    with (tmp_path / "truth.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(link.truth.t_s)
    assert {row["phase"] for row in rows} == {"stand", "rocks", "set"}
