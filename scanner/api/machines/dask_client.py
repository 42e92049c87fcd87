"""What a scan asks of Dask's scheduler, and the function that runs on its workers (`dask_connection.py` finds both).

* A part is a task of Dask's, for one worker, with a key made of scan, list, part and run. What Dask itself unpickles of
  it, at the scheduler and at the worker, is nothing of ours: whoever has no scanner fails in the task, and lives on.
* A worker is known by its address and what tells its process from others: one that died may be followed by another
  with the same address (`--worker-port`), and that one may run other code.
* A list may be large. It is a variable of the scheduler's, which each worker fetches once.
* What a run says goes through a queue of the scheduler's (`Queue`). It has no limit there, for a put that waits too
  long leaves a traceback in the scheduler's log: runs are told to wait instead.
* What all runs are told is a variable of the scheduler's (`Variable`): that somebody still scans, whether to stop, and
  in another one who has answered.
* Nothing is to be left at a scheduler, which may run for months. Who scans takes it all away at the end; where that
  cannot be, the scheduler does so itself (`dask_tidying.py`).

So workers and whoever scans need to reach the scheduler, and the scheduler the workers; nobody else anybody. Each call
waits CALL_S at most.
"""

import pickle
from asyncio import gather, run_coroutine_threadsafe
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from scanner.api.machines.dask_address import DaskAddress
from scanner.api.machines.dask_connection import connected, dask_library
from scanner.api.machines.dask_courier import CALL_S, DaskCourier
from scanner.api.machines.dask_tidying import look_after
from scanner.api.machines.scheduler_trouble import first_line
from scanner.api.machines.sent_source import SentSource
from scanner.api.machines.worker_code import WorkerCode, own_code, told_code
from scanner.scanning.remote.part_run import run_part
from scanner.scanning.remote.worker_pool import PartNews, PartTask, Responder

#: Each worker has so long to say what it would run.
ASK_S = 8.0
#: A list may be some ten megabytes, on its way over a slow line.
_LIST_S = 120.0
_NEWS = "news"
_RESPONDERS = "responders"
_ORDERS = "orders"


class DaskClient:
    """The scheduler at an address, for one `scan`. Errors of the constructor: UsageError; elsewhere Exception, where
    it cannot be reached any more."""

    def __init__(self, address: DaskAddress, scan: str) -> None:
        self._client = connected(address)
        self._scan = scan
        self._futures: dict[PartTask, Any] = {}
        self._lists: set[int] = set()
        look_after(self._client, _name(scan, ""))
        self._news = dask_library().Queue(_name(scan, _NEWS), client=self._client)

    @property
    def lost(self) -> bool:
        """Whether the connection has broken."""
        return bool(self._client.status != "running")

    def workers(self) -> dict[str, str]:
        """Those that the scheduler has, by address and process; the values are their names."""
        # Not by `scheduler_info`: it takes no time limit, and what it returns Dask may have replaced just then by what
        # it asks for itself now and then, which is of no workers at all.
        info = self._client.sync(self._client.scheduler.identity, n_workers=-1, callback_timeout=CALL_S)
        return {f"{at}{_process(worker)}": str(worker["name"]) for at, worker in info["workers"].items()}

    def codes(self, addresses: Sequence[str]) -> dict[str, WorkerCode]:
        """What each of these would run as scanner; of those that answer, each with a time of its own."""
        loop = self._client.loop.asyncio_loop
        found = run_coroutine_threadsafe(self._told(addresses), loop).result(ASK_S + CALL_S)
        return {address: _code_of(told) for address, told in found.items() if not isinstance(told, OSError)}

    async def _told(self, addresses: Sequence[str]) -> dict[str, Any]:
        """By address; an OSError where there is no answer."""
        asked = SentSource(told_code)

        async def told(address: str) -> Any:
            at = _address(address)
            one = {"workers": [at], "on_error": "return", "asynchronous": True, "callback_timeout": ASK_S}
            try:
                return (await self._client.run(asked, **one)).get(at)
            except OSError as error:  # TimeoutError is one, too
                return error

        return dict(zip(addresses, await gather(*map(told, addresses)), strict=True))

    def keep(self, at: int, work: bytes) -> None:
        """All workers are to have the list of this number."""
        self._lists.add(at)
        self._kept(_list_name(at)).set(work, timeout=_LIST_S, callback_timeout=_LIST_S)

    def submit(self, address: str, task: PartTask, work: bytes, sharers: int) -> None:
        """Have this worker run it, one of so many on its machine. `work`: what has been kept as its list."""
        code = own_code().digest
        call = pickle.dumps(_PackedCall(run_on_worker, tuple(task), self._scan, sharers, code))
        key = f"scanner-{self._scan}-{task.at}-{task.part}-{task.run}"
        at = [_address(address)]
        self._futures[task] = self._client.submit(
            pickle.loads, call, key=key, workers=at, retries=0, pure=False, allow_other_workers=False
        )

    def forget(self, task: PartTask) -> None:
        """Nobody waits for it any more."""
        if (future := self._futures.pop(task, None)) is not None:
            future.cancel()

    def ended(self) -> dict[PartTask, str]:
        """The tasks that are over, and why, where that is not by themselves; each once."""
        over = {task: future for task, future in self._futures.items() if future.status != "pending"}
        for task in over:
            del self._futures[task]
        return {task: _reason(future) for task, future in over.items()}

    def news(self) -> list[PartNews]:
        """What runs have said since the last call."""
        said = self._news.get(batch=True, callback_timeout=CALL_S)
        return [PartNews(PartTask(*task), *more) for words in said for task, *more in words]

    def order(self, beat: int, *, stop: bool, hold: bool, told: int, over: Sequence[PartTask]) -> None:
        """Tell all runs, those to come as well: `Mailbox.orders`."""
        orders = {"beat": beat, "stop": stop, "hold": hold, "told": told, "over": [list(task) for task in over]}
        self._kept(_ORDERS).set(orders, timeout=CALL_S, callback_timeout=CALL_S)

    def tell(self, responders: Sequence[Responder]) -> None:
        """All that answered, for `Mailbox.responders`."""
        self._kept(_RESPONDERS).set([list(each) for each in responders], timeout=CALL_S, callback_timeout=CALL_S)

    def close(self, *, over: bool) -> None:
        """Leave. `over`: no run needs to be told anything any more."""
        with suppress(Exception):
            if not self.lost:
                self._news.close()
                for what in (_ORDERS, _RESPONDERS, *map(_list_name, self._lists)) if over else ():
                    self._kept(what).delete()
            self._client.close(timeout=1)

    def _kept(self, what: str) -> Any:
        return dask_library().Variable(_name(self._scan, what), client=self._client)


