"""How far a scan is whose parts are each somewhere: done, under way, or not begun. Pure.

What parts have said is added up; hosts count once, from however many places they are seen. Of those parts that nobody
has begun, as much is expected as is known of the whole list beforehand, in equal shares.
"""

from collections.abc import Sequence

from scanner.scanning.parts.joined_headway import joined_headway
from scanner.scanning.probing import Headway
from scanner.scanning.remote.part_log import PartLog


class PartsHeadway:
    """Of so many `parts`, of which so much is `expected` together. `meeting`: they may have hosts in common. Looked at
    often, and made but once a turn."""

    def __init__(self, expected: Headway, parts: int, *, meeting: bool = False) -> None:
        self._expected = expected
        self._meeting = meeting
        self._parts = parts
        self._done = Headway()
        self._done_unanswered = 0
        self._ended = 0
        self.headway = joined_headway([expected], meeting=meeting)
        self.unanswered = 0

    def ended(self, log: PartLog) -> None:
        """This part has. One that was given up before anybody had counted it is still expected, as it is in the list;
        a whole one without targets is not: all that its names led to was excluded."""
        if log.whole or log.state.headway.total:
            self._done = joined_headway((self._done, log.headway))
            self._done_unanswered += log.unanswered
            self._ended += 1

    def look(self, running: Sequence[PartLog]) -> None:
        """These are under way."""
        said = [log for log in running if log.state.headway.total]  # the others have not counted yet
        begun = joined_headway((self._done, *(log.headway for log in said)))
        left = self._parts - self._ended - len(said)
        unbegun = Headway(*(value * left // self._parts for value in self._expected))
        self.headway = joined_headway((begun, unbegun), meeting=self._meeting)
        self.unanswered = self._done_unanswered + sum(log.unanswered for log in said)

    def seen_from(self, places: int, answering: int) -> None:
        """All are the same list, seen from so many places: its hosts count once, and so many of them have answered
        somewhere."""
        hosts = self.headway.hosts // places
        self.headway = self.headway._replace(hosts=hosts, answering=min(answering, hosts))
