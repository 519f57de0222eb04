"""The measuring half of the pipeline, from a calibration on: correct -> up -> angles -> reps, heel.

A rep's verdict looks back over the rep once it is over; everything else knows only the past.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..calibration.worn.guide import CalibrationOutcome
from ..calibration.worn.saved import SavedCalibration, does_not_fit
from ..calibration.worn.strap_watch import RepPath, StrapWatch, spin_problem
from ..detection.heel_live import LiveHeel, LiveHeelDetector
from ..detection.heel_verdict import HeelVerdict, judge_rep
from ..detection.reps import RepCounter, RepWindow
from ..fusion.orientation import UpVector
from ..kinematics.dorsiflexion import dorsiflexion, flat_foot_offset, peak_dorsiflexion
from ..kinematics.inclination import inclination_sd
from ..kinematics.knee_in import largest_knee_in
from ..kinematics.sagittal_plane import SagittalPlane
from ..results import Event, Frame, FrameBlock, HeelFlag, HeelState, Notice, Rep
from ..samples import FloatArray, Phase, Sample, SampleBlock, SampleFlag, Vector
from .settings import PipelineSettings

HISTORY_S = 60.0
"""A verdict can look back this far."""
VERDICT_WAIT_S = 1.2
"""A verdict waits this long for the quiet moment after the rep."""
FLAT_BEFORE_S = 1.5
"""A verdict takes this much of the stance before the rep along."""
FLAT_SETTLED_S = 0.25
"""A shank that has rested for this long after the rep has settled: the verdict need not wait longer."""
QUIET_S = 0.2
"""A shank that rests for less only turns."""
EDGE_S = 0.2
"""The first and the last of a rep: there, and around it, the foot may be flat."""
LEAST_FLAT = 5
"""With fewer moments of rest at an edge, standing upright counts there too."""
TELLING_FILLED_SHARE = 0.05
"""A rep with more of its samples filled in than this is reported."""
NEVER_S = float("-inf")
"""When the rep before the first one ended."""
TOUCH_AND_GO_CONFIDENCE = 0.075
"""Touch and go: the heel is taken to be down between reps, within some millimetres."""
_FILLED = int(SampleFlag.FILLED)  # plain numbers: flags of the enum cost 2 us each
_BROKEN = int(SampleFlag.GAP | SampleFlag.OVERRUN)


@dataclass(frozen=True, slots=True)
class _Moment:
    """What a verdict needs to look back on."""

    t_s: float
    up: Vector
    accel_mps2: Vector
    rate_radps: Vector
    inclination_rad: float
    knee_in_rad: float
    flat_confidence: float
    quiet: bool
    heel: HeelState
    flags: int


class SetProcessor:
    """Turns samples into frames, reps and notices once there is a calibration.

    update(sample) gives (frame, events); `run` does the same for a block; `finish` judges what is still open.
    rate_hz: of the samples. counted: number of reps before. saved: the older calibration that is used again, which
    the first rep must confirm.
    """

    def __init__(
        self,
        rate_hz: float,
        settings: PipelineSettings,
        calibration: CalibrationOutcome,
        *,
        counted: int = 0,
        saved: SavedCalibration | None = None,
    ) -> None:
        model = calibration.model
        self._settings = settings
        self._model = model
        self._trusted = calibration.report.accepted
        self._gain = [tuple(row) for row in model.correction.matrix.tolist()]
        self._offset = model.correction.offset_mps2.tolist()
        self._up = UpVector(rate_hz=rate_hz, gyro_bias_radps=model.gyro_bias_radps)
        seen = calibration.seen
        corrected = model.correction.apply(seen.accel_mps2)
        self._up.run(SampleBlock(seen.t_s, corrected, seen.gyro_radps, seen.flags))
        self._plane = SagittalPlane(alignment=model.alignment, side=settings.side)
        self._counter = RepCounter(profile=settings.repetition)
        self._strap = StrapWatch(model=model)
        self._heel = LiveHeelDetector(model=model, settings=settings.live)
        self._history: deque[_Moment] = deque(maxlen=round(HISTORY_S * rate_hz))
        self._waiting: RepWindow | None = None
        self._flag_up = False
        self._flag_times: deque[float] = deque(maxlen=100)
        self._quiet_since_s: float | None = None
        self._last_end_s = NEVER_S
        self.count = counted
        self._to_check = saved
        self._offset_rad = flat_foot_offset(model.alignment, zero=settings.zero, slope_rad=settings.slope_rad)

    def _correct(self, accel: Vector) -> Vector:
        x, y, z = accel
        (a, b, c), (d, e, f), (g, h, i) = self._gain
        ox, oy, oz = self._offset
        return (a * x + b * y + c * z - ox, d * x + e * y + f * z - oy, g * x + h * y + i * z - oz)

    def update(self, sample: Sample) -> tuple[Frame, list[Event]]:
        """Take one sample as measured, SI. Give its frame and what has happened by it."""
        events: list[Event] = []
        accel = self._correct(sample.accel_mps2)
        up = self._up.update(Sample(sample.t_s, accel, sample.gyro_radps))
        bx, by, bz = self._up.bias_radps
        gx, gy, gz = sample.gyro_radps
        rate = (gx - bx, gy - by, gz - bz)
        angles = self._plane.update(sample.t_s, self._up.quaternion)
        inclination, knee_in = angles.inclination_rad, angles.knee_in_rad
        if sample.flags & _BROKEN:
            self._heel.lose()
        heel = self._heel.update(sample.t_s, up, accel, rate, inclination)
        events += self._flag_events(sample.t_s, heel)
        self._history.append(
            _Moment(
                sample.t_s,
                up,
                accel,
                rate,
                inclination,
                knee_in,
                heel.flat_confidence,
                heel.quiet,
                heel.state,
                sample.flags,
            )
        )
        self._quiet_since_s = (self._quiet_since_s or sample.t_s) if heel.quiet else None
        ended = self._counter.update(sample.t_s, inclination)
        if ended is not None:
            events += self._judge_waiting()
            self._waiting = ended
        if self._waiting is not None and self._settled(sample.t_s):
            events += self._judge_waiting()
        state = heel.state if self._trusted else HeelState.UNSURE
        frame = Frame(
            t_s=sample.t_s,
            phase=Phase.SET,
            inclination_rad=inclination,
            dorsiflexion_rad=dorsiflexion(inclination, state, self._offset_rad),
            knee_in_rad=knee_in,
            ankle_rise_m=heel.rise_m,
            ankle_rise_sd_m=heel.rise_sd_m,
            heel=state,
            flags=sample.flags,
        )
        return frame, events

    def run(self, block: SampleBlock) -> tuple[FrameBlock, list[Event]]:
        """The twin of `update` for a block of n samples: n frames, and the events in order."""
        frames, events = [], []
        for sample in block.samples():
            frame, more = self.update(sample)
            frames.append(frame)
            events += more
        return FrameBlock.of(frames), events

    def _flag_events(self, t_s: float, heel: LiveHeel) -> list[Event]:
        up = heel.state is HeelState.UP and self._trusted
        if up == self._flag_up:
            return []
        self._flag_up = up
        if up:
            self._flag_times.append(t_s)
        return [HeelFlag(t_s, up)]

    def _settled(self, t_s: float) -> bool:
        assert self._waiting is not None
        if t_s - self._waiting.end_s > VERDICT_WAIT_S or self._counter.in_rep:
            return True
        return self._quiet_since_s is not None and t_s - max(self._quiet_since_s, self._waiting.end_s) >= FLAT_SETTLED_S

    def finish(self) -> list[Event]:
        """End of the stream: judge the rep that waits for its verdict, and one that is on its way back."""
        events = self._judge_waiting()
        self._waiting = self._counter.finish()
        return events + self._judge_waiting()

    def _judge_waiting(self) -> list[Event]:
        window, self._waiting = self._waiting, None
        if window is None:
            return []
        since_s = max(window.start_s - FLAT_BEFORE_S, self._last_end_s)
        moments = [m for m in self._history if m.t_s >= since_s]
        self._last_end_s = window.end_s
        self.count += 1
        inside = [m for m in moments if window.start_s <= m.t_s <= window.end_s]
        events = self._watch_strap(moments, window) if self._trusted else []
        verdict = self._verdict(moments, window)
        rep = Rep(
            number=self.count,
            start_s=window.start_s,
            bottom_s=window.bottom_s,
            end_s=window.end_s,
            peak_inclination_rad=window.peak_inclination_rad,
            peak_dorsiflexion_rad=self._peak_dorsiflexion(verdict, inside),
            peak_inclination_sd_rad=inclination_sd(window.peak_inclination_rad),
            heel=verdict.heel,
            ankle_rise_m=verdict.rise_m,
            ankle_rise_sd_m=verdict.rise_sd_m,
            heel_lift_log_odds=verdict.score,
            live_heel=self._live_heel(inside, window),
            live_flag_s=next((t for t in self._flag_times if window.start_s <= t <= window.end_s), None),
            knee_in_rad=largest_knee_in(m.knee_in_rad for m in inside),
        )
        events.append(rep)
        filled = sum(1 for m in inside if m.flags & _FILLED)
        if filled > TELLING_FILLED_SHARE * max(1, len(inside)):
            share = 100.0 * filled / max(1, len(inside))
            text = f"rep {rep.number}: {share:.0f} % of its samples were lost on the way and filled in"
            events.append(Notice(window.end_s, "rep_filled", text))
        return events

    def _watch_strap(self, moments: Sequence[_Moment], window: RepWindow) -> list[Event]:
        """A sensor that moved on the leg is said once; nothing is claimed of the heel until the next calibration."""
        times = np.array([m.t_s for m in moments])
        path = RepPath(
            times,
            np.array([m.up for m in moments]),
            np.array([m.accel_mps2 for m in moments]),
            np.array([m.rate_radps for m in moments]),
            _flat_confidence(moments, times, window) >= 1.0,
        )
        notice = self._strap.rep(path)
        if notice is None and self._to_check is not None:
            problem = spin_problem(self._model, path)
            if problem:
                notice = does_not_fit(self._to_check, f"{problem}: heel states are unsure from here", window.end_s)
            if problem is not None:
                self._to_check = None
        if notice is None:
            return []
        self._trusted = False
        return [notice]

    def _verdict(self, moments: Sequence[_Moment], window: RepWindow) -> HeelVerdict:
        times = np.array([m.t_s for m in moments])
        flat_confidence = _flat_confidence(moments, times, window)
        verdict = judge_rep(
            times,
            np.array([m.up for m in moments]),
            np.array([m.accel_mps2 for m in moments]),
            np.array([m.rate_radps for m in moments]),
            np.array([m.inclination_rad for m in moments]),
            flat_confidence,
            model=self._model,
            start_s=window.start_s,
            end_s=moments[-1].t_s,
            settings=self._settings.verdict,
        )
        broken = any(m.flags & _BROKEN for m in moments)
        if broken or not self._trusted:
            return verdict.called(HeelState.UNSURE)
        inside = [m for m in moments if window.start_s <= m.t_s <= window.end_s]
        if not flat_confidence[times < window.start_s + EDGE_S].any():
            # It began with a heel that had not come down since it was seen to lift (the rear leg of a lunge), or
            # with one of which nothing is known.
            up_throughout = all(m.heel is HeelState.UP for m in inside)
            return verdict.called(HeelState.UP if up_throughout else HeelState.UNSURE)
        return verdict

    def _live_heel(self, inside: Sequence[_Moment], window: RepWindow) -> HeelState:
        if not self._trusted:
            return HeelState.UNSURE
        states = {m.heel for m in inside}
        if HeelState.UP in states:
            return HeelState.UP
        at_bottom = min(inside, key=lambda m: abs(m.t_s - window.bottom_s), default=None)
        return at_bottom.heel if at_bottom is not None else HeelState.UNSURE

    def _peak_dorsiflexion(self, verdict: HeelVerdict, inside: Sequence[_Moment]) -> float | None:
        """Largest inclination with the heel judged down; None where that is unsure."""
        if verdict.heel is HeelState.UNSURE or not inside:
            return None
        rise_m = [0.0] * len(inside)
        if verdict.heel is HeelState.UP:
            rise_m = np.interp([m.t_s for m in inside], verdict.t_s, verdict.lift_m).tolist()
        return peak_dorsiflexion([m.inclination_rad for m in inside], rise_m, self._offset_rad)


def _flat_confidence(moments: Sequence[_Moment], times: FloatArray, window: RepWindow) -> FloatArray:
    """(n,) how far the foot may be taken as flat: at rest surely, else while upright, else where a rep turns."""
    quiet = np.array([m.quiet for m in moments])
    flat_confidence = np.zeros(len(moments))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8)))
    for first, last in edges.reshape(-1, 2):
        at_edge = first == 0 or last == len(moments)
        if at_edge or times[last - 1] - times[first] >= QUIET_S:
            flat_confidence[first:last] = 1.0
    upright = np.array([m.flat_confidence for m in moments])
    # A shallow rep may pause near upright with the heel up: in its middle only what the live path took for rest counts.
    middle = (times > window.start_s + EDGE_S) & (times < window.end_s - EDGE_S)
    flat_confidence[middle] = np.minimum(flat_confidence[middle], np.floor(upright[middle]))
    for part in (times < window.start_s + EDGE_S, times > window.end_s - EDGE_S):
        if np.count_nonzero(flat_confidence[part]) < LEAST_FLAT:
            flat_confidence[part] = np.maximum(flat_confidence[part], upright[part])
    if not flat_confidence[-3:].any():
        flat_confidence[-3:] = TOUCH_AND_GO_CONFIDENCE
    return flat_confidence
