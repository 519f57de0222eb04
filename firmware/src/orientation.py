"""The board's orientation: a strapdown of the gyroscope over every sample, outside the sampling path.

Two quaternions, both (w, x, y, z), sensor frame to an earth frame with z up:

- `turned`, the pure strapdown less the rest bias. It goes into the batches: the host uses it to know the turn of
  samples that the radio lost, so nothing but turning ever changes it, and a batch that had to wait is caught up on.
- `upright`, the same corrected by gravity, for the orientation-only mode. The specific force is filtered in the frame
  of the strapdown, where gravity stands still while the leg's own accelerations come and go (Laidig & Seel 2023, VQF,
  section 3.2: second-order Butterworth after a plain mean).

The gyroscope's bias comes from two sources: the mean rate over 1.5 s in which the raw readings stayed within what noise
explains, and, as people seldom stand that still, the integral of how far the force leads the filtered gravity
(Mahony, Hamel & Pflimlin 2008, eq. 48b), bounded against accelerations and quicker at first. It sees the bias about
horizontal axes only. Floats are heap objects on these boards: a sample costs garbage here, which is why this comes
after sampling.
"""

import struct
from math import acos, sqrt

import wire

GRAVITY_TAU_S = 3.0
FORCE_S = 0.04  # the force is averaged over so long, and turned by the quaternion in the middle of it
BIAS_GAIN = 0.01  # 1/s^2, once settled
BIAS_GAIN_FIRST = 1.0  # divided by the time since the stream began, squared
BIAS_LEAST_S = 1.0  # before that gravity itself is not known
LARGEST_LEAD_RAD = 0.05
REST_S = 1.5
REST_RATE_RADPS = 0.03  # widest spread of a still gyroscope's readings; 104 Hz noise of a cheap one is 0.004 rms
REST_ACCEL_MPS2 = 0.5
LARGEST_BIAS_RADPS = 0.35  # 20 deg/s, the worst a data sheet allows
NAN = float("nan")
UNCALIBRATED = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)


