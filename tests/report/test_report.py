"""The report of a session, or of both legs of a day: it says what was measured, and what is not known."""

from __future__ import annotations

import shutil
import sys
import webbrowser
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import fields, replace
from hashlib import sha256
from math import degrees, nan, radians
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from both_legs import change_about, record_leg
from report.html_page import Parsed
from shinsight.analysis.analysis import Analysis
from shinsight.cli import app
from shinsight.errors import DataError, SettingsError
from shinsight.pipeline.settings import PipelineSettings
from shinsight.report import browser
from shinsight.report.advice import CALF, FOOT, ROCKS, SIDE, WEDGE, advice
from shinsight.report.page import page
from shinsight.report.report import Leg, Onset, Report, RepSeen, Where, onset_of, read_report
from shinsight.report.wording import headline
from shinsight.results import CalibrationReport, Event, FrameBlock, HeelState, Rep, Side
from shinsight.session.folder import SESSION_JSON, SessionFolder
from shinsight.session.notes import SessionNotes, write_notes
from squat_frames import squats

DOWN, UP, UNSURE = HeelState.DOWN, HeelState.UP, HeelState.UNSURE
ACCEPTED = CalibrationReport(9.0, True, 0.9, (), (0.0, -0.2, -0.04))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Left and right of one day; the right heel lifts in half of the reps."""
    folder = tmp_path_factory.mktemp("day")
    record_leg(folder, Side.LEFT, reps=2, seed=5, lift_share=0, heel_lift_mm=30)
    record_leg(folder, Side.RIGHT, reps=4, seed=3, lift_share=0.5, heel_lift_mm=35)
    return folder


@pytest.fixture
def day(recorded: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(recorded, tmp_path / "day")


def leg(
    verdicts: Sequence[HeelState],
    *,
    side: Side = Side.RIGHT,
    depth_deg: float = 36.0,
    notes: SessionNotes | None = None,
    events: tuple[Event, ...] = (ACCEPTED,),
    settings: PipelineSettings | None = None,
    **session: object,
) -> Leg:
    """A leg of made-up squats, without a sensor."""
    frames, reps = squats(verdicts, depth_deg=depth_deg) if verdicts else (FrameBlock.of([]), [])
    notes = notes or SessionNotes()
    settings = settings or PipelineSettings(side=side)
    said: dict[str, object] = {"link": "ble:right", "started": "2026-11-22T19:15:00+01:00", "ended": None}
    said |= {"sensor": "shank", "person": "Anna", "clock": None, "calibration": None, "notices": ()}
    said |= {"device": {}, "link_statistics": {}} | session
    return Leg(
        session=SessionFolder(path=Path("2026-11-22_squat"), settings=settings, **said),  # type: ignore[arg-type]
        notes=notes,
        analysis=Analysis(settings=settings, rate_hz=104.0, duration_s=60.0, events=(*events, *reps), warnings=()),
        kept=tuple(seen(rep, frames) for rep in reps if notes.keeps(rep)),
        left_out=sum(not notes.keeps(rep) for rep in reps),
    )


def seen(rep: Rep, frames: FrameBlock) -> RepSeen:
    inside = frames[(frames.t_s >= rep.start_s) & (frames.t_s <= rep.end_s)]
    return RepSeen(rep, inside, onset_of(rep, inside, offset_rad=0.0))


def shown(*legs: Leg) -> Parsed:
    return Parsed(page(Report(legs)))


def test_the_best_angle_with_the_heel_down_stands_first_with_its_error(recorded: Path) -> None:
    report = read_report([recorded / "right"])
    best = max(r.peak_dorsiflexion_rad or 0.0 for r in report.legs[0].analysis.reps if r.heel is DOWN)
    number, _ = headline(report.legs[0])
    assert number.startswith(f"{degrees(best):.0f}° ± ")
    parsed = Parsed(page(report))
    assert number in parsed.text.split("best ankle dorsiflexion")[0]
    for words in ("Squat", "Anna", "Sunday 22 November 2026, 19:15", "right leg", "simulated, lsm6dso", "2 of 4"):
        assert words in parsed.text


def test_a_lifted_rep_never_gives_the_best_angle() -> None:
    one = leg([DOWN, UP, UNSURE])
    lifted = [replace(s, rep=replace(s.rep, peak_dorsiflexion_rad=radians(60.0))) for s in one.kept[1:]]
    assert headline(replace(one, kept=(one.kept[0], *lifted)))[0] == "36° ± 2°"
    assert headline(replace(one, kept=tuple(lifted))) == (
        "–",
        "The heel was not judged down in any rep, so no ankle angle is given.",
    )


def test_a_rep_left_out_is_neither_counted_nor_listed_nor_drawn(day: Path) -> None:
    whole = read_report([day / "right"]).legs[0]
    write_notes(day / "right", SessionNotes().without(whole.analysis.reps[1]))
    less = read_report([day / "right"])
    assert [s.rep.number for s in less.legs[0].kept] == [1, 3, 4]
    parsed = Parsed(page(less))
    assert "1 rep excluded by hand." in parsed.text
    assert parsed.tags["circle"] + parsed.tags["polygon"] < shown(whole).tags["circle"] + shown(whole).tags["polygon"]


def test_two_legs_stand_side_by_side_with_the_left_one_first(recorded: Path) -> None:
    parsed = Parsed(page(read_report([recorded / "right", recorded / "left"])))
    assert parsed.text.index("Left leg") < parsed.text.index("Right leg")
    assert parsed.tags["svg"] == 4


@pytest.mark.parametrize(("right_deg", "words"), [(33.0, "no difference is shown"), (26.0, "beyond the measurement")])
def test_legs_differ_only_beyond_the_larger_measurement_error(right_deg: float, words: str) -> None:
    report = Report((leg([DOWN] * 3, side=Side.LEFT), leg([DOWN] * 3, depth_deg=right_deg)))
    assert words in Parsed(page(report)).text
    assert report.error_deg[0] >= 4.7
    asymmetric = [given.found for given in advice(report) if SIDE in given.may_help]
    told = [("The right ankle bent less than the other, by more than the measurement error.",)]
    assert asymmetric == (told if right_deg < 30.0 else [])


def test_no_ankle_is_called_abnormal() -> None:
    words = shown(leg([UP] * 4, side=Side.LEFT), leg([DOWN] * 3, depth_deg=15.0)).text
    assert words.replace("no ankle is called normal or abnormal here", "").count("normal") == 0


@pytest.mark.parametrize(
    ("left_at", "live_from", "where"),
    [
        (0.6, 0.4, Where.WAY_DOWN),
        (0.6, 0.8, Where.WAY_DOWN),
        (0.6, None, Where.WAY_DOWN),
        (0.97, 0.45, Where.BOTTOM),
        (0.97, 0.55, Where.BOTTOM),
        (0.97, 0.8, Where.LATE),
        (0.97, None, Where.LATE),
        (None, 0.0, Where.BEFORE),
        (0.6, 0.0, Where.BEFORE),
        (None, None, Where.UNKNOWN),
    ],
)
def test_where_a_heel_began_to_lift_is_told_by_looking_back_for_the_live_signal_comes_late(
    left_at: float | None, live_from: float | None, where: Where
) -> None:
    """left_at: up to which part of the peak the heel was down; live_from: part of the rep from which the flag is on."""
    frames, (rep,) = squats([UP])
    inside = frames[(frames.t_s >= rep.start_s) & (frames.t_s <= rep.end_s)]
    share = (inside.t_s - rep.start_s) / (rep.end_s - rep.start_s)
    codes = np.where(share >= live_from, 1, 0) if live_from is not None else np.zeros(len(share))
    peak_rad, slope_rad = rep.peak_inclination_rad, radians(10.0)
    rep = replace(rep, peak_dorsiflexion_rad=None if left_at is None else left_at * peak_rad + slope_rad)
    onset = onset_of(rep, replace(inside, heel_code=codes.astype(np.uint8)), offset_rad=slope_rad)
    assert onset is not None
    assert onset.where is where
    if where is Where.WAY_DOWN:
        assert onset.inclination_rad == pytest.approx(0.6 * peak_rad)
        assert rep.start_s < onset.t_s < rep.bottom_s


def test_where_heels_began_to_lift_is_said_in_words() -> None:
    one = leg([UP, UP, UP, DOWN])
    leans = [0.5, 0.6, 0.97]
    kept = [
        seen(replace(s.rep, peak_dorsiflexion_rad=lean * s.rep.peak_inclination_rad), s.frames)
        for s, lean in zip(one.kept, leans, strict=False)
    ]
    words = shown(replace(one, kept=(*kept, one.kept[3]))).text
    assert "In 2 reps the heel began to lift on the way down with the shin leaning 21° to 26°." in words
    assert "In 1 rep the heel began to lift at the bottom." in words


def test_a_rep_whose_heel_stayed_down_shows_no_lift_even_if_the_live_signal_came_on() -> None:
    one = leg([UP, DOWN])
    flagged = one.kept[0]
    overruled = replace(one, kept=(seen(replace(flagged.rep, heel=DOWN), flagged.frames), one.kept[1]))
    parsed = shown(overruled)
    found = "In 1 rep the live signal showed heel up, but analysis of the whole rep shows that the heel stayed down."
    assert found in parsed.text
    assert "began to lift on" not in parsed.text
    assert curves_up(parsed) == 0 < curves_up(shown(one))


def curves_up(parsed: Parsed) -> int:
    """Parts of curves with the heel up; one more stands in the key."""
    return parsed.attributes.count(("polyline", "class", "curve up")) - 1


def test_heel_up_is_told_by_line_and_shape_beside_colour() -> None:
    parsed = shown(leg([UP, DOWN, UNSURE]))
    kinds = {
        value for tag, name, value in parsed.attributes if name == "class" and tag in ("polyline", "polygon", "text")
    }
    assert {"curve up", "curve down", "curve unsure", "symbol up", "symbol unsure"} <= kinds
    style = parsed.texts("style")[0]
    for state in ("up", "unsure"):
        assert "stroke-dasharray" in style.split(f".curve.{state} {{")[1].split("}")[0]


def test_a_session_that_was_not_closed_is_reported_without_the_folders_above_it(day: Path) -> None:
    change_about(day / "left", ended=None)
    parsed = Parsed(page(read_report([day / "left"])))
    assert "left was not closed" in parsed.text
    assert str(day) not in parsed.text


@pytest.mark.parametrize("rocks", [{"rocks": 0}, {"rock_lift_mm": 40}])
def test_a_session_without_an_accepted_calibration_says_so(rocks: dict[str, Any], tmp_path: Path) -> None:
    parsed = Parsed(page(read_report([record_leg(tmp_path, Side.RIGHT, reps=2, seed=2, **rocks)])))
    assert "Right leg – No rep was counted, because no calibration was accepted." in parsed.text
    assert "Quality of this measurement" in parsed.text


def test_reps_without_an_accepted_calibration_have_no_ankle_angle() -> None:
    refused = CalibrationReport(9.0, False, 0.2, ("the heel lifted in rock 3",), (nan, nan, nan))
    parsed = shown(leg([UNSURE] * 3, events=(refused,)))
    assert "– No calibration was accepted, so the heel state is unknown and no ankle angle is given." in parsed.text
    assert "Calibration refused, quality 20%: the heel lifted in rock 3." in parsed.text
    assert "In 3 reps the sensor could not tell" in parsed.text


def test_a_session_without_reps_says_so() -> None:
    parsed = shown(leg([]))
    assert "No rep was counted." in parsed.text
    assert parsed.tags["svg"] + parsed.tags["table"] == 0


def test_a_session_of_an_older_version_is_reported(day: Path) -> None:
    older = dict.fromkeys(("person", "sensor", "clock", "device", "link_statistics"))
    change_about(day / "left", **older)
    parsed = Parsed(page(read_report([day / "left"])))
    assert "sensor not known" in parsed.text
    assert "Nothing is known about the link." in parsed.text


def test_a_session_without_its_description_is_reported_without_a_date(day: Path) -> None:
    (day / "left" / SESSION_JSON).unlink()
    assert "date not known" in Parsed(page(read_report([day / "left"]))).text


def test_numbers_that_are_not_known_are_never_shown_as_numbers() -> None:
    one = leg([UP, DOWN, UNSURE], link_statistics={"rate_hz": None, "received": "many", "lost": nan})
    not_known: dict[str, Any] = {f.name: nan for f in fields(Rep) if f.type == "float" and not f.name.endswith("_s")}
    unknown = replace(
        one,
        kept=tuple(
            RepSeen(
                replace(s.rep, **not_known),
                replace(s.frames, inclination_rad=np.full(len(s.frames), nan)),
                None if s.onset is None else Onset(s.onset.where, nan, nan),
            )
            for s in one.kept
        ),
    )
    written = page(Report((unknown,)))
    assert "nan" not in written.lower().replace("dominant", "")
    assert "inf" not in Parsed(written).text.lower().replace("information", "")


@given(
    text=st.text(max_size=60) | st.sampled_from(["<script>alert(1)</script>", "</style><b>", "]]>&lt;", "{{ 7 * 7 }}"]),
    board=st.text(max_size=20) | st.just('"><img src=http://x.invalid/y>'),
)
def test_what_people_and_boards_say_is_text(text: str, board: str) -> None:
    plain = shown(leg([DOWN], notes=SessionNotes(text="typed"), person="typed", device={"board": "typed"}))
    typed = f"x{text}x"
    parsed = shown(leg([DOWN], notes=SessionNotes(text=typed), person=typed, device={"board": f"x{board}x"}))
    assert parsed.tags == plain.tags
    assert [a for a in parsed.attributes if a[0] != "meta"] == [a for a in plain.attributes if a[0] != "meta"]
    if text.isprintable():
        assert " ".join(typed.split()) in parsed.text


def test_the_page_holds_no_script_asks_for_nothing_and_lets_only_its_own_style_in() -> None:
    written = page(Report((leg([UP, DOWN]),)))
    parsed = Parsed(written)
    assert not {"script", "img", "link", "iframe", "a", "form", "object"} & set(parsed.tags)
    assert not any(name in ("src", "href", "style") or name.startswith("on") for _, name, _ in parsed.attributes)
    policy = next(value for tag, name, value in parsed.attributes if tag == "meta" and value.startswith("default-src"))
    style = written.split("<style>")[1].split("</style>")[0]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert b64encode(sha256(style.encode()).digest()).decode() in policy
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("pain", [None, 0])
def test_without_pain_nothing_is_said_of_it(pain: int | None) -> None:
    assert "professional" not in shown(leg([DOWN], notes=SessionNotes(pain=pain))).text


def test_some_pain_is_mentioned_and_much_pain_comes_first() -> None:
    some = shown(leg([DOWN], notes=SessionNotes(pain=3, text="front of the ankle"))).text
    assert some.index("best ankle dorsiflexion") < some.index("Pain of 3 out of 10 was noted")
    assert "A professional should look at pain that stays" in some
    assert "front of the ankle" in some
    much = shown(leg([DOWN], notes=SessionNotes(pain=4))).text
    assert much.index("See a physiotherapist or doctor") < much.index("best ankle dorsiflexion")


def test_nothing_found_nothing_advised() -> None:
    report = Report((leg([DOWN] * 4 + [UP], side=Side.LEFT), leg([DOWN] * 4 + [UNSURE] * 3)))
    assert advice(report) == ()
    assert "What may help" not in Parsed(page(report)).text


def test_advice_is_tied_to_what_was_found_and_said_once() -> None:
    report = Report((leg([DOWN, UP, UP], side=Side.LEFT), leg([UP, UP])))
    (given,) = advice(report)
    assert given.found == ("The left heel lifted in 2 of 3 reps.", "The right heel lifted in 2 of 2 reps.")
    assert given.may_help == (CALF, ROCKS, WEDGE)


def test_a_shin_that_tilts_inward_again_and_again_is_called_a_proxy_and_leads_to_the_foot() -> None:
    one = leg([DOWN] * 3)
    tilted = tuple(replace(s, rep=replace(s.rep, knee_in_rad=radians(12.0))) for s in one.kept)
    report = Report((replace(one, kept=tilted),))
    (given,) = advice(report)
    assert given.may_help == (FOOT,)
    assert "a proxy, not the angle of the knee" in Parsed(page(report)).text


def test_the_knee_to_wall_test_shows_trials_and_compares_centimetres_with_published_ones() -> None:
    settings = PipelineSettings(exercise="knee_to_wall")
    reps = squats([DOWN, UP, DOWN])[1]
    notes = SessionNotes(distances_cm=tuple((rep.bottom_s, 6.5) for rep in reps))
    report = Report((leg([DOWN, UP, DOWN], settings=settings, notes=notes),))
    words = Parsed(page(report)).text
    assert "does not count: the heel came up" in words
    assert "Toe to wall, mean and best 6.5 cm, 6.5 cm" in words
    assert "Right: 6.5 cm is below the usual" in words
    assert "Hoch" in words
    assert [given.may_help for given in advice(report)] == [(ROCKS, CALF)]


def test_a_slope_and_the_zero_of_the_angle_are_said() -> None:
    settings = PipelineSettings(slope_rad=radians(-12.0), zero="tibia")
    words = shown(leg([DOWN], settings=settings)).text
    assert "slope of 12° (heel up)" in words
    assert "count from the vertical, the sensor" in words


def test_a_person_is_not_told_that_it_was_simulated() -> None:
    assert "Simulated." not in shown(leg([DOWN])).text
    assert "Simulated." in shown(leg([DOWN], link="sim:squat")).text


def test_a_foot_too_many_and_unlike_sessions_are_refused_with_what_to_do(day: Path) -> None:
    left, right = day / "left", day / "right"
    with pytest.raises(SettingsError, match=r"3 sessions were given.*shinsight history"):
        read_report([left, right, left])
    with pytest.raises(SettingsError, match="both of the left leg"):
        read_report([left, left])
    for changed, words in (
        ({"started": "2026-11-23T08:00:00+01:00"}, "differ in day"),
        ({"person": "Ben"}, "differ in person .Anna, Ben"),
    ):
        change_about(right, **changed)
        with pytest.raises(SettingsError, match=words):
            read_report([left, right])
        change_about(right, started="2026-11-22T23:15:00+01:00", person="Anna")
    change_about(right, sensor="foot")
    with pytest.raises(DataError, match=r"recorded on the foot.*shinsight agreement"):
        read_report([right])
    with pytest.raises(DataError, match="not a folder"):
        read_report([right / "imu.csv"])


def test_the_command_writes_the_page_into_the_session_and_opens_it(
    day: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    app(["report", str(day / "left"), "--open"], standalone_mode=False)
    written = day / "left" / "report.html"
    assert Parsed(written.read_text(encoding="utf-8")).texts("h1") == ["Squat Anna"]
    assert opened == [written.resolve().as_uri()]
    assert f"open {written} yourself" in capsys.readouterr().err


def test_a_page_by_another_ending_is_refused_before_anything_is_measured(day: Path) -> None:
    with pytest.raises(SettingsError, match=r"expected the name of a page: .*x\.html"):
        app(["report", str(day / "left"), "--out", str(day / "x.pdf")], standalone_mode=False)


def test_without_a_browser_the_page_stays_and_the_remedy_is_to_print_it(
    day: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "usual_places", lambda *_: [])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SettingsError, match="open the page in any browser and print it"):
        app(["report", str(day / "left"), "--pdf"], standalone_mode=False)
    assert (day / "left" / "report.html").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands in for the browser")
def test_a_browser_that_prints_nothing_is_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(DataError, match=r"ended with code 3 and printed no PDF: open .*x.html in a browser"):
        browser.print_pdf(tmp_path / "x.html", tmp_path / "x.pdf")


def test_browsers_are_looked_for_where_macos_and_windows_keep_them() -> None:
    assert Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome") in browser.usual_places("darwin", {})
    on_windows = browser.usual_places("win32", {"PROGRAMFILES(X86)": "X"})
    assert Path("X/Microsoft/Edge/Application/msedge.exe") in on_windows
