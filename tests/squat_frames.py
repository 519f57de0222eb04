"""Squats as frames, without sensor or pipeline: enough truth to see whether a view shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import nan, radians

import numpy as np

from shinsight.results import HEEL_STATES, PHASES, FrameBlock, HeelState, Rep
from shinsight.samples import Phase
from shinsight.stream.link_health import LinkHealth

RATE_HZ = 100.0
REP_S = 4.0
DEPTH_DEG = 36.0
LIFT_M = 0.037
_DOWN, _UP, _UNSURE = (HEEL_STATES.index(s) for s in (HeelState.DOWN, HeelState.UP, HeelState.UNSURE))


def squats(
    verdicts: Sequence[HeelState], *, start_s: float = 0.0, depth_deg: float = DEPTH_DEG
) -> tuple[FrameBlock, list[Rep]]:
    """One squat per verdict, one after another, with the reps that follow from them; depths differ a little."""
    n = int(REP_S * RATE_HZ)
    phase = np.arange(n) / n
    blocks, reps = [], []
    for index, verdict in enumerate(verdicts):
        peak_deg = depth_deg + 2.5 * np.sin(2.1 * index) + 6.0 * (verdict is HeelState.UP)
        bump = np.sin(np.pi * np.clip((phase - 0.12) / 0.76, 0.0, 1.0)) ** 2
        heel = np.full(n, _DOWN, np.uint8)
        if verdict is not HeelState.DOWN:
            heel[bump > 0.55] = _UNSURE
        if verdict is HeelState.UP:
            heel[bump > 0.68] = _UP
        inclination = np.radians(peak_deg * bump + 0.4 * np.sin(40 * phase))
        t0 = start_s + index * REP_S
        rise = LIFT_M * np.clip(bump - 0.6, 0, None) / 0.4 if verdict is HeelState.UP else np.zeros(n)
        blocks.append(frames(t0 + phase * REP_S, np.degrees(inclination), heel_code=heel, rise_m=rise, phase=Phase.SET))
        lifted = verdict is not HeelState.DOWN
        reps.append(
            Rep(
                number=index + 1,
                start_s=t0 + 0.12 * REP_S,
                bottom_s=t0 + 0.5 * REP_S,
                end_s=t0 + 0.88 * REP_S,
                peak_inclination_rad=radians(peak_deg),
                peak_dorsiflexion_rad=None if lifted else radians(peak_deg),
                peak_inclination_sd_rad=radians(1.7),
                heel=verdict,
                ankle_rise_m=LIFT_M if verdict is HeelState.UP else 0.002,
                ankle_rise_sd_m=0.006,
                heel_lift_log_odds=4.0 if verdict is HeelState.UP else 0.5,
                live_heel=verdict,
                live_flag_s=t0 + 1.6 if verdict is HeelState.UP else None,
                knee_in_rad=radians(3.0 + index % 3),
            )
        )
    return join(blocks), reps


def with_heel_down_angle(rep: Rep) -> Rep:
    """Give a lifted rep the angle that it had reached when the heel left the floor, as the program does."""
    if rep.heel is not HeelState.UP:
        return rep
    return replace(rep, peak_dorsiflexion_rad=0.55 * rep.peak_inclination_rad)


def frames(
    t_s: np.ndarray,
    inclination_deg: np.ndarray | float,
    *,
    heel_code: np.ndarray | int = _DOWN,
    rise_m: np.ndarray | float = 0.0,
    phase: Phase = Phase.SET,
) -> FrameBlock:
    """Frames at these times; dorsiflexion is the inclination while the heel is down, NaN otherwise."""
    n = len(t_s)
    heel = np.array(np.broadcast_to(heel_code, n), np.uint8)
    inclination_rad = np.array(np.broadcast_to(np.radians(inclination_deg), n))
    return FrameBlock(
        t_s=t_s,
        phase_code=np.full(n, PHASES.index(phase), np.uint8),
        inclination_rad=inclination_rad,
        dorsiflexion_rad=np.where(heel == _DOWN, inclination_rad, nan),
        knee_in_rad=np.zeros(n),
        ankle_rise_m=np.array(np.broadcast_to(rise_m, n), float),
        ankle_rise_sd_m=np.full(n, 0.006),
        heel_code=heel,
        flags=np.zeros(n, np.uint8),
    )


def join(blocks: Sequence[FrameBlock]) -> FrameBlock:
    names = FrameBlock.__dataclass_fields__
    return FrameBlock(**{name: np.concatenate([getattr(b, name) for b in blocks]) for name in names})


def part(block: FrameBlock, rows: slice) -> FrameBlock:
    return FrameBlock(**{name: getattr(block, name)[rows] for name in FrameBlock.__dataclass_fields__})


def packets(block: FrameBlock, *, size: int = 10) -> Iterator[FrameBlock]:
    """The block as a radio would bring it."""
    for start in range(0, len(block), size):
        yield part(block, slice(start, start + size))


def health(**changed: object) -> LinkHealth:
    """A good link, but for what is changed."""
    good: dict[str, object] = {
        "name": "left",
        "board": "XIAO ESP32S3 · LSM6DSOX",
        "rate_hz": 104.2,
        "received": 9950,
        "lost": 50,
        "filled": 50,
        "damaged": 0,
        "battery_percent": 82,
        "temperature_c": 29.4,
        "connected": True,
        "last_arrival_s": 12.0,
    }
    return LinkHealth(**(good | changed))  # type: ignore[arg-type]
