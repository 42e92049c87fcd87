"""Who else answers where targets are silent: a witness for every silence, in bounded memory. Pure.

A silent port may be one rule's doing, a silent host is gone or shut off, and an address without a neighbour has nobody
to be silent. The scan's own rows tell most of it. Hosts that have no other row that answers are asked a few usual ports
besides (`to_ask`), by a scan of its own that obeys what the first one obeyed.

What accepts every port, or one port at every address, is in front of the hosts, and a witness for none of them. An
answer in doubt counts only where there is no other, and a handshake or a refusal before an ICMP error. Discovery's
answers have no rows: they are in the engine's notes of their places.
"""

import socket
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from scanner.model import ANSWERED, Doubt, Place, Reason, Request, Result, State, Trace
from scanner.tracing.silent_host import HeardAnswer, SilentHost

#: Ports that most hosts have an answer for, be it a refusal; so many of them are asked, and of so many hosts.
USUAL_PORTS = (22, 80, 443, 445, 3389)
MOST_PORTS, MOST_ASKED = 3, 256
#: So many silent hosts are told apart, and so many hosts are known to have answered.
MOST_HOSTS, MOST_ANSWERING = 4096, 65_536
_PHANTOMS = (Doubt.ACCEPTS_EVERYTHING, Doubt.INTERCEPTED)


class WitnessQuestion(NamedTuple):
    """These ports of a host, which has nobody to speak for it. `request`: of one of its silent targets."""

    place: Place
    ports: tuple[int, ...]
    request: Request


