"""naabu's results (`-json`): a line for each open port, `{"host": ..., "ip": ..., "port": 443, "protocol": "tcp"}`.

pkg/runner/output.go has the keys. `host` is what was asked for, and is left out where it was the address. Versions
before 2.1 have no protocol, and some write `"port": {"Port": 443, "Protocol": 0}` (pkg/port/port.go: 0 is TCP, 1 UDP).
Its plain output, `host:port`, is plain text here too.
"""

from typing import Any

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.found_open import FoundOpen
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.json_text import JsonText, first_record, text_at
from scanner.words.no_collection import no_collection

#: All that a line has besides what is known of a service.
_KEYS = frozenset((
    "host", "ip", "port", "protocol", "tls", "cdn", "cdn-name", "timestamp", "mac_address", "device_type", "extra_info",
    "high_version", "hostname", "low_version", "method", "name", "os_type", "product", "proto", "rpc_num", "service_fp",
    "tunnel", "version", "confidence", "cpes",
))  # fmt: skip
_PROTOCOLS = {"0": "tcp", "1": "udp", "2": "arp"}


def looks_like_naabu(source: InputText) -> bool:
    """Whether its first object is one of naabu's. Other tools have lines with hosts and ports as well, and keys of
    their own: those have to be asked for."""
    record = first_record(source.beginning)
    return "port" in record and bool(record.keys() & {"ip", "host"}) and record.keys() <= _KEYS


def read_naabu(source: InputText, wish: InputWish) -> TargetFile:
    """The open TCP ports. Errors: TargetError with every mistake."""
    found = FoundOpen(source, wish, numeric=False)
    with no_collection():
        for place, record in JsonText(source.text, source.problems).records():
            _take(place, record, found)
    return found.finish()


def _take(place: Scalar, record: dict[str, Any], found: FoundOpen) -> None:
    old = record.get("port")
    if isinstance(old, dict):
        number = text_at(old, "Port") or text_at(old, "port")
        protocol = text_at(old, "Protocol") or text_at(old, "protocol")
    else:
        number, protocol = text_at(record, "port"), text_at(record, "protocol")
    if not number:
        found.wrong(place, 'the result names no port; expected "port": 443')
    elif found.is_open(place, number, _PROTOCOLS.get(protocol, protocol) or "tcp", "open"):
        host = text_at(record, "host")
        found.add(place, text_at(record, "ip") or host, (number,), name=host)
