"""What a scan leaves in other people's flow tables: NAT and firewalls on the way keep an entry for each attempt. Pure.

What fills a table is what is in it at the same time. Linux keeps an unanswered attempt for 120 s
(nf_conntrack_tcp_timeout_syn_sent), also one that an ICMP error answered; an open port, once reset, for 10 s
(nf_conntrack_tcp_timeout_close), and drops what a RST answers at once (nf_conntrack_proto_tcp.c). So the unanswered
attempts of the last two minutes count, and the rest is a matter of seconds. From here a full table looks like silence.

Nobody knows beforehand what will answer: a forecast says what it comes to if nothing does. A scan counts, and says so
once, when more is out there than is likely to fit. What stays on attached networks or on this host meets no such box;
this host's own table is another matter (`engine/room/conntrack.py`), and holds a scan back by itself.
"""

from collections import deque

from scanner.machine.tracking_table import UNANSWERED_S
from scanner.words.durations import duration

#: What small boxes have room for: OpenWrt's nf_conntrack_max (package/kernel/linux/files/sysctl-nf-conntrack.conf), and
#: the kernel's own with 256 MB of memory, one bucket for every 16,384 bytes and one entry for every bucket (Linux,
#: Documentation/networking/nf_conntrack-sysctl.rst). Cheaper ones have less, servers up to 262,144.
SMALL_BOX = 16_384
#: A quarter of it is everybody else's.
FITS = SMALL_BOX * 3 // 4
#: SYNs a second that never leave more than that, in round numbers.
RATE = int(FITS / UNANSWERED_S) // 10 * 10
_LOOK_S = 1.0

_ROOM = f"small NAT boxes and firewalls have room for about {SMALL_BOX:,}, and a full one looks like silence"


def at_once(attempts: int, seconds: float, room: int | None = None) -> int:
    """How many entries there are at a time of so many attempts, made in so many seconds, if none is answered; `room`:
    how many this host's own table lets pass (None: any number)."""
    most = attempts if seconds <= UNANSWERED_S else int(attempts * UNANSWERED_S / seconds)
    return most if room is None else min(most, room)


def foretold(entries: int, takes_s: float) -> str:
    """One line for the user where so many entries are more than is likely to fit, else empty. `takes_s`: seconds that
    the scan takes at `RATE`."""
    if entries <= FITS:
        return ""
    return (
        f"if nothing answers, this scan leaves up to {entries:,} entries at a time in flow tables beyond the attached "
        f"networks: {_ROOM}; {_remedy(takes_s)}"
    )


def _remedy(takes_s: float) -> str:
    return f"--rate {RATE} leaves fewer than {FITS:,}, and takes up to {duration(takes_s)}"


class FlowWatch:
    """Counts the unanswered attempts of the last two minutes, and says so once. `takes_s`: the seconds that the
    whole scan takes at `RATE`. Times are seconds of the engine's clock."""

    def __init__(self, takes_s: float) -> None:
        self._takes_s = takes_s
        self._looks: deque[tuple[float, int]] = deque()
        self._old = 0  # attempts so long ago that nothing of them is left
        self.said: list[str] = []

    def due(self, now: float, *, last: bool = False) -> bool:
        """Whether it wants to be told how many attempts went unanswered: once a second, and at the `last`."""
        return not self.said and (last or not self._looks or now - self._looks[-1][0] >= _LOOK_S)

    def look(self, unanswered: int, now: float) -> None:
        """So many went unanswered so far."""
        while self._looks and self._looks[0][0] <= now - UNANSWERED_S:
            self._old = self._looks.popleft()[1]
        self._looks.append((now, unanswered))
        entries = unanswered - self._old
        if entries > FITS:
            self.said.append(
                f"{entries:,} attempts beyond the attached networks went unanswered within two minutes, and stay in "
                f"the flow tables on their way for so long: {_ROOM}; {_remedy(self._takes_s)}"
            )
