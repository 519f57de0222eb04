"""How good is a calibration that is used again? Simulated people come back with the strap on, in another session.

`python tests/benchmarks/calibration_again.py --people 24`

Each person has one strap and one chip. The first session has rocks and gives the calibration; in the second the
person stands differently (sd 1 deg), the skin moves differently, the gyro has another bias. Its set is measured with
its own rocks and, cut off after them, with the calibration of the first; then as if the strap had been turned between
the sessions, or with another board of the kind, or with the strap taken off and put on anew.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field, replace
from unittest.mock import patch

import numpy as np
from scipy.spatial.transform import Rotation

from shinsight.calibration.worn.guide import GuideSettings
from shinsight.calibration.worn.saved import SavedCalibration
from shinsight.pipeline.pipeline import Pipeline
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import HeelState, Notice, Rep
from shinsight.samples import FloatArray, SampleBlock
from shinsight.transport.simulated import SimOptions
from shinsight.transport.simulated.leg import TrueRep, move
from shinsight.transport.simulated.person import Person
from shinsight.transport.simulated.script import FINE_HZ
from shinsight.transport.simulated.sensor import (
    ACCEL_SCALE_MPS2,
    GYRO_SCALE_RADPS,
    _inner_face,
    mounting,
    sense,
)
from shinsight.transport.simulated.skin import skin_motion
from shinsight.units import DEG_PER_RAD, RAD_PER_DEG

STANCE_SD_DEG, INWARD_SD_DEG = 1.0, 0.6
STAND_S = 1.5
"""The rest after the rocks is shorter than the 3 s a person is asked for."""
TURNS_DEG = {"forward or back": (4.0, 6.0, 8.0), "sideways": (4.0, 8.0), "about the shin": (15.0, 30.0, 45.0)}


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    samples: SampleBlock
    reps: tuple[TrueRep, ...]
    rate_hz: float
    set_from: int  # the first sample after the rocks


@dataclass(slots=True)
class Tally:
    """verdicts: (true, said) by count; errors_deg of the peak inclinations; noticed: at the stance, or later."""

    runs: int = 0
    stance: int = 0
    later: int = 0
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors_deg: list[float] = field(default_factory=list)

    def add(self, session: Session, settings: PipelineSettings, samples: SampleBlock) -> None:
        pipeline = Pipeline(rate_hz=session.rate_hz, settings=settings)
        events = pipeline.run(samples)[1] + pipeline.finish()
        against = [e for e in events if isinstance(e, Notice) and e.code in ("calibration_does_not_fit", "strap_moved")]
        self.runs += 1
        if against and "heel states are unsure" not in against[0].text:
            self.stance += 1
            return  # on with rocks
        self.later += bool(against)
        for true in session.reps:
            for rep in (e for e in events if isinstance(e, Rep) and e.start_s < true.bottom_s < e.end_s):
                truth = HeelState.UP if true.heel_lift_m > 0.008 else HeelState.DOWN
                self.verdicts[truth.value, rep.heel.value] += 1
                self.errors_deg.append((rep.peak_inclination_rad - true.peak_inclination_rad) * DEG_PER_RAD)

    def line(self, name: str) -> str:
        counts = "  ".join(f"{self.verdicts[true, said]:4d}" for true in ("down", "up") for said in HeelState)
        rms = float(np.sqrt(np.mean(np.square(self.errors_deg)))) if self.errors_deg else float("nan")
        return f"{name:24s} {self.runs:4d} {self.stance:6d} {self.later:6d}   {counts}   {rms:5.2f}"


def session(person: int, visit: int, *, strap: int | None = None, chip: int | None = None, reps: int = 10) -> Session:
    """One visit of a person. strap, chip: those of somebody else; None: their own."""
    options = SimOptions(seed=visit, reps=reps, lift_share=0.4)
    today = np.random.default_rng([person, visit])
    usual = Person.draw(np.random.default_rng([person, 1]), options)
    stance_deg, inward_deg = today.normal(0.0, STANCE_SD_DEG), today.normal(0.0, INWARD_SD_DEG)
    stands = replace(usual, stance_deg=usual.stance_deg + stance_deg, stance_in_deg=usual.stance_in_deg + inward_deg)
    with patch.object(Person, "draw", lambda _rng, _options: stands):
        motion = move(options, np.random.default_rng([person, visit, 2]))
    wearing = np.random.default_rng([person if strap is None else strap, 3])
    side = motion.person.medial
    lever_m = np.array([wearing.uniform(0.02, 0.05), wearing.uniform(0.13, 0.26), side * wearing.uniform(0.005, 0.025)])
    R_shank_from_sensor = _inner_face(side, wearing) * mounting(options, wearing)
    wobble, shift_m = skin_motion(motion, options, np.random.default_rng([person, visit, 4]))
    read = sense(
        motion.ankle_m + motion.R_earth_from_shank.apply(lever_m + shift_m),
        motion.R_earth_from_shank * Rotation.from_rotvec(wobble) * R_shank_from_sensor,
        options,
        np.random.default_rng([person if chip is None else chip, 5]),
    )
    accel, gyro = read.counts[:, :3] * ACCEL_SCALE_MPS2, read.counts[:, 3:] * GYRO_SCALE_RADPS
    after_rocks_s = max(i for i, phase in enumerate(motion.phases) if phase == "rocks") / FINE_HZ
    samples = SampleBlock(read.t_s, accel, gyro, np.zeros(len(read.t_s), dtype=np.uint8))
    first = int(np.searchsorted(read.t_s, after_rocks_s + 0.2))
    return Session(samples, tuple(motion.reps), read.rate_hz, first)


def turned(samples: SampleBlock, axis: FloatArray, degrees: float) -> SampleBlock:
    """The strap turned in its place."""
    R_after_from_before = Rotation.from_rotvec(degrees * RAD_PER_DEG * axis).as_matrix()
    return replace(
        samples,
        accel_mps2=samples.accel_mps2 @ R_after_from_before.T,
        gyro_radps=samples.gyro_radps @ R_after_from_before.T,
    )


def main(people: int) -> None:
    tallies: dict[str, Tally] = {}
    for person in range(1, people + 1):
        first, second = session(person, 1000 + person, reps=1), session(person, 2000 + person)
        own = [Pipeline(rate_hz=s.rate_hz, settings=PipelineSettings()) for s in (first, second)]
        for pipeline, one in zip(own, (first, second), strict=True):
            pipeline.run(one.samples)
        if not all(p.calibration is not None and p.calibration.report.accepted for p in own):
            continue  # rocks anew, as anybody would
        made = own[0].calibration
        assert made is not None
        tallies.setdefault("its own rocks", Tally()).add(second, PipelineSettings(), second.samples)
        saved = SavedCalibration(made="2026-11-23T10:00:00+00:00", board="", quality=1.0, model=made.model)
        again = PipelineSettings(saved=saved, guide=GuideSettings(stand_s=STAND_S))

        def add(name: str, one: Session, samples: SampleBlock, again: PipelineSettings = again) -> None:
            tallies.setdefault(name, Tally()).add(one, again, samples)

        rest = second.samples[second.set_from :]
        add("used again", second, rest)
        axes = made.model.alignment
        for name, axis in (("forward or back", axes.right), ("sideways", axes.forward), ("about the shin", axes.up)):
            for degrees in TURNS_DEG[name]:
                for sign in (-1.0, 1.0):
                    add(f"{degrees:.0f} deg {name}", second, turned(rest, np.array(axis), sign * degrees))
        for name, other in (
            ("another board", session(person, 2000 + person, chip=person + 500)),
            ("strap put on anew", session(person, 2000 + person, strap=person + 300)),
        ):
            add(name, other, other.samples[other.set_from :])
    print("                         runs  noticed:        heel down, said     heel up, said       peak")
    print("                              stance  later   down    up unsure   down    up unsure   rms deg")
    for name, tally in tallies.items():
        print(tally.line(name))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, default=24)
    main(parser.parse_args().people)
