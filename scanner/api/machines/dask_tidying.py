"""What a scan leaves at its scheduler where it could not take that away itself: it was killed, or left before its runs
had ended.

A run that did not end by itself (it was told to, or heard of nobody any more) looks after it some minutes later, on the
worker, which is free by then: if nobody has counted on (`Mailbox.orders`) from one look to the next, nobody will. Reading
what may be gone would leave a traceback in the scheduler's log, so it is asked in a way that knows what it has.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import Any

#: Ctrl-Z, or a laptop asleep, may be over sooner.
_LOOK_S = 150.0


def tidy_later(client: Any, orders: str, others: Sequence[str]) -> None:
    """Takes these away, if nobody needs them: the variable with what runs are told, other variables and queues. `client`:
    the worker's, which stays."""
    Thread(target=_tidy, args=(client, orders, others), name="scanner-tidy", daemon=True).start()


def _tidy(client: Any, orders: str, others: Sequence[str]) -> None:
    with suppress(Exception):  # whatever Dask has to say: it is only untidy then
        sleep(_LOOK_S)
        beat = client.run_on_scheduler(beat_of(orders))
        if beat is not None:
            sleep(_LOOK_S)
            client.run_on_scheduler(deleting(orders, others, beat))


def beat_of(orders: str) -> Callable[..., Any]:
    """For the scheduler, which may not have this package, so it is pickled as it is: the number that grows while
    somebody scans; None: there is no such variable."""

    def look(dask_scheduler: Any) -> Any:
        record = dask_scheduler.extensions["variables"].variables.get(orders)
        return record and record["value"]["beat"]

    return look


def deleting(orders: str, others: Sequence[str], beat: int) -> Callable[..., None]:
    """For the scheduler, too: deletes all of them if that number has not grown."""
    look = beat_of(orders)

    def delete(dask_scheduler: Any) -> None:
        if look(dask_scheduler) == beat:
            queues = dask_scheduler.extensions["queues"]
            for name in (orders, *others):
                for kept in (dask_scheduler.extensions["variables"].variables, queues.queues, queues.client_refcount):
                    kept.pop(name, None)

    return delete
