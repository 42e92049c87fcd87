"""What a list says, to the letter: a digest of its entries in their order, with all that is stated of each.

`list_digest.py` knows a list again from night to night, whatever is expected of it by then. This one is for a scan that
goes on where it broke off: its rows hold what their entries said, and which entry of the list that was.
"""

import hashlib
from collections.abc import Iterable

from scanner.targets.entry import Entry, StatedSettings
from scanner.targets.grammar.host_values import Host, HostName


def wording_digest(entries: Iterable[Entry]) -> str:
    """SHA-256 in hexadecimal. Where the entries stand in their file does not matter, nor what the command line says."""
    digest = hashlib.sha256(b"1\n")  # the number is that of this form
    ports_texts: dict[int, str] = {}  # equal lists of many ports are one object
    for entry in entries:
        ports = entry.ports if entry.ports is not None else entry.defaults.ports
        if (text := ports_texts.get(id(ports))) is None:
            text = ports_texts[id(ports)] = hashlib.sha256(repr(ports).encode()).hexdigest()
        by_port, need = entry.by_port, entry.need
        line = (
            entry.name,
            [*map(_host, entry.hosts)],
            text,
            _stated(entry.stated),
            _stated(entry.defaults.stated),
            None if by_port is None else (by_port.starts, by_port.words),
            None if need is None else need.count,
        )
        digest.update(f"{line!r}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _host(host: Host) -> object:
    if isinstance(host, HostName):
        return host.text
    return host.family, host.scope, host.first, host.last, host.text


def _stated(stated: StatedSettings) -> tuple[object, ...] | None:
    return tuple(stated) if any(value is not None for value in stated) else None
