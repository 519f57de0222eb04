"""Draws the pictures of the docs: `python docs/make_pictures.py [FOLDER] [--scale 3]` (default: docs/pictures, 1x).

Needs no screen and no sensor: the real windows, drawn by Qt's offscreen platform. `--scale 3` is how they look on a 4K
screen. Needs a font on the system (Debian: fonts-dejavu-core), and for the report a Chromium. Each module of
`docs/pictures_of` has one area.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

_DOCS = Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the pictures of the docs.")
    parser.add_argument("folder", type=Path, nargs="?", default=_DOCS / "pictures")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--windows", action="store_true", help="no pages that a browser draws")
    parser.add_argument("--only", help="the area to draw: a module of docs/pictures_of")
    wanted = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = str(wanted.scale)
    sys.path[:0] = [str(_DOCS), str(_DOCS.parent / "tests")]

    from shinsight.window.qt import QtWidgets

    app = QtWidgets.QApplication([])
    wanted.folder.mkdir(parents=True, exist_ok=True)
    for module in sorted((_DOCS / "pictures_of").glob("*.py")):
        if wanted.only not in (None, module.stem):
            continue
        area = importlib.import_module(f"pictures_of.{module.stem}")
        if hasattr(area, "render"):  # drawn by a browser
            if not wanted.windows:
                area.render(wanted.folder)
            continue
        for name, make in area.pictures().items():
            window = make()
            window.show()
            for _ in range(3):  # labels settle their sizes over the first frames
                if hasattr(window, "refresh"):
                    window.refresh()
                app.processEvents()
            window.grab().save(str(wanted.folder / f"{name}.png"))
            print(wanted.folder / f"{name}.png")
            window.close()


if __name__ == "__main__":
    main()
