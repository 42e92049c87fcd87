"""Addresses of schedulers, and certificates, before anything is connected."""

from pathlib import Path

import pytest

from scanner.api.machines.dask_address import TlsFiles, dask_address
from scanner.errors import UsageError
from tests.dask_clusters import tls_set

NONE = TlsFiles()


@pytest.mark.parametrize(
    ("typed", "url", "host"),
    [
        ("tcp://10.0.0.1:8786", "tcp://10.0.0.1:8786", "10.0.0.1"),
        ("tcp://10.0.0.1:8786/", "tcp://10.0.0.1:8786", "10.0.0.1"),
        ("scheduler.example.net", "tcp://scheduler.example.net:8786", "scheduler.example.net"),
        ("scheduler.example.net:9000", "tcp://scheduler.example.net:9000", "scheduler.example.net"),
        ("tcp://[fd00::1]:8786", "tcp://[fd00::1]:8786", "fd00::1"),
        ("[fd00::1]", "tcp://[fd00::1]:8786", "fd00::1"),
    ],
)
def test_addresses(typed: str, url: str, host: str) -> None:
    assert dask_address(typed, NONE)[:2] == (url, host)


@pytest.mark.parametrize(
    "typed", ["http://10.0.0.1:8786", "ws://10.0.0.1", "tcp://", "", "10.0.0.1:0", "tcp://10.0.0.1:1-9", "tcp://a b:1"]
)
def test_what_is_none(typed: str) -> None:
    with pytest.raises(UsageError, match=r"write tcp://HOST:8786, or tls://HOST:8786"):
        dask_address(typed, NONE)


@pytest.mark.parametrize(
    ("typed", "files", "told"),
    [
        ("tls://a", NONE, "needs --dask-tls-ca, --dask-tls-cert and --dask-tls-key"),
        ("tls://a", TlsFiles(ca="ca.pem"), "--dask-tls-cert and --dask-tls-key missing: TLS needs"),
        ("tcp://a", TlsFiles("ca.pem", "cert.pem", "key.pem"), "is not encrypted, so --dask-tls"),
        ("a", TlsFiles("/nowhere/ca.pem", "cert.pem", "key.pem"), '--dask-tls-ca "/nowhere/ca.pem" cannot be read: No'),
    ],
)
def test_certificates_that_are_lacking(typed: str, files: TlsFiles, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        dask_address(typed, files)
    assert told in str(caught.value)


def test_certificates(tmp_path: Path) -> None:
    ca, cert, key = map(str, tls_set(tmp_path))
    assert dask_address("a", TlsFiles(ca, cert, key)).url == "tls://a:8786"
    for files, told in (
        (TlsFiles(key, cert, key), "has no certificate"),
        (TlsFiles(ca, ca, key), "do not go together"),
        (TlsFiles(ca, key, key), "do not go together"),
    ):
        with pytest.raises(UsageError, match=told):
            dask_address("tls://a", files)


def test_a_key_with_a_password_asks_nobody(tmp_path: Path) -> None:
    ca, cert, key = map(str, tls_set(tmp_path, password="secret"))
    with pytest.raises(UsageError, match="is encrypted, and Dask needs one that is not: openssl pkey"):
        dask_address("tls://a", TlsFiles(ca, cert, key))
