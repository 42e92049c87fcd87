"""What the hosts of a range say at another port: is the open one all that they have, or do they answer everything?

Most scans ask one port of every address before the next, so this is not known of the first hosts with an open port; and
that a host has not been asked yet is no evidence, and no reason for doubt. Hence the *sample*: where a port is open
nearly everywhere, a dozen of these hosts are asked at once at other ports from all over the list. If all but one are
silent there, so are the others, it is assumed; the same goes if all but one are open. As soon as two say something
else, the sample says nothing, and with four that refuse the others are taken to be real. Nothing outside the list is
asked.
"""

from collections.abc import Callable, Iterable, Sequence

from scanner.model import State
from scanner.scanning.phantoms.extra_probes import ExtraProbes
from scanner.scanning.phantoms.one_host import Listed, OpenHost

_ASKED, _MOST = 12, 9
_REAL = 4

#: Asks a sample of these hosts, all of which are open at this port, at another one.
AskSample = Callable[["Sample", Iterable[OpenHost], int], None]


def answers_elsewhere(host: OpenHost, everywhere: int = 1) -> bool:
    """Whether this host has answered at another port as well, as far as is known.

    everywhere: how many ports are open at nearly all addresses around it. If it was sent canaries, these ports do not
    prove each other: only a refusal proves it, or another port that is open.
    """
    ports = host.ports
    if not host.canaries.were_sent:
        return ports.verdicts - ports.mute > 1
    return ports.verdicts - ports.mute > ports.opened or ports.opened - host.extras.again > everywhere


class Sample:
    """The hosts of some addresses that were asked at another port."""

    def __init__(self, hosts: Iterable[OpenHost] = ()) -> None:
        self.hosts = list(hosts)

    def ask(self, hosts: Iterable[OpenHost], port: int, listed: Listed, extras: ExtraProbes) -> None:
        """Ask a dozen of those of which nothing is known, unless that many were asked already."""
        if len(self.hosts) >= _ASKED:
            return
        candidates = [host for host in hosts if host.ports.may_answer and host.extras.sampled is None]
        step = max(1, len(candidates) // _ASKED)
        for host in candidates[::step][: _ASKED - len(self.hosts)]:
            if other := _another(listed(host.place), port, len(self.hosts)):
                self.hosts.append(host)
                extras.sample(host, other)

    def silent(self, everywhere: int = 1) -> bool:
        """Whether the others may be taken to be silent elsewhere; `everywhere`: see `answers_elsewhere`."""
        loud = [answers_elsewhere(host, everywhere) for host in self.hosts]
        quiet = sum([_proves_nothing(host) and not heard for host, heard in zip(self.hosts, loud, strict=True)])
        return self._most(quiet, sum(loud))

    @property
    def open(self) -> bool:
        """Whether the others may be taken to be open elsewhere too."""
        opened = sum([host.extras.sampled is State.OPEN for host in self.hosts])
        return self._most(opened, sum([host.extras.sampled not in (State.OPEN, None) for host in self.hosts]))

    def _most(self, so: int, otherwise: int) -> bool:
        known = len(self.hosts)
        return so >= max(_MOST, 0.75 * known) and otherwise <= max(1, known // _ASKED)

    @property
    def real(self) -> bool:
        """Whether the others may be taken to refuse something."""
        return sum([host.ports.refused > 0 for host in self.hosts]) >= max(_REAL, len(self.hosts) // 3)


def _proves_nothing(host: OpenHost) -> bool:
    """Whether its sampled port does not prove that it is there. Where canaries were sent, no open port does."""
    said = host.extras.sampled
    return said not in (State.REFUSED, None) and (said is not State.OPEN or host.canaries.were_sent)


def _another(ports: Sequence[int], port: int, turn: int) -> int:
    """One of the other ports, a different one each turn; 0 where there is none. A scan goes through its list in order:
    the ports after this one are still to come, and which of those before it are silent may not be known yet."""
    at = ports.index(port) + 1 if port in ports else 0
    sides = [side[:: max(1, len(side) // _ASKED)] for side in (ports[at:], ports[: max(0, at - 1)]) if side]
    side = sides[turn % len(sides)] if sides else ()
    return side[turn // len(sides) % len(side)] if side else 0
