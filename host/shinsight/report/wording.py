"""The report's sentences and cells, in plain words. Angles in whole degrees: their error is no smaller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from statistics import median

from ..lunge_test.result import LegResult
from ..results import CalibrationReport, HeelState, Rep
from ..session.json_forms import NO_CALIBRATION
from ..units import RAD_PER_DEG
from ..view.words import DASH, VERDICT_WORDS, degrees_text, dorsiflexion_text, rise_mm_text
from .report import Leg, Onset, Report, RepSeen, Where

Row = tuple[str, ...]
REP_COLUMNS = (
    "Rep",
    "Heel",
    "Ankle angle, heel down",
    "Heel began to lift",
    "Ankle rise",
    "Inward tilt",
    "Down / up, s",
)
LINK_WORDS = (
    ("rate_hz", "{:.0f} samples a second"),
    ("received", "{:.0f} received"),
    ("lost", "{:.0f} lost in transmission"),
    ("filled", "{:.0f} of these filled in"),
    ("recovered", "{:.0f} read back from the board's memory"),
    ("reconnects", "reconnected {:.0f} times"),
    ("battery_percent", "battery {:.0f} %"),
)
_WHERE = {
    Where.BEFORE: "before the rep began",
    Where.WAY_DOWN: "on the way down",
    Where.BOTTOM: "at the bottom",
    Where.LATE: "at the bottom or later",
    Where.UNKNOWN: "not known",
}


def exercise_words(exercise: str) -> str:
    """Return the name of an exercise in words: `knee_to_wall` becomes "Knee to wall"."""
    return exercise.replace("_", " ").capitalize()


def when_words(leg: Leg) -> str:
    """Return the date and time of a session in words."""
    started = leg.started
    return "date not known" if started is None else f"{started:%A} {started.day} {started:%B %Y, %H:%M}"


def device_words(leg: Leg) -> str:
    """Board, chip and firmware as the board named them."""
    named = [str(leg.session.device[key]) for key in ("board", "chip", "firmware") if leg.session.device.get(key)]
    return ", ".join(named) or "sensor not known"


def headline(leg: Leg) -> tuple[str, str]:
    """(number, what it is). A dash and the reason where there is no number."""
    best = leg.best
    if best is not None:
        number = dorsiflexion_text(best.heel_down_rad, best.rep.peak_inclination_sd_rad)
        return number, f"best ankle dorsiflexion, heel down: rep {best.rep.number}"
    accepted = any(report.accepted for report in leg.calibrations)
    if not leg.kept:
        return DASH, "No rep was counted." if accepted else "No rep was counted, because no calibration was accepted."
    if not accepted:
        return DASH, "No calibration was accepted, so the heel state is unknown and no ankle angle is given."
    return DASH, "The heel was not judged down in any rep, so no ankle angle is given."


def heel_cells(leg: Leg) -> tuple[tuple[HeelState, str, int], ...]:
    """(state, its words with symbol, number of reps)."""
    return tuple((state, VERDICT_WORDS[state], leg.count(state)) for state in HeelState)


def sentences(leg: Leg) -> tuple[str, ...]:
    """Return the findings of a leg as sentences."""
    said = []
    if leg.left_out:
        said.append(f"{_reps(leg.left_out)} excluded by hand.")
    said += onset_sentences(leg.onsets)
    overruled = sum(seen.rep.heel is HeelState.DOWN and seen.rep.live_flag_s is not None for seen in leg.kept)
    if overruled:
        said.append(
            f"In {_reps(overruled)} the live signal showed heel up, but analysis of the "
            f"whole rep shows that the heel stayed down."
        )
    if leg.count(HeelState.UNSURE):
        said.append(
            f"In {_reps(leg.count(HeelState.UNSURE))} the sensor could not tell whether the heel "
            f"lifted. No ankle angle is given for them."
        )
    return tuple(said)


def onset_sentences(onsets: Sequence[Onset]) -> list[str]:
    """Return sentences about where heels began to lift."""
    said = []
    for where in Where:
        angles = [onset.inclination_rad for onset in onsets if onset.where is where]
        if angles and where is Where.UNKNOWN:
            said.append(f"In {_reps(len(angles))} it is not known when the heel began to lift.")
        elif angles:
            leans = f" with the shin leaning {_span(angles)}" if where is Where.WAY_DOWN else ""
            said.append(f"In {_reps(len(angles))} the heel began to lift {_WHERE[where]}{leans}.")
    return said


def comparison_rows(report: Report) -> list[Row]:
    """Name, a cell for each leg, and with two legs their difference where it can be judged."""
    legs = report.legs
    walls = [leg.wall_result for leg in legs]
    if any(walls):
        middle = ("Mean of the trials that count", *(degrees_text(leg.compared_deg[0] * RAD_PER_DEG) for leg in legs))
    else:
        middle = ("Typical rep, heel down", *(degrees_text(leg.median_heel_down_rad) for leg in legs))
    rows = [
        ("Best ankle dorsiflexion, heel down", *(headline(leg)[0] for leg in legs)),
        middle,
        ("Reps in which the heel lifted", *(f"{leg.count(HeelState.UP)} of {len(leg.kept)}" for leg in legs)),
        (
            "Largest inward tilt of the shin",
            *(_of_reps(leg, lambda rep: rep.knee_in_rad, degrees_text) for leg in legs),
        ),
        ("Lowering time, s", *(_of_reps(leg, lambda rep: rep.descent_s, seconds) for leg in legs)),
        ("Rising time, s", *(_of_reps(leg, lambda rep: rep.ascent_s, seconds) for leg in legs)),
    ]
    if any(walls):
        rows.insert(0, ("Toe to wall, mean and best", *(_distance(wall) for wall in walls)))
    if len(legs) == 1:
        return rows
    compared = rows.index(middle) if any(walls) else 0
    return [(*row, _difference(report) if at == compared else "") for at, row in enumerate(rows)]


def _distance(wall: LegResult | None) -> str:
    if wall is None or wall.mean_cm is None:
        return DASH
    return f"{wall.mean_cm:.1f} cm, {wall.best_cm:.1f} cm"


def _difference(report: Report) -> str:
    if not isfinite(report.difference_deg):
        return DASH
    judged = "beyond" if report.beyond_error else "within"
    return f"{abs(report.difference_deg):.1f}°, {judged} the measurement error of {report.error_deg[0]:.1f}°"


def rep_row(seen: RepSeen) -> Row:
    """One cell for each of `REP_COLUMNS`."""
    rep = seen.rep
    angle = dorsiflexion_text(rep.peak_dorsiflexion_rad, rep.peak_inclination_sd_rad)
    rise = rise_mm_text(rep.ankle_rise_m, rep.ankle_rise_sd_m)
    return (
        str(rep.number),
        VERDICT_WORDS[rep.heel],
        f"{angle} before it" if rep.heel is HeelState.UP and angle != DASH else angle,
        "" if seen.onset is None else _WHERE[seen.onset.where],
        rise if rise == DASH else f"{rise} mm",
        degrees_text(rep.knee_in_rad),
        f"{seconds(rep.descent_s)} / {seconds(rep.ascent_s)}",
    )


def calibration_words(reports: Sequence[CalibrationReport]) -> list[str]:
    """Return one line for each calibration attempt."""
    if not reports:
        return [
            f"{NO_CALIBRATION[0].upper()}{NO_CALIBRATION[1:]}. Angles have no known zero, and heel states are unsure."
        ]
    return [_attempt(report) for report in reports]


def link_words(leg: Leg) -> str:
    """Return the link statistics of the session as a sentence."""
    known = []
    for key, form in LINK_WORDS:
        value = leg.session.link_statistics.get(key)
        if isinstance(value, int | float) and isfinite(value):
            known.append(form.format(value))
    return f"Link: {', '.join(known)}." if known else "Nothing is known about the link."


def notices(leg: Leg) -> list[str]:
    """Warnings and notices, without the folders that lead to the session."""
    path = leg.session.path
    return [note.replace(str(path), path.name) for note in leg.analysis.notes]


def wall_rows(leg: Leg) -> list[Row]:
    """Trial, distance, angle, whether it counts."""
    return [
        (
            str(trial.number),
            DASH if trial.distance_cm is None else f"{trial.distance_cm:.1f} cm",
            dorsiflexion_text(trial.angle_rad, trial.sd_rad),
            "counts" if trial.counts else f"does not count: {trial.why_not}",
        )
        for trial in leg.trials
    ]


def seconds(duration_s: float) -> str:
    """Return seconds with one decimal, or a dash when they are not known."""
    return f"{duration_s:.1f}" if isfinite(duration_s) else DASH


def _attempt(report: CalibrationReport) -> str:
    verdict = "accepted" if report.accepted else "refused"
    quality = f", quality {report.quality:.0%}" if isfinite(report.quality) else ""
    problems = f": {'; '.join(report.problems)}" if report.problems else ""
    return f"Calibration {verdict}{quality}{problems}."


def _reps(count: int) -> str:
    return f"{count} rep" if count == 1 else f"{count} reps"


def _span(angles_rad: Sequence[float]) -> str:
    low, high = degrees_text(min(angles_rad)), degrees_text(max(angles_rad))
    return low if low == high else f"{low} to {high}"


def _of_reps(leg: Leg, value_of: Callable[[Rep], float], say: Callable[[float], str]) -> str:
    """Return the median of the reps, with the smallest and the largest value."""
    values = [value for seen in leg.kept if isfinite(value := value_of(seen.rep))]
    if len(values) < 2:
        return say(values[0]) if values else DASH
    return f"{say(median(values))} ({say(min(values))} to {say(max(values))})"
