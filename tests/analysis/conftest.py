from __future__ import annotations

from pathlib import Path

import pytest

from analysis.many_sessions import cohort


@pytest.fixture(scope="session")
def sessions_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cohort(tmp_path_factory.mktemp("cohort"))
