"""Rows in nmap's XML: as the ports that nmap knows, and in full, as tables of a <script>.

A <table key="row"> has an <elem> for each field that has a value (`host` where it is not the address; `service` is the
port's). nmap.dtd has this form for whatever scripts find.

When a wide sweep ends, a million rows are spelled in one go: so what they share is kept ready.
"""

from collections.abc import Sequence
from typing import NamedTuple

from scanner.model import Request, State
from scanner.reports.address_rows import AddressRow, AddressRows, Details
from scanner.reports.phrases import told
from scanner.reports.xml_text import xml_text
from scanner.services import service_name

#: nmap's words for our states.
_PORT_STATES = {
    State.OPEN: "open",
    State.REFUSED: "closed",
    State.TIMEOUT: "filtered",
    State.UNREACHABLE: "filtered",
    State.ERROR: "unknown",
}
#: How many texts are kept ready; the store is emptied when it is full.
_KEPT = 4096


class PortTexts(NamedTuple):
    """What rows of one request with the same verdict have in common: the element <state>, and the fields."""

    state: str
    fields: str


#: What requests say, but for their host: name, expectation, tags, vantage.
_Said = tuple[str, str, tuple[str, ...], str]


class NmapPorts:
    """Spells rows."""

    def __init__(self, rows: AddressRows) -> None:
        self._rows = rows
        self._texts: dict[tuple[int, int], PortTexts] = {}
        self._around_host: dict[tuple[_Said, int], tuple[str, str, str]] = {}
        self._time, self._when = 0, ""  # the last time that was spelled: the first one is empty

    def port(self, row: AddressRow) -> str:
        """The row as a port, a line."""
        number = row[0]
        service = service_name(number)
        named = f'<service name="{service}" method="table" conf="3"/>' if service else ""
        return f'<port protocol="tcp" portid="{number}">{self._shared(row).state}{named}</port>\n'

    def table(self, row: AddressRow, address: str) -> str:
        """The row in full, a line; `address` is its elem, or empty."""
        number, _, _, time, rtt_ms = row
        if time != self._time:
            self._time, self._when = time, elem("time", self._rows.times[time])
        rtt = f'<elem key="rtt_ms">{rtt_ms:.3f}</elem>' if rtt_ms == rtt_ms else ""  # not NaN
        return (
            f'<table key="row">{address}<elem key="port">{number}</elem>{self._shared(row).fields}{rtt}{self._when}'
            "</table>\n"
        )

    def name(self, host: str, rows: Sequence[AddressRow]) -> str:
        """The script of a name that has no address, with a line for people for each of its rows."""
        known = self._rows
        lines = "&#10;".join(xml_text(_line(row[0], known.requests[row[1]], known.details[row[2]])) for row in rows)
        tables = "".join(self.table(row, "") for row in rows)
        return f'<script id="{xml_text(f"scanner {host}")}" output="{lines}">\n{tables}</script>\n'

    def _shared(self, row: AddressRow) -> PortTexts:
        known = self._texts.get((row[1], row[2]))
        if known is None:
            if len(self._texts) >= _KEPT:
                self._texts.clear()
            asked = self._rows.requests[row[1]]
            state, before, after = self._around(asked, row[2])
            known = self._texts[row[1], row[2]] = PortTexts(state, f"{before}{elem('host', asked.host)}{after}")
        return known

    def _around(self, asked: Request, number: int) -> tuple[str, str, str]:
        """The element <state>, and the fields before and after the host: of a network's hosts they are the same."""
        key = (asked.name, asked.expect, asked.tags, asked.vantage), number
        known = self._around_host.get(key)
        if known is None:
            if len(self._around_host) >= _KEPT:
                self._around_host.clear()
            found = self._rows.details[number]
            known = self._around_host[key] = _state(found), elem("name", asked.name), _fields(asked, found)
        return known


def _state(found: Details) -> str:
    sender = f' reason_ip="{xml_text(found.icmp_from)}"' if found.icmp_from else ""
    reason = xml_text(found.reason)
    return f'<state state="{_PORT_STATES[found.state]}" reason="{reason}" reason_ttl="0"{sender}/>'


def _line(port: int, asked: Request, found: Details) -> str:
    """`port 5432: orders: error (no-address), expected open`."""
    name = f"{asked.name}: " if asked.name else ""
    return (
        f"port {port}: {name}{told((found.state, found.reason, found.icmp_from), asked.expect, found.met, found.doubt)}"
    )


def _fields(asked: Request, found: Details) -> str:
    """All but the first two, name and host, and those that differ from row to row."""
    tags = "".join(f"<elem>{xml_text(tag)}</elem>" for tag in asked.tags)
    met = "" if found.met is None else str(found.met).lower()
    return "".join((
        elem("state", found.state.value),
        elem("reason", found.reason),
        elem("icmp_from", found.icmp_from),
        elem("attempts", found.attempts),
        elem("expect", asked.expect),
        elem("met", met),
        f'<table key="tags">{tags}</table>' if tags else "",
        elem("vantage", asked.vantage),
        elem("source", found.source),
        elem("doubt", found.doubt),
        elem("lost_syns", found.lost_syns or ""),
    ))  # fmt: skip


def elem(key: str, value: object) -> str:
    """A field, unless it is empty."""
    return "" if value == "" else f'<elem key="{key}">{xml_text(str(value))}</elem>'
