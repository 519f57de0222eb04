"""A board without hardware: the firmware's own files under the real MicroPython, with the emulator's stand-ins.

What runs there is a *scene*: a function of a module in bench/scenes, named as "module.function". It may take keyword
arguments, and what it returns comes back by way of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shinsight.flash.interpreter import micropython

ROOT = Path(__file__).parents[2]
FIRMWARE = ROOT / "firmware" / "src"
EMULATOR = ROOT / "firmware" / "emulator"
BENCH = Path(__file__).with_name("bench")
"""What these tests run in MicroPython: scenes, a scripted central, sample sources."""


def started(
    function: str,
    scene: str,
    given: Mapping[str, object],
    *,
    path: Sequence[Path] = (EMULATOR, FIRMWARE, BENCH),
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    heap: str = "4m",
    timeout_s: float = 120.0,
) -> subprocess.CompletedProcess[str]:
    """The ended MicroPython in which a function of bench/stage.py (`play` or `call`) was given the scene."""
    module, _, name = scene.partition(".")
    return subprocess.run(
        [
            micropython(),
            "-X",
            f"heapsize={heap}",
            "-c",
            f"import stage; stage.{function}({module!r}, {name!r}, {dict(given)!r})",
        ],
        env=os.environ | {"MICROPYPATH": ":".join(map(str, path))} | dict(env or {}),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def run(
    scene: str,
    *,
    path: Sequence[Path] = (EMULATOR, FIRMWARE, BENCH),
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    heap: str = "4m",
    timeout_s: float = 120.0,
    **given: Any,
) -> Any:
    """Play the scene with what is given (numbers, texts, bytes, and tuples, lists and dicts of them).

    Returns what the scene returns. Fails with the scene's stack trace.
    """
    done = started("play", scene, given, path=path, env=env, cwd=cwd, heap=heap, timeout_s=timeout_s)
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return json.loads(done.stdout.strip().splitlines()[-1])
