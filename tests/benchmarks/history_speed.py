"""How long weeks of sessions take to read: `python tests/benchmarks/history_speed.py [SESSIONS]` (500)."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shinsight.analysis.batch import find_sessions
from shinsight.analysis.history import angle_change, read_history, series_of
from shinsight.results import HeelState
from weeks import write_session


def main(sessions: int) -> None:
    with TemporaryDirectory() as folder:
        for k in range(sessions):
            write_session(Path(folder), day=k / 3, best_deg=30.0, heels=[HeelState.DOWN] * 12)
        for run in ("first", "second"):
            began_s = time.perf_counter()
            entries, _ = read_history(find_sessions([Path(folder)]))
            changes = [angle_change(series) for series in series_of(entries)]
            took_s = time.perf_counter() - began_s
            print(f"{run} read of {len(entries)} sessions, {len(changes)} series: {took_s:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
