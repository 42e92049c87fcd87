"""A flight on a fake kernel whose connect() takes no time, turn by turn."""

from collections.abc import Iterable
from typing import Any

import pytest

from scanner.engine.flight import flight as real
from scanner.engine.flight.probe import BareTrial
from scanner.engine.flight.verdict import Verdict
from scanner.model import Endpoint, Place, Request, State
from tests.engine.fakes import AF_INET, AF_INET6, START, Answer, FakeKernel, Network

HOST = "192.0.2.80"


class Turns:
    """A multiplexer on a fake kernel whose connect() takes no time; sockets are counted at the end."""

    def __init__(self, network: Network, **options: Any) -> None:
        self.kernel = FakeKernel(network, **{"costs": 0.0, **options})
        self.mux = real.Flight(self.kernel)  # type: ignore[arg-type]
        self.silent: list[tuple[float, int]] = []  # (seconds since the start, port)
        self.judged: list[tuple[float, int]] = []
        self.denied: list[tuple[float, int]] = []

    def trials(self, ports: Iterable[int], *, host: str = HOST, timeout: float = 1.0) -> list[BareTrial]:
        place = Place(host, AF_INET6 if ":" in host else AF_INET)
        asked = (Request(timeout=timeout),)
        return [BareTrial(Endpoint(place, port, asked)) for port in ports]

    def launch(self, ports: Iterable[int] = (80,), **options: Any) -> list[BareTrial]:
        trials = self.trials(ports, **options)
        assert self.mux.launch(trials) == []
        return trials

    def wait(self, seconds: float) -> None:
        """Wait once; what never left is launched again."""
        found = self.mux.wait(seconds)
        now = round(self.kernel.now - START, 6)
        self.silent += [(now, trial.endpoint.port) for trial in found.silent]
        self.judged += [(now, trial.endpoint.port) for trial in (*found.refused, *found.judged)]
        self.denied += [(now, trial.endpoint.port) for trial in found.denied]
        assert self.mux.launch(found.unsent) == []

    def run(self, *, most: int = 10_000) -> None:
        """Wait until nothing is in flight."""
        for _ in range(most):
            if not (self.mux.in_flight or self.mux.has_news):
                return
            self.wait(0.0 if self.mux.has_news else max(0.0, min(9.0, self.mux.next_deadline - self.kernel.now)))
        raise AssertionError("it does not end")


def answers(kind: str, delay: float = 0.01) -> Network:
    return lambda host, port, attempt, now: Answer(delay, kind)


def silence(host: str, port: int, attempt: int, now: float) -> Answer | None:
    return None


def verdict_of(trial: BareTrial) -> tuple[State, str, str]:
    """The verdict, or the "no" of its only attempt, which may pass."""
    if trial.verdict is None:
        (denial,) = trial.denials
        return tuple(denial.verdict)
    assert isinstance(trial.verdict, Verdict)
    assert not trial.denials
    return tuple(trial.verdict)


POLLERS = pytest.mark.parametrize("edge", [True, False], ids=["edge", "level"])


def later(*delays: float | None, kind: str = "rst") -> Network:
    """The nth attempt is answered after the nth of these delays (seconds), or never."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        delay = delays[attempt - 1]
        return None if delay is None else Answer(delay, kind)

    return network
