"""One random scan: who is there, what befalls them and the ways there, what the user asked for. All from a seed."""

import errno
import random
from collections import Counter, defaultdict
from typing import Any

from scanner.model import State
from tests.engine.fakes import START, Answer
from tests.engine.simulated.situations import Met, Situation, draw_situation

#: How each port of a world behaves, whatever the network does to its packets.
KINDS = ("rst", "open", "silent", "reset", "port-unreach", "host-unreach", "soft")
STATES = {
    "rst": State.REFUSED, "open": State.OPEN, "reset": State.OPEN, "silent": State.TIMEOUT,
    "port-unreach": State.UNREACHABLE, "host-unreach": State.UNREACHABLE, "soft": State.UNREACHABLE,
    "net-unreach": State.UNREACHABLE, "admin-prohibited": State.UNREACHABLE,
}  # fmt: skip
_NETWORKS = ("10.0.{}.", "10.0.{}.", "10.1.{}.", "2001:db8:{:x}::")
_MIXES = [
    (10, 0, 0, 0, 0, 0, 0), (8, 1, 1, 0, 0, 0, 0), (1, 1, 8, 0, 0, 0, 0), (0, 1, 0, 0, 0, 0, 0),
    (0, 3, 1, 0, 0, 0, 0), (0, 0, 1, 0, 0, 0, 0), (6, 1, 3, 1, 1, 1, 1), (0, 0, 3, 0, 1, 1, 0),
]  # fmt: skip
Target = tuple[str, int]


