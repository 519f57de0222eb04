"""Which faults of a calibration are noticed, and named; how often a good one is refused. Under five minutes.

    python tests/benchmarks/calibration_faults.py [--people 4]

Rocks and straps on optical legs (UI-PRMD), good rocks also on simulated people. The gates were set with all six
subjects in view, so neither half of them is held out: recordings here are drawn anew, people are the same. Simulated
people are new (gates: seeds 6000 to 6059). Counts, and Wilson's 95 % interval in per cent.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

sys.path.insert(0, str(Path(__file__).parents[1]))

from recordings.ui_prmd.faults import Step, make_faulty_recording, rock_times_s
from recordings.ui_prmd.lifted import MODES, Lift
from recordings.ui_prmd.markers import RATE_HZ, SIDES, SUBJECTS
from recordings.ui_prmd.sensor import Slip
from rep_paths import calibrated, rep_paths
from shinsight.calibration.worn.guide import Guide
from shinsight.calibration.worn.strap_watch import StrapWatch
from shinsight.calibration.worn.worn_leg import worn_leg
from shinsight.results import CalibrationReport, Side
from shinsight.samples import Phase, SampleBlock
from shinsight.transport.simulated.link import perform
from shinsight.transport.simulated.options import GRADES, SKINS, SimOptions
from shinsight.transport.simulated.sensor import ACCEL_SCALE_MPS2, GYRO_SCALE_RADPS

FIRST_HALF = (1, 3, 4)
OPTICAL_GRADES = ("lsm6dso", "mpu6050")
FIRST_SEED = 7000
WORN_SEED = 8000
AXES = {"flexion axis": 2, "long axis": 1, "sideways": 0}


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of one person, and what is drawn for the fault."""

    subject: int
    condition: str
    side: str
    grade: str

    @property
    def who(self) -> tuple[int, str, str, str, str, int]:
        return self.subject, "m01", self.condition, self.side, self.grade, 31


def legs(conditions: Sequence[str] = ("c",)) -> list[Leg]:
    return [Leg(*which) for which in product(SUBJECTS, conditions, SIDES, OPTICAL_GRADES)]


def share(hits: int, count: int) -> str:
    interval = binomtest(hits, count).proportion_ci(method="wilson")
    return f"{hits}/{count} ({100 * interval.low:.0f}-{100 * interval.high:.0f})"


def verdict(samples: SampleBlock, rate_hz: float) -> str:
    """The problem that the guide names, "" for none."""
    guide = Guide(rate_hz=rate_hz)
    for sample in samples.samples():
        for event in guide.update(sample):
            if isinstance(event, CalibrationReport):
                return "; ".join(event.problems)
    events = guide.mark(float(samples.t_s[-1]), Phase.SET)
    return "; ".join(p for event in events if isinstance(event, CalibrationReport) for p in event.problems)


def optical(leg: Leg, **faults: object) -> str:
    samples, phases, _ = make_faulty_recording(*leg.who, **faults)  # type: ignore[arg-type]
    return verdict(samples[: phases.index(Phase.SET)], RATE_HZ)


def heading(name: str) -> None:
    print(f"\n| {name} | noticed (subjects 1, 3, 4) | named | noticed (5, 7, 8) | named |\n|---|---|---|---|---|")


def row(name: str, said: Iterable[tuple[Leg, str]], word: str) -> None:
    """Noticed and named, in either half of the subjects."""
    said = list(said)
    cells = []
    for half in (True, False):
        some = [text for leg, text in said if (leg.subject in FIRST_HALF) is half]
        cells += [share(sum(map(bool, some)), len(some)), share(sum(word in text for text in some), len(some))]
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def rocks(rng: np.random.Generator) -> None:
    heading("rocks")
    row("good", ((leg, optical(leg)) for leg in legs(("c", "i"))), "keep the heel")
    for mode, heel_mm in product(MODES, (10, 20, 30)):
        for name, which in (("all", range(5)), ("one", (2,)), ("two", (1, 3))):
            if name == "two" and heel_mm != 20:
                continue

            def lifts(which: Sequence[int] = tuple(which), mode: str = mode, mm: int = heel_mm) -> list[Lift | None]:
                return [_lift(mm, mode, rng) if k in which else None for k in range(5)]

            row(
                f"{mode} {heel_mm} mm, {name}",
                ((leg, optical(leg, rock_lifts=lifts())) for leg in legs()),
                "keep the heel",
            )


def _lift(heel_mm: float, mode: str, rng: np.random.Generator) -> Lift:
    onset, lean_share, rise_s = rng.uniform(0.35, 0.9), rng.uniform(), rng.uniform(0.25, 1.0)
    return Lift(heel_m=heel_mm / 1e3, mode=mode, onset=onset, lean_share=lean_share, rise_s=rise_s, fall_s=0.3)


