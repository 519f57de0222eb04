"""Inertial chips as their data sheets describe them, seen through their registers. Which there are, and where they sit.

A model is `write(register, data)` and `read_into(register, buffer)`; it moves on when it is spoken to. Nothing here is
shared with `firmware/src/drivers`, and neither side was written with a look at the other: an error in one shows.
"""

_KNOWN = {
    "lsm6dso": ("chips.lsm6dso", "Model", 0x6A),
    "lsm6ds3": ("chips.lsm6ds3", "Model", 0x6A),
    "icm42688": ("chips.icm42688", "Model", 0x68),
    "mpu6050": ("chips.mpu6050", "Model", 0x68),
    "mpu6886": ("chips.mpu6050", "Mpu6886", 0x68),
}


def make(name, source, rate_error=0.0):
    """(address, model) of the chip with this name."""
    if name not in _KNOWN:
        raise ValueError("chip {!r} is not one of {}: EMULATOR_CHIP".format(name, ", ".join(sorted(_KNOWN))))
    path, kind, address = _KNOWN[name]
    module = __import__(path, None, None, (kind,))
    return address, getattr(module, kind)(source, rate_error=rate_error)
