"""Phantoms: open ports behind which nobody listens. Their rows say so in the field `doubt`.

`accepts-everything`: the host, or a middlebox before it, completes every handshake, from the start or since some
moment (`one_host.py`). `intercepted`: something on the way answers this port for every address (`intercepted.py`).

So that the first rows say it too, open rows are kept back until it is clear: for half a second where it is about the
host, 0.8 where it is about the range. While somebody is being asked, and where the scan is so slow that few other ports
of the host are known, they wait for that, up to three seconds; what is still unclear then goes out in doubt. Of a host
behind a firewall at first only open ports are known, as silent ones never answer. Hence the look, ten times a second at
most and only while rows are kept, at which targets should have answered by now and have not.

The *canary* settles it, also for hosts of which few ports are asked: two random high ports more for each host that has
an open one. If both are open as well, nothing listens on them but a middlebox; if one refuses, the host is there, and
what is open is not intercepted. Its open rows wait for that.

Pure: pass `now`. Rounds without an open port go by in one call (`pass_by`), whatever is in them.
"""

from collections.abc import Iterable, Mapping

from scanner.model import Endpoint, Place, Result, State
from scanner.scanning.phantoms.address_ranges import Range
from scanner.scanning.phantoms.beside import Beside, Permits
from scanner.scanning.phantoms.inquiry import WITNESSES
from scanner.scanning.phantoms.intercepted import INTERCEPTED
from scanner.scanning.phantoms.one_host import ENOUGH, Host, Listed
from scanner.scanning.phantoms.open_runs import Probe
from scanner.scanning.phantoms.port_tally import NEVER
from scanner.scanning.phantoms.recently_shut import Recent
from scanner.scanning.phantoms.typed_ranges import DOUBT, Typed, Waiting

_LOOK_S = 0.1
_KEEP_S, _KEEP_RANGE_S, _KEEP_LONG_S = 0.5 - _LOOK_S, 0.8 - _LOOK_S, 3.0 - _LOOK_S  # found out at the next look
_LATE_S, _SLOW_S = 0.05, 0.3  # so much later than the slowest answer, one should have come
_MOST_HOSTS = 100_000
_AT_ONCE = 16  # with more hosts in a round, they are judged at the look
_FEW = 64  # hosts whose rows are kept longer where the scan is slow: the look is at each of them

#: When targets were probed, by place and port.
Sent = Mapping[tuple[Place, int], float]
UNKNOWN: Sent = {}


