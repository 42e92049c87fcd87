"""What a scheduler that cannot be spoken to is told as, where Dask's own last attempt knows no reason."""

import pytest

from scanner.api.machines.dask_address import TlsFiles, dask_address
from scanner.api.machines.dask_connection import connected
from scanner.errors import UsageError
from tests import needs
from tests.engine.listeners import full_backlog, listener, refused_port


@pytest.fixture(autouse=True)
def cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each attempt of Dask's is: it says that time is up, and of what went before, nothing."""

    async def connect(url: str, **how: object) -> None:
        raise OSError(f"Timed out trying to connect to {url}") from TimeoutError()

    needs.require("distributed")
    monkeypatch.setattr("distributed.comm.connect", connect)


def told(address: str) -> str:
    with pytest.raises(UsageError) as refused:
        connected(dask_address(address, TlsFiles()))
    return str(refused.value)


def test_a_port_that_nobody_listens_at() -> None:
    with refused_port() as port:
        address = f"tcp://127.0.0.1:{port}"
        assert f"nobody listens at {address}; is the scheduler running" in told(address)


def test_one_that_accepts() -> None:
    with listener() as port:
        address = f"tcp://127.0.0.1:{port}"
        assert f"no scheduler answers at {address} within 8 s" in told(address)


@pytest.mark.slow
def test_one_that_is_silent() -> None:
    with full_backlog() as port:
        address = f"tcp://127.0.0.1:{port}"
        assert f"no scheduler answers at {address} within 8 s" in told(address)
