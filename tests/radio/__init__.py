"""The virtual radio: boards in MicroPython and centrals meet on it without Bluetooth hardware."""
