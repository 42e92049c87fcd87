"""Where a Dask scheduler is, and with which certificates it is spoken to: checked before anything is connected."""

import ssl
from typing import NamedTuple

from scanner.errors import ScannerError, UsageError
from scanner.words.shown_text import shown

#: Dask's own.
_PORT = 8786
_SCHEMES = ("tcp", "tls")
_FORMS = "write tcp://HOST:8786, or tls://HOST:8786 with --dask-tls-ca, --dask-tls-cert and --dask-tls-key"


class TlsFiles(NamedTuple):
    """Paths of PEM files: the authority that signed all certificates of the cluster, our certificate, its key. Empty:
    not said."""

    ca: str = ""
    cert: str = ""
    key: str = ""


class DaskAddress(NamedTuple):
    """`url` as Dask has it (`tcp://10.0.0.1:8786`), `host` as it was typed."""

    url: str
    host: str
    tls: TlsFiles


def dask_address(text: str, tls: TlsFiles) -> DaskAddress:
    """Errors: UsageError for an address that is none, and for certificates that are lacking, or cannot be used."""
    scheme, found, rest = text.rpartition("://")
    if found and scheme not in _SCHEMES:
        raise UsageError(f"--dask {shown(text)}: {_FORMS}")
    host, port = _host_and_port(text, rest)
    if any(tls) and not all(tls):
        lacking = [f"--dask-tls-{name}" for name, path in tls._asdict().items() if not path]
        raise UsageError(f"{' and '.join(lacking)} missing: TLS needs the authority, a certificate and its key")
    if scheme == "tls" and not any(tls):
        raise UsageError(f"--dask {shown(text)} needs --dask-tls-ca, --dask-tls-cert and --dask-tls-key")
    if scheme == "tcp" and any(tls):
        raise UsageError(f"--dask {shown(text)} is not encrypted, so --dask-tls-... cannot be used; write tls://{rest}")
    if any(tls):
        _check_files(tls)
    bracketed = f"[{host}]" if ":" in host else host
    return DaskAddress(f"{scheme or ('tls' if any(tls) else 'tcp')}://{bracketed}:{port}", host, tls)


def _host_and_port(text: str, rest: str) -> tuple[str, int]:
    from scanner.api.option_checks import host_and_port

    rest = rest.removesuffix("/")
    for typed in (rest, f"{rest}:{_PORT}") if not any(map(str.isspace, rest)) else ():
        try:
            return host_and_port(typed)
        except ScannerError:
            continue
    raise UsageError(f"--dask {shown(text)}: {_FORMS}")


def _check_files(tls: TlsFiles) -> None:
    for name, path in tls._asdict().items():
        try:
            with open(path, "rb") as file:
                file.read(1)
        except OSError as error:
            raise UsageError(f"--dask-tls-{name} {shown(path)} cannot be read: {error.strerror}") from None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(tls.ca)
    except (OSError, ValueError):
        raise UsageError(f"--dask-tls-ca {shown(tls.ca)} has no certificate; it is a PEM file of one") from None
    try:
        context.load_cert_chain(tls.cert, tls.key, password=_no_password)
    except UsageError:
        raise UsageError(
            f"--dask-tls-key {shown(tls.key)} is encrypted, and Dask needs one that is not: openssl pkey -in KEY "
            "-out PLAIN"
        ) from None
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--dask-tls-cert {shown(tls.cert)} and --dask-tls-key {shown(tls.key)} do not go together, or are no PEM "
            f"files of a certificate and its key ({_reason(error)})"
        ) from None


def _no_password() -> str:
    """Instead of OpenSSL's question on the terminal."""
    raise UsageError("encrypted")


def _reason(error: Exception) -> str:
    return getattr(error, "reason", None) or str(error) or type(error).__name__