class AcceptsAll:
    """Marks phantoms.

    `ranges`: those that were typed (`address_ranges.py`). `listed`: the ports that the scan has at a place.
    `extra_timeouts`: silent probes beside the list, by their doubt.
    """

    def __init__(
        self,
        waiting: Waiting,
        *,
        canary: bool = False,
        ranges: Iterable[Range] = (),
        permits: Permits = lambda place, port: True,
        listed: Listed = lambda place: (),
        seed: int | None = None,
    ) -> None:
        self._waiting = waiting
        self._canary = canary
        self._listed = listed
        self._beside = Beside(permits, seed)
        self._recent = Recent()
        self._ranges = Typed(ranges, self._recent, self._beside, listed)
        self._hosts: dict[Place, Host] = {}
        self._keeping: dict[Place, Host] = {}
        self._look_at = 0.0
        self.extra_timeouts = self._beside.timeouts

    @property
    def idle(self) -> bool:
        """Whether a round without any open row may pass by."""
        return not (self._keeping or self._beside.out or self._ranges.watching)

    def pass_by(self, rows: list[Result]) -> None:
        """A round without any open row, while idle."""
        self._recent.add(rows)

    def take_wanted(self) -> list[Endpoint]:
        """The canaries, witnesses and samples to be probed next, if any; since the last call."""
        return self._beside.take_wanted()

    def apply(self, rows: list[Result], now: float, sent: Sent = UNKNOWN, heard: float | None = None) -> list[Result]:
        """Marks a round's rows. Open ones that are kept back come with a later one.

        sent: when the open ports were probed. heard: when the round's answers were taken, from which their round trips
        count back; by default now.
        """
        heard = now if heard is None else heard
        out: list[Result] = []
        shut: list[Result] = []
        touched: dict[Place, tuple[Host, float]] = {}
        beside, keeping, ranges = self._beside.out, self._keeping, self._ranges
        for row in rows:
            if row.request in beside:
                touched.setdefault(row.place, (self._beside.back(row), heard))
            elif row.state is State.OPEN:
                if self._canary or row.place.ports >= ENOUGH or ranges.covers(row.place):
                    left = sent.get((row.place, row.port)) or _left(row, heard)
                    host, first = touched.get(row.place) or (self._host(row, now), left)
                    touched[row.place] = host, min(first, left)
                    if host.open(row, left, now):
                        ranges.opened(row, host, now)
                    keeping[row.place] = host
                else:
                    out.append(row)
            else:
                shut.append(row)
        out += shut
        ranges.shut(shut)
        self._recent.add(shut)
        self._end_round(touched, shut, heard)
        every = len(touched) <= _AT_ONCE
        for host, _ in touched.values():
            if not (every or host.done or not host.kept):
                continue  # the next look is soon enough
            if host.far_end_told():
                self._judge(host, now)
            self._ask_witnesses(host, now)
            self._let_go(host, now, out)
        if now >= self._look_at and (keeping or ranges.watching):
            self._look(now, out)
        return out

    def _host(self, row: Result, now: float) -> Host:
        host = self._hosts.get(row.place) or self._keeping.get(row.place)  # of which one may have been forgotten
        if host is None:
            if len(self._hosts) >= _MOST_HOSTS:
                self._forget()
            host = self._hosts[row.place] = Host(row.place, row.request, now)
            if self._canary:
                self._beside.canaries(host)
        return host

    def _forget(self) -> None:
        """Makes room: what is known of a host without kept rows can be found out again, most easily of real ones."""
        hosts = {at: each for at, each in self._hosts.items() if each.kept or each.out or each.marked}
        if len(hosts) > _MOST_HOSTS // 2:
            hosts = {at: each for at, each in hosts.items() if each.kept or each.out}
        self._hosts = hosts

    def _end_round(self, touched: dict[Place, tuple[Host, float]], shut: list[Result], heard: float) -> None:
        """Tells the hosts with open ports what refused beside them."""
        refused: dict[Place, list[Probe]] = {}
        if touched or self._keeping:
            for row in shut:
                place = row.place
                if row.state is State.REFUSED and (place in self._keeping or place in touched):
                    refused.setdefault(place, []).append(Probe(_left(row, heard), row.port))
                    if place not in touched:
                        touched[place] = self._keeping[place], heard
        for place, (host, first) in touched.items():
            host.end_round(first, refused.get(place, []))

    def _ask_witnesses(self, host: Host, now: float) -> None:
        """Asks ports that were not open before, where the run of open ones is too long."""
        ports = host.follow_up(now, patient=self._canary)
        if not ports and host.suspicious(now):
            if host.inquiry.unknown(host.not_open):
                host.known_shut(*self._recent.shut_at(host.place, WITNESSES))
            ports = host.ask(now)
        for port in ports:
            self._beside.witness(host, port)

    # What is kept, and what may go

    def _look(self, now: float, out: list[Result]) -> None:
        """Finds out about the hosts and ports whose rows are kept, and lets go of what is clear or was kept enough."""
        self._look_at, keeping = now + _LOOK_S, list(self._keeping.values())
        waiting = list(self._waiting()) if keeping else []
        slowest = max([host.slowest for host in keeping], default=0.0)
        self._note_queued(waiting, now)
        self._count_silent(waiting, now)
        self._ranges.look(waiting, now - min(slowest, _SLOW_S) - _LATE_S)
        for host in keeping:
            self._ask_witnesses(host, now)
            self._let_go(host, now, out)

    def _note_queued(self, waiting: list[tuple[Endpoint, float]], now: float) -> None:
        """Who is asked beside the list may have to wait for a socket, or its turn at a rate."""
        left = {endpoint.requests[0] for endpoint, _ in waiting} if self._beside.out else ()
        for request, (host, _) in self._beside.out.items():
            if request not in left:
                host.not_left(now)

    def _count_silent(self, waiting: list[tuple[Endpoint, float]], now: float) -> None:
        """Of the hosts that have nothing but open ports so far: what should have answered by now, and has not."""
        late = {
            place: now - host.slowest - _LATE_S
            for place, host in self._keeping.items()
            if now - host.first >= _LOOK_S
            and not host.done
            and (host.all_open() or host.pressing or not host.inquiry.refusing)
        }
        silent: dict[Place, list[tuple[int, float]]] = {}
        beside = self._beside.out
        for endpoint, sent in waiting if late else ():
            if endpoint.place in late and sent < late[endpoint.place] and endpoint.requests[0] not in beside:
                silent.setdefault(endpoint.place, []).append((endpoint.port, sent))
        for place, host in self._keeping.items():
            if place in late:
                host.note_silent(silent.get(place, []))
            if place in late or host.done:
                self._judge(host, now)

    def _let_go(self, host: Host, now: float, out: list[Result]) -> None:
        """Hands on the first kept rows of a host, as far as they are clear or cannot wait any longer."""
        asking = host.asking(now)
        held = host.canaries or (self._canary and asking)  # its user wants to know
        keep = _KEEP_LONG_S if asking else _KEEP_S
        keep_if_slow = _KEEP_LONG_S if len(self._keeping) <= _FEW and host.may_answer else keep
        clear = self._clear(host, asking)
        count = len(host.kept)
        for at, (_, came, row, number) in enumerate(host.kept):
            age, phantom = now - came, host.is_phantom(at)
            early = held or age < (keep_if_slow if host.known - number < ENOUGH else keep)
            if phantom or (not early and (phantom is None or host.unknown(at))):
                row.doubt = DOUBT
            elif phantom is None or (at >= clear and early) or not self._range_clear(host, at, age):
                count = at
                break
        out += host.take(count)
        if not host.kept:
            self._keeping.pop(host.place, None)
            if host.done and not host.out:  # a late name may bring more ports of it
                self._hosts.pop(host.place, None)

    def _clear(self, host: Host, asking: bool) -> int:
        """How many of its kept rows are no phantoms."""
        if host.undecided():
            return 0
        by_run = (self._canary or host.place.ports >= ENOUGH) and not host.marked and (asking or not host.done)
        return host.vouched if by_run else len(host.kept)

    def _range_clear(self, host: Host, at: int, age: float) -> bool:
        """Whether it is clear what its range makes of the row, or it cannot wait any longer; it is marked if so."""
        row = host.kept[at].row
        doubt = self._ranges.doubt(row, host, vouched=at < host.vouched)
        if age < _KEEP_RANGE_S and (doubt is None or (doubt == INTERCEPTED and host.may_answer)):
            return False
        row.doubt = doubt or row.doubt
        return True

    def _judge(self, host: Host, now: float) -> None:
        """What was probed of it is known: has it accepted everything from the start?"""
        if port := host.judge_start(now, self._listed):
            self._beside.witness(host, port)

    def finish(self, *, complete: bool = True) -> list[Result]:
        """What is still kept, at the end. `complete`: everything that was probed is judged."""
        out: list[Result] = []
        if complete:
            self._ranges.look([], NEVER)
        for host in list(self._keeping.values()):
            if complete:
                self._judge(host, NEVER)
            for at, (_, _, row, _) in enumerate(host.kept):
                if host.is_phantom(at) is not False or host.unknown(at):
                    row.doubt = DOUBT
                elif doubt := self._ranges.doubt(row, host, vouched=at < host.vouched):
                    row.doubt = doubt
            out += host.take(len(host.kept))
        self._keeping.clear()
        return out


def _left(row: Result, heard: float) -> float:
    """When a row was probed, by its round trip."""
    return heard - (row.rtt_ms or 0.0) / 1000.0
