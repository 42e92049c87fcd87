"""Phantoms: open ports behind which nobody listens. Their rows say so in the field `doubt`.

`accepts-everything`: the host, or a middlebox in front of it, completes every handshake, from the start or since some
moment (`one_host.py`). `intercepted`: something on the way answers this port for every address (`intercepted.py`).

So that the first rows say it too, open rows are kept back until it is clear (how long: `row_release.py`). At first
only the open ports of a host behind a firewall are known, because silent ones never answer. Hence the look, at most ten
times a second and only while rows are kept, at the targets that should have answered by now and have not.

The *canary* settles it, even for hosts that few ports are asked of: two more random high ports for each host that has
an open one. If both are open as well, nothing listens on them but a middlebox; if one refuses, the host is there, and
what is open is not intercepted. The host's open rows wait for that.

Pure: pass `now`. Turns without an open port take one call (`pass_by`), whatever is in them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from scanner.model import Endpoint, Place, Result, State
from scanner.scanning.phantoms.address_ranges import Range
from scanner.scanning.phantoms.extra_probes import ExtraProbes, Permits
from scanner.scanning.phantoms.inquiry import WITNESSES
from scanner.scanning.phantoms.known_hosts import MOST_HOSTS, KnownHosts
from scanner.scanning.phantoms.one_host import Listed, OpenHost
from scanner.scanning.phantoms.open_runs import ProbedPort
from scanner.scanning.phantoms.port_counts import ENOUGH
from scanner.scanning.phantoms.port_tally import NEVER
from scanner.scanning.phantoms.recently_shut import Recent
from scanner.scanning.phantoms.row_release import LOOK_S, RowRelease
from scanner.scanning.phantoms.run_time import RunTime
from scanner.scanning.phantoms.typed_ranges import InFlight, TypedRanges

_LATE_S, _SLOW_S = 0.05, 0.3  # an answer is late this long after the slowest round trip (capped, for ranges)
_AT_ONCE = 16  # with more hosts in a turn, they are judged at the next look

#: When targets were probed, by place and port.
Sent = Mapping[tuple[Place, int], float]
UNKNOWN: Sent = {}


class AcceptsAll:
    """Marks phantoms.

    `ranges`: those that were typed, of which every so-manieth address (`every`) is probed (`address_ranges.py`).
    `listed`: the ports that the scan has at a place. `run_time`: the scale of `now`; other instants are the engine's.
    `seed`: for the canaries' ports. `most_hosts`: how many are known at a time.
    `extra_timeouts`, `extra_denied`: probes besides the list that were silent, or met an ICMP error, by their doubt.
    """

    def __init__(
        self,
        waiting: InFlight,
        *,
        canary: bool = False,
        ranges: Iterable[Range] = (),
        every: int = 1,
        permits: Permits = lambda place, port: True,
        listed: Listed = lambda place: (),
        seed: int | None = None,
        most_hosts: int = MOST_HOSTS,
    ) -> None:
        self._waiting = waiting
        self._canary = canary
        self._listed = listed
        self._extras = ExtraProbes(permits, seed)
        self._recent = Recent()
        self._ranges = TypedRanges(ranges, self._recent, self._extras, listed, every)
        self._hosts = KnownHosts(most_hosts)
        self._release = RowRelease(self._ranges, canary=canary)
        self._look_at = 0.0
        self.run_time = RunTime()
        self.extra_timeouts = self._extras.timeouts
        self.extra_denied = self._extras.denied

    def without_extras(self, timeouts: Counter[str], denied: Counter[str]) -> tuple[Counter[str], Counter[str]]:
        """These counts of rows by their doubt, less those of probes besides the list."""
        return timeouts - self.extra_timeouts, denied - self.extra_denied

    @property
    def idle(self) -> bool:
        """Whether a turn without any open row may go to `pass_by`."""
        return not (self._hosts.keeping or self._extras.out or self._ranges.watching)

    def pass_by(self, rows: list[Result]) -> None:
        """Take in a turn without any open row, while idle."""
        self._recent.add(rows)

    def take_wanted(self) -> list[Endpoint]:
        """The canaries, witnesses and samples to be probed next, if any, since the last call."""
        return self._extras.take_wanted()

    def apply(self, rows: list[Result], now: float, sent: Sent = UNKNOWN, heard: float | None = None) -> list[Result]:
        """Mark a turn's rows. Open ones that are kept back come with a later turn.

        sent: when the open ports were probed. heard: when the turn's answers were received, from which their round
        trips count back; by default now.
        """
        heard = now if heard is None else heard
        out: list[Result] = []
        shut: list[Result] = []
        touched: dict[Place, tuple[OpenHost, float]] = {}
        extras, hosts, ranges, at = self._extras.out, self._hosts, self._ranges, self.run_time.at
        for row in rows:
            if row.request in extras:
                touched.setdefault(row.place, (self._extras.back(row), at(heard)))
            elif row.state is State.OPEN:
                if self._canary or row.place.ports >= ENOUGH or ranges.covers(row.place):
                    left = at(sent.get((row.place, row.port)) or _left(row, heard))
                    host, first = touched.get(row.place) or (self._host(row, now), left)
                    touched[row.place] = host, min(first, left)
                    if host.open(row, left, now):
                        ranges.opened(row, host, now)
                    hosts.keep(host)
                else:
                    out.append(row)
            else:
                shut.append(row)
        out += shut
        ranges.shut(shut)
        self._recent.add(shut)
        self._end_turn(touched, shut, heard)
        every = len(touched) <= _AT_ONCE
        for host, _ in touched.values():
            if not (every or host.ports.done or not host.kept):
                continue  # the next look is soon enough
            if host.last_ports_told():
                self._judge(host, now)
            self._ask_witnesses(host, now)
            self._let_go(host, now, out)
        if now >= self._look_at and (hosts.keeping or ranges.watching):
            self._look(now, out)
        return out

    def _host(self, row: Result, now: float) -> OpenHost:
        host = self._hosts.find(row.place)
        if host is None:
            host = OpenHost(row.place, row.request, now)
            self._hosts.add(host)
            if self._canary:
                self._extras.canaries(host)
        return host

    def _end_turn(self, touched: dict[Place, tuple[OpenHost, float]], shut: list[Result], heard: float) -> None:
        """Tell the hosts with open ports which of their other ports refused."""
        keeping, at = self._hosts.keeping, self.run_time.at
        refused: dict[Place, list[ProbedPort]] = {}
        if touched or keeping:
            for row in shut:
                place = row.place
                if row.state is State.REFUSED and (place in keeping or place in touched):
                    refused.setdefault(place, []).append(ProbedPort(at(_left(row, heard)), row.port))
                    if place not in touched:
                        touched[place] = keeping[place], at(heard)
        for place, (host, first) in touched.items():
            host.end_turn(first, refused.get(place, []))

    def _ask_witnesses(self, host: OpenHost, now: float) -> None:
        """Ask ports that were not open before, where the run of open ones is too long."""
        ports = host.follow_up(now, patient=self._canary)
        if not ports and host.suspicious(now):
            if host.runs.inquiry.unknown(host.ports.not_open):
                host.runs.known_shut(*self._recent.shut_at(host.place, WITNESSES))
            ports = host.runs.ask(now)
        for port in ports:
            self._extras.witness(host, port)

    # What is kept, and what may go

    def _look(self, now: float, out: list[Result]) -> None:
        """Find out about hosts and ports whose rows are kept, and let go of what is clear or was kept long enough."""
        self._look_at, keeping, at = now + LOOK_S, list(self._hosts.keeping.values()), self.run_time.at
        waiting = [(endpoint, at(sent)) for endpoint, sent in self._waiting()] if keeping else []
        slowest = max([host.ports.slowest for host in keeping], default=0.0)
        self._note_queued(waiting, now)
        self._count_silent(waiting, now)
        self._ranges.look(waiting, now - min(slowest, _SLOW_S) - _LATE_S)
        for host in keeping:
            self._ask_witnesses(host, now)
            self._let_go(host, now, out)

    def _note_queued(self, waiting: list[tuple[Endpoint, float]], now: float) -> None:
        """Note which probes besides the list have not left: they may be waiting for a socket, or for their turn."""
        left = {endpoint.requests[0] for endpoint, _ in waiting} if self._extras.out else ()
        for request, (host, _) in self._extras.out.items():
            if request not in left:
                host.not_left(now)

    def _count_silent(self, waiting: list[tuple[Endpoint, float]], now: float) -> None:
        """Note what should have answered and has not at hosts that may accept everything; judge these hosts."""
        late = {
            place: now - host.ports.slowest - _LATE_S
            for place, host in self._hosts.keeping.items()
            if now - host.first >= LOOK_S
            and not host.ports.done
            and (host.ports.all_open or host.runs.pressing or not host.runs.inquiry.refusing)
        }
        silent: dict[Place, list[tuple[int, float]]] = {}
        extras = self._extras.out
        for endpoint, sent in waiting if late else ():
            if endpoint.place in late and sent < late[endpoint.place] and endpoint.requests[0] not in extras:
                silent.setdefault(endpoint.place, []).append((endpoint.port, sent))
        for place, host in self._hosts.keeping.items():
            if place in late:
                host.note_silent(silent.get(place, []))
            if place in late or host.ports.done:
                self._judge(host, now)

    def _let_go(self, host: OpenHost, now: float, out: list[Result]) -> None:
        """Hand on the first kept rows of a host, as far as they may go."""
        out += self._release.ready(host, now, len(self._hosts.keeping))
        if not host.kept:
            self._hosts.let_go(host)

    def _judge(self, host: OpenHost, now: float) -> None:
        """Judge from what was probed whether it has accepted everything from the start."""
        if port := host.judge_start(now, self._listed):
            self._extras.witness(host, port)

    def finish(self, *, complete: bool = True) -> list[Result]:
        """What is still kept at the end. `complete`: everything that was probed is judged."""
        out: list[Result] = []
        if complete:
            self._ranges.look([], NEVER)
        for host in self._hosts.keeping.values():
            if complete:
                self._judge(host, NEVER)
            out += self._release.rest(host)
        self._hosts.clear_kept()
        return out


def _left(row: Result, heard: float) -> float:
    """When a row was probed, judging by its round trip."""
    return heard - (row.rtt_ms or 0.0) / 1000.0
