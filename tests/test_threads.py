"""Small matrices are computed by one thread, here and in the processes of a batch; what the user said stands."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from shinsight.analysis.batch import local_pool
from shinsight.threads import NAMES


def test_the_processes_of_a_batch_use_one_thread_each(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    with local_pool(1) as pool:
        assert [pool.submit(os.getenv, name).result() for name in NAMES] == ["1", "1", "1"]
    assert not set(NAMES) & set(os.environ)


def test_the_program_uses_one_thread_unless_told_otherwise() -> None:
    code = f"import shinsight.__main__, os; print(*(os.environ[name] for name in {NAMES!r}))"
    env = {name: value for name, value in os.environ.items() if name not in NAMES} | {"OPENBLAS_NUM_THREADS": "3"}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60, env=env)
    assert said.stdout.split() == ["1", "3", "1"]


def test_it_is_said_before_numpy_is_loaded() -> None:
    code = "import sys, shinsight.threads; print('numpy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.split() == ["False"]
