"""In place of battery.py: the first look at the battery, a second after the port was claimed, ends the program."""

import sys


def percent(mv):
    sys.stderr.write("gone fishing")
    raise SystemExit(3)
