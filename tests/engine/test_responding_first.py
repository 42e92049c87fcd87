"""Hosts that have answered anything go ahead of those that have not, and nothing is left out."""

from collections import Counter

from scanner.model import Endpoint, State
from scanner.targets.space.space_walk import SpaceWalk
from tests.engine.fakes import Answer, FakeKernel, ListSource, engine_for, finish
from tests.targets.made import built, entry

LIVE = {f"10.9.0.{number}" for number in range(10, 26)}


class Network(ListSource):
    """A whole network, as a scan has it."""

    def __init__(self, ports: dict[str, str]) -> None:
        super().__init__([], [])
        self._walk = SpaceWalk(built([entry(hosts, some) for hosts, some in ports.items()]).space)

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        """Each row once, though two entries ask for it."""
        endpoints = self._walk.take(n, ahead=ahead)
        return [Endpoint(each.place, each.port, each.requests[:1]) for each in endpoints]

    @property
    def exhausted(self) -> bool:
        return self._walk.done

    @property
    def total(self) -> int:
        return self._walk.space.rows


def test_the_ports_of_who_answers_are_all_there_in_the_first_seconds() -> None:
    """When the first attempts to the others fall silent, who answers has all the room that they leave: nobody else's
    second attempt goes before."""
    kernel = FakeKernel(lambda host, port, attempt, now: Answer(0.1, "rst") if host in LIVE else None)
    engine, _ = engine_for(kernel, Network({"10.9.0.10-25": "1-400", "10.9.0.1-254": "1-8"}), concurrency=500)
    rows = finish(kernel, engine, most_seconds=200.0)
    assert Counter(row.state for _, row in rows) == {State.REFUSED: 16 * 400, State.TIMEOUT: 238 * 8}
    assert len({(row.address, row.port) for _, row in rows}) == len(rows)
    assert max(second for second, row in rows if row.state is State.REFUSED) < 6.0
    assert max(second for second, _ in rows) > 20.0


def test_who_answers_only_at_a_later_port_goes_ahead_from_then_on() -> None:
    kernel = FakeKernel(lambda host, port, *_: Answer(0.001, "rst") if host in LIVE and port > 10 else None)
    engine, _ = engine_for(kernel, Network({"10.9.0.1-254": "1-40"}), concurrency=1000)
    rows = finish(kernel, engine, most_seconds=400.0)
    assert Counter(row.state for _, row in rows) == {State.REFUSED: 16 * 30, State.TIMEOUT: 10_160 - 16 * 30}
    refused = sorted(second for second, row in rows if row.state is State.REFUSED)
    assert refused[-1] - refused[0] < 3.0
    assert max(second for second, _ in rows) > refused[-1] + 5.0
