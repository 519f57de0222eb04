"""From a heel that leaves the floor to the first sample of the tone: `python tests/benchmarks/sound_latency.py`.

Simulated squats with lifted heels go through the wire and the pipeline as they do live; the tone is played by the real
audio thread, to a device that is silent (no loudspeaker is needed) but asks for samples in real time. What a real
device adds is its own buffer, printed last, and its driver. Nothing is asserted here: this is a measurement.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event as Signal

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shinsight.outputs.sound.player import PERIOD_MS, PERIODS, Player
from shinsight.outputs.sound.sound import Sound, SoundSettings
from shinsight.outputs.sound.tones import Mixer, Stereo
from shinsight.pipeline.measurement import Measurement
from shinsight.pipeline.settings import PipelineSettings
from shinsight.results import HeelFlag
from shinsight.transport.simulated import SimLink, SimOptions
from shinsight.wire.framing import frame
from shinsight.wire.messages import Command, CommandCode, encode
from squat_frames import frames, health

PEOPLE = range(100, 112)
TICKS_S = 1.5


class Listening(Mixer):
    """Notes when the device took the first sound."""

    heard_s = 0.0
    waiting = Signal()

    def fill(self, frames: int) -> Stereo:
        out = super().fill(frames)
        if self.waiting.is_set() and out.any():
            self.heard_s = time.perf_counter()
            self.waiting.clear()
        return out


def main() -> None:
    mixer = Listening()
    sound = Sound(SoundSettings(), open_player=lambda each: Player(each, silent=True), mixer=mixer)
    rows = [row for seed in PEOPLE for row in of_person(seed, sound, mixer)]
    sound.close()
    table = np.array(rows) * 1000.0
    print(f"{len(table)} heel lifts of {len(PEOPLE)} simulated people, LSM6DSO, 104 Hz, 8 samples a packet\n")
    print("| from | to | median ms | 95 % | most |\n|---|---|---|---|---|")
    names = (
        ("heel 10 mm up", "sample in which the flag comes on"),
        ("that sample", "its packet at the computer"),
        ("packet at the computer", "flag raised (decoder to pipeline)"),
        ("flag raised", "first sound handed to the device"),
        ("packet at the computer", "first sound handed to the device"),
        ("heel 10 mm up", "first sound handed to the device"),
    )
    sums = np.column_stack([table, table[:, 2] + table[:, 3], table.sum(axis=1)])
    for (start, end), column in zip(names, sums.T, strict=True):
        print(f"| {start} | {end} | {np.median(column):.0f} | {np.percentile(column, 95):.0f} | {column.max():.0f} |")
    print(f"\nThe device plays what it was handed after up to {PERIODS} x {PERIOD_MS} ms; a real one may add its own.")


def of_person(seed: int, sound: Sound, mixer: Listening) -> list[tuple[float, float, float, float]]:
    """(detection, packet, pipeline, audio) in seconds, for every lift that was flagged."""
    link = SimLink(SimOptions(reps=8, heel_lift_mm=35.0, lift_share=1.0, seed=seed, speed=0.0))
    cues = sound.cues("left")
    measurement = Measurement(settings=PipelineSettings())
    rng = np.random.default_rng(seed)
    link.open()
    for token, code in enumerate((CommandCode.INFO, CommandCode.START)):
        link.write(frame(encode(Command(token, code))))
    truth, rows = link.truth, []
    off_s = lift_times_s(truth.t_s, truth.heel_height_m)
    nothing = frames(np.array([]), 0.0)
    while not link.ended:
        for chunk in link.read(0.0):
            began_s = time.perf_counter()
            outcome = measurement.feed(chunk.data)
            said_s = time.perf_counter()
            ups = [event for event in outcome.events if isinstance(event, HeelFlag) and event.up]
            if not ups:
                cues.update(nothing, [e for e in outcome.events if isinstance(e, HeelFlag)], health())
                continue
            mixer.waiting.set()
            cues.update(nothing, ups, health())
            deadline_s = time.perf_counter() + TICKS_S
            while mixer.waiting.is_set() and time.perf_counter() < deadline_s:
                time.sleep(0.001)
            before = [t for t in off_s if t <= ups[0].t_s]
            if before and ups[0].t_s - before[-1] < 2.0:
                audio_s = mixer.heard_s - said_s
                rows.append((ups[0].t_s - before[-1], chunk.arrival_s - ups[0].t_s, said_s - began_s, audio_s))
            cues.update(nothing, [HeelFlag(ups[0].t_s, False)], health())
            time.sleep(float(rng.uniform(0.0, 0.06)))  # so that flags fall anywhere between two questions of the device
    return rows


def lift_times_s(t_s: np.ndarray, heel_m: np.ndarray) -> Sequence[float]:
    """When the heel passed 10 mm on its way up."""
    up = np.flatnonzero((heel_m[1:] >= 0.010) & (heel_m[:-1] < 0.010)) + 1
    return [float(t) for t in t_s[up]]


if __name__ == "__main__":
    main()
