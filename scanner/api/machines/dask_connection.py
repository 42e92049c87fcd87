"""How one gets hold of Dask, and of a scheduler: the one module that imports it, because it is slow to and an extra.

Dask asks a port that accepts and then says nothing for ever. So a scheduler is greeted first, and for so long only;
what keeps it from answering is told in words of ours (`scheduler_trouble.py`).
"""

import asyncio
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SOCK_STREAM
from typing import Any
from urllib.parse import urlsplit

from scanner.api.machines.dask_address import DaskAddress
from scanner.api.machines.scheduler_trouble import first_line, scheduler_trouble
from scanner.errors import UsageError

_CONNECT_S = 8.0
#: What cannot be is seen sooner: Dask tries again and again.
_AT_FIRST_S = 1.0
#: The end of Dask's own time comes first, for it says more.
_GRACE_S = 0.5
_NOISY = ("distributed", "dask", "tornado", "asyncio")
_NEEDED = "distributed>=2025.7"  # as pyproject.toml has it


def dask_library() -> Any:
    """The module `distributed`. Raises ImportError."""
    import distributed

    return distributed


def connected(address: DaskAddress) -> Any:
    """A client of the scheduler at this address (`distributed.Client`). From now on Dask says nothing on stderr.

    Errors: UsageError where Dask is not there, or no scheduler.
    """
    distributed = _quiet_library()
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
            asyncio.run(_greeted(address, security))
            return distributed.Client(
                address.url, security=security, timeout=_CONNECT_S, set_as_default=False, direct_to_workers=False
            )
        except Exception as error:
            told = scheduler_trouble(error, address, within_s=_CONNECT_S).text
            raise UsageError(f"--dask: {told}", hint=f"Dask says: {first_line(error)}") from None


async def _greeted(address: DaskAddress, security: Any) -> None:
    """Returns when the scheduler has answered."""
    try:
        await _greet(address.url, security, _AT_FIRST_S)
    except Exception as error:
        if scheduler_trouble(error, address, within_s=_CONNECT_S).lasting:
            raise
        await _knock(address)
        await _greet(address.url, security, _CONNECT_S - 2 * _AT_FIRST_S)


async def _knock(address: DaskAddress) -> None:
    """Raises the refusal, where this port refuses: Dask cuts its own last attempt short, and then knows of no reason
    but that its time was up."""
    port, refusal = urlsplit(address.url).port, None
    with suppress(TimeoutError):
        async with asyncio.timeout(_AT_FIRST_S):
            for *_, where in await asyncio.get_running_loop().getaddrinfo(address.host, port, type=SOCK_STREAM):
                try:
                    _, writer = await asyncio.open_connection(*where[:2])
                except ConnectionRefusedError as error:
                    refusal = error
                except OSError:
                    continue
                else:
                    writer.close()
                    return
    if refusal is not None:
        raise refusal


async def _greet(url: str, security: Any, seconds: float) -> None:
    from distributed.comm import connect

    certificates = security.get_connection_args("client") if security else {}
    comm = await asyncio.wait_for(connect(url, timeout=seconds, **certificates), seconds + _GRACE_S)
    await comm.close()


def _quiet_library() -> Any:
    try:
        with _in_silence():
            distributed = dask_library()
    except ImportError:
        raise UsageError(f"--dask needs Dask; run pip install '{_NEEDED}'") from None
    except Exception as error:  # a configuration of Dask's that it cannot read
        raise UsageError(f"--dask: Dask does not start here: {first_line(error)}") from None
    for name in [*_NOISY, *(each for each in logging.root.manager.loggerDict if each.split(".")[0] in _NOISY)]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what matters to a scan, the scan says itself
    for name in _NOISY:
        warnings.filterwarnings("ignore", module=rf"{name}(\.|$)")
    return distributed


@contextmanager
def _in_silence() -> Iterator[None]:
    """Without warnings on stderr, such as those on other versions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
