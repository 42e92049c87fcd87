"""Stored rows as results again, for everything that takes results: the reports' formats, their counts, `--only`."""

import socket

from scanner.model import EXPECTATIONS, Note, Place, Request, Result, State
from scanner.reports.reading.report_row import ReportRow

_KEPT = 65_536
_IPV4, _IPV6 = int(socket.AF_INET), int(socket.AF_INET6)


class StoredResults:
    """Makes results of rows. Rows of one entry share their request, and rows of one address their place, as they do
    in a scan; `order` is by first appearance. What is expected may differ within an entry that has a name.
    `explained`: their `group` still says something, as the `explain` part of their scan does. `ports`: how many a host
    has, 0 where that is not known. `doubts_pass`: a verdict in doubt was as good as another, so a row in a state as
    expected that is not met is one of too few."""

    __slots__ = ("_doubts_pass", "_explained", "_order", "_orders", "_places", "_ports", "_requests")

    def __init__(self, *, explained: bool = True, ports: int = 0, doubts_pass: bool = False) -> None:
        self._doubts_pass = doubts_pass
        self._explained = explained
        self._ports = ports
        self._requests: dict[tuple[object, ...], Request] = {}
        self._places: dict[tuple[str, str], Place] = {}
        self._orders: dict[tuple[object, ...], int] = {}
        self._order = 0

    def of(self, rows: list[ReportRow]) -> list[Result]:
        """A batch of them."""
        return [self._result(row) for row in rows]

    def _result(self, row: ReportRow) -> Result:
        host = "" if row.host == row.address else row.host
        entry = (host, row.name, row.expect, row.tags, row.vantage)
        request = self._requests.get(entry) or self._new_request(entry, row, host)
        place = self._places.get((row.address, row.source)) or self._new_place(row)
        result = Result(
            place, row.port, request, State(row.state), row.reason, row.icmp_from, row.rtt_ms, row.attempts, row.time,
            row.doubt, row.met, row.lost_syns, row.group if self._explained else "",
        )  # fmt: skip
        if row.met is False and self._doubts_pass and result.state in EXPECTATIONS.get(row.expect, ()):
            result.is_one_of_too_few()
        return result

    def _new_request(self, entry: tuple[object, ...], row: ReportRow, host: str) -> Request:
        if len(self._requests) >= _KEPT:
            self._requests.clear()
            self._orders.clear()
        whole = (host, row.name, row.tags, row.vantage) if row.name else entry
        order = self._orders.get(whole)
        if order is None:
            order = self._order = self._orders[whole] = self._order + 1
        request = self._requests[entry] = Request(
            host, name=row.name, expect=row.expect, tags=row.tags, vantage=row.vantage, order=order
        )
        return request

    def _new_place(self, row: ReportRow) -> Place:
        if len(self._places) >= _KEPT:
            self._places.clear()
        address = row.address
        family = 0 if not address else _IPV6 if ":" in address else _IPV4
        place = Place(address, family, scope=int("%" in address), ports=self._ports, note=Note(row.source))
        self._places[address, row.source] = place
        return place
