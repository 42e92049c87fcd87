"""What a scan leaves with a scheduler, and sends through it, by a made-up library: no process, no connection."""

import asyncio
import pickle
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from scanner.api.machines import dask_client
from scanner.api.machines.dask_address import DaskAddress, TlsFiles
from scanner.api.machines.dask_client import DaskClient
from scanner.api.machines.worker_code import WorkerCode, own_code
from scanner.scanning.remote.worker_pool import PartTask

LIST = bytes(20_000_000)
FROZEN = "tcp://d:1"


class Scheduler:
    """What it keeps, and was given; also the library, and the client of both ends."""

    status, id = "running", "client"

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.calls: list[tuple[Any, ...]] = []
        self.given: list[list[str]] = []
        self.waits: list[float] = []
        self.processes: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, float]] = []
        self.looks_after: list[tuple[Any, ...]] = []
        self.loop = self
        self.asyncio_loop = asyncio.new_event_loop()

    def Queue(self, name: str, client: object) -> "Scheduler":  # noqa: N802 (Dask's)
        return self

    def Variable(self, name: str, client: object) -> "Kept":  # noqa: N802 (Dask's)
        return Kept(self, name)

    def submit(self, *call: Any, **how: Any) -> None:
        self.calls.append(call)
        self.given.append(how["workers"])

    def sync(self, function: Any, callback_timeout: float, **how: Any) -> Any:
        self.waits.append(callback_timeout)
        return function(**how)

    @property
    def scheduler(self) -> "Scheduler":
        return self

    def identity(self, n_workers: int) -> dict[str, Any]:
        assert n_workers == -1
        return {"workers": self.processes}

    def run_on_scheduler(self, function: Any, *told: Any, callback_timeout: float) -> None:
        self.looks_after.append(told)

    async def run(self, function: Any, *, workers: list[str], callback_timeout: float, **how: Any) -> dict[str, Any]:
        (address,) = workers
        self.asked.append((address, callback_timeout))
        if address == FROZEN:
            raise TimeoutError
        return {address: {"tcp://a:1": function, "tcp://b:1": lambda: OSError("gone")}.get(address, ValueError)()}

    def close(self, **how: Any) -> None: ...


class Kept:
    """A variable."""

    def __init__(self, scheduler: Scheduler, name: str) -> None:
        self._scheduler = scheduler
        self._name = name

    def set(self, value: Any, **how: Any) -> None:
        self._scheduler.kept[self._name] = value

    def delete(self) -> None:
        self._scheduler.kept.pop(self._name, None)


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scheduler]:
    made = Scheduler()
    monkeypatch.setattr(dask_client, "connected", lambda address: made)
    monkeypatch.setattr(dask_client, "dask_library", lambda: made)
    yield made
    made.asyncio_loop.close()


@pytest.fixture
def client(scheduler: Scheduler) -> DaskClient:
    return DaskClient(DaskAddress("tcp://a:8786", "a", TlsFiles()), "x")


def test_a_large_list_is_handed_over_once_and_parts_are_small(scheduler: Scheduler, client: DaskClient) -> None:
    """Dask warns of more than ten megabytes a task, on stderr."""
    client.keep(0, LIST)
    for part in (1, 2, 3):
        client.submit("tcp://a:1", PartTask(0, part, 3, 1), LIST, 1)
    assert scheduler.kept == {"scanner-x-list-0": LIST}
    assert all(len(pickle.dumps(call)) < 1000 for call in scheduler.calls)


def test_a_part_runs_where_it_is_unpickled(
    scheduler: Scheduler, client: DaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Dask hands on is bytes, and a function of Python's own."""
    client.keep(0, b"")
    client.submit("tcp://a:1", PartTask(0, 2, 3, 1), b"", 4)
    ((function, data),) = scheduler.calls
    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr(dask_client, "run_on_worker", lambda *more: told.append(more))
    assert (function, type(data)) == (pickle.loads, bytes)
    function(data)
    assert told == [((0, 2, 3, 1), "x", 4, own_code().digest)]


def test_the_next_process_at_an_address_is_another_worker(scheduler: Scheduler, client: DaskClient) -> None:
    known = []
    for folder in ("worker-1", "worker-2"):
        scheduler.processes = {"tcp://a:1": {"name": 0, "local_directory": f"/tmp/scratch/{folder}"}}
        ((worker, name),) = client.workers().items()
        client.submit(worker, PartTask(0, 1, 1, 1), b"", 1)
        known.append((worker, name))
    assert known == [("tcp://a:1#worker-1", "0"), ("tcp://a:1#worker-2", "0")]
    assert scheduler.given == [["tcp://a:1"], ["tcp://a:1"]]
    assert scheduler.waits == [5.0, 5.0], "nobody waits for ever to be told who is there"


def test_a_process_with_other_code_than_the_one_that_was_asked_probes_nothing(scheduler: Scheduler) -> None:
    """Dask may give it a task before anybody here has seen it."""
    with pytest.raises(RuntimeError, match="its code is not that of this host"):
        dask_client.run_on_worker((0, 1, 1, 1), "x", 1, "another")


def test_the_scheduler_looks_after_a_scan_before_it_keeps_anything(scheduler: Scheduler, client: DaskClient) -> None:
    """Whoever scans may be killed at any moment from here on."""
    assert scheduler.looks_after == [("scanner-x-", "client", 30.0)]
    assert scheduler.kept == {}


@pytest.mark.parametrize("over", [True, False])
def test_nothing_is_left_unless_runs_are_on_their_way(scheduler: Scheduler, client: DaskClient, over: bool) -> None:
    client.keep(0, b"list")
    client.tell([(0, 1, "10.0.0.1", 2, 0, 80)])
    client.order(7, stop=False, hold=False, told=1, over=())
    assert len(scheduler.kept) == 3
    client.close(over=over)
    assert len(scheduler.kept) == (0 if over else 3)


def test_each_worker_has_a_time_of_its_own_to_say_what_it_would_run(scheduler: Scheduler, client: DaskClient) -> None:
    """One that does not answer is missing, and one that cannot say it has nothing."""
    thread = threading.Thread(target=scheduler.asyncio_loop.run_forever)
    thread.start()
    found = client.codes(["tcp://a:1#worker-1", "tcp://b:1", "tcp://c:1", FROZEN])
    scheduler.asyncio_loop.call_soon_threadsafe(scheduler.asyncio_loop.stop)
    thread.join()
    assert found == {"tcp://a:1#worker-1": own_code(), "tcp://c:1": WorkerCode()}
    assert sorted(scheduler.asked) == [(f"tcp://{name}:1", 8.0) for name in "abcd"]
