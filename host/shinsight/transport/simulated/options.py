"""The options of a simulated leg: `sim:squat?reps=8&heel_lift_mm=30&seed=1&grade=mpu6050`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from urllib.parse import parse_qsl

from ...errors import SettingsError
from ...results import Side

EXERCISES = ("squat", "lunge", "split_squat", "step_down", "knee_to_wall", "sit_to_stand")
GRADES = ("ideal", "lsm6dso", "lsm6dso_calibrated", "mpu6050")
SKINS = ("none", "low", "medium", "high")
LIFT_MODES = ("mixed", "gradual", "pop", "creep", "ascent")
MOUNTINGS = ("none", "strapped", "any")
LEGS = ("front", "rear")
FORMS = ("good", "poor")
STARTS = ("flat", "heel_up", "split")
SLIP_AXES = ("flexion", "long", "sideways")
PLACES = ("shank", "foot")


@dataclass(frozen=True, kw_only=True, slots=True)
class SimOptions:
    """Options of a simulated leg. None: the seed draws the value, as people differ.

    heel_lift_mm: height of the rear heel in lifted reps (None: a demo with a few lifts of 20-50 mm); lift_share of
    the reps are lifted. tempo_s: the way down and the way up together. depth_deg: usual inclination at the bottom.
    form: "poor" is uneven, the knee going anywhere. pause_s: standing between reps, 0 is touch and go. bounces: the
    share of reps with two bottoms; shuffle: the share of pauses with a step. start: the set begins "flat", with the
    "heel_up" already, or from a "split" stance; heel_raises: on purpose, after the set. slope_deg: of the floor,
    toes up is positive.

    spoiled: calibrations that the person gets wrong at first, the heel lifting in one rock, before the good one.
    rock_lift_mm: the heel lifts during the calibration rocks. slip_deg, slip_mm: the strap slips about `slip_axis` and
    down the shank, after so many reps (slip_at_rep; None: in mid-session). worn: the leg it is on (None: `side`).
    place: where the sensor sits; the same seed is the same movement. loss: share of packets lost; drop_s, drop_at_s:
    an outage. speed: 1 real time, 0 as fast as possible.
    """

    exercise: str = "squat"
    reps: int = 8
    heel_lift_mm: float | None = None
    lift_share: float | None = None
    lift_mode: str = "mixed"
    tempo_s: float | None = None
    depth_deg: float | None = None
    form: str = "good"
    pause_s: float | None = None
    bounces: float | None = None
    shuffle: float = 0.0
    heel_raises: int = 0
    start: str = "flat"
    slope_deg: float = 0.0
    seed: int = 0
    grade: str = "lsm6dso"
    mounting: str = "strapped"
    skin: str = "medium"
    side: str = "right"
    worn: str | None = None
    leg: str = "front"
    place: str = "shank"
    rate_hz: float = 104.0
    batch: int = 8
    rocks: int = 5
    rock_lift_mm: float = 0.0
    spoiled: int = 0
    slip_deg: float = 0.0
    slip_mm: float = 0.0
    slip_axis: str = "flexion"
    slip_at_rep: int | None = None
    loss: float = 0.0
    jitter_ms: float = 3.0
    drop_s: float = 0.0
    drop_at_s: float = 30.0
    battery: int = 87
    speed: float = 1.0

    def __post_init__(self) -> None:
        choices = (
            ("exercise", EXERCISES),
            ("grade", GRADES),
            ("skin", SKINS),
            ("lift_mode", LIFT_MODES),
            ("mounting", MOUNTINGS),
            ("leg", LEGS),
            ("place", PLACES),
            ("form", FORMS),
            ("start", STARTS),
            ("slip_axis", SLIP_AXES),
            ("side", tuple(Side)),
            ("worn", (None, *Side)),
        )
        for name, known in choices:
            if getattr(self, name) not in known:
                raise SettingsError(
                    f"sim: {name} is {getattr(self, name)!r}; known are {', '.join(filter(None, known))}"
                )
        bounds = (
            ("reps", 0, 2000),
            ("heel_lift_mm", 0, 100),
            ("lift_share", 0, 1),
            ("tempo_s", 0.6, 20),
            ("depth_deg", 5, 60),
            ("pause_s", 0, 600),
            ("bounces", 0, 1),
            ("shuffle", 0, 1),
            ("heel_raises", 0, 20),
            ("slope_deg", -30, 30),
            ("seed", 0, 2**31),
            ("rate_hz", 25, 500),
            ("batch", 1, 40),
            ("rocks", 0, 20),
            ("rock_lift_mm", 0, 60),
            ("spoiled", 0, 5 if self.rocks else 0),
            ("slip_deg", -30, 30),
            ("slip_mm", -50, 50),
            ("slip_at_rep", 0, self.reps),
            ("loss", 0, 0.9),
            ("jitter_ms", 0, 500),
            ("drop_s", 0, 600),
            ("drop_at_s", 0, 1e6),
            ("battery", 0, 100),
            ("speed", 0, 100),
        )
        for name, low, high in bounds:
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise SettingsError(f"sim: {name} is {value:g}, expected {low:g} to {high:g}")
        if self.start == "split" and self.exercise not in ("lunge", "split_squat"):
            raise SettingsError(f"sim: start is 'split' in a {self.exercise}, expected lunge or split_squat")

    @property
    def all_rocks(self) -> int:
        """The number of rocks of the spoiled calibrations and of the good one."""
        return self.rocks * (1 + self.spoiled)

    @property
    def worn_side(self) -> Side:
        """The leg that really wears the sensor."""
        return Side(self.side if self.worn is None else self.worn)


def parse(spec: str) -> SimOptions:
    """Return the options in the text after `sim:`. Raises `SettingsError` that names the known ones."""
    exercise, _, query = spec.partition("?")
    kinds = {field.name: str(field.type) for field in fields(SimOptions)}
    given: dict[str, object] = {"exercise": exercise} if exercise else {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        if name not in kinds:
            raise SettingsError(f"sim: option {name!r} is unknown; known are {', '.join(sorted(kinds))}")
        kind = kinds[name]
        try:
            given[name] = int(text) if kind.startswith("int") else float(text) if kind.startswith("float") else text
        except ValueError:
            raise SettingsError(f"sim: {name} is {text!r}, expected a number") from None
    return SimOptions(**given)  # type: ignore[arg-type]
