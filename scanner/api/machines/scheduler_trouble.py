"""Why no scheduler is spoken to, in words, of what Dask raises where it connects. Pure.

What has really happened stands behind what Dask says of it, as the cause of the cause: so the one message tells apart a
name without an address, a port that nobody listens at, certificates that do not fit (whose?), and what answers but is
no scheduler.
"""

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import NamedTuple

from scanner.api.machines.dask_address import DaskAddress
from scanner.words.plain import plain

_LONGEST = 200  # of what Dask says of an error
_NO_TLS = "what answers at {} does not speak TLS; is it a scheduler without, so that it is a tcp:// address?"
#: So Dask calls a connection that has come about.
_SPOKEN = "in <TLS "
_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES, errno.EPERM)


class SchedulerTrouble(NamedTuple):
    """`text`: what is the matter and what to do, after `--dask: `. `lasting`: to try again would change nothing."""

    text: str
    lasting: bool


def scheduler_trouble(error: BaseException, address: DaskAddress, *, within_s: float) -> SchedulerTrouble:
    """What kept us from this scheduler, which was tried for so long."""
    causes = list(_causes(error))
    url = address.url
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return SchedulerTrouble(f"{address.host} leads to no address ({cause.strerror}); is it spelt right?", True)
        if isinstance(cause, ConnectionRefusedError):
            return SchedulerTrouble(f"nobody listens at {url}; is the scheduler running, and at this port?", True)
        if isinstance(cause, ssl.SSLError | ConnectionError) and any(address.tls):
            return SchedulerTrouble(_of_tls(cause, url, spoken=any(_SPOKEN in str(each) for each in causes)), True)
        if isinstance(cause, OSError) and cause.errno in _NO_WAY:
            return SchedulerTrouble(f"{url} cannot be reached from here ({cause.strerror})", True)
        if isinstance(cause, ValueError) and any(address.tls):  # Tornado's, where a greeting came before the handshake
            return SchedulerTrouble(_NO_TLS.format(url), True)
    if _no_answer(causes):
        return SchedulerTrouble(
            f"no scheduler answers at {url} within {within_s:g} s; is it running, and does a firewall let this host "
            "reach it?",
            False,
        )
    which = "is that the scheduler's port"
    tls = f"; {which}?" if any(address.tls) else f" without TLS; {which}, or does it want a tls:// address?"
    text = f"what answers at {url} does not speak as a Dask scheduler{tls}"
    return SchedulerTrouble(text, not isinstance(error, TimeoutError))


def first_line(error: BaseException | None) -> str:
    """What an error of Dask's says, short and printable."""
    return plain((str(error).strip() or type(error).__name__).splitlines()[0])[:_LONGEST]


def _of_tls(error: Exception, url: str, *, spoken: bool) -> str:
    """`spoken`: the handshake was over for us, and then it was broken: at the other end it was not."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"the certificate of the scheduler at {url} is not from the authority of --dask-tls-ca; both ends need one "
            "of the same authority"
        )
    if spoken or "ALERT" in str(getattr(error, "reason", "")):
        return (
            f"the scheduler at {url} does not accept the certificate of --dask-tls-cert; it takes those of its own "
            "authority"
        )
    return _NO_TLS.format(url)


def _no_answer(causes: list[BaseException]) -> bool:
    """Whether Dask gave up connecting; who accepts and says nothing is another matter."""
    return any(isinstance(each, OSError) and "trying to connect" in str(each) for each in causes)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
