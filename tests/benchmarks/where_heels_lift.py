"""Where in a rep the report says that a heel began to lift, beside the truth of simulated reps, by kind of lift.

python tests/benchmarks/where_heels_lift.py [--people 8]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shinsight.report.report import BOTTOM_SHARE, Where, onset_of
from shinsight.results import FrameBlock, HeelState
from shinsight.transport.simulated import SimOptions
from shinsight.transport.simulated.leg import TrueRep
from simulated_session import measure

FIRST_SEED = 100


def true_where(rep: TrueRep, frames: FrameBlock) -> tuple[Where, float]:
    """Where the heel really left the floor, and at which inclination."""
    assert rep.heel_off_s is not None
    inclination_rad = float(np.interp(rep.heel_off_s, frames.t_s, frames.inclination_rad))
    if inclination_rad >= BOTTOM_SHARE * rep.peak_inclination_rad:
        return Where.BOTTOM, inclination_rad
    return (Where.WAY_DOWN if rep.heel_off_s < rep.bottom_s else Where.LATE), inclination_rad


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=8)
    people = parser.parse_args().people
    for mode in ("gradual", "pop", "ascent", "creep"):
        counts: Counter[tuple[str, str]] = Counter()
        errors_deg = []
        for seed in range(FIRST_SEED, FIRST_SEED + people):
            found = measure(SimOptions(reps=8, seed=seed, heel_lift_mm=30, lift_share=1.0, lift_mode=mode, speed=0))
            for true, rep in found.pairs():
                if true.heel_off_s is None or rep.heel is not HeelState.UP:
                    continue
                inside = found.frames[(found.frames.t_s >= rep.start_s) & (found.frames.t_s <= rep.end_s)]
                said = onset_of(rep, inside, offset_rad=0.0)
                assert said is not None
                where, inclination_rad = true_where(true, found.frames)
                counts[where.name, said.where.name] += 1
                if where is said.where is Where.WAY_DOWN:
                    errors_deg.append(np.degrees(said.inclination_rad - inclination_rad))
        for (true_name, said_name), count in counts.most_common():
            print(f"{mode:8} truly {true_name:9} said {said_name:9} {count}")
        if errors_deg:
            print(f"{mode:8} angle on the way down: {np.mean(errors_deg):+.1f} ± {np.std(errors_deg):.1f} deg")


if __name__ == "__main__":
    main()
