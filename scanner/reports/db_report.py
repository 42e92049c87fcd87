"""A scan as rows of a database: one for each result, and at the end one for the scan itself.

Nothing here is SQL: rows are tuples for the outlet (`outlets/db_outlet.py`), which takes rows as others take text.
What the rows of a place have in common goes there once, under a number; a store of places that is full is emptied, and
they are numbered anew.
"""

import json
from typing import Any

import scanner
from scanner.model import Place, Request, Result
from scanner.reports.db_schema import JSON_COLUMNS, SCAN_COLUMNS
from scanner.reports.json_report import encode
from scanner.reports.outlets.db_outlet import DbOutlet
from scanner.reports.outlets.db_spool import SpooledPlace, SpooledRow
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.report import ScanInfo
from scanner.services import service_name

#: How many places are known by number; emptying it merely makes some be told again.
_KEPT = 4096
_MET = {None: None, True: 1, False: 0}


class DbReport:
    """Results as rows of a database; `outlet` must be a `DbOutlet`."""

    def __init__(self, outlet: Outlet) -> None:
        assert isinstance(outlet, DbOutlet)
        self._outlet = outlet
        self._places: dict[Place, tuple[Request, str, int]] = {}
        self._verdicts: dict[tuple[str, str], tuple[str, str | None]] = {}
        self._new: list[SpooledPlace] = []
        self._told = 0

    def write(self, results: list[Result]) -> None:
        places, verdicts = self._places, self._verdicts
        rows: list[SpooledRow] = []
        for result in results:
            place = result.place
            known = places.get(place)
            if known is None or known[0] is not result.request or known[1] is not place.note.source:
                known = self._tell(result.request, place)
            verdict = verdicts.get((result.state, result.reason)) or self._verdict(result)
            port = result.port
            rows.append((
                known[2], port, service_name(port) or None, *verdict, result.icmp_from or None,
                None if result.rtt_ms is None else round(result.rtt_ms, 3), result.attempts, _MET[result.met],
                result.time or None, str(result.doubt) if result.doubt else None, result.lost_syns,
            ))  # fmt: skip
        self._outlet.add(self._new, rows)
        self._new = []

    def _tell(self, request: Request, place: Place) -> tuple[Request, str, int]:
        """A number for what all rows of a request at a place have in common."""
        if len(self._places) >= _KEPT:
            self._places.clear()
        self._told += 1
        source = place.note.source
        tags = json.dumps(list(request.tags)) if request.tags else None
        self._new.append((
            self._told, request.name or None, request.host or place.address or None, place.address or None,
            request.expect or None, tags, request.vantage or None, source or None,
        ))  # fmt: skip
        known = self._places[place] = request, source, self._told
        return known

    def _verdict(self, result: Result) -> tuple[str, str | None]:
        """State and reason as bare texts, which SQLite takes without asking what they are."""
        if len(self._verdicts) >= _KEPT:
            self._verdicts.clear()
        found = self._verdicts[result.state, result.reason] = str(result.state), str(result.reason) or None
        return found

    def flush(self) -> None:
        """Nobody sees the scan before it is whole."""

    def finish(self, info: ScanInfo) -> None:
        if not self._outlet.ended:
            self._outlet.finish(_scan_text(info, info.complete))

    def abandon(self, info: ScanInfo) -> None:
        if not self._outlet.ended:
            self._outlet.abandon(_scan_text(info, False))


def _scan_text(info: ScanInfo, complete: bool) -> str:
    """The scan's own row, a JSON object with a value for each of SCAN_COLUMNS."""
    told: dict[str, Any] = {"version": scanner.__version__} | info.as_dict() | {"complete": int(complete)}
    row = {name: told.pop(name, None) for name in SCAN_COLUMNS if name != "extra"} | {"extra": told}
    return json.dumps({name: encode(value) if name in JSON_COLUMNS else value for name, value in row.items()})
