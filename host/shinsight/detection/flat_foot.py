"""When may the foot be taken to be flat? At rest near upright, and, less surely, while passing upright between reps.

Everything the height of the ankle is measured from. A lift that is under way must not be taken for a flat foot only
because the shank is upright, so a lift that is suspected makes the return slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ..errors import SettingsError
from ..units import RAD_PER_DEG


@dataclass(frozen=True, kw_only=True, slots=True)
class FlatFootSettings:
    """quiet_*: below these the shank rests. upright_rad: below this it stands; `furthest_rad`, and `back_rad` the
    other way, is the furthest a standing shank leans. *_s: for how long, and how long with a suspected lift."""

    quiet_rate_radps: float = 10.0 * RAD_PER_DEG
    quiet_accel_mps2: float = 0.25
    furthest_rad: float = 14.0 * RAD_PER_DEG
    back_rad: float = 26.0 * RAD_PER_DEG
    upright_rad: float = 8.0 * RAD_PER_DEG
    upright_back_rad: float = 20.0 * RAD_PER_DEG
    rest_s: float = 0.3
    upright_s: float = 0.35
    suspected_s: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 < self.upright_rad < self.furthest_rad:
            raise SettingsError(
                f"upright_rad {self.upright_rad} must lie between 0 and furthest_rad {self.furthest_rad}"
            )


class Footing(Enum):
    """AWAY: nothing is known of the foot. UPRIGHT: the shank stands, so the foot is probably flat. RESTING: it is."""

    AWAY = 0
    UPRIGHT = 1
    RESTING = 2


class FlatFoot:
    """Says of every moment whether the foot may be taken to be flat.

    update(t_s, inclination_rad, rate_radps, vertical_mps2, suspected) gives a `Footing`; `run` does the same for rows.
    t_s in s; inclination_rad: forward tilt of the shank from standing.
    rate_radps: size of the turning rate; vertical_mps2: vertical acceleration; suspected: a lift is likely right now.
    """

    def __init__(self, settings: FlatFootSettings | None = None) -> None:
        self._s = settings or FlatFootSettings()
        self._footing = Footing.AWAY
        self._went_far = False
        self._quiet_since_s: float | None = None
        self._upright_since_s: float | None = None

    @property
    def quiet(self) -> bool:
        """The shank rests near upright at this very moment."""
        return self._quiet_since_s is not None

    @property
    def since_s(self) -> float:
        """When the foot began to be flat (meaningful while RESTING or UPRIGHT)."""
        since_s = self._quiet_since_s if self._footing is Footing.RESTING else self._upright_since_s
        assert since_s is not None
        return since_s

    def update(
        self, t_s: float, inclination_rad: float, rate_radps: float, vertical_mps2: float, suspected: bool
    ) -> Footing:
        """Take one moment. suspected: a lift is likely right now, so that rest must last longer to count."""
        s = self._s
        near = -s.back_rad < inclination_rad < s.furthest_rad
        quiet = near and rate_radps < s.quiet_rate_radps and abs(vertical_mps2) < s.quiet_accel_mps2
        upright = -s.upright_back_rad < inclination_rad < s.upright_rad
        self._quiet_since_s = _since(self._quiet_since_s, quiet, t_s)
        self._upright_since_s = _since(self._upright_since_s, upright, t_s)
        if self._footing is Footing.RESTING and quiet:
            return self._footing
        if self._footing is Footing.RESTING:
            self._footing = Footing.AWAY
            self._went_far = False
        self._went_far = self._went_far or not near
        # Only a shank that comes back from a rep passes upright soon; one that never went far may be on its toes.
        on_toes = suspected and not (self._went_far and upright)
        soon_s = s.upright_s if self._went_far else s.suspected_s
        if self._lasts(self._quiet_since_s, t_s, s.suspected_s if on_toes else s.rest_s):
            self._footing = Footing.RESTING
        elif self._footing is Footing.AWAY and self._lasts(self._upright_since_s, t_s, soon_s):
            self._footing = Footing.UPRIGHT
        elif self._footing is Footing.UPRIGHT and not upright:
            self._footing = Footing.AWAY
            self._went_far = False
        return self._footing

    @staticmethod
    def _lasts(since_s: float | None, t_s: float, length_s: float) -> bool:
        return since_s is not None and t_s - since_s >= length_s

    def run(self, rows: Sequence[tuple[float, float, float, float, bool]]) -> list[Footing]:
        """Return the results of n updates."""
        return [self.update(*row) for row in rows]


def _since(since_s: float | None, holds: bool, t_s: float) -> float | None:
    if not holds:
        return None
    return t_s if since_s is None else since_s
