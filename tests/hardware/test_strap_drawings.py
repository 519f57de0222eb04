"""The strap guide's drawings: current, legible on any page, said in words, the sensor where the text puts it."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from matplotlib.path import Path as Region

from hardware_scripts import DOCS, HARDWARE

DRAWINGS = HARDWARE / "drawings"
NAMES = sorted(path.stem for path in DRAWINGS.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
SMALLEST_TEXT = 15
"""Of a sheet 1000 wide: 10 px where a page gives it 700."""
WIDEST_LETTER = {None: 0.55, "bold": 0.62}
"""Of the size, on average, in the widest of the fonts that may be there."""


@pytest.fixture(scope="module")
def anatomy() -> dict[str, object]:
    """The module of the leg, which its neighbour imports by name."""
    sys.path.insert(0, str(DRAWINGS))
    try:
        leg = importlib.import_module("leg")
    finally:
        sys.path.remove(str(DRAWINGS))
    return vars(leg)


def sheet(name: str) -> ElementTree.Element:
    return ElementTree.parse(DRAWINGS / f"{name}.svg").getroot()


def brightness(colour: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2)."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def test_the_drawings_are_what_their_script_draws(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(DRAWINGS / "draw.py"), str(tmp_path)], check=True, capture_output=True)
    assert sorted(path.stem for path in tmp_path.glob("*.svg")) == NAMES
    for name in NAMES:
        drawn, kept = ((folder / f"{name}.svg").read_text(encoding="utf-8") for folder in (tmp_path, DRAWINGS))
        assert drawn == kept, "run python hardware/drawings/draw.py"


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_lies_on_its_own_light_sheet_so_that_dark_pages_do_not_swallow_it(name: str) -> None:
    paper = next(sheet(name).iter(f"{SVG}rect"), None)
    sheets = [rect for rect in sheet(name).findall(f"{SVG}rect") if rect.get("width") == sheet(name).get("width")]
    assert paper is not None
    assert len(sheets) == 1
    light = brightness(sheets[0].get("fill", ""))
    for text in sheet(name).iter(f"{SVG}text"):
        assert (light + 0.05) / (brightness(text.get("fill", "")) + 0.05) > 4.5


@pytest.mark.parametrize("name", NAMES)
def test_no_word_is_small_or_leaves_the_sheet_in_a_wide_font(name: str) -> None:
    wide, high = (float(sheet(name).get(side, "")) for side in ("width", "height"))
    texts = list(sheet(name).iter(f"{SVG}text"))
    assert texts
    for text in texts:
        size, x = float(text.get("font-size", "")), float(text.get("x", ""))
        long = size * WIDEST_LETTER[text.get("font-weight")] * len(text.text or "")
        start = x - {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")] * long
        assert size >= SMALLEST_TEXT
        assert 0 <= start <= start + long <= wide, text.text
        assert size < float(text.get("y", "")) < high - size / 2, text.text


@pytest.mark.parametrize("name", NAMES)
def test_who_cannot_see_it_is_told_what_it_shows(name: str) -> None:
    page = (DOCS / "wear-it.md").read_text(encoding="utf-8")
    alternative = re.search(rf"!\[([^\]]+)\]\([^)]*{name}\.svg\)", page)
    assert alternative is not None, "the page does not show it"
    assert len(alternative.group(1)) > 20
    assert len(sheet(name).findtext(f"{SVG}desc") or "") > 40


def test_right_and_wrong_are_said_by_sign_and_word() -> None:
    for name in ("wear-tight", "wear-pairs", "wear-foot"):
        said = " ".join(text.text or "" for text in sheet(name).iter(f"{SVG}text")).lower()
        assert re.search("not|too loose", said)
        assert re.search("right:|do |any way", said)


def test_the_drawn_sensor_lies_on_the_flat_of_the_bone_fifteen_centimetres_below_the_bump(
    anatomy: dict[str, object],
) -> None:
    leg = anatomy
    flat = Region(np.array(leg["FLAT"]))
    at, bump = np.array(leg["SENSOR_AT"]), np.array(leg["BUMP"])
    assert flat.contains_point(tuple(at))
    assert (at - bump)[1] / leg["CM"] == pytest.approx(15)


def test_cut_through_the_sensor_touches_skin_and_not_bone_and_the_strap_passes_around_both(
    anatomy: dict[str, object],
) -> None:
    leg = anatomy
    corners, skin = np.array(leg["lying_on_the_flat"]()), np.array(leg["skin_outline"]())  # type: ignore[operator]
    along = corners[1] - corners[0]
    outward = np.array([-along[1], along[0]]) / np.linalg.norm(along)
    over_skin = (skin - corners[0]) @ outward
    assert over_skin.max() <= 1e-9
    assert over_skin.max() > -3
    for edge in (leg["APEX"], leg["INSIDE"]):
        assert -20 < (np.array(edge) - corners[0]) @ outward < 0
