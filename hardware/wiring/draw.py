"""Draws each wiring source beside it: `python hardware/wiring/draw.py [FOLDER]`.

Needs WireViz (`pip install wireviz`) and graphviz (Debian: graphviz). One `.yml` a board, named as in `shinsight flash
--board`; the picture is an SVG of the same name.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def draw(source: Path, folder: Path) -> str:
    """Writes `folder/NAME.svg`; what WireViz says. Raises CalledProcessError for a source it cannot draw."""
    command = [sys.executable, "-c", "from wireviz.wv_cli import wireviz; wireviz()", "-f", "s"]
    done = subprocess.run(
        [*command, "-o", str(folder), "-O", source.stem, str(source)], check=True, capture_output=True, text=True
    )
    return done.stdout + done.stderr


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for source in sorted(HERE.glob("*.yml")):
        draw(source, folder)
        print(f"{source.stem}.svg")


if __name__ == "__main__":
    main()
