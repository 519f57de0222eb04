"""The tests compute as the program does: with one thread of linear algebra, said before numpy is loaded.

What the program keeps on this computer they keep in a folder of their own, so that no test meets a person's data.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest

from shinsight.threads import use_one_thread

use_one_thread()

import outside_programs  # noqa: E402 - loads numpy
import systems  # noqa: E402

os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="shinsight-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_DATA_HOME"], ignore_errors=True)

# hypothesis itself fails an example that takes longer than 0.2 s, which a busy computer needs for a page
hypothesis.settings.register_profile("no deadline", deadline=None)
hypothesis.settings.load_profile("no deadline")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return systems.module_of(module_path, parent)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            outside_programs.require(name)
