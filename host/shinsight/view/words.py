"""Gives every text of a live view, in degrees and millimetres. Pure functions; the views only place the texts."""

from __future__ import annotations

from math import isnan

from ..results import CalibrationReport, HeelState, Rep, RockDone
from ..stream.link_health import LinkHealth
from ..units import DEG_PER_RAD, MM_PER_M
from .state import HeelBadge, SensorState

DASH = "–"
MINUS = "−"
ANKLE_RISE_STEP_MM = 5
"""Ankle rise is shown in steps of 5 mm: its standard deviation is no smaller, and 37 mm would promise that it were."""

BADGE_WORDS = {
    HeelBadge.DOWN: "HEEL DOWN",
    HeelBadge.UP: "HEEL UP",
    HeelBadge.UNSURE: "UNSURE",
    HeelBadge.CALIBRATING: "CALIBRATING",
    HeelBadge.NOT_READY: "NOT READY",
    HeelBadge.NO_DATA: "NO DATA",
}
BADGE_SYMBOLS = {HeelBadge.DOWN: "●", HeelBadge.UP: "▲", HeelBadge.UNSURE: "?"}
VERDICT_WORDS = {HeelState.DOWN: "● down", HeelState.UP: "▲ up", HeelState.UNSURE: "? unsure"}

REP_COLUMNS = ("Rep", "Inclination", "Dorsiflexion", "Heel", "Ankle mm", "Knee-in", "Down/up s")


def degrees_text(angle_rad: float | None) -> str:
    """Return whole degrees with a sign as wide as a digit; a dash when there is no angle."""
    if angle_rad is None or isnan(angle_rad):
        return DASH
    whole = round(angle_rad * DEG_PER_RAD)
    return f"{MINUS if whole < 0 else ''}{abs(whole)}°"


def number_text(state: SensorState, *, now_s: float) -> tuple[str, str]:
    """Return the big number and its name: dorsiflexion while it is known, else the inclination."""
    badge = state.badge(now_s=now_s)
    if badge is HeelBadge.NO_DATA:
        silent_s = state.silent_s(now_s=now_s)
        return DASH, "waiting for data" if silent_s is None else f"no data for {silent_s:.0f} s"
    if badge is HeelBadge.CALIBRATING:
        return degrees_text(state.inclination_rad), "inclination · not calibrated yet"
    if not isnan(state.dorsiflexion_rad):
        return degrees_text(state.dorsiflexion_rad), "dorsiflexion"
    if isnan(state.inclination_rad):
        return DASH, "not calibrated yet"
    return degrees_text(state.inclination_rad), f"inclination · {_why_not_dorsiflexion(state.heel)}"


def _why_not_dorsiflexion(heel: HeelState) -> str:
    return "heel up" if heel is HeelState.UP else "heel unsure"


def rise_mm_text(rise_m: float, sd_m: float) -> str:
    """Return millimetres with their standard deviation; a dash when there is no estimate."""
    if isnan(rise_m):
        return DASH
    rise_mm = ANKLE_RISE_STEP_MM * round(rise_m * MM_PER_M / ANKLE_RISE_STEP_MM)
    signed = f"{MINUS if rise_mm < 0 else ''}{abs(rise_mm)}"
    return signed if isnan(sd_m) else f"{signed} ± {sd_m * MM_PER_M:.0f}"


def dorsiflexion_text(angle_rad: float | None, sd_rad: float) -> str:
    """Return degrees with their standard deviation; a dash when there is no angle."""
    if angle_rad is None or isnan(angle_rad) or isnan(sd_rad):
        return degrees_text(angle_rad)
    return f"{degrees_text(angle_rad)} ± {sd_rad * DEG_PER_RAD:.0f}°"


def rep_cells(rep: Rep) -> tuple[str, ...]:
    """Return one text for each of `REP_COLUMNS`."""
    return (
        str(rep.number),
        degrees_text(rep.peak_inclination_rad),
        dorsiflexion_text(rep.peak_dorsiflexion_rad, rep.peak_inclination_sd_rad),
        VERDICT_WORDS[rep.heel],
        rise_mm_text(rep.ankle_rise_m, rep.ankle_rise_sd_m),
        degrees_text(rep.knee_in_rad),
        f"{rep.descent_s:.1f} / {rep.ascent_s:.1f}",
    )


def rep_line(rep: Rep) -> str:
    """Return one rep as a line for a terminal."""
    _, inclination, dorsiflexion, heel, rise, knee_in, tempo = rep_cells(rep)
    return (
        f"rep {rep.number:>2}  inclination {inclination:>3}  dorsiflexion {dorsiflexion:>3}  heel {heel:<8}  "
        f"ankle {rise:>6} mm  knee-in {knee_in:>3}  down/up {tempo} s"
    )


def rock_text(rock: RockDone) -> str:
    """Return the number of rocks so far, also as dots."""
    dots = "●" * rock.number + "○" * (rock.wanted - rock.number)
    return f"Rock {rock.number} of {rock.wanted}   {dots}"


def calibration_text(report: CalibrationReport) -> str:
    """Return whether the calibration was accepted, with its quality or the reasons."""
    if report.accepted:
        caveats = f" · {'; '.join(report.problems)}" if report.problems else ""
        return f"✓ Calibration accepted · quality {report.quality:.0%}{caveats}"
    reasons = "; ".join(report.problems) or f"quality {report.quality:.0%} is too low"
    return f"✗ Calibration refused: {reasons}"


def link_text(health: LinkHealth | None, *, silent_s: float | None, silent_after_s: float) -> str:
    """Return the state of the link. The connection comes first, because a person can act on it."""
    if health is None:
        return "waiting for the board"
    if not health.connected:
        connection = "connection lost, looking for the board"
    elif silent_s is not None and silent_s >= silent_after_s:
        connection = f"connected, but no data for {silent_s:.0f} s"
    else:
        connection = "connected"
    rate = f"{DASH} Hz" if isnan(health.rate_hz) else f"{health.rate_hz:.0f} Hz"
    parts = [connection, rate, f"lost {health.loss_fraction:.1%}", f"filled {health.filled}"]
    if health.recovered:
        parts.append(f"read back {health.recovered}")
    if health.damaged:
        parts.append(f"damaged {health.damaged}")
    parts.append(f"battery {DASH}" if health.battery_percent is None else f"battery {health.battery_percent}%")
    if health.temperature_c is not None and not isnan(health.temperature_c):
        parts.append(f"{health.temperature_c:.0f} °C")
    if health.board:
        parts.append(health.board)
    return " · ".join(parts)


def notice_text(state: SensorState) -> str:
    """Return the newest notice and the number of notices so far; empty when there is none."""
    if state.notice is None:
        return ""
    more = f"  ({state.notices} notices so far)" if state.notices > 1 else ""
    return f"⚠ {state.notice.text}{more}"
