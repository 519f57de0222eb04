"""Which motion sensor is on the bus? One driver a chip family, all of one outline.

`docs/add-a-sensor.md` says how to add one.

The rule: a chip is known by its WHO_AM_I answer, never by its address; an unknown answer is reported, never tried.
"""

from drivers.icm42688 import Icm42688
from drivers.lsm6ds3 import Lsm6ds3
from drivers.lsm6dso import Lsm6dso
from drivers.mpu6050 import Mpu6050
from drivers.registers import ImuError

FAMILIES = (Lsm6dso, Lsm6ds3, Icm42688, Mpu6050)


def find(bus):
    """The driver of the first known chip that answers."""
    strangers = {}
    for family in FAMILIES:
        for address in family.ADDRESSES:
            try:
                answer = bus.readfrom_mem(address, family.WHO_AM_I, 1)[0]
            except OSError:  # nobody acknowledged this address
                continue
            if answer in family.CHIPS:
                return family(bus, address, answer)
            strangers[address] = answer
    if strangers:
        raise ImuError("; ".join(_stranger(address, strangers[address]) for address in sorted(strangers)))
    addresses = {address for family in FAMILIES for address in family.ADDRESSES}
    looked_at = ", ".join([f"0x{address:02X}" for address in sorted(addresses)])
    raise ImuError(f"nothing answers on the I2C bus (looked at {looked_at}): check power, SDA and SCL in board.py")


def _stranger(address, answer):
    known = []
    for family in FAMILIES:
        if address in family.ADDRESSES:
            known += [f"0x{chip_id:02X} ({family.CHIPS[chip_id]})" for chip_id in sorted(family.CHIPS)]
    return (
        f"IMU at 0x{address:02X} answered WHO_AM_I 0x{answer:02X}, known are {', '.join(known)}: another chip? "
        "See docs/add-a-sensor.md"
    )
