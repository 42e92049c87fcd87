"""Hosts that are asked first, and names that come at any time: each row once, no host both silent and swept, and all
that is counted adds up."""

from collections import Counter
from random import Random

import pytest

from scanner.errors import TargetError, UsageError
from scanner.model import Endpoint, Note, Result, State
from scanner.scanning.discovery import Deciding, HostDiscovery, Showing
from scanner.scanning.late_names import LateNames
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.space.discovery_lanes import Discovery
from scanner.targets.space.probed_before import ProbedBefore
from tests.targets.made import entry, excluder
from tests.targets.test_feed import NAMES, Script, address, feed_of, keys

PORTS, FIRST = "80,22,1,2", (80, 22)
ADDRESSES = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.9", "fd00::1"]
HOSTS = [*NAMES, *ADDRESSES, "10.0.0.1-3", "a b", "B b"]
EXCLUDES = ["10.0.0.2", "10.0.0.1:2", "*:22", "b", "c:1", "10.0.0.3:80,22", "10.0.0.9:22,1,2", "10.0.0.1:1,2,22"]
ANSWERS = (State.OPEN, State.REFUSED)
Row = tuple[str, str, int]


class World:
    """A sweep of some hosts, and what becomes of it: all drawn by the seed. Every host is silent (maybe for loss), or
    cannot be asked, or answers at some ports."""

    def __init__(self, seed: int) -> None:
        self.draw = draw = Random(seed)
        self.seed = seed
        self.hosts = " ".join(draw.choices(HOSTS, k=draw.randint(1, 5)))
        self.leads_to = {name: draw.sample(ADDRESSES, draw.randint(0, 3)) for name in NAMES}
        self.excludes = draw.choices(EXCLUDES, k=draw.randint(0, 2))
        self.rowless = frozenset({80}) if draw.random() < 0.7 else frozenset[int]()
        self.script = Script()
        self.feed = feed_of(
            [entry(self.hosts, PORTS)],
            *self.excludes,
            script=self.script,
            before=ProbedBefore(draw.choice([100_000, 2])),
            discovery=Discovery(FIRST, self.rowless),
        )
        assert self.feed.discovery is not None
        self.lanes = self.feed.discovery
        self.discovery = HostDiscovery(self.lanes, lambda place: None, lambda place: True)
        self.steps = Deciding(self.discovery), LateNames(self.feed), Showing(self.discovery)
        self.told: set[str] = set()
        self.flying: list[Endpoint] = []
        self.probed: list[str] = []
        self.rows: list[Result] = []

    def fate(self, host: str, port: int) -> tuple[State, str]:
        """State and doubt."""
        kind = Random(f"{self.seed} {host}").choice(["dead", "dead", "live", "live", "barred", "lossy"])
        draw = Random(f"{self.seed} {host} {port}")
        if kind == "barred":
            return State.ERROR, ""
        state = draw.choice([*ANSWERS, State.TIMEOUT, State.TIMEOUT]) if kind == "live" else State.TIMEOUT
        return state, "" if state is not State.TIMEOUT else "lossy" if kind == "lossy" else draw.choice(
            ["", "unverified"]
        )

    def step(self, what: str, n: int) -> None:
        rows: list[Result] = []
        waiting = [name for name in self.script.asked if name not in self.told]
        if what == "take":
            out = self.feed.take(n, ahead=self.draw.random() < 0.5)
            self.flying += out
            self.probed += keys(out)
        elif what == "settle":
            for _ in range(min(n, len(self.flying))):
                rows += self.judged(self.flying.pop(self.draw.randrange(len(self.flying))))
        elif waiting:
            name = self.draw.choice(waiting)
            self.told.add(name)
            found = self.leads_to[name.lower()]
            self.script.answer(name, *found, reason="" if found else "no-address")
        for step in self.steps:
            rows = step.apply(rows)
        self.rows += rows

    def judged(self, endpoint: Endpoint) -> list[Result]:
        place, port = endpoint.place, endpoint.port
        state, doubt = self.fate(place.address, port)
        if not place.note.verdicts:
            place.note = Note()
        place.note.verdicts += 1
        place.note.mute += state not in ANSWERS
        return [Result(place, port, request, state, "why", doubt=doubt) for request in endpoint.requests]

    def play(self) -> None:
        for _ in range(self.draw.randint(0, 40)):
            self.step(self.draw.choice(["take", "settle", "answer"]), self.draw.randint(1, 5))
        for _ in range(100):
            if self.feed.exhausted and not self.flying:
                break
            for what in ("take", "answer", "settle", "settle"):
                self.step(what, 3)
        else:
            raise AssertionError("it never ends")
        rows: list[Result] = []
        for step in self.steps:
            rows = step.finish(rows, complete=True)
        self.rows += rows

    def asked(self) -> set[Row]:
        """Host, address and port of all that is asked, of each host by itself."""
        rules, out = excluder(*self.excludes), set()
        for host in self.hosts.lower().split():
            by_name = rules.at_name(host) if host in NAMES else frozenset()
            places = [f"10.0.0.{n}" for n in (1, 2, 3)] if "-" in host else self.leads_to.get(host, [host]) or [""]
            for place in places if by_name is not None else []:
                family, number, scope = address(place) if place else (0, 0, 0)
                by_place = rules.at_address((family, scope), number) if place else frozenset()
                if by_name is not None and by_place is not None:
                    left = set(parse_ports(PORTS)) - by_name - by_place - rules.everywhere
                    out |= {(host if host in NAMES else place, place, port) for port in left}
        return out

    def swept(self, ports: set[int], place: str) -> bool:
        """Whether a host at which these are asked should be."""
        fates = [self.fate(place, port) for port in ports.intersection(FIRST)]
        states = {state for state, _ in fates}
        return not states.isdisjoint(ANSWERS) or states <= {State.ERROR} or "lossy" in {doubt for _, doubt in fates}


@pytest.mark.parametrize("seed", range(0, 1000, 100))
def test_any_order_of_events(seed: int) -> None:
    for each in range(seed, seed + 50):
        try:
            world = World(each)
        except (UsageError, TargetError):  # nothing is left to probe
            continue
        world.play()
        check(world)


def check(world: World) -> None:
    asked, lanes = world.asked(), world.lanes
    ports = {place: {port for _, each, port in asked if each == place} for _, place, _ in asked if place}
    wanted = {place: those for place, those in ports.items() if those - world.rowless}
    swept = {place for place, those in wanted.items() if world.swept(those, place)}
    rows = Counter((row.host.lower(), row.address, row.port) for row in world.rows)
    assert rows == dict.fromkeys(
        (each for each in asked if (not each[1] or each[1] in swept) and each[2] not in world.rowless), 1
    ), world.seed
    assert {place for place in ports if lanes.passed_over(address(place))} == set(wanted) - swept, world.seed
    assert world.discovery.silent_hosts()["count"] == len(wanted) - len(swept)
    assert (lanes.rows, lanes.undecided, lanes.found) == (len(world.rows), 0, len(swept)), world.seed
    shown = Counter(row.doubt for row in world.rows if row.state is State.TIMEOUT)
    assert world.discovery.timeouts == shown, world.seed
