"""How fast is the pipeline? Batch as a multiple of real time, live as microseconds a sample, stage by stage.

    python tests/benchmarks/pipeline_speed.py

Printed, never asserted. Compare two versions side by side on the same machine, not across machines.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from planar_leg import planar_leg
from shinsight.fusion.orientation import UpVector
from shinsight.fusion.rest import RestDetector
from shinsight.pipeline.pipeline import Pipeline
from shinsight.pipeline.settings import PipelineSettings

REPEATS = 3
BATCH_SAMPLES = 8  # as the board sends them


def main() -> None:
    leg = planar_leg(rises_m=(0.0, 0.02) * 10)
    samples, n = leg.samples, len(leg.samples)
    seconds = float(samples.t_s[-1])
    batch_s, live_s, up_s, rest_s = [], [], [], []
    for _ in range(REPEATS):
        pipeline = Pipeline(rate_hz=100.0, settings=PipelineSettings())
        began = perf_counter()
        pipeline.run(samples)
        pipeline.finish()
        batch_s.append(perf_counter() - began)

        pipeline = Pipeline(rate_hz=100.0, settings=PipelineSettings())
        worst = []
        for start in range(0, n, BATCH_SAMPLES):
            began = perf_counter()
            pipeline.run(samples[start : start + BATCH_SAMPLES])
            worst.append(perf_counter() - began)
        live_s.append((sum(worst), max(worst)))

        began = perf_counter()
        UpVector(rate_hz=100.0).run(samples)
        up_s.append(perf_counter() - began)
        began = perf_counter()
        RestDetector(rate_hz=100.0).run(samples)
        rest_s.append(perf_counter() - began)
    total, worst_packet = min(live_s)
    print(f"{n} samples, {seconds:.0f} s of 100 Hz, median of {REPEATS}")
    print(f"{'batch':32s} {seconds / median(batch_s):8.0f} x real time")
    print(f"{'live, packets of 8':32s} {1e6 * total / n:8.1f} us a sample, worst packet {1e3 * worst_packet:.1f} ms")
    print(f"{'  of which up-vector (vqf, run)':32s} {1e6 * median(up_s) / n:8.1f} us a sample")
    print(f"{'  of which rest detection':32s} {1e6 * median(rest_s) / n:8.1f} us a sample")


if __name__ == "__main__":
    main()
