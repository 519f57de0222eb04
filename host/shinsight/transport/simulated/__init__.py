"""`sim:`: a leg, a sensor and a board without hardware. Shares nothing with what measures it (docs/simulator.md)."""

from .link import SimLink, open_sim
from .options import SimOptions

__all__ = ["SimLink", "SimOptions", "open_sim"]
