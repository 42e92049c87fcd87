"""Rows gathered by their address, for a format that groups them so and can be written only at the end.

A million rows have to wait here, so a row is packed: 22 bytes beside others at its address. What rows share is kept
once: a request, a verdict with its details, the instant (80 bytes for each millisecond in which there was a verdict),
an address (150 bytes). Measured, a million ports of a few hosts take 28 MB, a port of each of a million addresses
170 MB, and a slow scan, in which each row has an instant of its own, 80 MB more. Rows that were read are given up.
"""

from collections import defaultdict
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from scanner.model import Request, Result, State

#: Port, request, details, time (numbers of where they are kept), and the round trip in ms, or NaN.
_ROW = Struct("<HIIId")
_NAN = float("nan")


class Details(NamedTuple):
    """What is found about a target beside its time and round trip: hardly ever more than a few different ones."""

    state: State
    reason: str
    icmp_from: str
    doubt: str
    met: bool | None
    attempts: int
    lost_syns: int
    source: str


#: A row as it comes out: port, the numbers of its request, details and time, and the round trip in ms, or NaN.
AddressRow = tuple[int, int, int, int, float]


class AddressRows:
    """All rows, by address (empty for those that have none)."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, bytearray] = defaultdict(bytearray)
        self._request_numbers: dict[Request, int] = {}
        self._details_numbers: dict[Details, int] = {}
        self.requests: list[Request] = []
        self.details: list[Details] = []
        self.times: list[str] = [""]
        self.ports: set[int] = set()

    def add(self, results: list[Result]) -> None:
        rows, requests, details = self._rows, self._request_numbers, self._details_numbers
        times, pack, met_port = self.times, _ROW.pack, self.ports.add
        for result in results:
            place, request = result.place, result.request
            asked = requests.get(request)
            if asked is None:
                asked = requests[request] = len(self.requests)
                self.requests.append(request)
            found = (
                result.state, result.reason, result.icmp_from, result.doubt, result.met, result.attempts,
                result.lost_syns, place.note.source,
            )  # fmt: skip
            detail = details.get(found)  # type: ignore[call-overload] # equal to Details, and faster to make
            if detail is None:
                detail = details[Details(*found)] = len(self.details)
                self.details.append(Details(*found))
            if result.time != times[-1]:
                times.append(result.time)
            port, rtt = result.port, result.rtt_ms
            met_port(port)
            rows[place.address] += pack(port, asked, detail, len(times) - 1, _NAN if rtt is None else rtt)

    def addresses(self) -> list[str]:
        """Those that have rows, in the order of their first verdicts."""
        return list(self._rows)

    def pop(self, address: str) -> list[AddressRow]:
        """The rows of this address by port, those of one port in the order of their requests; they are given up."""
        rows: list[AddressRow] = list(_ROW.iter_unpack(self._rows.pop(address, b"")))
        requests = self.requests
        rows.sort(key=lambda row: (row[0], requests[row[1]].order))
        return rows


def by_port(rows: list[AddressRow]) -> Iterator[list[AddressRow]]:
    """The rows of each port; `rows` are in their order."""
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or rows[end][0] != rows[start][0]:
            yield rows[start:end]
            start = end
