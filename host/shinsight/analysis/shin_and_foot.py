"""A shin and a foot sensor that were recorded together, put on one time axis and measured side by side.

The shin's session is analyzed as any; the foot's samples judge each of its repetitions again.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..calibration.worn.foot import FootFit, fit_foot, quiet_stance, rested
from ..detection.foot_heel import WITHOUT_AXIS, WITHOUT_ROCKS, FootHeelSettings, judge_foot
from ..errors import DataError
from ..fusion.orientation import up_vectors
from ..fusion.smoothed import smoothed_quaternions
from ..kinematics.foot import FootLengths, FootModel, foot_pitch, tilt_vectors
from ..pipeline.settings import Overrides
from ..results import FOOT, PHASES, FrameBlock, Rep
from ..samples import FloatArray, Phase, SampleBlock, SampleFlag, Vector
from ..session.folder import IMU_CSV, SESSION_JSON, SessionFolder, open_session
from ..session.imu_csv import read_imu_csv
from ..units import DEG_PER_RAD, RAD_PER_DEG
from .agreement import Agreement, RepPair
from .analysis import Analysis, OnProgress, analyze

UPRIGHT_RAD = 5.0 * RAD_PER_DEG
SLIPPED_RAD = 4.0 * RAD_PER_DEG
"""Stances on one floor differ by 0.2 to 1.5 deg."""
REST_S = 0.3
BROKEN = SampleFlag.GAP | SampleFlag.OVERRUN


def measure_both(folder: Path, *, lengths: FootLengths, overrides: Overrides, on_progress: OnProgress) -> Agreement:
    """Compare the sessions that were recorded together into `folder`. Raises `DataError` or `SettingsError`."""
    shank, foot = _together(folder)
    imu_csv = foot.file(IMU_CSV)
    if imu_csv is None:
        raise DataError(f"{foot.path} holds no {IMU_CSV}: there is nothing to compare the shin with")
    recording = read_imu_csv(imu_csv)
    samples = _on_time_of(shank, foot, recording.samples)
    frames: list[FrameBlock] = []
    shin = analyze(shank.path, overrides=overrides, on_progress=on_progress, on_frames=frames.append)
    return compare(shin, FrameBlock.join(frames), samples, rate_hz=recording.rate_hz, lengths=lengths)


def _together(folder: Path) -> tuple[SessionFolder, SessionFolder]:
    """The shank's session and the foot's: the leg of the foot's side where there are two."""
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder, expected one with the sessions of a shin and a foot")
    sessions = [open_session(path.parent) for path in sorted(folder.glob(f"*/{SESSION_JSON}"))]
    feet = [session for session in sessions if session.sensor == FOOT]
    shanks = [session for session in sessions if session.sensor != FOOT]
    if len(feet) != 1 or not shanks:
        found = ", ".join(f"{session.path.name} ({session.sensor})" for session in sessions) or "no session"
        raise DataError(
            f"{folder} holds {found}; expected sessions of a shin and of one foot that were recorded together, "
            "e.g. by: shinsight record ble:right ble:foot"
        )
    same_side = [session for session in shanks if session.settings.side is feet[0].settings.side]
    return (same_side or shanks)[0], feet[0]


def _on_time_of(shank: SessionFolder, foot: SessionFolder, samples: SampleBlock) -> SampleBlock:
    """The foot's samples on the shank's board time."""
    for session in (shank, foot):
        if session.clock is None:
            raise DataError(
                f"{session.path / SESSION_JSON} has no clock, so its time cannot be matched with the other sensor"
            )
    assert shank.clock is not None
    assert foot.clock is not None
    t_s = shank.clock.t_s(foot.clock.unix_s(samples.t_s))
    return SampleBlock(t_s, samples.accel_mps2, samples.gyro_radps, samples.flags)


