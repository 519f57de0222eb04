"""A test that kills the process it runs in: `tests/run` ends, and names it.

xdist replaces a dead worker and runs the same test again in the others. When a second one dies while the replacement
still collects, the scheduler gives the replacement work of which it is never told (xdist 3.8: the KeyError of
`LoadScopeScheduling._assign_work_unit` is swallowed by `DSession.worker_errordown`). The run then ends in an internal
error, or never. So `tests/run` replaces none.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).with_name("run").read_text(encoding="utf-8")
DEATHS = {"exit": "os._exit(0)", "signal": "os.kill(os.getpid(), 9)"}
SLOW_COLLECTION = "import time\n\ndef pytest_collection_modifyitems():\n    time.sleep(2)\n"


@pytest.mark.parametrize("death", DEATHS.values(), ids=DEATHS)
def test_a_dead_worker_ends_the_run_with_the_name_of_its_test(death: str, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(SLOW_COLLECTION)
    dies = f"import os\n\ndef test_a(): pass\ndef test_that_dies(): {death}\ndef test_b(): pass\ndef test_c(): pass\n"
    (tmp_path / "test_dies.py").write_text(dies)
    (tmp_path / "test_long.py").write_text("import time\n\ndef test_long(): time.sleep(4)\n")
    options = re.findall(r"--dist \w+|--max-worker-restart \d+", RUN)
    words = [word for option in options for word in option.split()]
    run = [sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", *words, str(tmp_path)]
    ended = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "FAILED test_dies.py::test_that_dies" in ended.stdout
    assert "1 failed, 2 passed" in ended.stdout
