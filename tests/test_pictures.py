"""The pictures of the docs: drawn anew from the real windows, and every one that a page shows is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *DOCS.glob("*.md"), ROOT / "firmware" / "README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_picture_of_a_page_is_there(page: Path) -> None:
    shown = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    assert [name for name in shown if not (page.parent / name).is_file()] == []


@pytest.mark.parametrize("scale", [1, 3])
def test_every_window_of_the_docs_can_be_drawn_also_for_a_4k_screen(tmp_path: Path, scale: int) -> None:
    """At scale 3 a 1280 by 720 window fills 3840 by 2160."""
    made = subprocess.run(
        [sys.executable, str(DOCS / "make_pictures.py"), str(tmp_path), "--scale", str(scale), "--windows"],
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    drawn = {path.name: png_size(path) for path in tmp_path.glob("*.png")}
    assert len(drawn) >= 20
    assert set(drawn.values()) == {(1280 * scale, 720 * scale)}
    missing = {path.name for path in (DOCS / "pictures").glob("*.png")} - set(drawn) - {"report.png", "dashboard.png"}
    assert missing == set()  # a picture that nothing draws any more


def png_size(path: Path) -> tuple[int, int]:
    header = path.read_bytes()[:24]
    return int.from_bytes(header[16:20], "big"), int.from_bytes(header[20:24], "big")
