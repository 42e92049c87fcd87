"""What a scan found open, put into a listing: it becomes a target that is expected open.

What every report of a scanner has in common: an address, ports with a protocol and a state, and perhaps a name. The
address is what is probed, although the name may lead elsewhere today: whoever asks whether all is as it was means the
very place where it was so. The name is the entry's. Closed and filtered ports are no targets: they are counted. Open
ports of other protocols than TCP are left out, and said.
"""

import re
from collections.abc import Iterable

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.listing import Listing
from scanner.targets.grammar.host_values import Host, HostName
from scanner.targets.grammar.parsers import parse_ports
from scanner.words.shown_text import many, shown

_PORT = re.compile(r"[0-9]{1,5}")
_PROTOCOL = re.compile(r"[a-z0-9]{1,10}")
_STATE = re.compile(r"[a-z]+(?:\|[a-z]+)*")


class FoundOpen:
    """The open ports of one file. `numeric`: its hosts are addresses, never names. `cell` is always a place; its text
    does not matter."""

    def __init__(self, source: InputText, wish: InputWish, *, numeric: bool = True) -> None:
        self._listing = Listing(source.problems, wish, skips=True)
        self._numeric = numeric
        self._seen: set[tuple[str, str, str, tuple[str, ...]]] = set()
        self._found: dict[tuple[str, str, tuple[str, ...]], tuple[Scalar, list[int]]] = {}
        self._others = 0
        self.wrong = self._listing.wrong
        self.warn = self._listing.warn

    def is_open(self, cell: Scalar, port: str, protocol: str, state: str) -> bool:
        """Whether this is an open TCP port. What is not is counted, or left out with a word."""
        if not _STATE.fullmatch(state):
            self.wrong(cell, f"{shown(state)} is not the state of a port; expected one such as open or closed")
        elif state != "open":
            self._others += protocol == "tcp"
        elif protocol == "tcp" and port == "0":
            self._listing.leave_out(cell, "port 0, which no connection leads to,")
        elif protocol == "tcp":
            return True
        elif protocol:
            plain = _PROTOCOL.fullmatch(protocol) and _PORT.fullmatch(port)
            self._listing.leave_out(cell, f"{protocol} port {port}" if plain else shown(f"{protocol} port {port}"))
        else:
            self.wrong(cell, f"port {shown(port)} has no protocol; write tcp, or remove it")
        return False

    def add(self, cell: Scalar, host: str, ports: Iterable[str], *, name: str = "", tags: tuple[str, ...] = ()) -> None:
        """Takes open ports of a host. All those with the same name and tags make one entry, which stands where
        the first of them does, with its ports in order, each once."""
        for port in ports:
            key = host, port, name, tags
            if key in self._seen:
                continue
            self._seen.add(key)
            if not _PORT.fullmatch(port):
                what = f"{shown(port)} is not the number of a port" if port else "the result names no port"
                self.wrong(cell, f"{what}; write one from 1 to 65535")
                return
            numbers = self._listing.strict_ports(Scalar(cell.line, cell.column, port))
            place = host, name, tags
            if place in self._found:
                self._found[place][1].extend(numbers)
            else:
                self._found[place] = (cell, list(numbers))

    def finish(self) -> TargetFile:
        """All of them. Errors: TargetError with every mistake, or where nothing was open."""
        for (host, name, tags), (cell, numbers) in self._found.items():
            hosts, name = self._one_host(cell, host), "" if name == host else name
            ports = parse_ports(",".join(map(str, sorted(numbers)))) if numbers else ()
            self._listing.add(cell, hosts, ports, name=name, tags=tags, expect="open")
        if self._others:
            self.warn(f"{many(self._others, 'port')} that the scan did not find open left out")
        return self._listing.finish("the scan found nothing open; write targets as HOST:PORTS")

    def _one_host(self, cell: Scalar, text: str) -> tuple[Host, ...]:
        if not text:
            self.wrong(cell, "the result has no address; write one, or remove it")
            return ()
        hosts = self._listing.host(Scalar(cell.line, cell.column, text))
        for host in hosts:
            if isinstance(host, HostName):
                if not self._numeric:
                    continue
            elif host.first == host.last:
                continue
            what = "is not an address" if isinstance(host, HostName) else "is more than one address"
            self.wrong(cell, f"{shown(text)} {what}; a scan's result has a single one")
            return ()
        if len(hosts) > 1:
            self.wrong(cell, f"{shown(text)} is more than one host; a scan's result has a single one")
            return ()
        return hosts
