"""State of charge of a single lithium cell from its voltage at rest: a table, since nothing better is on these boards.

Typical discharge curve of a LiPo cell at 0.2 C; under load and in the cold the figure is too low by some ten percent.
"""

_MV = (3300, 3500, 3600, 3700, 3750, 3790, 3830, 3870, 3920, 3970, 4100, 4200)
_PERCENT = (0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 95, 100)


def percent(mv):
    """0..100."""
    if mv <= _MV[0]:
        return 0
    for i in range(1, len(_MV)):
        if mv < _MV[i]:
            low = _MV[i - 1]
            return _PERCENT[i - 1] + (_PERCENT[i] - _PERCENT[i - 1]) * (mv - low) // (_MV[i] - low)
    return 100
