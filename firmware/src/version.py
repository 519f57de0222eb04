"""The firmware's version, as the device info and `shinsight firmware-info` say it."""

VERSION = "0.5.0"