class Orientation:
    """Follows the batches from index to index. `step` takes in one of them; `index` is the next."""

    def __init__(self, accel_scale_mps2, gyro_scale_radps):
        self._accel_scale = accel_scale_mps2
        self._gyro_scale = gyro_scale_radps
        self.calibrated(None)
        self.index = 0
        self.turned = (1.0, 0.0, 0.0, 0.0)
        self.begin(0)

    def calibrated(self, calibration):
        """15 floats of the device info: gyroscope bias, accelerometer gain and offset. None: as the chip has them."""
        self.bias_known = calibration is not None  # from now on, or from the first rest
        calibration = calibration or UNCALIBRATED
        self.bias = tuple(calibration[:3])  # rad/s
        self._gain = tuple(calibration[3:12])
        self._offset = tuple(calibration[12:])

    def begin(self, index):
        """A stream begins at that batch: gravity is learned again, `turned` and the bias go on."""
        self.index = index
        self._gravity = [0.0, 0.0, 0.0]
        self._speed = [0.0, 0.0, 0.0]  # of the filtered gravity, 1/s of it
        self._gravity_s = 0.0
        self._force = [0, 0, 0]  # counts, summed
        self._force_samples = 0
        self._middle = self.turned
        self._long_axis = None
        self._hole = False  # a turn was lost before the next batch
        self._rest_begin()

    def step(self, batches, period_s):
        """Take in the next complete batch; True when its quaternion may travel with it."""
        at = batches.offset(self.index)
        memory = batches.memory
        whole = not (memory[at] & wire.OVERRUN or self._hole)
        self._hole = False
        at += wire.HEAD_BYTES
        group = max(1, int(FORCE_S / period_s))
        half = 0.5 * period_s
        scale = self._gyro_scale
        for _ in range(batches.samples):
            counts = struct.unpack_from("<6h", memory, at)
            at += wire.SAMPLE_BYTES
            self._watch_rest(counts)
            w, x, y, z = self.turned
            bx, by, bz = self.bias
            p = (counts[3] * scale - bx) * half
            q = (counts[4] * scale - by) * half
            r = (counts[5] * scale - bz) * half
            n = p * p + q * q + r * r
            # sine and cosine of half the turn as series: the next term is below 1e-8 at 2000 deg/s and 104 Hz
            c = 1.0 - n * (0.5 - n * (1.0 / 24.0 - n / 720.0))
            s = 1.0 - n * (1.0 / 6.0 - n * (1.0 / 120.0 - n / 5040.0))
            p *= s
            q *= s
            r *= s
            self.turned = (
                w * c - x * p - y * q - z * r,
                w * p + x * c + y * r - z * q,
                w * q - x * r + y * c + z * p,
                w * r + x * q - y * p + z * c,
            )
            force = self._force
            force[0] += counts[0]
            force[1] += counts[1]
            force[2] += counts[2]
            self._force_samples += 1
            if self._force_samples == (group + 1) // 2:
                self._middle = self.turned
            if self._force_samples >= group:
                self._find_gravity(self._force_samples, period_s)
                self._force = [0, 0, 0]
                self._force_samples = 0
        w, x, y, z = self.turned
        n = 1.0 / sqrt(w * w + x * x + y * y + z * z)
        self.turned = (w * n, x * n, y * n, z * n)
        self.index += 1
        self._find_rest(period_s)
        return whole

    def skip_to(self, index):
        """Batches have left the memory before they were taken in: that turn is lost for good."""
        self.begin(index)
        self._hole = True

    def _find_gravity(self, samples, period_s):
        scale = self._accel_scale / samples
        a = [c * scale for c in self._force]
        g, o = self._gain, self._offset
        force = [g[k] * a[0] + g[k + 1] * a[1] + g[k + 2] * a[2] - o[k // 3] for k in (0, 3, 6)]
        force = rotate(self._middle, force)
        step_s = samples * period_s
        self._gravity_s += step_s
        old = self._gravity
        lead = [force[k] - old[k] for k in range(3)]
        if self._gravity_s < GRAVITY_TAU_S:
            share = step_s / self._gravity_s
            self._gravity = [old[k] + share * lead[k] for k in range(3)]
        else:
            w = sqrt(2.0) / GRAVITY_TAU_S
            speed = self._speed
            speed = [speed[k] + step_s * (w * w * lead[k] - sqrt(2.0) * w * speed[k]) for k in range(3)]
            self._speed = speed
            self._gravity = [old[k] + step_s * speed[k] for k in range(3)]
        if self._gravity_s > BIAS_LEAST_S:
            self._correct_bias(force, step_s)

    def _correct_bias(self, force, step_s):
        gx, gy, gz = self._gravity
        fx, fy, fz = force
        n = gx * gx + gy * gy + gz * gz
        if n < 1.0:
            return  # a dead accelerometer, or one in free fall
        n = 1.0 / n
        lead = ((fy * gz - fz * gy) * n, (fz * gx - fx * gz) * n, (fx * gy - fy * gx) * n)
        size = sqrt(sum(c * c for c in lead))
        gain = max(BIAS_GAIN, BIAS_GAIN_FIRST / max(self._gravity_s, GRAVITY_TAU_S) ** 2) * step_s
        if size > LARGEST_LEAD_RAD:
            gain *= LARGEST_LEAD_RAD / size
        w, x, y, z = self._middle
        lead = rotate((w, -x, -y, -z), lead)
        self.bias = tuple(
            max(-LARGEST_BIAS_RADPS, min(LARGEST_BIAS_RADPS, self.bias[k] - gain * lead[k])) for k in range(3)
        )

    @property
    def upright(self):
        """(w, x, y, z): sensor to earth with z up, at the newest batch taken in."""
        x, y, z = self._gravity
        n = sqrt(x * x + y * y + z * z)
        if n < 1.0:
            return self.turned
        # The shortest turn that takes the averaged gravity to up: about its cross product with z.
        cw = sqrt(max(0.0, 0.5 * (1.0 + z / n)))
        if cw < 1e-4:
            return multiply((0.0, 1.0, 0.0, 0.0), self.turned)
        return multiply((cw, 0.5 * y / n / cw, -0.5 * x / n / cw, 0.0), self.turned)

    @property
    def up(self):
        """(x, y, z) of up in the sensor's frame, as `upright`; not numbers when gravity is not felt, or the gyroscope's
        bias not known: that of a cheap chip puts it wrong by 30 degrees."""
        x, y, z = self._gravity
        return self._up() if self.bias_known and x * x + y * y + z * z >= 1.0 else (NAN, NAN, NAN)

    def _up(self):
        w, x, y, z = self.upright
        return 2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)

    def lean_centi_deg(self):
        """Angle between up and the sensor axis that was closest to up when the stream began, 0..18000."""
        up = self._up()
        if self._long_axis is None:
            k = max(range(3), key=lambda i: abs(up[i]))
            self._long_axis = (k, 1.0 if up[k] > 0.0 else -1.0)
        k, sign = self._long_axis
        return int(acos(max(-1.0, min(1.0, up[k] * sign))) * 5729.5779513 + 0.5)

    def _rest_begin(self):
        self._low = [32767] * 6
        self._high = [-32768] * 6
        self._still = [0, 0, 0]
        self._still_samples = 0

    def _watch_rest(self, counts):
        low, high, still = self._low, self._high, self._still
        for k in range(6):
            c = counts[k]
            if c < low[k]:
                low[k] = c
            if c > high[k]:
                high[k] = c
        for k in range(3):
            still[k] += counts[3 + k]
        self._still_samples += 1

    def _find_rest(self, period_s):
        accel = REST_ACCEL_MPS2 / self._accel_scale
        rate = REST_RATE_RADPS / self._gyro_scale
        for k in range(6):
            if self._high[k] - self._low[k] > (accel if k < 3 else rate):
                self._rest_begin()
                return
        if self._still_samples * period_s >= REST_S:
            scale = self._gyro_scale / self._still_samples
            bias = tuple(c * scale for c in self._still)
            if max(abs(b) for b in bias) < LARGEST_BIAS_RADPS:
                self.bias = bias
                self.bias_known = True
            self._rest_begin()


def multiply(a, b):
    """The product of two quaternions (w, x, y, z)."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    return (
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )


def rotate(q, v):
    """v, given in the sensor frame, in the earth frame of q."""
    return multiply(multiply(q, (0.0, v[0], v[1], v[2])), (q[0], -q[1], -q[2], -q[3]))[1:]
