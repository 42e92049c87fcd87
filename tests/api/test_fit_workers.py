"""Who of a cluster may be given anything: asked once, again where there is no answer, and never waited for."""

import threading
from collections.abc import Callable, Iterable, Mapping

import pytest

from scanner.api.machines.fit_workers import FitWorkers
from tests.cli.process import PATIENCE_S
from tests.workers import until

HERE = {"tcp://a:1": "fra"}
BOTH = HERE | {"tcp://b:1": "nyc"}


class Cluster:
    """Answers as it is told to; `asked`: the names, call by call."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.asked: list[set[str]] = []

    def ask(self, new: Mapping[str, str]) -> Mapping[str, str]:
        self.asked.append(set(new.values()))
        return {address: self.answers[name] for address, name in new.items() if name in self.answers}


def becomes(fit: FitWorkers, there: Mapping[str, str], names: Iterable[str]) -> None:
    until(lambda: set(fit.among(there).values()) == set(names), f"{names} may be used")


def test_who_joins_is_asked_and_helps() -> None:
    cluster = Cluster(nyc="")
    fit = FitWorkers(HERE, cluster.ask)
    assert fit.among(HERE) == HERE
    becomes(fit, BOTH, ["fra", "nyc"])
    assert fit.among({"tcp://b:1": "nyc"}) == {"tcp://b:1": "nyc"}
    assert (cluster.asked, fit.take_notices()) == ([{"nyc"}], [])


def test_who_is_of_no_use_is_named_once_and_never_asked_again() -> None:
    cluster, now = Cluster(nyc='worker "nyc" has no scanner', lax=""), [0.0]
    fit = FitWorkers(HERE, cluster.ask, clock=lambda: now[0])
    becomes(fit, BOTH | {"tcp://c:1": "lax"}, ["fra", "lax"])
    now[0] = 1e9
    assert fit.among(BOTH) == HERE
    assert fit.take_notices() == ['a worker that has joined is left out: worker "nyc" has no scanner']
    assert (fit.take_notices(), len(cluster.asked)) == ([], 1)


def test_the_next_process_at_the_address_of_one_that_was_fit_is_asked() -> None:
    cluster = Cluster(nyc='worker "nyc" has another scanner')
    fit = FitWorkers({"tcp://b:1#worker-1"}, cluster.ask)
    assert fit.among({"tcp://b:1#worker-1": "nyc"})
    until(lambda: not fit.among({"tcp://b:1#worker-2": "nyc"}) and bool(cluster.asked), "it is asked")
    joined("scanner-newcomers")
    assert fit.among({"tcp://b:1#worker-2": "nyc"}) == {}
    assert fit.take_notices() == ['a worker that has joined is left out: worker "nyc" has another scanner']


@pytest.mark.parametrize("raises", [True, False])
def test_who_does_not_answer_is_asked_again_later(raises: bool) -> None:
    cluster, now = Cluster(), [0.0]

    def ask(new: Mapping[str, str]) -> Mapping[str, str]:
        found = cluster.ask(new)
        if raises and not found:
            raise OSError("out of reach")
        return found

    fit = FitWorkers(HERE, ask, clock=lambda: now[0])
    assert fit.among(BOTH) == HERE
    joined("scanner-newcomers")
    now[0] = 29.0
    assert fit.among(BOTH) == HERE
    cluster.answers["nyc"] = ""
    now[0] = 30.0
    becomes(fit, BOTH, ["fra", "nyc"])
    assert cluster.asked == [{"nyc"}, {"nyc"}]


def test_others_than_those_that_are_named_are_not_looked_at() -> None:
    cluster = Cluster(fra="", nyc="")
    fit = FitWorkers(HERE, cluster.ask, names=["fra"])
    assert fit.among(BOTH) == HERE
    becomes(fit, {"tcp://a:2": "fra", "tcp://b:1": "nyc"}, ["fra"])
    assert (cluster.asked, fit.take_notices()) == ([{"fra"}], [])


def test_while_one_is_waited_for_no_thread_more_is_begun() -> None:
    let_go = threading.Event()
    asked: list[Callable[[], bool]] = []

    def ask(new: Mapping[str, str]) -> Mapping[str, str]:
        asked.append(let_go.is_set)
        let_go.wait(PATIENCE_S)
        return dict.fromkeys(new, "")

    fit = FitWorkers(HERE, ask)
    for _ in range(3):
        assert fit.among(BOTH) == HERE
    let_go.set()
    becomes(fit, BOTH, ["fra", "nyc"])
    assert len(asked) == 1


def joined(name: str) -> None:
    """Threads of this name have ended."""
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join()
