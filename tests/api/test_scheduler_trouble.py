"""What Dask raises where it gets no scheduler, and what that is told as (real ones: `tests/cli/test_machines.py`)."""

import socket
import ssl
from itertools import pairwise

import pytest

from scanner.api.machines.dask_address import DaskAddress, TlsFiles
from scanner.api.machines.scheduler_trouble import scheduler_trouble

PLAIN = DaskAddress("tcp://sched:8786", "sched", TlsFiles())
SECURE = DaskAddress("tls://sched:8786", "sched", TlsFiles("ca", "cert", "key"))


def raised(*chain: BaseException) -> BaseException:
    """The first, caused by the second, and so on."""
    for error, cause in pairwise(chain):
        error.__cause__ = cause
    return chain[0]


def alert(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


#: Dask's words for a connection that stood, and has broken.
SPOKEN = "in <TLS (closed)  local=tls://10.0.0.9:41072 remote=tls://10.0.0.1:8786>: broken"
REFUSED = "does not accept the certificate of --dask-tls-cert; it takes those of its own authority"
PORT_OR_TLS = "as a Dask scheduler without TLS; is that the scheduler's port, or does it want a tls:// address?"
GAVE_UP = OSError("Timed out trying to connect to tcp://sched:8786 after 1 s")


@pytest.mark.parametrize(
    ("address", "error", "told", "lasting"),
    [
        (PLAIN, raised(GAVE_UP, socket.gaierror(-2, "Name or service not known")), "sched leads to no address", True),
        (PLAIN, raised(OSError("Timed out trying to connect"), OSError("in <TCP>"), ConnectionRefusedError()),
         "nobody listens at tcp://sched:8786; is the scheduler running, and at this port?", True),
        (PLAIN, raised(OSError("x"), OSError(101, "Network is unreachable")), "cannot be reached from here", True),
        (PLAIN, raised(OSError("Timed out trying to connect"), TimeoutError()), "no scheduler answers at", False),
        (PLAIN, TimeoutError(), PORT_OR_TLS, False),
        (PLAIN, raised(OSError("in <TCP>"), ConnectionResetError(104, "reset")), PORT_OR_TLS, True),
        (PLAIN, MemoryError(), PORT_OR_TLS, True),
        (SECURE, raised(OSError("x"), ssl.SSLCertVerificationError(1, "x")), "the authority of --dask-tls-ca", True),
        (SECURE, raised(OSError("x"), alert("TLSV1_ALERT_UNKNOWN_CA")), REFUSED, True),
        (SECURE, raised(OSError(SPOKEN), ssl.SSLEOFError(8, "EOF")), REFUSED, True),
        (SECURE, raised(OSError(SPOKEN), ConnectionResetError(104, "reset")), REFUSED, True),
        (SECURE, raised(OSError("in <TLSConnector>"), ssl.SSLEOFError(8, "EOF")), "does not speak TLS", True),
        (SECURE, raised(OSError("x"), alert("WRONG_VERSION_NUMBER")), "does not speak TLS", True),
        (SECURE, TimeoutError(), "does not speak as a Dask scheduler; is that the scheduler's port?", False),
        (SECURE, ValueError("IOStream is not idle; cannot convert to SSL"), "does not speak TLS", True),
    ],
)  # fmt: skip
def test_what_is_behind_an_error(address: DaskAddress, error: BaseException, told: str, lasting: bool) -> None:
    text, lasts = scheduler_trouble(error, address, within_s=8)
    assert told in text
    assert lasts is lasting
