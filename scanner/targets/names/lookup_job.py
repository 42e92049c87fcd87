"""One lookup on its way through the queue (`waiting_lookups.py`) and the threads (`lookup_threads.py`), and its name's
zone."""

from collections.abc import Callable

from scanner.targets.names.lookup import Answer
from scanner.targets.names.pending_name import PendingName
from scanner.targets.names.search_list import hosts_file

_HOSTS_FILE = "/"
#: A lookup may fail in a crowd this often; then it is asked one last time, alone.
_MOST_CROWDINGS = 3


class LookupJob:
    """One lookup of `text`, for a name and a family (0: both). `took`: its seconds, once it is done; `spent`: earlier
    ones on the name.

    `crowdings`: how often it failed in a crowd before (`lookups_under_way.py`), most recently at `doubted`. From then
    until it begins again, a shortage's clock (`short_since`) stands still.
    """

    __slots__ = (
        "answer", "crowded", "crowdings", "crowds", "doubted", "family", "given_up", "name", "short_since", "since",
        "slow", "spent", "text", "took", "zone",
    )  # fmt: skip

    def __init__(
        self,
        name: PendingName,
        family: int,
        short_since: float | None = None,
        crowdings: int = 0,
        doubted: float | None = None,
    ) -> None:
        self.name = name
        self.family = family
        self.text = name.asked
        self.spent = name.spent
        self.zone = zone_of(name)
        self.since = self.took = 0.0
        self.crowds, self.crowded, self.crowdings = 0, False, crowdings
        self.slow = self.given_up = False
        self.short_since = short_since
        self.doubted = doubted
        self.answer: Answer | None = None

    @property
    def last_time(self) -> bool:
        """Whether it was crowded so often that it must now run alone."""
        return self.crowdings >= _MOST_CROWDINGS

    def begin(self, now: float, crowds: int) -> None:
        """A thread takes it up. `crowds`: how many crowds there have been."""
        if self.doubted is not None and self.short_since is not None:
            self.short_since += now - self.doubted
        self.since = now
        self.crowds = crowds

    def look_up(self, ask: Callable[[str, int], Answer]) -> None:
        """On a thread: the lookup itself, which blocks."""
        self.answer = ask(self.text, self.family)

    def end(self, now: float, crowds: int) -> None:
        """The lookup is over. It failed in a crowd if there was one meanwhile."""
        self.took = now - self.since
        self.crowded = crowds != self.crowds and not self.last_time

    def stand_still(self, seconds: float, now: float) -> None:
        """The process stood still for `seconds`, up to now: that does not count as waiting."""
        self.since = min(now, self.since + seconds)  # it may have begun meanwhile

    def turns_slow(self, now: float, slow_s: float) -> bool:
        """Whether it turns out now, for the first time, to take longer than this."""
        if self.slow or now - self.since < slow_s:
            return False
        self.slow = True
        return True

    def outlives(self, now: float, deadline: float) -> bool:
        """Whether it turns out now, for the first time, to have outlived its deadline: then nobody waits for it."""
        if self.given_up or now - self.since < deadline - self.spent:
            return False
        self.given_up = True
        return True

    def again(self, short_since: float | None, doubted: float | None = None) -> "LookupJob":
        """The same lookup again. `doubted`: when it failed in a crowd, if it did."""
        return LookupJob(self.name, self.family, short_since, self.crowdings + (doubted is not None), doubted)


def zone_of(name: PendingName) -> str:
    """The name that is asked for, without its first label; for names from the hosts file, a zone that no name has."""
    if name.plan is hosts_file:
        return _HOSTS_FILE
    return name.asked.rstrip(".").partition(".")[2].lower()
