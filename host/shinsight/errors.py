"""Errors by who must act. Every text names value, expectation, place and remedy.

The library raises these and never prints; the command line turns them into one line and an exit code.
"""


class ShinsightError(Exception):
    """Base of all errors a user can meet."""


class LinkError(ShinsightError):
    """The link to a board could not be opened, or broke: act on the radio, cable or link name."""


class DeviceError(ShinsightError):
    """The board answers, but not as it should: act on the board or its firmware."""


class SettingsError(ShinsightError):
    """A setting is out of its bounds or unknown: act on the command or the settings."""


class DataError(ShinsightError):
    """A file or recording cannot be used as it is: act on the data."""
