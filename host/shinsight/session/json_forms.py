"""Results as plain values for JSON: degrees, millimetres, seconds. The one place where that is decided.

`shinsight analyze --json` and `session.json` use the same forms. Not-a-number never leaves
here: what is unknown is null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite

from ..calibration.worn.saved import SavedCalibration, saved_dict, saved_from
from ..detection.exercises import ExerciseProfile
from ..pipeline.settings import PipelineSettings
from ..results import CalibrationReport, Rep, Side
from ..samples import Vector
from ..units import DEG_PER_RAD, MM_PER_M, RAD_PER_DEG
from ..wire.messages import DeviceInfo

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

NO_CALIBRATION = "no calibration: neither a quiet stance nor ankle rocks were found"


def number(value: float | None, decimals: int = 6) -> float | None:
    """The number, rounded; None when it is unknown or not finite."""
    return None if value is None or not isfinite(value) else round(value, decimals)


def _deg(angle_rad: float | None) -> float | None:
    return None if angle_rad is None else number(angle_rad * DEG_PER_RAD)


def _mm(length_m: float) -> float | None:
    return number(length_m * MM_PER_M)


def rep_dict(rep: Rep) -> dict[str, Json]:
    """Return a rep in the form of `analyze --json`."""
    return {
        "start_s": number(rep.start_s),
        "bottom_s": number(rep.bottom_s),
        "end_s": number(rep.end_s),
        "peak_inclination_deg": _deg(rep.peak_inclination_rad),
        "peak_dorsiflexion_deg": _deg(rep.peak_dorsiflexion_rad),
        "heel": rep.heel.value,
        "ankle_rise_mm": _mm(rep.ankle_rise_m),
        "ankle_rise_sd_mm": _mm(rep.ankle_rise_sd_m),
        "heel_lift_log_odds": number(rep.heel_lift_log_odds),
        "live_heel": rep.live_heel.value,
        "live_flag_s": number(rep.live_flag_s),
        "knee_in_deg": _deg(rep.knee_in_rad),
        "descent_s": number(rep.descent_s),
        "ascent_s": number(rep.ascent_s),
    }


def calibration_dict(report: CalibrationReport | None) -> dict[str, Json]:
    """Return a calibration in the form of `analyze --json`; None counts as not accepted."""
    if report is None:
        return {"accepted": False, "quality": 0.0, "problems": [NO_CALIBRATION], "ankle_lever_m": [None, None, None]}
    return {
        "accepted": report.accepted,
        "quality": number(report.quality),
        "problems": list(report.problems),
        "ankle_lever_m": [number(x) for x in report.ankle_lever_m],
    }


def settings_dict(settings: PipelineSettings) -> dict[str, Json]:
    """Return the settings as plain values, angles in degrees. A profile or saved calibration of None is left out."""
    return {
        "exercise": settings.exercise,
        **({"profile": _profile_dict(settings.profile)} if settings.profile is not None else {}),
        "side": settings.side.value,
        "zero": settings.zero,
        "slope_deg": number(settings.slope_rad * DEG_PER_RAD, 9),
        "worn_flat": settings.worn_flat,
        **({"saved_calibration": saved_dict(settings.saved)} if settings.saved is not None else {}),
    }


def settings_from(value: Mapping[str, object]) -> PipelineSettings:
    """The inverse of `settings_dict`. KeyError, TypeError or ValueError when it is not one."""
    slope_deg = value["slope_deg"]
    if not isinstance(slope_deg, int | float):
        raise TypeError(f"slope_deg is {slope_deg!r}, expected a number")
    exercise = str(value["exercise"])
    return PipelineSettings(
        exercise=exercise,
        profile=_profile(exercise, value.get("profile")),
        side=Side(str(value["side"])),
        zero=str(value["zero"]),
        slope_rad=slope_deg * RAD_PER_DEG,
        worn_flat=value.get("worn_flat") is True,
        saved=_saved(value.get("saved_calibration")),
    )


def _profile_dict(profile: ExerciseProfile) -> dict[str, Json]:
    return {
        "least_peak_deg": number(profile.least_peak_rad * DEG_PER_RAD, 9),
        "open_deg": number(profile.open_rad * DEG_PER_RAD, 9),
        "close_share": profile.close_share,
        "shortest_s": profile.shortest_s,
        "longest_s": profile.longest_s,
    }


def _profile(name: str, value: object) -> ExerciseProfile | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise TypeError(f"profile is {value!r}, expected an object")
    return ExerciseProfile(
        name=name,
        least_peak_rad=_float(value["least_peak_deg"]) * RAD_PER_DEG,
        open_rad=_float(value["open_deg"]) * RAD_PER_DEG,
        close_share=_float(value["close_share"]),
        shortest_s=_float(value["shortest_s"]),
        longest_s=_float(value["longest_s"]),
    )


def _saved(value: object) -> SavedCalibration | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise TypeError(f"saved_calibration is {value!r}, expected an object")
    return saved_from(value)


def device_dict(info: DeviceInfo) -> dict[str, Json]:
    """Who the board is and what its counts mean."""
    stored = info.calibration
    return {
        "board": info.board,
        "chip": info.chip,
        "firmware": info.firmware,
        "protocol": info.protocol,
        "nominal_rate_hz": number(info.rate_hz),
        "accel_scale_mps2": number(info.accel_scale_mps2, 12),
        "gyro_scale_radps": number(info.gyro_scale_radps, 12),
        "tick_bits": info.tick_bits,
        "stored_calibration": None
        if stored is None
        else {
            "gyro_bias_radps": [number(x, 9) for x in stored.gyro_bias_radps],
            "accel_gain": [number(x, 9) for x in stored.accel_gain],
            "accel_offset_mps2": [number(x, 9) for x in stored.accel_offset_mps2],
        },
    }


def to_json(value: Mapping[str, Json], *, indent: int | None = 2) -> str:
    """Strict JSON: a NaN would be an error here, not a word that other parsers refuse."""
    return json.dumps(value, indent=indent, allow_nan=False, ensure_ascii=False)


def calibration_from(value: Mapping[str, object]) -> CalibrationReport:
    """The inverse of `calibration_dict` with its time. KeyError, TypeError or ValueError when it is not one."""
    accepted, quality, problems, lever, t_s = (
        value[name] for name in ("accepted", "quality", "problems", "ankle_lever_m", "t_s")
    )
    if not (isinstance(problems, list) and isinstance(lever, list) and len(lever) == 3):
        raise TypeError(f"problems {problems!r} and ankle_lever_m {lever!r}, expected a list and three numbers")
    return CalibrationReport(_float(t_s), bool(accepted), _float(quality), tuple(map(str, problems)), _vector(lever))


def _vector(values: list[object]) -> Vector:
    x, y, z = (_float(v) for v in values)
    return (x, y, z)


def _float(value: object) -> float:
    if value is None:
        return float("nan")
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"{value!r} is not a number")
