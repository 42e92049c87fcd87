"""What is left at a scheduler goes if the client of its scan has. The scheduler is made up."""

import pickle
from types import SimpleNamespace
from typing import Any

import pytest

from scanner.api.machines import dask_tidying
from scanner.api.machines.dask_tidying import delete, is_left, look_after


def scheduler(*scans: str) -> Any:
    """What it keeps for these scans, as Dask has it."""
    variables: dict[str, Any] = {f"{scan}-orders": {"value": {"client": f"client-{scan}"}} for scan in scans}
    variables |= {f"{scan}-responders": {"value": []} for scan in scans}
    queues = {f"{scan}-news": object() for scan in scans}
    return SimpleNamespace(
        clients={f"client-{scan}": object() for scan in scans},
        extensions={
            "variables": SimpleNamespace(variables=variables),
            "queues": SimpleNamespace(queues=queues, client_refcount=dict.fromkeys(queues, 2)),
        },
    )


def left(there: Any) -> list[str]:
    queues = there.extensions["queues"]
    return [*there.extensions["variables"].variables, *queues.queues, *queues.client_refcount]


def test_the_scheduler_knows_who_is_there() -> None:
    there = scheduler("one", "two")
    del there.clients["client-two"]
    assert [is_left(f"{scan}-orders", there) for scan in ("one", "two", "three")] == [False, True, None]
    delete(["two-orders", "two-responders", "two-news"], there)
    assert left(there) == ["one-orders", "one-responders", "one-news", "one-news"]
    assert is_left("two-orders", there) is None


def test_it_looks_until_the_scan_has_gone_and_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    there = scheduler("one", "two")
    kept: list[int] = []

    class WorkersClient:
        def run_on_scheduler(self, asked: Any, told: Any) -> Any:
            return pickle.loads(pickle.dumps(asked))(told, dask_scheduler=there)

    def nap(for_s: float) -> None:
        kept.append(len(left(there)))
        if len(kept) == 3:
            del there.clients["client-one"]

    threads: list[Any] = []
    thread = SimpleNamespace(start=lambda: None)
    monkeypatch.setattr(dask_tidying, "sleep", nap)
    monkeypatch.setattr(dask_tidying, "Thread", lambda **told: threads.append(told) or thread)
    for _ in range(2):
        look_after(WorkersClient(), ["one-orders", "one-responders", "one-news"])
    assert len(threads) == 1, "once, however many runs there are"
    threads[0]["target"](*threads[0]["args"])
    assert (kept, len(left(there))) == ([8, 8, 8, 8], 4)
    look_after(WorkersClient(), ["one-orders"])
    assert len(threads) == 2
