"""The board's orientation: a strapdown of the gyroscope over every sample, outside the sampling path.

Two quaternions, both (w, x, y, z), sensor frame to an earth frame with z up:

- `turned`, the pure strapdown less the rest bias. It goes into the batches: the host uses it to know the turn of
  samples that the radio lost, so nothing but turning ever changes it, and a batch that had to wait is caught up on.
- `upright`, the same corrected by gravity, for the orientation-only mode. The specific force is averaged in the frame
  of the strapdown, where gravity stands still while the leg's own accelerations come and go (Laidig & Seel 2023, VQF,
  section 3.2; here with a first-order average).

The rest bias is the mean rate over 1.5 s in which the raw readings stayed within what noise explains.
Floats are heap objects on these boards: a sample costs garbage here, which is why this comes after sampling.
"""

import struct
from math import acos, sqrt

import wire

GRAVITY_TAU_S = 3.0
REST_S = 1.5
REST_RATE_RADPS = 0.03  # widest spread of a still gyroscope's readings; 104 Hz noise of a cheap one is 0.004 rms
REST_ACCEL_MPS2 = 0.5
LARGEST_BIAS_RADPS = 0.35  # 20 deg/s, the worst a data sheet allows


class Orientation:
    """Follows the batches from index to index. `step` takes in one of them; `index` is the next."""

    def __init__(self, accel_scale_mps2, gyro_scale_radps):
        self._accel_scale = accel_scale_mps2
        self._gyro_scale = gyro_scale_radps
        self._gain = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
        self._offset = (0.0, 0.0, 0.0)
        self.index = 0
        self.turned = (1.0, 0.0, 0.0, 0.0)
        self.bias = (0.0, 0.0, 0.0)  # rad/s
        self.begin(0)

    def calibrated(self, calibration):
        """15 floats of the device info: gyroscope bias, accelerometer gain and offset."""
        self.bias = tuple(calibration[:3])
        self._gain = tuple(calibration[3:12])
        self._offset = tuple(calibration[12:])

    def begin(self, index):
        """A stream begins at that batch: gravity is learned anew, `turned` goes on."""
        self.index = index
        self._gravity = (0.0, 0.0, 0.0)
        self._gravity_s = 0.0
        self._long_axis = None
        self._hole = False  # a turn was lost before the next batch
        self._rest_begin()

    def step(self, batches, period_s):
        """Take in the next complete batch; True when its quaternion may travel with it."""
        at = batches.offset(self.index)
        memory = batches.memory
        samples = batches.samples
        whole = not (memory[at] & wire.OVERRUN or self._hole)
        self._hole = False
        at += wire.HEAD_BYTES
        sums = [0, 0, 0, 0, 0, 0]
        w, x, y, z = self.turned
        bx, by, bz = self.bias
        scale = self._gyro_scale
        half = 0.5 * period_s
        low, high = self._low, self._high
        for _ in range(samples):
            counts = struct.unpack_from("<6h", memory, at)
            at += wire.SAMPLE_BYTES
            for k in range(6):
                c = counts[k]
                sums[k] += c
                if c < low[k]:
                    low[k] = c
                if c > high[k]:
                    high[k] = c
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
            w, x, y, z = (
                w * c - x * p - y * q - z * r,
                w * p + x * c + y * r - z * q,
                w * q - x * r + y * c + z * p,
                w * r + x * q - y * p + z * c,
            )
        n = 1.0 / sqrt(w * w + x * x + y * y + z * z)
        self.turned = (w * n, x * n, y * n, z * n)
        self.index += 1
        self._find_gravity(sums, samples, period_s * samples)
        self._find_bias(sums, samples, period_s * samples)
        return whole

    def skip_to(self, index):
        """Batches have left the memory before they were taken in: that turn is lost for good."""
        self.begin(index)
        self._hole = True

    def _find_gravity(self, sums, samples, batch_s):
        scale = self._accel_scale / samples
        a = (sums[0] * scale, sums[1] * scale, sums[2] * scale)
        g, o = self._gain, self._offset
        ax = g[0] * a[0] + g[1] * a[1] + g[2] * a[2] - o[0]
        ay = g[3] * a[0] + g[4] * a[1] + g[5] * a[2] - o[1]
        az = g[6] * a[0] + g[7] * a[1] + g[8] * a[2] - o[2]
        ax, ay, az = rotate(self.turned, (ax, ay, az))
        self._gravity_s += batch_s
        share = batch_s / min(self._gravity_s, GRAVITY_TAU_S)  # a plain mean at first, as in VQF
        x, y, z = self._gravity
        self._gravity = (x + share * (ax - x), y + share * (ay - y), z + share * (az - z))

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

    def lean_centi_deg(self):
        """Angle between up and the sensor axis that was closest to up when the stream began, 0..18000."""
        w, x, y, z = self.upright
        up = (2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y))  # of earth, in the sensor
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
        self._still_s = 0.0

    def _find_bias(self, sums, samples, batch_s):
        accel = REST_ACCEL_MPS2 / self._accel_scale
        rate = REST_RATE_RADPS / self._gyro_scale
        for k in range(6):
            if self._high[k] - self._low[k] > (accel if k < 3 else rate):
                self._rest_begin()
                return
        for k in range(3):
            self._still[k] += sums[3 + k]
        self._still_samples += samples
        self._still_s += batch_s
        if self._still_s >= REST_S:
            scale = self._gyro_scale / self._still_samples
            bias = (self._still[0] * scale, self._still[1] * scale, self._still[2] * scale)
            if max(abs(b) for b in bias) < LARGEST_BIAS_RADPS:
                self.bias = bias
            self._rest_begin()


def multiply(a, b):
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
