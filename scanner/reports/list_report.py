"""A plain list of `address:port` for other tools, a line each: IPv6 in brackets, as RFC 3986 writes it (section 3.2.2).

A row that repeats the address and port of the row before it (two entries about one target) adds no line. A row without
an address has nothing to list; how many these were is left as a remark with the outlet.
"""

from scanner.model import Place, Result
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.report import ScanInfo, Streamed
from scanner.words.plain import plain
from scanner.words.shown_text import many

#: How many places' texts are kept ready.
_KEPT = 4096


class ListReport(Streamed):
    """The addresses and ports of results."""

    def __init__(self, outlet: Outlet) -> None:
        self._leads: dict[Place, str] = {}
        self._last = ""
        self._without_address = 0
        super().__init__(outlet)

    def rows(self, results: list[Result]) -> str:
        leads, last = self._leads, self._last
        lines: list[str] = []
        for result in results:
            place = result.place
            lead = leads.get(place)
            if lead is None:
                lead = self._lead(place)
            if not lead:
                self._without_address += 1
                continue
            line = f"{lead}{result.port}\n"
            if line != last:
                last = line
                lines.append(line)
        self._last = last
        return "".join(lines)

    def _lead(self, place: Place) -> str:
        """What stands before the port, or empty where there is no address."""
        if len(self._leads) >= _KEPT:
            self._leads.clear()
        address = plain(place.address)
        lead = f"[{address}]:" if ":" in address else f"{address}:" if address else ""
        self._leads[place] = lead
        return lead

    def end(self, info: ScanInfo, complete: bool) -> str:
        if self._without_address:
            rows = many(self._without_address, "row")
            self._outlet.remark(f"{self._outlet.name}: {rows} without an address left out of the list")
        return ""
