"""What is left at a scheduler goes if nobody has counted on meanwhile. The scheduler is made up, what it runs is not."""

from types import SimpleNamespace
from typing import Any

import pytest

from scanner.api.machines import dask_tidying
from scanner.api.machines.dask_tidying import beat_of, deleting, tidy_later


def scheduler(**beats: int) -> Any:
    """What it keeps for these scans, as Dask has it."""
    variables: dict[str, Any] = {
        f"{scan}-orders": {"type": "msgpack", "value": {"beat": n}} for scan, n in beats.items()
    }
    variables |= {f"{scan}-responders": {"type": "msgpack", "value": []} for scan in beats}
    queues = {f"{scan}-news": object() for scan in beats}
    return SimpleNamespace(
        extensions={
            "variables": SimpleNamespace(variables=variables),
            "queues": SimpleNamespace(queues=queues, client_refcount=dict.fromkeys(queues, 2)),
        }
    )


def left(there: Any) -> list[str]:
    queues = there.extensions["queues"]
    return [*there.extensions["variables"].variables, *queues.queues, *queues.client_refcount]


def test_only_what_nobody_counts_on_for_is_deleted() -> None:
    there = scheduler(one=7, two=7)
    others = ["one-responders", "one-news"]
    assert (beat_of("one-orders")(there), beat_of("gone-orders")(there)) == (7, None)
    deleting("one-orders", others, 6)(there)
    assert len(left(there)) == 8
    deleting("one-orders", others, 7)(there)
    assert left(there) == ["two-orders", "two-responders", "two-news", "two-news"]


@pytest.mark.parametrize("goes_on", [True, False])
def test_it_looks_twice(goes_on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []
    there, done = scheduler(one=7), []

    class WorkersClient:
        def run_on_scheduler(self, asked: Any) -> Any:
            done.append(len(naps))
            return asked(there)

    def nap(for_s: float) -> None:
        naps.append(for_s)
        if goes_on and len(naps) == 2:
            there.extensions["variables"].variables["one-orders"]["value"] = {"beat": 8}

    threads: list[Any] = []
    monkeypatch.setattr(dask_tidying, "sleep", nap)
    monkeypatch.setattr(
        dask_tidying, "Thread", lambda **told: threads.append(told) or SimpleNamespace(start=lambda: None)
    )
    tidy_later(WorkersClient(), "one-orders", ["one-responders", "one-news"])
    threads[0]["target"](*threads[0]["args"])
    assert (done, sum(naps)) == ([1, 2], 300)
    assert bool(left(there)) is goes_on
