"""A scene of tests/transport/test_emulated.py: what a count means, as the drivers say it."""

import time

import chips
import drivers
import machine
from sample_sources import Numbered


def of(names):
    """{name of a chip: [its slowest rate in Hz, m/s^2 a count, rad/s a count]}."""
    time.virtual()
    said = {}
    for name in names:
        address, model = chips.make(name, Numbered())
        machine.bus.attach(address, model)
        driver = drivers.find(machine.I2C(0))
        machine.bus.detach(address)
        said[name] = [driver.RATES_HZ[0], driver.accel_scale_mps2, driver.gyro_scale_radps]
    return said
