"""A steady scan as it would go, in plain numbers: the course that an estimate of its time left is tried against.

It knows what an engine does about speed and nothing else. Attempts leave evenly, as many as the rate and the window
allow; each holds its place, and a token for each second, until it is answered or over. Each host is asked for one port
first; then come those that have answered, and silent targets are tried again before new ones are begun. An attempt that
is not the last one waits only as long as answers take, once one has come.
"""

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from math import ceil, inf
from typing import NamedTuple

from scanner.api.time_left import Course, SpeedLimits
from scanner.model import Place, Result
from tests.reports.made import place, result

#: A turn, in seconds; and how many attempts a second the machine makes where nobody holds it back.
TURN_S, AT_MOST = 0.02, 5000.0
_SHORT_S = 0.3

#: A host and a port of it, counted from 0.
Target = tuple[int, int]


class Network(NamedTuple):
    """`hosts` with `ports` each. Of the hosts every `dark`th answers nothing (0: none is like that), of the others'
    ports every `silent`th is silent, but never the first. Answers take `rtt` seconds."""

    hosts: int
    ports: int
    dark: int = 0
    silent: int = 0
    rtt: float = 0.02

    def answers(self, target: Target) -> bool:
        """Whether it does."""
        host, port = target
        return not (self.dark and host % self.dark == 0) and not (
            self.silent and port and (host + port) % self.silent == 0
        )


class Moment(NamedTuple):
    """What is known at the end of a turn, and the rows it brought."""

    now: float
    course: Course
    rows: list[Result]


class _Queue:
    """Who is next: targets of hosts that have answered, tried before or not, then all others."""

    def __init__(self, network: Network) -> None:
        self._round = deque((host, 0) for host in range(network.hosts))  # all hosts, each at one port
        self._new: list[deque[Target]] = [
            deque((host, port) for port in range(1, network.ports)) for host in range(network.hosts)
        ]
        self._again: dict[bool, deque[Target]] = {True: deque(), False: deque()}
        self._in_turn = {True: deque[int](), False: deque(range(network.hosts))}
        self.heard: set[int] = set()

    def hears(self, host: int) -> None:
        if host not in self.heard:
            self.heard.add(host)
            self._in_turn[False].remove(host)
            self._in_turn[True].append(host)

    def again(self, target: Target) -> None:
        self._again[target[0] in self.heard].append(target)

    def next(self) -> Target | None:
        for ahead in (True, False):
            if self._again[ahead]:
                return self._again[ahead].popleft()
            if self._round and not ahead:
                return self._round.popleft()
            turn = self._in_turn[ahead]
            while turn and not self._round:
                if self._new[turn[0]]:
                    turn.rotate(-1)
                    return self._new[turn[-1]].popleft()
                turn.popleft() if ahead else turn.rotate(-1)
                if not ahead and not any(self._new[host] for host in turn):
                    break
        return None


def steady(network: Network, limits: SpeedLimits) -> Iterator[Moment]:
    """Every turn of such a scan."""
    hosts = [place(f"10.0.{number >> 8}.{number & 255}", network.ports) for number in range(network.hosts)]
    queue, total = _Queue(network), network.hosts * network.ports
    waiting: list[tuple[float, Target]] = []  # when it ends, and whose it is
    tokens: list[float] = []  # when they come back
    tried: dict[Target, int] = {}
    done = attempts = turn = 0
    allowed = 0.0
    while done < total:
        turn += 1
        now = turn * TURN_S
        rows = []
        while waiting and waiting[0][0] <= now:
            _, target = heappop(waiting)
            if network.answers(target):
                queue.hears(target[0])
                rows.append(_row(hosts, target, tried[target], network.rtt * 1000))
            elif tried[target] < limits.attempts:
                queue.again(target)
            else:
                rows.append(_row(hosts, target, tried[target]))
        done += len(rows)
        while tokens and tokens[0] <= now:
            heappop(tokens)
        most = min(limits.rate or inf, AT_MOST) * TURN_S
        allowed = min(allowed + most, max(1.0, most))
        while allowed >= 1 and len(waiting) < limits.window and len(tokens) < (limits.rate or inf):
            if (next_one := queue.next()) is None:
                break
            tried[next_one] = tried.get(next_one, 0) + 1
            attempts += 1
            allowed -= 1
            soon = bool(queue.heard) and tried[next_one] < limits.attempts
            takes = network.rtt if network.answers(next_one) else min(limits.timeout, _SHORT_S if soon else inf)
            heappush(waiting, (now + takes, next_one))
            heappush(tokens, now + max(1, ceil(takes)))
        yield Moment(now, Course(done, total, len(tried), attempts, 0, network.hosts, len(queue.heard)), rows)


def _row(hosts: list[Place], target: Target, attempts: int, rtt_ms: float | None = None) -> Result:
    at = hosts[target[0]]
    if rtt_ms is None:
        return result(at, target[1] + 1, "timeout", attempts=attempts)
    at.note.verdicts = 1
    return result(at, target[1] + 1, "refused", attempts=attempts, rtt_ms=rtt_ms)
