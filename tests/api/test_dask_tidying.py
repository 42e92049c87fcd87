"""What is left at a scheduler goes if the client of its scan has. The scheduler is made up."""

import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from scanner.api.machines.dask_tidying import look_after


class Scheduler:
    """What it keeps for these scans, as Dask has it, and a loop whose time goes on by `later`."""

    def __init__(self, *scans: str) -> None:
        variables: dict[str, Any] = {f"{scan}-{what}": {} for scan in scans for what in ("list-0", "orders")}
        queues = {f"{scan}-news": object() for scan in scans}
        self.clients = {f"client-{scan}": object() for scan in scans}
        self.extensions: dict[str, Any] = {
            "variables": SimpleNamespace(variables=variables),
            "queues": SimpleNamespace(queues=queues, client_refcount=dict.fromkeys(queues, 2)),
        }
        self.loop = self
        self.waiting: list[tuple[float, Callable[..., None], tuple[Any, ...]]] = []

    def call_later(self, for_s: float, call: Callable[..., None], *told: Any) -> None:
        self.waiting.append((for_s, call, told))

    def later(self) -> None:
        """The next call is due, and all that there are wait as long as a run without anybody to listen at least."""
        for_s, call, told = self.waiting.pop(0)
        assert for_s >= 20
        call(*told)

    def left(self) -> list[str]:
        queues = self.extensions["queues"]
        return [*self.extensions["variables"].variables, *queues.queues, *queues.client_refcount]


class Client:
    """Of one scan; what it asks of the scheduler travels there."""

    def __init__(self, there: Any, scan: str) -> None:
        self.id = f"client-{scan}"
        self._there = there

    def run_on_scheduler(self, asked: Any, *told: Any, callback_timeout: float) -> Any:
        return pickle.loads(pickle.dumps(asked))(*told, dask_scheduler=self._there)


def test_it_looks_until_the_client_has_gone_and_once_more() -> None:
    there = Scheduler("one", "two")
    look_after(Client(there, "one"), "one-")
    there.later()
    there.later()
    assert len(there.left()) == 8
    del there.clients["client-one"]
    there.later()
    assert len(there.left()) == 8, "runs may be on their way to their ends"
    there.later()
    assert there.left() == ["two-list-0", "two-orders", "two-news", "two-news"]
    assert there.waiting == []


def test_a_client_that_has_cleared_away_all_is_looked_after_no_more() -> None:
    there = Scheduler("two")
    there.clients["client-one"] = object()
    look_after(Client(there, "one"), "one-")
    there.later()
    assert len(there.waiting) == 1, "it may be about to keep something"
    del there.clients["client-one"]
    there.later()
    assert (len(there.left()), there.waiting) == (4, [])


def test_what_it_has_no_way_to_look_at_it_leaves() -> None:
    """Another Dask may keep its things elsewhere; one that does not let us look is not looked at."""
    there = Scheduler("one")
    look_after(Client(there, "one"), "one-")
    there.extensions.clear()
    there.later()
    assert there.waiting == []
    look_after(Client(None, "one"), "one-")
