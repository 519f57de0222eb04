"""What goes out next: answers first, then the live batches in order, then what a host asked to have again.

Nothing waits and nothing is spun on: a link that has no buffer now is asked again on the next turn. Live batches wait
in the memory of `batches.py`; of everything else at most `LONGEST_QUEUE` messages wait, and the oldest gives way.
"""

from micropython import const

import wire
from send_result import LATER, SENT

LONGEST_QUEUE = const(16)
SENDS = const(8)  # in one turn
PATIENCE = const(2)  # batches that may wait for their quaternion


class Outbox:
    """node and batches: whose messages these are; `orientation` is there once a chip is."""

    def __init__(self, node, batches):
        self._node = node
        self._batches = batches
        self.orientation = None
        self._queue = []  # (link, message)
        self._replay = None  # (first index, count, link) of batches that a host has asked for
        self.overflowed = 0

    def replay(self, first, count, link):
        """Send so many batches again, from that index on, in place of those asked for before."""
        self._replay = (first, count, link)

    def end_replay(self):
        """Nobody waits for old batches any more."""
        self._replay = None

    def post(self, link, message):
        """Queue a message; the oldest of a full queue gives way, and is counted in `overflowed`."""
        if len(self._queue) >= LONGEST_QUEUE:
            self._queue.pop(0)
            self.overflowed += 1
        self._queue.append((link, message))

    def pump(self):
        """Send what can be sent now."""
        if self._answers():
            node = self._node
            if node.sampling and node.host is None:
                self._told(self.orientation.index)  # a phone's dial wants no batch
            elif node.sampling and node.heard:
                if node.orientation_only:
                    self._orientations(node.host)
                else:
                    self._live(node.host)
            if self._replay:
                self._again()

    def _answers(self):
        """True when all of them are gone."""
        while self._queue:
            link, message = self._queue[0]
            if link.send(message) == LATER:
                return False
            self._queue.pop(0)
        return True

    def _live(self, link):
        batches = self._batches
        for _ in range(SENDS):
            index = batches.unsent
            waiting = batches.written - index
            if waiting == 0:
                return
            wants = batches.with_quaternion and self.orientation.index <= index
            if wants and waiting <= PATIENCE:
                return
            if link.send(batches.payload(index)) != SENT:
                return
            if wants:
                self._node.shed += 1
            batches.mark_sent(index)
            batches.unsent = index + 1

    def _orientations(self, link):
        """The newest orientation; older ones are of no use to anybody."""
        batches = self._batches
        index = self.orientation.index - 1
        if index < batches.unsent:
            return
        message = wire.orientation(
            batches.sequence(index),
            batches.tick_us(index),
            self.orientation.upright,
            self.orientation.lean_centi_deg(),
        )
        if link.send(message) == SENT:
            self._told(index + 1)

    def _told(self, index):
        """Batches before that one are nobody's to wait for."""
        batches = self._batches
        while batches.unsent < index:
            batches.mark_sent(batches.unsent)
            batches.unsent += 1

    def _again(self):
        batches = self._batches
        first, count, link = self._replay
        for _ in range(SENDS):
            if batches.written - batches.unsent > PATIENCE or count == 0:
                break  # what is new goes first
            if first >= batches.oldest:
                batches.mark_replayed(first, True)
                result = link.send(batches.payload(first))
                batches.mark_replayed(first, False)
                if result == LATER:
                    break
                if result == SENT:
                    batches.mark_sent(first)
            first += 1
            count -= 1
        self._replay = (first, count, link) if count and link.connected else None