class Policer:
    """Drops what comes faster than `rate` per second, after an initial burst."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self._tokens, self._last = burst, START

    def passes(self, now: float) -> bool:
        self._tokens = min(self.burst, self._tokens + (now - self._last) * self.rate)
        self._last = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def __repr__(self) -> str:
        return f"Policer({self.rate}, {self.burst})"


class World:
    """Everything random about one scan, drawn from a seed.

    `networks` lists the hosts of each; `situations` has at most one for each network. What happened is recorded:
    `silences` are the causes of every unanswered SYN of a target, `said` the states that were answered for it;
    `opened_at`, `refused_at`: when a target was open first, and when a host refused something first.
    """

    def __init__(self, seed: int) -> None:
        draw = self.random = random.Random(seed)
        self.seed = seed
        self.eventful = draw.random() < 0.6
        self.networks = self._draw_networks(draw)
        self.hosts = [host for network in self.networks for host in network]
        few = len(self.hosts) < 5
        self.ports = range(1, 1 + draw.choice([3, 20, 60, 300, 300] if few else [1, 3, 12]))
        self.situations = self._draw_situations(draw)
        self._about = {host: each for each in self.situations for host in each.hosts}
        self.kinds = self._draw_kinds(draw)
        self._draw_ways(draw)
        self._draw_options(draw)
        self.syns: Counter[str] = Counter()
        self.answered: Counter[Target] = Counter()
        self.opened_at: dict[Target, float] = {}
        self.refused_at: dict[str, float] = {}
        self.silences: defaultdict[Target, list[str]] = defaultdict(list)
        self.said: defaultdict[Target, set[State]] = defaultdict(set)

    def _draw_networks(self, draw: random.Random) -> list[list[str]]:
        networks = []
        for number in range(draw.choice([1, 1, 2, 4]) if self.eventful else draw.choice([1, 1, 1, 2])):
            prefix = draw.choice(_NETWORKS).format(number)
            most = draw.choice([1, 1, 2, 5, 40])
            networks.append([f"{prefix}{n:x}" if ":" in prefix else f"{prefix}{n}" for n in range(1, most + 1)])
        return networks

    def _draw_situations(self, draw: random.Random) -> list[Situation]:
        if not self.eventful:
            return []
        struck = draw.sample(self.networks, draw.choice([1, 1, len(self.networks)]))
        return [draw_situation(draw, hosts, len(self.ports)) for hosts in struck]

    def _draw_kinds(self, draw: random.Random) -> dict[Target, str]:
        kinds = {}
        everywhere = draw.choice(_MIXES)
        for hosts in self.networks:
            weights = draw.choice([everywhere, everywhere, draw.choice(_MIXES)])
            kinds.update({(host, port): draw.choices(KINDS, weights)[0] for host in hosts for port in self.ports})
        if draw.random() < 0.2:
            dark = draw.choice(self.hosts)
            kinds.update({(dark, port): "silent" for port in self.ports})
        return kinds

    def _draw_ways(self, draw: random.Random) -> None:
        self.loss = draw.choice([0, 0, 0, 0.01, 0.05, 0.1, 0.2, 0.4])
        lossy = self.networks if draw.random() < 0.7 else [draw.choice(self.networks)]
        self.lossy_hosts = {host for hosts in lossy for host in hosts}
        self.policer = Policer(draw.choice([50, 300, 3000]), draw.choice([1, 5, 50])) if draw.random() < 0.2 else None
        self.delay = draw.choice([0.0002, 0.001, 0.05, 0.2])
        self.jitter = draw.choice([0, 0, 0.1, 1.0]) * self.delay
        self.rtt_us = draw.choice([1500, 1500, 1500, 0])  # a host without time stamps, whose SYN was sent again

    def _draw_options(self, draw: random.Random) -> None:
        self.timeout = draw.choice([0.5, 1.0, 1.0, 3.0])
        self.retries = draw.choice([0, 1, 1, 1, 2, 3])
        self.rate = draw.choice([None] * 4 + [10.0, 150.0, 2000.0])
        self.host_rate = draw.choice([None] * 4 + [5.0, 100.0, 1000.0])
        if self.eventful and draw.random() < 0.6:  # else all is over before anything happens
            self.rate = max(20.0, len(self.hosts) * len(self.ports) / draw.uniform(0.5, 6.0))
        if self.rate == 10.0 or self.host_rate == 5.0:
            self.ports = self.ports[:12]  # else it is rightly slow
        self.concurrency = draw.choice([None, None, None, 1, 7, 100])
        self.descriptors = draw.choice([20_000, 20_000, 1000, 40, 3])
        self.stall = (START + draw.uniform(0.01, 3), 5.0) if draw.random() < 0.2 else None
        self.edge = draw.random() < 0.7
        self.batch = draw.choice([1 << 30, 64, 1])
        self.canary = draw.random() < 0.1

    @property
    def clean(self) -> bool:
        """Whether nothing is lost and nothing changes."""
        return not self.loss and self.policer is None and not self.eventful

    @property
    def targets(self) -> list[Target]:
        return [(host, port) for host in self.hosts for port in self.ports]

    def situation(self, host: str) -> Situation | None:
        """What befalls this host, or the way there."""
        return self._about.get(host)

    def kind(self, host: str, port: int) -> str:
        """How a port behaves; a canary's, which is not a target, behaves as one where nobody listens."""
        return self.kinds.get((host, port), "rst")

    def network(self, host: str, port: int, attempt: int, now: float) -> Answer | None:
        """What one SYN meets (`fakes.Network`)."""
        self.syns[host] += 1
        target = (host, port)
        cause, answer = self._met(target, attempt, now)
        if answer is None:
            self.silences[target].append(cause)
            return None
        self.said[target].add(STATES[answer.kind])
        self.answered[target] += 1
        if answer.kind in ("open", "reset"):
            self.opened_at.setdefault(target, now + answer.delay)
        elif answer.kind == "rst":
            self.refused_at.setdefault(host, now + answer.delay)
        return answer

    def _met(self, target: Target, attempt: int, now: float) -> Met:
        host, port = target
        if self.policer is not None and not self.policer.passes(now):
            return Met("lost", None)
        kind = self.kind(host, port)
        if self.loss and host in self.lossy_hosts and self.random.random() < self.loss:
            return Met("lost" if kind != "silent" else "silent", None)
        situation = self._about.get(host)
        if situation is not None and (met := situation.meets(host, port, attempt, self.syns[host], now)) is not None:
            return met
        if kind == "silent":
            return Met("silent", None)
        return Met("", Answer(self.delay + self.random.uniform(0, self.jitter), kind))

    def fails(self, address: tuple[Any, ...], now: float) -> int:
        """The errno of a connect() (`FakeKernel.fails`), where one of this host's routes is gone for a while."""
        situation = self._about.get(address[0])
        if situation is not None and situation.local(now):
            self.said[address[0], address[1]].add(State.ERROR)
            return errno.ENETUNREACH
        return 0

    def __repr__(self) -> str:
        shown = {
            name: value for name, value in vars(self).items()
            if isinstance(value, (int, float, tuple, range, Policer, type(None))) and name != "seed"
        }  # fmt: skip
        networks = ", ".join(f"{hosts[0]} and {len(hosts) - 1} more" for hosts in self.networks)
        rest = ", ".join(f"{name}={value!r}" for name, value in shown.items())
        return f"World({self.seed}): networks {networks}; {self.situations}; {rest}"
