"""The report in a real browser: nothing is asked for, nothing sticks out, and it prints."""

from __future__ import annotations

import html
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from both_legs import record_leg
from shinsight.report.browser import QUIET, find_browser, no_sandbox, print_pdf
from shinsight.report.page import page
from shinsight.report.report import read_report
from shinsight.results import Side
from shinsight.session.notes import SessionNotes, write_notes

pytestmark = pytest.mark.needs("chromium")

WIDTHS = {"wide": 1280, "narrow": 400, "paper": 680}
"""px; A4 without its margins is 180 mm."""
CONTROL = '<p style="width: 3000px">wide</p><img src="http://control.invalid/x.png">'
"""What must be noticed, so that nothing noticed means something."""
PROBE = """<!DOCTYPE html><meta charset="utf-8"><pre id="said"></pre>{frames}<script>
addEventListener("load", () => {{
  const said = {{}};
  for (const frame of document.querySelectorAll("iframe")) {{
    const root = frame.contentDocument.documentElement;
    said[frame.id] = [root.scrollWidth, root.clientWidth, frame.contentDocument.querySelectorAll("svg").length];
  }}
  document.getElementById("said").textContent = JSON.stringify(said);
}});
</script>"""


@dataclass(frozen=True)
class Seen:
    """sizes: of each frame, how wide its content is, how wide it may be, and how many charts it shows. console: what
    the browser complained of; hosts: that a page wanted something from."""

    sizes: dict[str, tuple[int, int, int]]
    console: list[str]
    hosts: set[str]


@pytest.fixture(scope="module")
def browser() -> str:
    return find_browser()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of both legs, with long words and much to say."""
    folder = tmp_path_factory.mktemp("report")
    left = record_leg(folder, Side.LEFT, reps=2, seed=5, heel_lift_mm=40, lift_share=1)
    right = record_leg(folder, Side.RIGHT, reps=3, seed=3, heel_lift_mm=30, lift_share=0.5)
    write_notes(left, SessionNotes(text=f"<script>alert(1)</script> {'unbroken' * 40}\nsecond line", pain=5))
    path = folder / "report.html"
    path.write_text(page(read_report([left, right])), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def seen(browser: str, written: Path, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The page in frames of several widths, as printed too, beside the control: one start of the browser."""
    folder = tmp_path_factory.mktemp("browser")
    text = written.read_text(encoding="utf-8")
    # The style of the paper, on the screen: its hash is another one then.
    paper = re.sub(r"<meta http-equiv[^>]*>", "", text.replace("@media print", "@media all"))
    documents = {"wide": text, "narrow": text, "paper": paper, "control": CONTROL}
    frames = "".join(
        f'<iframe id="{name}" width="{WIDTHS.get(name, 400)}" height="900" srcdoc="{html.escape(document)}"></iframe>'
        for name, document in documents.items()
    )
    probe = folder / "probe.html"
    probe.write_text(PROBE.format(frames=frames), encoding="utf-8")
    log = folder / "net.json"
    command = [browser, *QUIET, *no_sandbox(), f"--user-data-dir={folder / 'own'}", "--enable-logging=stderr"]
    command += [f"--log-net-log={log}", "--dump-dom", probe.as_uri()]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True)
    found = re.search(r'<pre id="said">(.*?)</pre>', ended.stdout)
    assert found, ended.stderr
    console = [line for line in ended.stderr.splitlines() if ":CONSOLE" in line]
    return Seen(json.loads(html.unescape(found[1])), console, hosts(log.read_text(encoding="utf-8")))


def hosts(log: str) -> set[str]:
    """Of all requests over a network in the browser's log, but for those it makes for itself (they reach nobody)."""
    asked = (line for line in log.splitlines() if '"initiator":' in line and '"initiator":"not an origin"' not in line)
    return {host for line in asked for host in re.findall(r'"url":"(?:https?|wss?)://([^/":]+)', line)}


@pytest.mark.parametrize("name", WIDTHS)
def test_nothing_sticks_out_of_the_page(seen: Seen, name: str) -> None:
    content, room, charts = seen.sizes[name]
    assert charts == 4
    assert content <= room <= WIDTHS[name]
    assert seen.sizes["control"][0] > seen.sizes["control"][1]


def test_nothing_is_asked_for_and_nothing_is_complained_of(seen: Seen) -> None:
    assert seen.hosts == {"control.invalid"}
    assert [line for line in seen.console if "control.invalid" not in line] == []


def test_it_prints_on_a_few_sheets(browser: str, written: Path) -> None:
    pdf = written.with_suffix(".pdf")
    print_pdf(written, pdf)
    content = pdf.read_bytes()
    assert content.startswith(b"%PDF-")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 4
