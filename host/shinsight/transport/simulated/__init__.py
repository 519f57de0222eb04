"""`sim:`: a leg, a sensor and a board without hardware. Shares nothing with what measures it (docs/simulator.md).

The options load quickly. The leg loads a third of scipy, so it is loaded when it is first used.
"""

from typing import TYPE_CHECKING

from .options import SimOptions

if TYPE_CHECKING:
    from .link import SimLink, open_sim

__all__ = ["SimLink", "SimOptions", "open_sim"]


def __getattr__(name: str) -> object:
    if name in ("SimLink", "open_sim"):
        from . import link

        return getattr(link, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
