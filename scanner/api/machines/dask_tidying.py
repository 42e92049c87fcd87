"""What a scan leaves at its scheduler where it could not take that away itself: it was killed, or left before its runs
had ended.

Each worker that had a run of it looks after it from then on, now and then: whether its client is still there, stopped
or not (Ctrl-Z, for hours), the scheduler knows. Reading what may be gone would leave a traceback in the scheduler's
log, so what looks runs there.
"""

from collections.abc import Sequence
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import Any

from scanner.api.machines.sent_source import SentSource

#: Runs that are still under way end sooner than that, once their client has gone.
_LOOK_S = 30.0
#: The scans that this process looks after, by the variable with what runs are told.
_looked_after: set[str] = set()


def look_after(client: Any, names: Sequence[str]) -> None:
    """Takes these away once nobody needs them: the variable with what runs are told, other variables and queues.
    `client`: the worker's, which stays."""
    if names[0] not in _looked_after:
        _looked_after.add(names[0])
        Thread(target=_tidy, args=(client, names), name="scanner-tidy", daemon=True).start()


def _tidy(client: Any, names: Sequence[str]) -> None:
    with suppress(Exception):  # whatever Dask has to say: it is only untidy then
        left = False
        while left is not None:
            sleep(_LOOK_S)
            if left:
                client.run_on_scheduler(SentSource(delete), names)
            left = client.run_on_scheduler(SentSource(is_left), names[0])
    _looked_after.discard(names[0])


def is_left(orders: str, dask_scheduler: "Any") -> "bool | None":
    """For the scheduler, to which its source is sent: whether the scan that gives these orders has gone; None: with all
    that it had there."""
    record = dask_scheduler.extensions["variables"].variables.get(orders)
    return None if record is None else record["value"]["client"] not in dask_scheduler.clients


def delete(names: "Sequence[str]", dask_scheduler: "Any") -> None:
    """For the scheduler, too: deletes all of them."""
    queues = dask_scheduler.extensions["queues"]
    for kept in (dask_scheduler.extensions["variables"].variables, queues.queues, queues.client_refcount):
        for name in names:
            kept.pop(name, None)
