"""Scenes of test_drivers_find.py: buses that answer as they are told, without an emulator."""

import gc

import micropython

import drivers


class Bus:
    """Answers WHO_AM_I only: {address: {register: answer}}."""

    def __init__(self, chips):
        self.chips = chips

    def readfrom_mem(self, address, register, count):
        if address not in self.chips:
            raise OSError(19)
        return bytes([self.chips[address].get(register, 0)] * count)


def looked_for(chips):
    """[family, chip] of the sensor that was found, or why there is none."""
    try:
        found = drivers.find(Bus(chips))
    except drivers.ImuError as error:
        return str(error)
    return [type(found).__name__, found.chip]


def rate_refused(family):
    """What a driver of that family says of a rate of 50 Hz."""
    family = getattr(drivers, family)
    driver = family(Bus({}), 0x68, next(iter(family.CHIPS)))
    try:
        driver.start(50)
    except drivers.ImuError as error:
        return str(error)


class NumbBus:
    """Says the same of every status register and hands over the same burst: enough to walk the way of a sample."""

    def __init__(self, answers, word):
        self.answers = answers
        self.word = word

    def readfrom_mem_into(self, address, register, buffer):
        answer = self.answers.get(register)
        word = self.word
        step = len(word)
        for k in range(len(buffer)):
            if answer is None:
                buffer[k] = word[k % step]
            else:
                buffer[k] = answer[k]


def samples_pass_with_the_heap_locked(family, chip_id, answers, word, samples):
    driver = getattr(drivers, family)(NumbBus(answers, word), 0x68, chip_id)
    out = bytearray(12)

    def walk():
        total = 0
        while total < samples:
            count = driver.fetch()
            for index in range(count):
                driver.copy(index, out, 0)
            total += count
        driver.temperature_centi_c()
        return total

    def measured():
        gc.collect()
        before = gc.mem_alloc()
        micropython.heap_lock()
        total = walk()
        micropython.heap_unlock()
        return total, gc.mem_alloc() - before

    handed_over = driver.fetch()
    total, grown = measured()
    return [handed_over, total, grown, list(out), driver.overrun]
