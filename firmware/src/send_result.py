"""What a link's `send` returns, for every link."""

SENT = 1
LATER = 0  # no buffer now: the same message again on a later turn
GONE = -1  # nobody is connected
TOO_LONG = -2  # longer than the connection carries; a message is never cut
