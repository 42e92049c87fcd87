"""The one module that knows Dask: what is asked of its scheduler, and the function that runs on its workers.

* A part is a task of Dask's, for one worker, with a key made of scan, list, part and run.
* What a run says goes through a queue of the scheduler's (`Queue`). It has no limit there, for a put that waits too
  long leaves a traceback in the scheduler's log: runs are told to wait instead.
* What all runs are told is a variable of the scheduler's (`Variable`): that somebody still scans, whether to stop, and
  in another one who has answered.

So workers and whoever scans need to reach the scheduler, and the scheduler the workers; nobody else anybody. Each call
waits CALL_S at most.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from typing import Any

from scanner.api.machines.dask_address import DaskAddress
from scanner.api.machines.dask_courier import CALL_S, DaskCourier
from scanner.api.machines.dask_tidying import look_after
from scanner.errors import UsageError
from scanner.scanning.remote.part_run import run_part
from scanner.scanning.remote.worker_pool import PartNews, PartTask, Responder
from scanner.words.plain import plain

_CONNECT_S = 8.0
_LONGEST = 200  # of what Dask says of an error
_NOISY = ("distributed", "tornado", "asyncio")


class DaskClient:
    """The scheduler at an address, for one `scan`. Errors of the constructor: UsageError; elsewhere Exception, where
    it cannot be reached any more."""

    def __init__(self, address: DaskAddress, scan: str) -> None:
        distributed = _distributed()
        self._scan = scan
        self._futures: dict[PartTask, Any] = {}
        security = None
        if any(address.tls):
            security = distributed.Security(
                tls_ca_file=address.tls.ca,
                tls_client_cert=address.tls.cert,
                tls_client_key=address.tls.key,
                require_encryption=True,
            )
        with _in_silence():
            try:
                self._client = distributed.Client(
                    address.url, security=security, timeout=_CONNECT_S, set_as_default=False, direct_to_workers=False
                )
            except Exception as error:
                tls = (
                    "is its certificate of this authority"
                    if security
                    else "does it want TLS, so that it is a tls:// address"
                )
                raise UsageError(
                    f"--dask: no scheduler answers at {address.url} within {_CONNECT_S:g} s; is it running, does this "
                    f"host reach it, {tls}?",
                    hint=f"Dask says: {_first_line(error)}",
                ) from None
            self._news = distributed.Queue(_queue_of(scan), client=self._client)
        self._orders = distributed.Variable(_orders_of(scan), client=self._client)
        self._responders = distributed.Variable(_responders_of(scan), client=self._client)

    @property
    def lost(self) -> bool:
        """Whether the connection has broken."""
        return bool(self._client.status != "running")

    def workers(self) -> dict[str, str]:
        """Those that the scheduler has, by address; the values are their names."""
        info = self._client.scheduler_info(n_workers=-1, callback_timeout=CALL_S)
        return {address: str(worker["name"]) for address, worker in info["workers"].items()}

    def versions(self, package: str, addresses: Sequence[str]) -> dict[str, str]:
        """Which version of a package these have; empty where it is not installed."""
        found = self._client.run(
            version, package, workers=list(addresses), on_error="return", callback_timeout=_CONNECT_S
        )
        return {address: told if isinstance(told, str) else "" for address, told in found.items()}

    def submit(self, address: str, task: PartTask, work: bytes, sharers: int) -> None:
        """Have this worker run it, one of so many on its machine."""
        key = f"scanner-{self._scan}-{task.at}-{task.part}-{task.run}"
        self._futures[task] = self._client.submit(
            run_on_worker, work, tuple(task), self._scan, sharers, key=key, workers=[address], retries=0, pure=False,
            allow_other_workers=False,
        )  # fmt: skip

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
        return [PartNews(PartTask(*task), *more) for task, *more in said]

    def order(self, beat: int, *, stop: bool, hold: bool, told: int, over: Sequence[PartTask]) -> None:
        """Tell all runs, those to come as well: `Mailbox.orders`."""
        orders = {"beat": beat, "stop": stop, "hold": hold, "told": told, "over": [list(task) for task in over]}
        orders["client"] = self._client.id  # for `dask_tidying.py`
        self._orders.set(orders, timeout=CALL_S, callback_timeout=CALL_S)

    def tell(self, responders: Sequence[Responder]) -> None:
        """All that answered, for `Mailbox.responders`."""
        self._responders.set([list(each) for each in responders], timeout=CALL_S, callback_timeout=CALL_S)

    def close(self, *, over: bool) -> None:
        """Leave. `over`: no run needs to be told anything any more."""
        with suppress(Exception):
            if not self.lost:
                self._news.close()
                if over:
                    self._orders.delete()
                    self._responders.delete()
            self._client.close(timeout=1)


class _SchedulerMailbox:
    """What the scheduler of this worker keeps for a scan: a `Mailbox`."""

    def __init__(self, scan: str) -> None:
        from distributed import Queue, Variable, get_client

        client = get_client()
        self._scan = scan
        self._news = Queue(_queue_of(scan), client=client)
        self._orders = Variable(_orders_of(scan), client=client)
        self._responders = Variable(_responders_of(scan), client=client)

    def put(self, news: PartNews) -> None:
        """Behind all others."""
        task, *more = news
        self._news.put([list(task), *more], callback_timeout=CALL_S)

    def orders(self) -> Mapping[str, Any]:
        """What all runs are told."""
        return dict(self._orders.get(timeout=CALL_S, callback_timeout=CALL_S))

    def responders(self) -> Sequence[Responder]:
        """All of them."""
        return [tuple(each) for each in self._responders.get(timeout=CALL_S, callback_timeout=CALL_S)]

    def close(self) -> None:
        """Nothing more is said."""
        with suppress(Exception):
            look_after(self._news.client, _orders_of(self._scan), [_responders_of(self._scan), _queue_of(self._scan)])
            self._news.close()


def run_on_worker(work: bytes, task: Sequence[int], scan: str, sharers: int) -> None:
    """Runs on a worker, which has the same version of scanner: one part of a scan."""
    mailbox = _SchedulerMailbox(scan)
    courier = DaskCourier(mailbox, PartTask(*task))
    try:
        run_part(work, PartTask(*task), courier, sharers)
    finally:
        courier.close()
        mailbox.close()


def _queue_of(scan: str) -> str:
    return f"scanner-{scan}-news"


def _orders_of(scan: str) -> str:
    return f"scanner-{scan}-orders"


def _responders_of(scan: str) -> str:
    return f"scanner-{scan}-responders"


def _distributed() -> Any:
    """The library, which is slow to import and an extra."""
    try:
        with _in_silence():
            import distributed
    except ImportError:
        raise UsageError("--dask needs Dask; run pip install 'scanner[dask]'") from None
    except Exception as error:  # a configuration of Dask's that it cannot read
        raise UsageError(f"--dask: Dask does not start here: {_first_line(error)}") from None
    for name in [*_NOISY, *(each for each in logging.root.manager.loggerDict if each.split(".")[0] in _NOISY)]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what matters to a scan, the scan says itself
    return distributed


@contextmanager
def _in_silence() -> Iterator[None]:
    """Without warnings on stderr, such as those on other versions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _reason(future: Any) -> str:
    if future.status != "error":
        return "" if future.status == "finished" else "Dask has lost it"
    with suppress(Exception):
        return f"it failed on its worker: {_first_line(future.exception(timeout=CALL_S))}"
    return "it failed on its worker"


def _first_line(error: BaseException | None) -> str:
    return plain((str(error).strip() or type(error).__name__).splitlines()[0])[:_LONGEST]
