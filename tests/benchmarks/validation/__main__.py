from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import validation
from benchmarks.validation.cases import optical_cases, simulated_cases
from benchmarks.validation.document import replaced
from benchmarks.validation.evaluate import evaluate
from benchmarks.validation.plots import PLOTS, save
from benchmarks.validation.public_data import public_cases
from benchmarks.validation.sections import SECTIONS
from benchmarks.validation.targets import targets

DOCS = Path(__file__).resolve().parents[3] / "docs"


def main() -> None:
    everything = {"targets": targets, **SECTIONS}
    parser = argparse.ArgumentParser(
        description=validation.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder with broad/ and squat_mpu6050/, fetched by you")
    parser.add_argument("--quick", action="store_true", help="fewer recordings; prints and writes no document")
    parser.add_argument("--only", choices=[*everything, *PLOTS], help="print one table, or write one plot")
    parser.add_argument("--jobs", type=int, help="processes (default: all cores)")
    asked = parser.parse_args()
    began_s = time.monotonic()
    cases = [
        *optical_cases(quick=asked.quick),
        *simulated_cases(quick=asked.quick),
        *public_cases(asked.data, quick=asked.quick),
    ]
    tables = evaluate(cases, jobs=asked.jobs)

    figures: dict[str, Any] = {}
    document = DOCS / "validation.md"
    text = document.read_text(encoding="utf-8")
    for name, section in everything.items():
        if asked.only in (None, name):
            made = section(tables)
            figures[name] = made.numbers
            text = replaced(text, name, made.text)
            print(f"\n{name}\n{made.text}")
    if asked.quick or asked.only in everything:
        return
    (DOCS / "validation").mkdir(exist_ok=True)
    for name, plot in PLOTS.items():
        if asked.only in (None, name):
            save(plot(tables), DOCS / "validation" / f"{name}.png")
    if asked.only is None:
        document.write_text(text, encoding="utf-8")
        numbers = json.dumps(_finite(figures), indent=1, ensure_ascii=False) + "\n"
        (DOCS / "validation" / "figures.json").write_text(numbers, encoding="utf-8")
    print(f"\n{len(cases)} recordings, {time.monotonic() - began_s:.0f} s", file=sys.stderr)


def _finite(value: Any) -> Any:
    """JSON has no NaN: what was not measured is null. Six digits are more than enough."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value.item() if hasattr(value, "item") else value


if __name__ == "__main__":
    main()
