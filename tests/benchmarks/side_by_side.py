"""Our orientation and our heel verdict beside those of others, on the same data, as tables for the docs.

    python tests/benchmarks/side_by_side.py [FOLDER_WITH_BROAD_MAT_FILES] [--jobs N] [--out FILE.md] [--json FILE]

`fusion_filters.py` and `heel_methods.py` say what is compared and how. Without a folder the committed excerpt of BROAD
is used. About four minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import fusion_filters, heel_methods


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("broad", type=Path, nargs="?", metavar="FOLDER_WITH_BROAD_MAT_FILES")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--out", type=Path, help="where to write the tables as well")
    parser.add_argument("--json", type=Path, help="where to write every figure")
    arguments = parser.parse_args()
    filters = fusion_filters.compare([fusion_filters.listen(path) for path in fusion_filters.trials(arguments.broad)])
    reps = heel_methods.repetitions(jobs=arguments.jobs)
    compared = heel_methods.compare(reps)
    text = (
        "## Orientation filters side by side\n\n"
        "Inclination RMSE in motion, deg, by trial of BROAD; time as a multiple of vqf.VQF's.\n\n"
        f"{fusion_filters.table(filters)}\n\n"
        "## Heel-lift methods side by side\n\n"
        f"{heel_methods.document(reps, compared)}\n"
    )
    print(text)
    if arguments.out is not None:
        arguments.out.write_text(text)
    if arguments.json is not None:
        found = {"orientation": filters, "heel": heel_methods.numbers(compared)}
        arguments.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
