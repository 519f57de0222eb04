"""Limits linear algebra to one thread a process, before numpy and scipy are loaded.

The matrices here are small: on two cores a second thread that waits for the first took 2.5 times the processor time
and more than twice as long. Whoever set these variables is left alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

NAMES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def use_one_thread() -> list[str]:
    """Limit this process (if numpy is not loaded yet) and those it starts. Returns the variables that were set."""
    added = [name for name in NAMES if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    return added


@contextmanager
def children_use_one_thread() -> Iterator[None]:
    """Limit the processes started inside this context to one thread each."""
    added = use_one_thread()
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]