class SilenceWitnesses:
    """Give it a scan's rows, ask what is `to_ask`, give it what it `heard` of that; then `as_dicts` tells.

    `attached`: whether an address is on a network of this host's own.
    """

    def __init__(self, attached: Callable[[Place], bool]) -> None:
        self._attached = attached
        self._hosts: dict[str, SilentHost] = {}
        self._answers: dict[str, HeardAnswer] = {}
        self._accepting: set[str] = set()
        self._intercepted: set[int] = set()
        self._phantoms: set[str] = set()
        self._forgetful = False  # a host's answer found no room
        self.more_targets = 0  #: silent targets of hosts beyond those that are told apart

    def add(self, results: Iterable[Result]) -> None:
        """Takes a batch of rows of any state."""
        answers = self._answers
        for result in results:
            state = result.state
            if state is State.REFUSED or state is State.OPEN:
                known = answers.get(result.address)
                if known is None or known.rank:
                    self._answered(result)
            elif state is State.TIMEOUT:
                self._silent(result)
            elif state is State.UNREACHABLE:
                if result.icmp_from == result.place.numeric:
                    self._answered(result)
                elif self._is_vacant(result):
                    self._silent(result, vacant=True)

    def _answered(self, result: Result) -> None:
        """Of a host that may have no better answer yet."""
        if result.doubt in _PHANTOMS:
            if result.doubt == Doubt.INTERCEPTED:
                self._intercepted.add(result.port)
            elif len(self._accepting) < MOST_ANSWERING:
                self._accepting.add(result.address)
            if len(self._phantoms) < MOST_ANSWERING:
                self._phantoms.add(result.address)
            return
        known, answer = self._answers.get(result.address), HeardAnswer.of(result)
        if known is None and len(self._answers) >= MOST_ANSWERING:
            self._forgetful = True
        elif known is None or answer.rank < known.rank:
            self._answers[result.address] = answer

    def _silent(self, result: Result, *, vacant: bool = False) -> None:
        host = self._hosts.get(result.address)
        if host is None:
            if len(self._hosts) >= MOST_HOSTS:
                self.more_targets += not vacant
                return
            host = self._hosts[result.address] = SilentHost(result)
        host.add(result, vacant=vacant)

    def _is_vacant(self, result: Result) -> bool:
        """Whether this host says that it has no such neighbour."""
        return result.reason == Reason.HOST_UNREACH and not result.icmp_from and self._attached(result.place)

    def neighbours(self, is_absent: Callable[[Place], bool]) -> None:
        """`is_absent`: what the kernel says of an attached address. A local firewall may reject in its name."""
        for host in self._hosts.values():
            if host.is_vacant and not is_absent(host.place):
                host.is_there()

    @property
    def any_vacant(self) -> bool:
        """Whether any address seems to be no neighbour."""
        return any(host.is_vacant for host in self._hosts.values())

    def _is_open_question(self, host: SilentHost) -> bool:
        address = host.place.address
        if host.is_vacant or not host.is_silent or address in self._accepting:
            return False
        scanned = self._scanned(host)
        return scanned is None or scanned.port is None

    def _scanned(self, host: SilentHost) -> HeardAnswer | None:
        """What the scan heard of it, by its rows, or else by the engine's notes. These do not tell a handshake of what
        is in front of a host from its own."""
        address = host.place.address
        if address in self._answers:
            return self._answers[address]
        noted = host.noted
        trusted = noted is not None and (noted.port is not None or not (self._intercepted or address in self._phantoms))
        return noted if trusted else None

    def _forgot(self, host: SilentHost) -> bool:
        """Whether the host may have answered, which is not known here. What the engine noted may be the answer of what
        is in front, to a probe without a row; where a row tells of that, it is known."""
        address = host.place.address
        return self._forgetful or (host.noted is not None and address not in self._phantoms)

    def to_ask(self, may_ask: Callable[[Place, int], bool]) -> list[WitnessQuestion]:
        """Whom to ask what, hosts with unmet targets first. `may_ask`: whether a port that the scan has not asked at a
        place may be asked there."""
        questions: list[WitnessQuestion] = []
        for host in sorted(filter(self._is_open_question, self._hosts.values()), key=lambda host: not host.unmet):
            free = (port for port in USUAL_PORTS if port not in host.ports and port not in self._intercepted)
            ports = [port for port in free if may_ask(host.place, port)][:MOST_PORTS]
            if ports:
                host.ask(ports)
                questions.append(WitnessQuestion(host.place, tuple(ports), host.request))
            if len(questions) == MOST_ASKED:
                break
        return questions

    def heard(self, results: Iterable[Result]) -> None:
        """Takes verdicts on what was asked."""
        for result in results:
            host = self._hosts.get(result.address)
            if host is not None and result.state is not State.ERROR:
                host.hear(result, vacant=self._is_vacant(result), phantom=result.doubt in _PHANTOMS)

    def unasked(self) -> None:
        """What was `to_ask` is not asked after all."""
        for host in self._hosts.values():
            host.ask([])

    def traced(self, trace: Trace) -> None:
        """Takes what a trace found, which may have waited longer than the scan."""
        host = self._hosts.get(trace.address)
        if host is not None and trace.end.state in ANSWERED:
            host.traced(trace)

    def as_dicts(self) -> list[dict[str, Any]]:
        """Of each host with a silent target, or that is no neighbour, by number, absent values None:

        `{address, targets, unmet, ports, witness, port, state, reason, doubt, asked, silent, unheard, more_silent,
        late, silence_doubt}`. `targets`: how many are blocked; `ports`: the first of them. `witness`: `answers` (with
        the `port`, `state`, `reason` and `doubt` of an answer of its own; without where only discovery has heard it),
        `one-open-port` (nothing else that was asked has answered, so that something in front may), `no-neighbour`,
        `accepts-everything` (whatever answers is no witness), `nothing`, `unknown` (not asked to the end, or it may
        have answered), or `not-asked`. `asked`: the ports that were asked beside the scan's, and judged; `silent`:
        those of them that are so; `unheard`: those without a verdict; `more_silent`: whether the host did not answer
        at others, by the engine's note. `late`: ports that were silent in the scan, not among the `ports`, and answered
        when traced. `silence_doubt`: why silence says little there.
        """
        accepting = self._accepting
        told = [
            host.as_dict(self._scanned(host), accepting=host.place.address in accepting, forgotten=self._forgot(host))
            for host in sorted(self._hosts.values(), key=lambda host: _number(host.place))
        ]
        return [each for each in told if each["targets"]]


def _number(place: Place) -> tuple[int, bytes, int]:
    return place.family, socket.inet_pton(place.family, place.numeric), place.scope
