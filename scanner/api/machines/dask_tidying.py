"""What a scan leaves at its scheduler where it could not take that away itself: it was killed, or left before its runs
had ended, or none of them had begun.

The scheduler looks after that, from the scan's first word to it on: whether its client is still there, stopped or not
(Ctrl-Z, for hours), nobody else knows for sure, and all else may end before it. It has nothing of ours, so what looks
is sent to it (`sent_source.py`), and so it reads what Dask itself reads there.
"""

from contextlib import suppress
from typing import Any

from scanner.api.machines.dask_courier import CALL_S
from scanner.api.machines.sent_source import SentSource

#: Runs that are still under way end sooner than that, once their client has gone.
_LOOK_S = 30.0


def look_after(client: Any, prefix: str) -> None:
    """Have the scheduler take away all variables and queues whose names begin so, once this client, Dask's, has gone
    and nobody needs them."""
    with suppress(Exception):  # whatever Dask has to say: it is only untidy then
        client.run_on_scheduler(SentSource(tidy), prefix, client.id, _LOOK_S, callback_timeout=CALL_S)


def tidy(prefix: str, client: str, every_s: float, dask_scheduler: "Any") -> None:
    """For the scheduler, to which its source is sent: looks every so often, and deletes what is left when it has seen
    twice that the client of this id has gone."""

    def look(had_gone: bool) -> None:
        try:
            queues = dask_scheduler.extensions["queues"]
            kept = dask_scheduler.extensions["variables"].variables, queues.queues, queues.client_refcount
            left = [(where, name) for where in kept for name in where if name.startswith(prefix)]
            gone = client not in dask_scheduler.clients
            if had_gone and gone:
                for where, name in left:
                    where.pop(name, None)
            elif left or not gone:
                dask_scheduler.loop.call_later(every_s, look, gone)
        except Exception:  # a Dask that keeps its things elsewhere: no traceback in its log
            pass

    dask_scheduler.loop.call_later(every_s, look, False)
