"""Results made by hand, for the tests of the reports."""

import re
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from scanner.model import EXPECTATIONS, Note, Place, Request, Result, State
from scanner.reports import Look, Outlet, Report, make_report, open_outlet, record_end_of

#: What hostile input looks like: separators, quotes, formulas, controls, direction marks, lone surrogates.
hostile = st.text(
    st.one_of(st.sampled_from("\"',;\r\n\t=+-@'\x00\x1b\x7f\x9b\u2028\u202e\ufeff é漢"), st.characters()), max_size=12
)
surrogates = st.text(st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF), min_size=1, max_size=3)


def place(address: str, ports: int = 1, source: str = "") -> Place:
    made = Place(address, 10 if ":" in address else 2, ports=ports)
    made.note = Note()
    made.note.source = source
    return made


def result(
    at: Place | str, port: int, state: str, reason: str = "", request: Request | None = None, **more: Any
) -> Result:
    """A result whose `met` follows from its request's expectation."""
    request = request or Request()
    expected = EXPECTATIONS.get(request.expect)
    more = {"met": None if expected is None else State(state) in expected, "attempts": 1} | more
    usual = {"open": "syn-ack", "refused": "conn-refused", "timeout": "no-response"}
    where = place(at) if isinstance(at, str) else at
    return Result(where, port, request, State(state), reason or usual[state], **more)


@st.composite
def results(draw: st.DrawFn) -> Result:
    """Any result, with hostile text wherever there is text."""
    request = Request(
        draw(hostile), name=draw(hostile), expect=draw(hostile), tags=tuple(draw(st.lists(hostile, max_size=3))),
        vantage=draw(hostile),
    )  # fmt: skip
    return Result(
        place(draw(hostile), source=draw(hostile)),
        draw(st.integers(1, 65535)),
        request,
        draw(st.sampled_from(list(State))),
        draw(hostile),
        draw(hostile),
        draw(st.none() | st.floats(0, 1e6)),
        draw(st.integers(0, 20)),
        draw(hostile),
        draw(hostile),
        draw(st.sampled_from([None, True, False])),
        draw(st.integers(0, 9)),
    )


def batches(rows: list[Result]) -> list[list[Result]]:
    """The rows in batches of three, with an empty one before them."""
    return [[], *(rows[start : start + 3] for start in range(0, len(rows), 3))]


def opened(fmt: str, path: Path) -> tuple[Report, Outlet]:
    """A report in a file, begun at once, and its outlet, which can be flushed before it is time."""
    outlet = open_outlet(str(path), record_end=record_end_of(fmt))
    report = make_report(fmt, outlet, str(path), look=Look(), command="scan")
    outlet.begin()
    return report, outlet


class FullDisk:
    """A sink with room for so many bytes."""

    def __init__(self, room: int) -> None:
        self.data = b""
        self._room = room

    def write(self, data: bytes) -> None:
        """Takes it all, or fails."""
        if len(self.data) + len(data) > self._room:
            raise OSError(28, "No space left on device")
        self.data += data


class Sunk(Outlet):
    """An outlet into a buffer, begun at once."""

    def __init__(self, sink: Any, interval: float = 0) -> None:
        super().__init__("test", interval)
        self._sink = sink
        self.begin()

    def _put(self, data: bytes) -> None:
        self._sink.write(data)

    def _end_early(self, data: bytes) -> None:
        self._put(data)


def visible(text: str) -> str:
    """A text as XML 1.0 can hold it (section 2.2): other characters as their backslash escapes."""
    allowed = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    return re.sub(allowed, lambda found: ascii(found[0])[1:-1], text)