def compare(
    shin: Analysis, frames: FrameBlock, foot: SampleBlock, *, rate_hz: float, lengths: FootLengths
) -> Agreement:
    """Judge the shin's repetitions by the foot's samples, given on the shank's time. Raises `DataError`.

    frames: what the shin's samples amounted to; rate_hz: of the foot's.
    """
    if len(frames) == 0 or len(foot) == 0 or foot.t_s[0] > frames.t_s[-1] or foot.t_s[-1] < frames.t_s[0]:
        raise DataError("shin and foot were not recorded at the same time: nothing to compare")
    phases = _phases(foot.t_s, frames)
    known = np.isfinite(frames.inclination_rad)
    inclination = np.zeros(len(foot))
    if known.any():
        inclination = np.interp(foot.t_s, frames.t_s[known], frames.inclination_rad[known], left=0.0)
    reps = [rep for rep in shin.reps if foot.t_s[0] <= rep.start_s and rep.end_s <= foot.t_s[-1]]
    stance = _stance(foot, phases, reps, rate_hz)
    bias: Vector = tuple(foot.gyro_radps[stance].mean(axis=0).tolist())
    up = up_vectors(smoothed_quaternions(foot, rate_hz=rate_hz, gyro_bias_radps=bias))
    standing = up[stance].mean(axis=0)
    inside = [np.flatnonzero((foot.t_s >= rep.start_s) & (foot.t_s <= rep.end_s)) for rep in reps]
    fit = fit_foot(
        up,
        inclination,
        up_standing=tuple((standing / np.linalg.norm(standing)).tolist()),
        rocks=np.flatnonzero(phases == PHASES.index(Phase.ROCKS)),
    )
    settings = _settings(fit)
    offset_rad = dorsiflexion_offset_rad(frames)
    model, pairs = fit.model, []
    for rep, at in zip(reps, inside, strict=True):
        model = rested(model, up[_before(rep, foot.t_s)])
        pitch = foot_pitch(model, up[at], inclination[at])
        broken = bool(np.any(foot.flags[at] & BROKEN))
        seen = judge_foot(
            foot.t_s[at], pitch, inclination[at] + offset_rad, lengths=lengths, settings=settings, broken=broken
        )
        pairs.append(RepPair(rep, seen, _shin_lift_m(rep, lengths)))
    warnings = [*shin.notes, *fit.problems]
    if len(reps) < len(shin.reps):
        outside = len(shin.reps) - len(reps)
        warnings.append(f"{outside} repetitions lie outside the foot's recording and were left out")
    if reps:
        warnings += _slipped(fit.model, up, inclination, foot.t_s > reps[-1].end_s)
    return Agreement(shin=shin, lengths=lengths, rocked=fit.rocked, pairs=tuple(pairs), warnings=tuple(warnings))


def _phases(t_s: FloatArray, frames: FrameBlock) -> NDArray[np.uint8]:
    """(n,) code of the phase at each of these times; none outside of the frames."""
    at = np.searchsorted(frames.t_s, t_s, side="right") - 1
    codes = frames.phase_code[np.maximum(at, 0)]
    codes[(at < 0) | (t_s > frames.t_s[-1])] = PHASES.index(Phase.NONE)
    return codes


def _stance(foot: SampleBlock, phases: NDArray[np.uint8], reps: Sequence[Rep], rate_hz: float) -> slice:
    """Quiet standing before the last calibration's rocks; without a calibration, before the first repetition."""
    standing = np.flatnonzero(phases == PHASES.index(Phase.STAND))
    if len(standing):
        stop = int(standing[-1]) + 1
        breaks = np.flatnonzero(np.diff(standing) > 1)
        start = int(standing[breaks[-1] + 1]) if len(breaks) else int(standing[0])
    else:
        start, stop = 0, int(np.searchsorted(foot.t_s, reps[0].start_s)) if reps else len(foot)
    found = quiet_stance(foot[start:stop], rate_hz)
    return slice(start + found.start, start + found.stop)


def dorsiflexion_offset_rad(frames: FrameBlock) -> float:
    """What the shin adds to an inclination to call it dorsiflexion: slope of the floor, and the zero asked for."""
    both = np.isfinite(frames.dorsiflexion_rad)
    return float(np.median((frames.dorsiflexion_rad - frames.inclination_rad)[both])) if both.any() else 0.0


def _settings(fit: FootFit) -> FootHeelSettings:
    if fit.model.pitch_axis is None:
        return WITHOUT_AXIS
    return FootHeelSettings() if fit.rocked else WITHOUT_ROCKS


def _before(rep: Rep, t_s: FloatArray) -> slice:
    """The last moment of the rest before a repetition."""
    first, last = np.searchsorted(t_s, (rep.start_s - REST_S, rep.start_s)).tolist()
    return slice(first, last)


def _shin_lift_m(rep: Rep, lengths: FootLengths) -> float:
    if not isfinite(rep.ankle_rise_m):
        return float("nan")
    return float(lengths.heel_lift_m(lengths.pitch_of_rise_rad(rep.ankle_rise_m)))


def _slipped(model: FootModel, up: FloatArray, inclination: FloatArray, after: NDArray[np.bool_]) -> list[str]:
    """A foot that does not come back to its stance after the last repetition has a sensor that slipped."""
    upright = after & (np.abs(inclination) < UPRIGHT_RAD)
    if not upright.any():
        return []
    left_rad = float(np.median(np.linalg.norm(tilt_vectors(up[upright], model.up_standing), axis=1)))
    if left_rad <= SLIPPED_RAD:
        return []
    return [
        f"the foot sensor is at the end turned by {left_rad * DEG_PER_RAD:.1f} deg against its "
        f"first stance, expected below "
        f"{SLIPPED_RAD * DEG_PER_RAD:.0f}: it slipped, or the heel stayed up; strap it tighter"
    ]
