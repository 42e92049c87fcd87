"""One lookup on its way through the line (`waiting.py`) and the threads (`crew.py`), and the zone of its name."""

from typing import TYPE_CHECKING

from scanner.targets.names.search_list import hosts_file

if TYPE_CHECKING:
    from scanner.targets.names.lookup import Answer, Name

_HOSTS_FILE = "/"


class Job:
    """One lookup: of `text`, for a name, for a family (0: both). `took` seconds, once it is done; `spent` before it.

    `crowdings`: how often it failed in a crowd before (`crew.py`), the last time when `doubted`. From then until it
    begins again the time of a shortage (`short_since`) stands still.
    """

    __slots__ = (
        "answer", "crowded", "crowdings", "crowds", "doubted", "family", "given_up", "name", "short_since", "since",
        "slow", "spent", "text", "took", "zone",
    )  # fmt: skip

    def __init__(self, name: "Name", family: int, short_since: float | None = None, crowdings: int = 0) -> None:
        self.name = name
        self.family = family
        self.text = name.asked
        self.spent = name.spent
        self.zone = zone_of(name)
        self.since = self.took = 0.0
        self.crowds, self.crowded, self.crowdings = 0, False, crowdings
        self.slow = self.given_up = False
        self.short_since = short_since
        self.doubted: float | None = None
        self.answer: Answer | None = None

    def begin(self, now: float) -> None:
        """A thread takes it up."""
        if self.doubted is not None and self.short_since is not None:
            self.short_since += now - self.doubted
        self.since = now


def zone_of(name: "Name") -> str:
    """What is asked for, without its first label; for all that is read out of the hosts file one that no name has."""
    if name.plan is hosts_file:
        return _HOSTS_FILE
    return name.asked.rstrip(".").partition(".")[2].lower()
