"""Motion-BIDS: sessions as one dataset that grows, a folder a person and a visit.

Source: BIDS specification 1.10, "Motion" (BEP029): Jeung et al. 2024, Motion-BIDS, Sci Data 11, 716,
doi 10.1038/s41597-024-03559-8. Checked with the BIDS validator.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path

import numpy as np

from ..errors import DataError, SettingsError
from ..results import HEEL_STATES, HeelFlag
from ..samples import FloatArray
from ..session.append_file import disk_error
from ..session.atomic_write import write_atomically
from ..session.json_forms import Json, to_json
from ..units import DEG_PER_RAD, MM_PER_M
from ..version import __version__
from .trial import Trial

BIDS_VERSION = "1.10.0"
UNKNOWN = "n/a"
_HEEL_LEVELS = "; ".join(f"{code} {state}" for code, state in enumerate(HEEL_STATES))


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """One column of `_motion.tsv` and one row of `_channels.tsv`. frame: a name of `_FRAMES`."""

    name: str
    component: str
    kind: str
    units: str
    frame: str
    digits: int
    description: str


def _triple(kind: str, units: str, digits: int, description: str) -> list[Channel]:
    return [
        Channel(
            name=f"shank_{kind}_{axis}",
            component=axis,
            kind=kind,
            units=units,
            frame="sensor",
            digits=digits,
            description=description,
        )
        for axis in "xyz"
    ]


def _angle(name: str, description: str, *, kind: str = "JNTANG", units: str = "deg", digits: int = 3) -> Channel:
    return Channel(
        name=name, component=UNKNOWN, kind=kind, units=units, frame=UNKNOWN, digits=digits, description=description
    )


CHANNELS = (
    *_triple("ACCEL", "m/s^2", 5, "acceleration with gravity, calibrated, sensor frame"),
    *_triple("GYRO", "rad/s", 6, "turn rate, calibrated, sensor frame"),
    *(
        Channel(
            name=f"shank_ORNT_{part}",
            component=f"quat_{part}",
            kind="ORNT",
            units=UNKNOWN,
            frame="earth",
            digits=7,
            description="orientation of the sensor, by a filter that knows the whole recording",
        )
        for part in "xyzw"
    ),
    _angle("ankle_dorsiflexion", "dorsiflexion; n/a where the heel was not judged down"),
    _angle("shank_inclination", "forward tilt of the shank from its standing pose", kind="MISC"),
    _angle("shank_knee_in", "medial tilt of the shank from its standing pose", kind="MISC"),
    _angle("ankle_rise", "height of the ankle above its flat-foot height", kind="MISC", units="mm", digits=2),
    _angle("heel_state", _HEEL_LEVELS, kind="MISC", units=UNKNOWN, digits=0),
    _angle(
        "sample_flags",
        "bits, see session-files of shinsight; 0 is a sample as measured",
        kind="MISC",
        units=UNKNOWN,
        digits=0,
    ),
    _angle(
        "latency", "time of the sample since the first one, by the sensor's clock", kind="LATENCY", units="s", digits=6
    ),
)
TOGETHER_S = 5.0
"""Both legs of one recording are begun within."""
LONGEST_WAIT_S = 3600.0
"""So long after a session was started its first sample may come."""
_INSTRUCTIONS = "Stand still; rock the knee over the toes five times, heel down; then at your own pace."
_NOT_HERE = ("ANGACCEL", "MAGN", "POS", "VEL")
"""Kinds of channels that are declared absent, as the validator recommends."""
_FRAMES: Mapping[str, Json] = {
    "sensor": {
        "SpatialAxes": UNKNOWN,
        "RotationRule": "right-hand",
        "RotationOrder": UNKNOWN,
        "Description": "The axes of the chip as its data sheet draws them; it may be worn any way round.",
    },
    "earth": {
        "SpatialAxes": "ALS",
        "RotationRule": "right-hand",
        "RotationOrder": UNKNOWN,
        "Description": "z up, x forward of the leg as it bent in this recording; no magnetometer, so heading drifts.",
    },
}
_EVENTS: Mapping[str, Json] = {
    "onset": {"Description": "time since the first sample", "Units": "s"},
    "duration": {"Description": "duration; n/a for an instant", "Units": "s"},
    "trial_type": {
        "Description": "what happened",
        "Levels": {"rep": "one repetition", "heel_up": "the live signal showed the heel off the floor"},
    },
    "number": {"Description": "number of the repetition"},
    "heel": {
        "Description": "the heel during the repetition, judged over the whole of it",
        "Levels": {"down": "it stayed down", "up": "it came up", "unsure": "it is not known"},
    },
    "peak_dorsiflexion_deg": {
        "Description": "largest dorsiflexion; n/a when the heel was not judged down",
        "Units": "deg",
    },
    "peak_inclination_deg": {"Description": "largest forward tilt of the shank from standing", "Units": "deg"},
    "peak_inclination_sd_deg": {"Description": "standard deviation of both", "Units": "deg"},
    "ankle_rise_mm": {"Description": "largest height of the ankle above its flat-foot height", "Units": "mm"},
    "ankle_rise_sd_mm": {"Description": "its standard deviation", "Units": "mm"},
}
_EVENT_COLUMNS = tuple(_EVENTS)


def write_bids(trials: Sequence[Trial], dataset: Path) -> list[Path]:
    """Add sessions to a dataset, which is made when there is none. Gives the motion files.

    Nothing that is there is overwritten: raises `SettingsError` for a session that the dataset has already, or a folder
    that is not a dataset, before anything is written; `DataError` when the disk refuses.
    """
    if dataset.exists() and not dataset.is_dir():
        raise SettingsError(f"{dataset} is a file, expected the folder of a dataset: choose another with --out")
    if dataset.exists() and any(dataset.iterdir()) and not (dataset / "dataset_description.json").is_file():
        raise SettingsError(f"{dataset} is not empty and not a BIDS dataset: choose another folder with --out")
    stems = [dataset / _stem(trial, began) for trial, began in zip(trials, _visits(trials), strict=True)]
    motions = [stem.with_name(f"{stem.name}_motion.tsv") for stem in stems]
    for motion in motions:
        if motion.exists():
            raise SettingsError(f"{motion} exists already: this session is in the dataset; choose another with --out")
        if motions.count(motion) > 1:
            raise SettingsError(
                f"two sessions would both be {motion}: same person, leg, exercise and second. Give each "
                "session once, and name who wore them with --person when recording or importing"
            )
    for trial, stem in zip(trials, stems, strict=True):
        _make(stem.parent)
        for ending, text in _files(trial):
            write_atomically(stem.with_name(f"{stem.name}_{ending}"), text)
        _add_scan(dataset, trial, stem)
    _describe(dataset, trials)
    return motions


def subject(person: str) -> str:
    """The label of a person: letters and digits only, different for different people."""
    if not person:
        return "unnamed"
    label = "".join(letter for letter in person if letter.isascii() and letter.isalnum())
    return label if label == person else label + hashlib.sha256(person.encode()).hexdigest()[:6]


def _visits(trials: Sequence[Trial]) -> list[datetime]:
    """When the visit of each trial began: that of both legs of one recording is one."""

    def together(one: Trial, other: Trial) -> bool:
        apart_s = abs(one.started.timestamp() - other.started.timestamp())
        sides = {one.analysis.settings.side, other.analysis.settings.side}
        return len(sides) == 2 and one.session.person == other.session.person and apart_s <= TOGETHER_S

    return [
        min((one.started, *(other.started for other in trials if together(one, other))), key=datetime.timestamp)
        for one in trials
    ]


def _stem(trial: Trial, began: datetime) -> Path:
    """Return the path sub-…/ses-…/motion/sub-…_ses-…_task-…_tracksys-… of the trial, without a suffix."""
    who, when = f"sub-{subject(trial.session.person)}", f"ses-{began:%Y%m%dT%H%M%S}"
    task = _task(trial)
    return Path(who, when, "motion", f"{who}_{when}_task-{task}_tracksys-{trial.analysis.settings.side}shank")


def _task(trial: Trial) -> str:
    """Letters and digits: knee_to_wall is kneeToWall."""
    first, *others = trial.analysis.settings.exercise.split("_")
    return first + "".join(word.capitalize() for word in others)


def _files(trial: Trial) -> Iterator[tuple[str, str]]:
    yield "motion.tsv", _motion_tsv(trial)
    yield "motion.json", to_json(_motion_json(trial)) + "\n"
    yield "channels.tsv", _channels_tsv(trial)
    yield "channels.json", to_json({"reference_frame": {"Levels": dict(_FRAMES)}}) + "\n"
    yield "events.tsv", _events_tsv(trial)
    yield "events.json", to_json(dict(_EVENTS)) + "\n"


def _motion_tsv(trial: Trial) -> str:
    samples, frames = trial.samples, trial.frames
    w, x, y, z = trial.q_earth_from_sensor.T
    columns: tuple[FloatArray, ...] = (
        *samples.accel_mps2.T,
        *samples.gyro_radps.T,
        *(x, y, z, w),
        np.where(trial.surely_down, frames.dorsiflexion_rad, np.nan) * DEG_PER_RAD,
        frames.inclination_rad * DEG_PER_RAD,
        frames.knee_in_rad * DEG_PER_RAD,
        frames.ankle_rise_m * MM_PER_M,
        frames.heel_code.astype(np.float64),
        samples.flags.astype(np.float64),
        samples.t_s - samples.t_s[0],
    )
    digits = [channel.digits for channel in CHANNELS]
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return "".join("\t".join(map(_text, row, digits)) + "\n" for row in rows)


def _motion_json(trial: Trial) -> dict[str, Json]:
    device, samples = trial.session.device, trial.samples
    kinds = [channel.kind for channel in CHANNELS]
    counts: dict[str, Json] = {f"{kind}ChannelCount": kinds.count(kind) for kind in dict.fromkeys((*kinds, *_NOT_HERE))}
    settings = trial.analysis.settings
    ours = not trial.session.link.startswith("import:")
    return {
        "TaskName": _task(trial),
        "TaskDescription": f"{settings.exercise.replace('_', ' ')}, {settings.side} leg; "
        f"angles counted from {settings.zero}, floor sloped by {settings.slope_rad * DEG_PER_RAD:g} deg",
        "SamplingFrequency": _nominal_hz(trial),
        "SamplingFrequencyEffective": round((len(samples) - 1) / float(samples.t_s[-1] - samples.t_s[0]), 4),
        **({"Instructions": _INSTRUCTIONS} if ours else {}),
        "TrackingSystemName": f"{settings.side} shank",
        "Manufacturer": UNKNOWN,
        "ManufacturersModelName": ", ".join(str(device[key]) for key in ("board", "chip") if key in device) or UNKNOWN,
        "SoftwareVersions": f"shinsight {__version__}"
        + (f", firmware {device['firmware']}" if "firmware" in device else ""),
        "RecordingType": "continuous",
        "RecordingDuration": round(float(samples.t_s[-1] - samples.t_s[0]), 6),
        "TrackedPointsCount": 1,
        "MotionChannelCount": len(CHANNELS),
        **counts,
        "MissingValues": UNKNOWN,
        "SubjectArtefactDescription": "; ".join(trial.analysis.notes) or UNKNOWN,
    }


def _nominal_hz(trial: Trial) -> float:
    nominal = trial.session.device.get("nominal_rate_hz")
    return float(nominal) if isinstance(nominal, int | float) else round(trial.analysis.rate_hz, 3)


def _channels_tsv(trial: Trial) -> str:
    head = ("name", "component", "type", "tracked_point", "units", "placement", "reference_frame", "description")
    point = f"{trial.analysis.settings.side}_shank"
    placement = "shank, on the tibia"
    rows = ((c.name, c.component, c.kind, point, c.units, placement, c.frame, c.description) for c in CHANNELS)
    return _tsv((head, *rows))


def _events_tsv(trial: Trial) -> str:
    zero_s = float(trial.samples.t_s[0])
    rows: list[tuple[float, tuple[str, ...]]] = []
    for rep in trial.reps:
        peak = rep.peak_dorsiflexion_rad
        values = (
            (rep.start_s - zero_s, 6),
            (rep.end_s - rep.start_s, 6),
            None,
            (rep.number, 0),
            None,
            (np.nan if peak is None else peak * DEG_PER_RAD, 3),
            (rep.peak_inclination_rad * DEG_PER_RAD, 3),
            (rep.peak_inclination_sd_rad * DEG_PER_RAD, 3),
            (rep.ankle_rise_m * MM_PER_M, 2),
            (rep.ankle_rise_sd_m * MM_PER_M, 2),
        )
        words = iter(("rep", rep.heel.value))
        rows.append((rep.start_s, tuple(next(words) if value is None else _text(*value) for value in values)))
    flags = [event for event in trial.analysis.events if isinstance(event, HeelFlag)]
    end_s = float(trial.samples.t_s[-1])
    for flag, until_s in zip(flags, [*(flag.t_s for flag in flags[1:]), end_s], strict=False):
        if flag.up:
            cells = (_text(flag.t_s - zero_s, 6), _text(until_s - flag.t_s, 6), "heel_up")
            rows.append((flag.t_s, (*cells, *(UNKNOWN,) * (len(_EVENT_COLUMNS) - len(cells)))))
    return _tsv((_EVENT_COLUMNS, *(row for _, row in sorted(rows))))


def _add_scan(dataset: Path, trial: Trial, stem: Path) -> None:
    """`_scans.tsv` of the visit: when the first sample of each file was taken, by which legs lie side by side."""
    visit = stem.relative_to(dataset).parts[:2]
    table = dataset.joinpath(*visit, "_".join((*visit, "scans.tsv")))
    before = table.read_text(encoding="utf-8") if table.is_file() else _tsv((("filename", "acq_time"),))
    row = (f"motion/{stem.name}_motion.tsv", _acquired(trial))
    write_atomically(table, before + _tsv((row,)))


def _acquired(trial: Trial) -> str:
    """To the millisecond by the session's clock; where there is none, or it is not of that day, when it was started."""
    started, clock = trial.started, trial.session.clock
    if clock is not None:
        first_s = float(clock.unix_s(trial.samples.t_s[:1])[0])
        if -1.0 <= first_s - started.timestamp() <= LONGEST_WAIT_S:
            local = datetime.fromtimestamp(first_s, started.tzinfo).replace(tzinfo=None)
            return local.isoformat(timespec="milliseconds")
    return f"{started:%Y-%m-%dT%H:%M:%S}"


