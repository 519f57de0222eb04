"""The page of the cases: its files, pictures, sizes and screws are those of the source."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hardware_scripts import script
from printed_case import CASE, FILES, PIECES

README = (CASE / "README.md").read_text(encoding="utf-8")


def test_the_page_shows_every_file_and_every_picture_and_each_picture_is_small() -> None:
    for case, piece in FILES:
        assert f"(print/{case}-{piece}.stl)" in README
    pictures = sorted((CASE / "pictures").iterdir())
    assert len(pictures) == 7
    for picture in pictures:
        assert re.search(rf"!\[[^\]]{{20,}}\]\(pictures/{picture.name}\)", README)
        assert picture.stat().st_size < 150_000


@pytest.mark.parametrize("case", PIECES)
def test_the_page_says_how_large_the_closed_case_is(case: str, cases: dict[str, Any]) -> None:
    boxes = [solid.bounding_box() for solid in cases[case].printed.values()]
    size = [
        max(getattr(box.max, axis) for box in boxes) - min(getattr(box.min, axis) for box in boxes) for axis in "XYZ"
    ]
    line = next(line for line in README.splitlines() if f"(print/{case}-" in line)
    assert "| " + " × ".join(f"{side:.0f}" for side in size) + " |" in line


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("xiao", "| both XIAO | 4 | 4 |"),
        ("pico-w", "| Pico W | 4 | 2 |"),
        ("nano-rp2040-connect", "| Nano, M5StickC | 4 | – |"),
        ("m5stickc-plus2", "| Nano, M5StickC | 4 | – |"),
    ],
)
def test_the_page_and_the_list_of_parts_count_the_screws(
    case: str, line: str, cases: dict[str, Any], source: SimpleNamespace
) -> None:
    assert line in README
    counted = sum(int(number) for number in re.findall(r"\d+", line.split("|", 2)[2]))
    assert counted == len(cases[case].screws)
    board = next(board for board, files in source.builds.FILES.items() if files == case)
    assert any(part.what.startswith("8 screws M2 × 6 mm") for part in script("parts.py").builds()[board].parts)
    assert counted <= 8


@pytest.mark.needs("libEGL")
def test_a_picture_is_what_its_script_draws(tmp_path: Path) -> None:
    drawing = [sys.executable, str(CASE / "render.py"), "--picture", "skin-side", "--out", str(tmp_path)]
    subprocess.run(drawing, check=True, capture_output=True, timeout=100)
    drawn, kept = (
        np.asarray(Image.open(folder / "skin-side.png").convert("L"), dtype=float)
        for folder in (tmp_path, CASE / "pictures")
    )
    assert drawn.std() > 20
    assert np.abs(drawn - kept).mean() < 3, "run python hardware/case/render.py"
