"""shinsight: ankle dorsiflexion and heel lift from one shin-worn IMU.

For notebooks: `from shinsight import measure, open_recording, simulate` and the other names of `__all__` (docs/api.md).
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .version import __version__ as __version__

if TYPE_CHECKING:
    from .api import (
        Measured,
        Simulated,
        frames_table,
        from_arrays,
        measure,
        open_recording,
        reps_table,
        samples_table,
        simulate,
    )
    from .detection.exercises import ExerciseProfile
    from .errors import ShinsightError
    from .results import HeelState, Rep, Side
    from .session.folder import open_session

__all__ = [
    "ExerciseProfile",
    "HeelState",
    "Measured",
    "Rep",
    "ShinsightError",
    "Side",
    "Simulated",
    "frames_table",
    "from_arrays",
    "measure",
    "open_recording",
    "open_session",
    "reps_table",
    "samples_table",
    "simulate",
]
_ELSEWHERE = {
    "ExerciseProfile": ".detection.exercises",
    "HeelState": ".results",
    "Rep": ".results",
    "ShinsightError": ".errors",
    "Side": ".results",
    "open_session": ".session.folder",
}
"""The others are in `api`."""


def __getattr__(name: str) -> object:
    """Loaded when first asked for (PEP 562): the command line starts without what it does not use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE.get(name, ".api"), __name__), name)
