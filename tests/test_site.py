"""The documentation site: it builds without a warning, and nothing on it leads nowhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

ROOT = Path(__file__).resolve().parents[1]


class Links(HTMLParser):
    """Where a page leads, and where one can land on it."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.page = page
        self.to: set[str] = set()
        self.anchors: set[str] = set()
        self.loads: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := said.get(name))}
        if tag == "a" and (to := said.get("href")):
            self.to.add(to)
        for name in ("src", "href"):
            if tag in ("img", "script", "link", "source") and (to := said.get(name)):
                self.loads.add(to)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-c", "docs", ".", str(folder)]
    made = subprocess.run(
        build, cwd=ROOT, capture_output=True, text=True, timeout=200, env=os.environ | {"LC_ALL": "C.UTF-8"}
    )
    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Links]:
    return {page: Links(page) for page in site.rglob("*.html")}


def test_every_page_of_the_repository_is_on_it(site: Path) -> None:
    sources = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("hardware/**/*.md"), ROOT / "firmware" / "README.md"]
    assert len(sources) > 30
    assert [page for page in sources if not (site / page.relative_to(ROOT)).with_suffix(".html").exists()] == []


def test_every_link_leads_to_a_page_and_a_place_on_it(pages: dict[Path, Links]) -> None:
    nowhere = []
    for page, links in pages.items():
        for link in links.to | links.loads:
            path, anchor = urldefrag(link)
            if re.match(r"[a-z]+:", link):
                continue
            target = (page.parent / unquote(path.partition("?")[0])).resolve() if path else page
            if not target.is_file() or (anchor and target in pages and unquote(anchor) not in pages[target].anchors):
                nowhere.append(f"{page.name}: {link}")
    assert nowhere == []


def test_nothing_is_fetched_from_elsewhere(pages: dict[Path, Links]) -> None:
    """Who reads the site on a clinic's computer, or with no network, tells nobody and misses nothing."""
    assert {load for links in pages.values() for load in links.loads if "//" in load} == set()


def test_links_to_elsewhere_are_encrypted(pages: dict[Path, Links]) -> None:
    assert {link for links in pages.values() for link in links.to if link.startswith("http:")} == set()


def test_the_order_of_reading_is_the_one_of_doing(site: Path) -> None:
    home = (site / "docs" / "index.html").read_text(encoding="utf-8")
    captions = re.findall(r'class="caption"[^>]*><span class="caption-text">([^<]+)', home)
    assert captions[:5] == ["Start", "Build it", "Wear it", "Squat", "Read it"]


def test_links_of_the_front_page_of_the_repository_lead_somewhere() -> None:
    words = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)", words)
    assert len(links) > 10
    assert [link for link in links if "//" not in link and not (ROOT / link).exists()] == []
