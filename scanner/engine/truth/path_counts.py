"""What was counted on a path: answers, and what went wrong on the way to them. For decisions and for the report."""


class PathCounts:
    """answers: targets that were answered, noes among them. denied: of these, whose "no" stands. silent_attempts: those
    that found no answer. flipped: targets that answered only a later attempt; missed: silent attempts of those. turned:
    targets whose attempts met noes, but no silence, and were answered differently. resent: first attempts whose SYN the
    kernel had to send again (TCP_INFO, open ports only). noes: met by those who answer (sentinels, and targets that
    were answered after one). sentinels: sent; lost: those of them that stayed silent, but for what was forgiven.
    stopped: when the responders of networks on it stopped answering.
    """

    __slots__ = (
        "answers", "denied", "flipped", "lost", "missed", "noes", "resent", "sentinels", "silent_attempts", "stopped",
        "turned",
    )  # fmt: skip

    def __init__(self) -> None:
        self.answers = 0
        self.denied = 0
        self.silent_attempts = 0
        self.flipped = 0
        self.missed = 0
        self.turned = 0
        self.resent = 0
        self.noes = 0
        self.sentinels = 0
        self.lost = 0
        self.stopped: list[float] = []

    @property
    def mostly_lost(self) -> bool:
        """Whether half or more of the attempts of which it is known were lost: sentinels, and those of who answers."""
        return 2 * (self.lost + self.missed) >= self.sentinels + self.answers + self.missed

    def answered(self, targets: int) -> None:
        """So many targets were answered; negative where they are counted elsewhere."""
        self.answers += targets

    def stands_denied(self, *, turned: bool) -> None:
        """The "no" of a target stands. `turned`: its attempts were answered differently."""
        self.denied += 1
        self.turned += turned

    def fell_silent(self) -> None:
        """An attempt found no answer."""
        self.silent_attempts += 1

    def answered_late(self, silent: int) -> None:
        """A target was answered after so many silent attempts."""
        self.flipped += 1
        self.missed += silent

    def answered_otherwise(self) -> None:
        """A target was answered after noes, and no silence."""
        self.turned += 1

    def sent_again(self) -> None:
        """The kernel had to send a SYN again that was answered then."""
        self.resent += 1

    def met_noes(self, count: int = 1) -> None:
        """Somebody who answers met so many."""
        self.noes += count

    def asked(self, sentinels: int) -> None:
        """So many are sent."""
        self.sentinels += sentinels

    def lose(self, sentinels: int) -> None:
        """So many stayed silent; negative where they are forgiven."""
        self.lost += sentinels

    def split(self, *, lost: int) -> "PathCounts":
        """Those of a part of the hosts, whose sentinels lost so many."""
        part = PathCounts()
        part.lose(lost)
        self.lose(-lost)
        return part

    def stops(self, at: float) -> None:
        """The responders of a network stopped answering then."""
        self.stopped.append(at)
