"""Makes the printable files: `python hardware/case/make.py`. One case: `--board pico-w`. Elsewhere: `--out`."""

from __future__ import annotations

import argparse
from pathlib import Path

from builds import FILES, enclosure
from meshes import as_printed, mesh, write

HERE = Path(__file__).resolve().parent


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--board", choices=FILES, help="only this one")
    words.add_argument("--out", type=Path, default=HERE / "print", help="folder, print/ beside this script unless said")
    asked = words.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    boards = [asked.board] if asked.board else list({FILES[board]: board for board in reversed(FILES)}.values())
    for board in sorted(boards):
        case = enclosure(board)
        for piece, solid in case.printed.items():
            path = asked.out / f"{FILES[board]}-{piece}.stl"
            made = mesh(as_printed(solid, piece in case.turned_over))
            write(made, path)
            x, y, z = made.extents
            print(f"{path.name}: {x:.0f} × {y:.0f} × {z:.0f} mm, {made.volume / 1000:.1f} cm³", flush=True)


if __name__ == "__main__":
    main()
