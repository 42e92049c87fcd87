"""What this system does not let a program have: each is tried once, done without, and said.

The rule: SO_ERROR is the one thing that a verdict needs. All else here makes a scan faster, or its rows richer, and
there are systems that lack it (WSL 1, gVisor, Multipath TCP) or forbid it (a seccomp filter may answer any errno). So
the first failure of an extra means that it is not there, whatever the errno; the states are the same without it. Where
it has worked before, a failure is one socket's trouble: that socket does without, and nothing is said.
"""

TCP_INFO = "TCP_INFO"
ICMP_ERRORS = "IP_RECVERR"
ICMP_ERRORS6 = "IPV6_RECVERR"
QUEUE = "MSG_ERRQUEUE"
LATE_PORT = "IP_BIND_ADDRESS_NO_PORT"
POLL_ONE = "poll() of one socket"
COUNTS = "counts of ICMP errors (/proc/net/snmp)"
REJECTS = "way to tell a firewall's port-unreachable from a closed port"
AGAIN = "reuse of sockets for a second probe"

#: What follows from its lack.
_FOLLOWS = {
    TCP_INFO: "SYNs that were lost are not counted, and round trips are this program's own measure",
    ICMP_ERRORS: "who sent an ICMP error may stay unknown",
    ICMP_ERRORS6: "who sent an ICMP error may stay unknown, and its probe waits longer",
    QUEUE: "who sent an ICMP error, and of which kind it was, may stay unknown",
    LATE_PORT: "fewer probes at once can leave from one --source",
    POLL_ONE: "the error queue of each refused probe is read instead, which takes longer",
    COUNTS: "each refused probe is asked whether an ICMP error refused it, which takes longer",
    REJECTS: "such a reject reads as refused",
    AGAIN: "each probe gets a new socket, which takes longer",
}


class Lacks:
    """The extras that are not there. `notes` has a plain line for each, for whoever wants to know (`-v`)."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._worked: set[str] = set()
        self._lacking: set[str] = set()

    def has(self, extra: str) -> bool:
        """Whether it is worth trying: nothing has shown yet that it is not there."""
        return extra not in self._lacking

    def worked(self, extra: str) -> None:
        """It did what it should."""
        self._worked.add(extra)

    def known(self, extra: str) -> bool:
        """Whether it has worked before."""
        return extra in self._worked

    def failed(self, extra: str, why: object) -> None:
        """It did not: an OSError, or in words. The first time, that is how it will stay."""
        if extra not in self._worked and extra not in self._lacking:
            self._lacking.add(extra)
            self.note(f"no {extra} here", why, _FOLLOWS[extra])

    def note(self, what: str, why: object, follows: str) -> None:
        """One line of the kind: what is not there, why, what is done instead."""
        reason = getattr(why, "strerror", None) or why
        self.notes.append(f"{what} ({reason}): {follows}")
