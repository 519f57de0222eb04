"""The report as one HTML page that needs nothing beside itself: style and charts stand in it, no script, no request.

Everything that a person or a board typed goes through the template's escaping; a content security policy forbids what
would be left.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from ..results import HeelState
from ..units import DEG_PER_RAD
from ..version import __version__
from . import wording
from .advice import advice, pain_first, pain_words
from .charts import Scale, curves, marks, scale_of
from .report import Leg, Report


@dataclass(frozen=True, kw_only=True, slots=True)
class LegView:
    """What the page shows of a leg: texts, and charts as markup."""

    side: str
    when: str
    device: str
    name: str
    number: str
    caption: str
    reps: int
    heels: tuple[tuple[HeelState, str, int], ...]
    sentences: tuple[str, ...]
    wall_rows: list[wording.Row]
    curves: Markup
    marks: Markup
    rep_rows: list[wording.Row]
    calibration: list[str]
    link: str
    notices: list[str]
    text: str
    pain: int | None


def page(report: Report) -> str:
    """The whole page."""
    style = files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    first = report.legs[0]
    settings = first.analysis.settings
    scale = scale_of(report.legs)
    return _template().render(
        title=wording.exercise_words(first.exercise),
        person=next((leg.session.person for leg in report.legs if leg.session.person), ""),
        when=wording.when_words(first),
        legs=[_leg_view(leg, scale) for leg in report.legs],
        simulated=any(leg.simulated for leg in report.legs),
        comparison_rows=wording.comparison_rows(report),
        said=report.said,
        pain=pain_words(report),
        pain_first=pain_first(report),
        advice=advice(report),
        rep_columns=wording.REP_COLUMNS,
        zero=settings.zero,
        slope_deg=round(settings.slope_rad * DEG_PER_RAD),
        version=__version__,
        style=Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{_digest(style)}'; base-uri 'none'; form-action 'none'",
    )


def _leg_view(leg: Leg, scale: Scale) -> LegView:
    number, caption = wording.headline(leg)
    return LegView(
        side=leg.side.value,
        when=wording.when_words(leg),
        device=wording.device_words(leg),
        name=leg.session.path.resolve().name,
        number=number,
        caption=caption,
        reps=len(leg.kept),
        heels=wording.heel_cells(leg),
        sentences=wording.sentences(leg),
        wall_rows=wording.wall_rows(leg),
        curves=Markup(curves(leg, scale)),
        marks=Markup(marks(leg, scale)),
        rep_rows=[wording.rep_row(seen) for seen in leg.kept],
        calibration=wording.calibration_words(leg.calibrations),
        link=wording.link_words(leg),
        notices=wording.notices(leg),
        text=leg.notes.text.strip(),
        pain=leg.notes.pain,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def _digest(style: str) -> str:
    """What lets this one style in and no other: the policy's hash of what stands between the tags."""
    return b64encode(sha256(style.encode()).digest()).decode()
