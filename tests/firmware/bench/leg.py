"""A shin that tilts as told: exact samples of a chip at its ankle, rounded to counts and nothing else."""

from math import cos, pi, sin

ONE_G = 2048  # counts of +-16 g
MOVE_S = 1.0


class Tilting:
    """holds: [(seconds, degrees), ...], each held for so long and the last for ever; a move between takes a second.

    About the sensor's x axis. rate_hz: the chip's true rate; deg_a_count: of its gyroscope, degrees a second.
    """

    def __init__(self, holds, rate_hz=104.0 * 1.013, deg_a_count=0.07):
        self._holds = holds
        self.rate_hz = rate_hz
        self._deg_a_count = deg_a_count
        self.dead = False  # the accelerometer says nothing at all

    def deg(self, t_s):
        at = holding = self._holds[0][1]
        for seconds, deg in self._holds:
            if t_s < 0.0:
                return at
            if deg != holding:
                if t_s < MOVE_S:
                    return holding + (deg - holding) * 0.5 * (1.0 - cos(pi * t_s / MOVE_S))
                t_s -= MOVE_S
            at = holding = deg
            t_s -= seconds
        return at

    def fill(self, k, counts):
        now = self.deg(k / self.rate_hz)
        counts[0] = counts[1] = counts[2] = counts[4] = counts[5] = 0
        if not self.dead:
            counts[1] = round(ONE_G * sin(now * pi / 180.0))
            counts[2] = round(ONE_G * cos(now * pi / 180.0))
        # The mean over the sample: what the chip's own filter makes of a slow turn.
        counts[3] = round((now - self.deg((k - 1) / self.rate_hz)) * self.rate_hz / self._deg_a_count)
