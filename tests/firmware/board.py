"""A board without hardware: the firmware's own files under the real MicroPython, with the emulator's stand-ins."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

from shinsight.flash.interpreter import micropython

ROOT = Path(__file__).parents[2]
FIRMWARE = ROOT / "firmware" / "src"
EMULATOR = ROOT / "firmware" / "emulator"
BENCH = Path(__file__).with_name("bench")
"""MicroPython helpers of these tests: sample sources, a scripted central."""


def run(
    code: str,
    *,
    path: Sequence[Path] = (EMULATOR, FIRMWARE, BENCH),
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    heap: str = "4m",
    timeout_s: float = 120.0,
) -> Any:
    """Run code in MicroPython and return the JSON on the last line it printed. Fails with its trace back."""
    done = subprocess.run(
        [micropython(), "-X", f"heapsize={heap}", "-c", dedent(code)],
        env=os.environ | {"MICROPYPATH": ":".join(map(str, path))} | dict(env or {}),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return json.loads(done.stdout.strip().splitlines()[-1])
