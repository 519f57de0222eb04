"""What a phone's dial shows in simulated squats, beside the truth: board's orientation, unsigned tilt since zero.

    python tests/benchmarks/phone_dial.py

Zero is pressed two seconds into the first stand. Per grade of chip and exercise, 8 people each: the dial less the true
forward inclination of the shank, and less the true bend of the ankle, at the bottom of each rep. A rep whose heel lifts
is where the last two part. The board lay still for three seconds before, as it must before it tells the dial anything;
`--restless`: it did not, which is why it must. All inside the simulator: skin and strap move as it has them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from firmware.board_orientation import BATCH, follow, tilt_deg, up
from shinsight.transport.simulated.leg import move
from shinsight.transport.simulated.options import SimOptions
from shinsight.transport.simulated.sensor import ACCEL_SCALE_MPS2, GYRO_SCALE_RADPS, read

SEEDS = range(40, 48)
ZERO_S = 2.0
REST_S = 3.0


def errors(options: SimOptions, rested: bool) -> tuple[list[float], list[float], list[float]]:
    """At each bottom, in degrees: dial less inclination; dial less bend of the ankle, heel down and heel up."""
    rng = np.random.default_rng(options.seed)
    motion = move(options, rng)
    reading = read(motion, options, rng)
    counts = reading.counts.astype(np.int16)
    batches = int(REST_S * reading.rate_hz) // BATCH if rested else 0
    still = counts[: int(ZERO_S * reading.rate_hz)].mean(axis=0).round().astype(np.int16)
    says = follow(
        np.concatenate([np.tile(still, (batches * BATCH, 1)), counts]),
        rate_hz=reading.rate_hz,
        accel_scale_mps2=ACCEL_SCALE_MPS2,
        gyro_scale_radps=GYRO_SCALE_RADPS,
    )
    directions = up(says.upright)[batches:]
    t_s = reading.t_s[BATCH - 1 :: BATCH][: len(directions)]
    zero = directions[np.searchsorted(t_s, ZERO_S)]
    dial = tilt_deg(directions, np.tile(zero, (len(directions), 1)))
    lean: list[float] = []
    down: list[float] = []
    lifted: list[float] = []
    for rep in motion.reps:
        near = (t_s > rep.bottom_s - 0.3) & (t_s < rep.bottom_s + 0.3)
        if not near.any():
            continue
        largest = float(dial[near].max())
        lean.append(largest - float(np.degrees(rep.peak_inclination_rad)))
        bend = largest - float(np.degrees(rep.peak_dorsiflexion_rad))
        (down if rep.heel_off_s is None else lifted).append(bend)
    return lean, down, lifted


def main() -> None:
    rested = "--restless" not in sys.argv[1:]
    for exercise in ("squat", "lunge"):
        for grade in ("ideal", "lsm6dso", "mpu6050"):
            told = [errors(SimOptions(exercise=exercise, grade=grade, seed=seed), rested) for seed in SEEDS]
            lean, down, lifted = (np.array([value for one in told for value in one[k]]) for k in range(3))
            print(f"{exercise} {grade}: dial - inclination {_words(lean)};")
            print(f"    dial - ankle, heel down {_words(down)}; heel up {_words(lifted)}")


def _words(values: np.ndarray) -> str:
    if not len(values):
        return "none"
    return (
        f"mean {values.mean():+.1f}, sd {values.std():.1f}, 95 % within {np.quantile(np.abs(values), 0.95):.1f} "
        f"(n={len(values)})"
    )


if __name__ == "__main__":
    main()