def _describe(dataset: Path, trials: Sequence[Trial]) -> None:
    """The description of a dataset; written once, the list of people when there is a new one."""
    description: dict[str, Json] = {
        "Name": dataset.resolve().name,
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "raw",
        "License": "to be stated by whoever shares it",
        "Authors": ["to be stated by whoever shares it"],
        "GeneratedBy": [{"Name": "shinsight", "Version": __version__}],
    }
    people: dict[str, Json] = {"participant_id": {"Description": "a code; the name stays with whoever recorded it"}}
    texts = {
        "dataset_description.json": to_json(description) + "\n",
        "participants.json": to_json(people) + "\n",
        "README": _README,
    }
    for name, text in texts.items():
        if not (dataset / name).exists():
            write_atomically(dataset / name, text)
    table = dataset / "participants.tsv"
    known = table.read_text(encoding="utf-8") if table.is_file() else "participant_id\n"
    new = {f"sub-{subject(trial.session.person)}" for trial in trials} - {
        line.partition("\t")[0] for line in known.split("\n")
    }
    if new:
        columns = known.partition("\n")[0].count("\t")
        write_atomically(table, known + "".join(sorted(each + f"\t{UNKNOWN}" * columns + "\n" for each in new)))


_README = """Ankle dorsiflexion by one inertial sensor on the shank, recorded with shinsight.

The motion files hold what the sensor measured (acceleration, turn rate), its orientation, and what follows from
it: the tilt of the shank, and dorsiflexion where the heel was judged to be on the floor. Elsewhere dorsiflexion is n/a.
`latency` is the time of each sample by the sensor's clock; flags that are not 0 mark samples that were filled in.
The events are repetitions with the verdict on the heel, and the moments in which it was seen off the floor.

Not a medical device. For the accuracy of the numbers see the validation page of shinsight's documentation.
"""


def _text(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if isfinite(value) else UNKNOWN


def _tsv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None).writerows(rows)
    return out.getvalue()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise DataError(f"{folder} is a file, expected a folder: choose another with --out") from None
    except OSError as error:
        raise disk_error(folder, error) from error
