"""A scene of test_emulator_machine.py in which the stand-in for `machine` does not start."""


def refused():
    try:
        import machine  # noqa: F401 - it reads the counts
    except ValueError as refusal:
        return str(refusal)
