"""What a command, or time that passes, wants done: pairs (kind, value) that `node.py` returns and `app.py` carries out.

They are carried out in their order. A value that is not named here is None.
"""

ANSWER = 0  # value: a message for the link that asked
START_SAMPLING = 1  # at the node's rate, unless the chip samples already
STOP_SAMPLING = 2
REPLAY = 3  # value: (index of the first batch, how many), for the link that asked
END_REPLAY = 4

# These wait for the end of the turn. They are bits, so that several commands of one turn cost one save or one status.
SAVE = 0x10  # the settings, which hold for the links too
CALIBRATE = 0x20  # the orientation, with the settings' calibration; comes with SAVE
FORGET_BONDS = 0x40
FORGET_CRASH = 0x80
REPORT_STATUS = 0x100  # to every host

NOTHING = ()
