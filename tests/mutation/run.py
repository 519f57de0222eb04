"""Are the tests of the measuring core able to fail? A seeded choice of small faults, each tried against the tests.

    .venv/bin/python tests/mutation/run.py --count 100 --seed 1

Works in copies of the tree, on Linux and macOS. Each fault is first met by the tests of its own module, then by those
of its room, then by whole sessions; the first failure, or a run that does not end, kills it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import queue
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from mutation.operators import Mutation, mutated, sites  # noqa: E402 - found only now

PACKAGE = Path("host/shinsight")
ROOMS = ("kinematics", "detection", "calibration", "pipeline", "stream", "session")
WHOLE = ("tests/test_validated_settings.py", "tests/pipeline", "tests/test_stages.py", "tests/test_simulated_squats.py")
"""What a fault meets that nothing nearer has killed."""
PROCESSES = multiprocessing.get_context("forkserver")
PRELOADED = ["numpy", "scipy.linalg", "scipy.ndimage", "scipy.optimize", "scipy.signal", "scipy.spatial.transform"]
"""What every run of tests loads anyway, and nothing of ours."""
LIMIT_CPU_S = 120
"""A run of tests that computes for longer does not end. Processor time: a busy computer must not count as a fault."""
LIMIT_BYTES = 6 << 30
"""A list that never ends must not take the computer with it."""


@dataclass(frozen=True)
class Tried:
    """killed_by: the tests that noticed, empty when none did."""

    file: Path
    mutation: Mutation
    killed_by: str
    seconds: float


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--count", type=int, default=100, help="how many faults are tried")
    asked.add_argument("--seed", type=int, default=1, help="which: the same seed chooses the same faults")
    asked.add_argument("--jobs", type=int, default=1, help="how many at a time")
    asked.add_argument("--only", default="", help="a part of the paths below host/shinsight to choose from")
    options = asked.parse_args()
    # One thread of linear algebra a process, as the tests do: said before numpy is loaded.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    PROCESSES.set_forkserver_preload([*PRELOADED, "pytest"])
    chosen = choose(options.count, options.seed, options.only)
    with tempfile.TemporaryDirectory(prefix="shinsight-mutation-") as folder:
        trees: queue.Queue[Path] = queue.Queue()
        for job in range(options.jobs):
            trees.put(copy_of_the_tree(Path(folder) / str(job)))
        with ThreadPoolExecutor(options.jobs + 1) as pool:
            unchanged = pool.submit(fail, copy_of_the_tree(Path(folder) / "unchanged"), WHOLE)
            done = list(pool.map(lambda one: tried(trees, *one), chosen))
        if words := unchanged.result():
            raise SystemExit(f"{words}\nThe tests fail without any fault: correct that first.")
    killed = sum(bool(one.killed_by) for one in done)
    print(f"\n{killed} of {len(done)} faults were noticed; not noticed:")
    for one in done:
        if not one.killed_by:
            print(f"  {one.file}, {one.mutation}")


def choose(count: int, seed: int, only: str) -> list[tuple[Path, Mutation]]:
    """Faults drawn without repetition, every place of the text as likely as any other."""
    sources = {
        path.relative_to(ROOT / PACKAGE): path.read_text(encoding="utf-8")
        for room in ROOMS
        for path in sorted((ROOT / PACKAGE / room).rglob("*.py"))
        if only in str(path.relative_to(ROOT / PACKAGE))
    }
    places = [(file, site) for file, source in sources.items() for site in sites(source)]
    draw = random.Random(seed)
    draw.shuffle(places)
    found: list[tuple[Path, Mutation]] = []
    for file, site in places[:count]:
        found.append((file, mutated(sources[file], site, draw.randrange(site.choices))))
    return found


def copy_of_the_tree(target: Path) -> Path:
    """The working tree as it is, without what git ignores."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, target / name)
    return target


def tried(trees: queue.Queue[Path], file: Path, mutation: Mutation) -> Tried:
    """One fault against nearer and wider tests, until some fail."""
    tree, began_s = trees.get(), time.monotonic()
    place = tree / PACKAGE / file
    original = place.read_text(encoding="utf-8")
    try:
        write(place, mutation.source)
        killed_by = next((" ".join(tests) for tests in nearer_to_wider(tree, file) if fail(tree, tests)), "")
    finally:
        write(place, original)
        trees.put(tree)
    done = Tried(file, mutation, killed_by, time.monotonic() - began_s)
    print(f"{'killed' if killed_by else 'ALIVE '} {done.seconds:4.0f} s  {file}, {mutation}", flush=True)
    return done


def write(place: Path, source: str) -> None:
    """Write a module; what was compiled of it is thrown away, because its time may be the same."""
    place.write_text(source, encoding="utf-8")
    for compiled in (place.parent / "__pycache__").glob(f"{place.stem}.*.pyc"):
        compiled.unlink()


def nearer_to_wider(tree: Path, file: Path) -> list[Sequence[str]]:
    own = f"tests/{file.parent}/test_{file.stem}.py"
    room = f"tests/{file.parent}"
    steps: list[Sequence[str]] = [[own]] if (tree / own).is_file() else []
    if (tree / room).is_dir():
        steps.append([room])
    return [*steps, WHOLE]


def fail(tree: Path, tests: Sequence[str]) -> str:
    """What a test that fails says, "" when none does. Raises when the tests could not be run at all."""
    words = tree / "words.txt"
    child = PROCESSES.Process(target=run_pytest, args=(tree, tests, words))
    child.start()
    child.join()
    if child.exitcode is not None and child.exitcode < 0:
        return f"ended by {signal.Signals(-child.exitcode).name}"
    said = words.read_text(encoding="utf-8")
    if child.exitcode not in (0, 1, 2):
        raise RuntimeError(said)
    return said if child.exitcode else ""


def run_pytest(tree: Path, tests: Sequence[str], words: Path) -> None:
    """In a process of its own: the package and the tests of this tree, and what they say into a file."""
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_CPU_S, LIMIT_CPU_S + 5))
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    os.chdir(tree)
    sys.dont_write_bytecode = False  # the next run of the same tree need not compile it again
    places = [str(tree / "host"), str(tree / "tests")]
    sys.path[:0] = places
    os.environ |= {"PYTHONPATH": os.pathsep.join(places), "QT_QPA_PLATFORM": "offscreen"}
    with words.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        quick = ["-p", "mutation.quick_hypothesis", "--hypothesis-profile=mutation", "--hypothesis-seed=0"]
        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *quick, *tests])
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