def straps(rng: np.random.Generator) -> None:
    heading("strap in the calibration")

    def when() -> float:
        """In a rock or between two."""
        return float(rng.choice(rock_times_s()[1:4])[0] + rng.uniform(0.2, 2.8))

    for axis, deg in product(AXES, (2, 5, 10)):
        row(
            f"turns {deg} deg, {axis}",
            ((leg, optical(leg, slips=[_turn(axis, deg, when(), rng)])) for leg in legs()),
            "turned",
        )
    for mm in (10, 20, 30):
        slide = (0.0, -mm / 1e3, 0.0)
        row(
            f"slides {mm} mm down",
            ((leg, optical(leg, slips=[Slip(at_s=when(), shift_m=slide)])) for leg in legs()),
            "slid",
        )
    for lean_deg in (1.0, 2.0, 6.0):
        step = Step(at_s=3.1, ahead_m=0.05, lean_deg=lean_deg)
        row(
            f"foot moved after standing, {lean_deg:.0f} deg",
            ((leg, optical(leg, steps=[step])) for leg in legs()),
            "foot",
        )


def _turn(axis: str, deg: float, at_s: float, rng: np.random.Generator) -> Slip:
    turn = [0.0, 0.0, 0.0]
    turn[AXES[axis]] = float(deg * rng.choice([-1, 1]))
    return Slip(at_s=at_s, turn_deg=(turn[0], turn[1], turn[2]))


def sets(rng: np.random.Generator) -> None:
    heading("in the set")

    def watched(leg: Leg, fault: Callable[[float], dict[str, object]], *, in_pause: bool = False) -> str:
        _, _, truth = make_faulty_recording(*leg.who)
        rep = truth.reps[int(rng.integers(3, 6))]
        at_s = rep.end_s + 0.8 if in_pause else float(rng.uniform(rep.start_s, rep.end_s))
        samples, _, _ = make_faulty_recording(*leg.who, **fault(at_s))  # type: ignore[arg-type]
        outcome, first = calibrated(samples, rate_hz=RATE_HZ)
        paths = list(rep_paths(samples, outcome, first, rate_hz=RATE_HZ))
        return "; ".join(notice.text for notice in StrapWatch(model=outcome.model).run(paths))

    row("nothing", ((leg, watched(leg, lambda at_s: {})) for leg in legs()), "strap")
    row("nothing, wandering knees", ((leg, watched(leg, lambda at_s: {})) for leg in legs(("i",))), "strap")
    for axis, deg in product(AXES, (5, 10)):

        def slipped(at_s: float, axis: str = axis, deg: float = deg) -> dict[str, object]:
            return {"slips": [_turn(axis, deg, at_s, rng)]}

        words = {"flexion axis": "ward", "long axis": "about the shin", "sideways": "to the"}
        row(f"turns {deg} deg, {axis}", ((leg, watched(leg, slipped)) for leg in legs()), words[axis])
    for name, stepped in (
        ("feet shuffle, stance 2 deg", {"ahead_m": 0.1, "lean_deg": 2.0}),
        ("another stance, 3 deg", {"lean_deg": 3.0}),
        ("turns round", {"turn_deg": 90.0}),
    ):

        def step(at_s: float, how: dict[str, float] = stepped) -> dict[str, object]:
            return {"steps": [Step(at_s=at_s, **how)]}

        row(name, ((leg, watched(leg, step, in_pause=True)) for leg in legs()), "strap")


def simulated(options: SimOptions) -> tuple[SampleBlock, float]:
    _, reading, _ = perform(options)
    counts = reading.counts
    accel, gyro = counts[:, :3] * ACCEL_SCALE_MPS2, counts[:, 3:] * GYRO_SCALE_RADPS
    return SampleBlock(reading.t_s, accel, gyro, np.zeros(len(counts), np.uint8)), options.rate_hz


def people(count: int) -> None:
    heights = (0.0, 10.0, 20.0, 30.0)
    print("\n| simulated rocks | " + " | ".join(f"{mm:.0f} mm refused" for mm in heights) + " |\n|---|---|---|---|---|")
    for grade, skin in product([g for g in GRADES if g != "lsm6dso_calibrated"], SKINS):
        cells = []
        for mm in heights:
            many = 3 * count if mm == 0.0 else count
            said = [
                verdict(
                    *simulated(
                        SimOptions(reps=0, grade=grade, skin=skin, rock_lift_mm=mm, seed=FIRST_SEED + k, mounting="any")
                    )
                )
                for k in range(many)
            ]
            cells.append(share(sum(map(bool, said)), many))
        print(f"| {grade}, skin {skin} | " + " | ".join(cells) + " |", flush=True)


def worn(count: int) -> None:
    """The alignment as the rocks give it, of boards worn by the rule: components outward on the inner face."""
    right = wrong = 0
    for k, side in product(range(count), Side):
        samples, rate_hz = simulated(SimOptions(reps=0, seed=WORN_SEED + k, side=side))
        outcome, _ = calibrated(samples, rate_hz=rate_hz)
        found = worn_leg(outcome.model.alignment)
        right += found is side
        wrong += found is not None and found is not side
    print(f"\nworn leg by the rule: right {share(right, 2 * count)}, wrong {share(wrong, 2 * count)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=8, help="simulated people for each grade, skin and height")
    wanted = parser.parse_args()
    rng = np.random.default_rng(20261123)
    rocks(rng)
    straps(rng)
    sets(rng)
    people(wanted.people)
    worn(4 * wanted.people)


if __name__ == "__main__":
    main()
