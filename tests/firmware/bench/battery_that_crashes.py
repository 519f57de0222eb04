"""In place of battery.py: the first look at the battery, a second after the port was claimed, crashes the firmware."""

import os


def percent(mv):
    if "looked" not in os.listdir():
        open("looked", "w").close()
        raise ValueError("the sky fell")
    return 50