class _PackedCall:
    """As a pickle, a call: to unpickle it is to make it, and returns what it returns."""

    def __init__(self, function: Callable[..., Any], *told: Any) -> None:
        self._call = function, told

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call


class _SchedulerMailbox:
    """What the scheduler of this worker keeps for a scan: a `Mailbox`."""

    def __init__(self, scan: str) -> None:
        distributed = dask_library()
        client = distributed.get_client()
        self._news = distributed.Queue(_name(scan, _NEWS), client=client)
        self._orders = distributed.Variable(_name(scan, _ORDERS), client=client)
        self._responders = distributed.Variable(_name(scan, _RESPONDERS), client=client)

    def put(self, news: Sequence[PartNews]) -> None:
        """These, behind all others."""
        self._news.put([[list(task), *more] for task, *more in news], callback_timeout=CALL_S)

    def orders(self) -> Mapping[str, Any]:
        """What all runs are told."""
        return dict(self._orders.get(timeout=CALL_S, callback_timeout=CALL_S))

    def responders(self) -> Sequence[Responder]:
        """All of them."""
        return [tuple(each) for each in self._responders.get(timeout=CALL_S, callback_timeout=CALL_S)]

    def close(self) -> None:
        """Nothing more is said."""
        with suppress(Exception):
            self._news.close()


def run_on_worker(task: Sequence[int], scan: str, sharers: int, code: str) -> None:
    """Runs on a worker: one part of a scan. `code`: what whoever scans runs, by its digest. The process that was asked
    may be gone, and this one have another: it raises RuntimeError then, and probes nothing."""
    if own_code().digest != code:
        raise RuntimeError("its code is not that of this host")
    mailbox = _SchedulerMailbox(scan)
    part = PartTask(*task)
    courier = DaskCourier(mailbox, part)
    try:
        run_part(_list_of(scan, part.at), part, courier, sharers)
    finally:
        courier.close()
        mailbox.close()


@lru_cache(maxsize=1)
def _list_of(scan: str, at: int) -> bytes:
    """The list of this number, which stays with a worker until it gets another."""
    distributed = dask_library()
    kept = distributed.Variable(_name(scan, _list_name(at)), client=distributed.get_client())
    return bytes(kept.get(timeout=CALL_S, callback_timeout=_LIST_S))


def _process(worker: Mapping[str, Any]) -> str:
    """What is added to its address: the folder that each process of a worker makes for itself, and for nobody else."""
    return f"#{PurePath(worker['local_directory']).name}"


def _address(worker: str) -> str:
    """Of one that is known by address and process."""
    return worker.partition("#")[0]


def _name(scan: str, what: str) -> str:
    """What the scheduler keeps of a scan has such a name."""
    return f"scanner-{scan}-{what}"


def _list_name(at: int) -> str:
    return f"list-{at}"


def _code_of(told: Any) -> WorkerCode:
    """Of a worker's answer, which may be an error as well."""
    if isinstance(told, tuple | list) and len(told) == 2:
        return WorkerCode(*map(str, told))
    return WorkerCode()


def _reason(future: Any) -> str:
    if future.status != "error":
        return "" if future.status == "finished" else "Dask has lost it"
    with suppress(Exception):
        return f"it failed on its worker: {first_line(future.exception(timeout=CALL_S))}"
    return "it failed on its worker"
