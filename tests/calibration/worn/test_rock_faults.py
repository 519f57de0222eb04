"""A calibration that went wrong is refused, and the refusal names it: heel, strap or foot, and in which rock."""

from __future__ import annotations

import pytest

from recordings.ui_prmd.faults import Step, make_faulty_recording, rock_times_s
from recordings.ui_prmd.lifted import Lift
from recordings.ui_prmd.markers import RATE_HZ
from recordings.ui_prmd.sensor import Slip
from shinsight.calibration.worn.guide import Guide
from shinsight.results import CalibrationReport
from shinsight.samples import Phase

GRADES = ("lsm6dso", "mpu6050")


def problems(
    *,
    grade: str = "lsm6dso",
    subject: int = 5,
    side: str = "R",
    lifts: tuple[Lift | None, ...] = (),
    slips: tuple[Slip, ...] = (),
    steps: tuple[Step, ...] = (),
) -> str:
    samples, phases, _ = make_faulty_recording(
        subject, "m01", "c", side, grade, 3, rock_lifts=lifts, slips=slips, steps=steps
    )
    guide = Guide(rate_hz=RATE_HZ)
    for sample in samples[: phases.index(Phase.SET)].samples():
        for event in guide.update(sample):
            if isinstance(event, CalibrationReport):
                return "; ".join(event.problems)
    pytest.fail("the guide never judged")


def lifted(heel_mm: float, mode: str = "gradual") -> Lift:
    return Lift(heel_m=heel_mm / 1000.0, mode=mode, onset=0.5, lean_share=0.5, rise_s=0.4, fall_s=0.3)


def in_rock(number: int) -> float:
    return rock_times_s()[number - 1][0] + 1.0


@pytest.mark.parametrize("grade", ["ideal", *GRADES])
def test_rocks_with_the_heel_down_are_accepted(grade: str) -> None:
    assert problems(grade=grade) == ""


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize("heel_mm", [10.0, 20.0])
def test_a_heel_that_lifts_in_every_rock_is_named_though_a_longer_lever_would_explain_it(
    grade: str, heel_mm: float
) -> None:
    said = problems(grade=grade, lifts=(lifted(heel_mm),) * 5)
    assert said.startswith("heel lifted in every rock")
    assert f"about {heel_mm / 10:.0f} cm" in said


@pytest.mark.parametrize("mode", ["gradual", "creep"])
def test_a_heel_that_lifts_in_one_rock_is_named_with_that_rock(mode: str) -> None:
    said = problems(lifts=(None, None, lifted(20.0, mode), None, None))
    assert said.startswith("heel lifted in rock 3, by about 2 cm")


def test_a_heel_that_lifts_in_two_rocks_is_named_with_both() -> None:
    assert problems(lifts=(None, lifted(20.0), None, lifted(20.0), None)).startswith("heel lifted in rocks 2 and 4")


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize(
    ("turn_deg", "words"),
    [((0, 0, -6), "6 deg forward"), ((0, 0, 6), "6 deg backward"), ((6, 0, 0), "6 deg to the right")],
)
def test_a_strap_that_turns_in_the_rocks_is_named_with_place_angle_and_direction(
    grade: str, turn_deg: tuple[float, float, float], words: str
) -> None:
    said = problems(grade=grade, slips=(Slip(at_s=in_rock(3), turn_deg=turn_deg),))
    assert said.startswith(f"sensor turned on the strap, or foot moved, at rock 3, by about {words}")


def test_a_strap_that_turns_about_the_shin_is_named() -> None:
    said = problems(slips=(Slip(at_s=in_rock(2), turn_deg=(0, 10, 0)),))
    assert "at rock 2, by about 10 deg about the shin" in said


def test_a_foot_set_elsewhere_after_standing_is_named_by_then_or_as_part_of_the_first_rock() -> None:
    said = problems(steps=(Step(at_s=3.1, ahead_m=0.05, lean_deg=6.0),))
    assert said.startswith("sensor turned on the strap, or foot moved, ")
    assert "before the first rock" in said or "at rock 1" in said


@pytest.mark.parametrize(("shift_m", "way"), [(-0.02, "down"), (0.02, "up")])
def test_a_sensor_that_slides_along_the_shin_is_named(shift_m: float, way: str) -> None:
    said = problems(slips=(Slip(at_s=in_rock(4), shift_m=(0.0, shift_m, 0.0)),))
    assert said.startswith(f"sensor slid {way} the shin in rock 4")


def test_two_degrees_are_within_what_people_do_between_rocks() -> None:
    assert problems(slips=(Slip(at_s=in_rock(3), turn_deg=(1.4, 0, 1.4)),)) == ""
