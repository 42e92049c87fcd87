"""A row of a stored report, checked: the report's fields in their order, as plain values.

Absent text is empty, an absent number or truth None, whatever the format makes of that. A row that was checked can be
made a result again. Checking takes more time than all the rest of reading, and most values repeat, so what was found
valid is remembered, in stores that are emptied when they are full.
"""

import re
import socket
from collections.abc import Callable, Container
from functools import lru_cache
from typing import Any, NamedTuple

from scanner.model import EXPECTATIONS, FIELDS, State
from scanner.words.formulas import restore
from scanner.words.unspecified import BEGINNINGS, is_unspecified

_REMEMBERED = 65_536
_IPV4, _IPV6 = int(socket.AF_INET), int(socket.AF_INET6)  # an enum's member costs a call each time
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z")


class ReportRow(NamedTuple):
    """One row: the names, meanings and units of `scanner.model.FIELDS`, and `Result.group`, which JSON has too."""

    name: str = ""
    host: str = ""
    address: str = ""
    port: int = 0
    service: str = ""
    state: str = ""
    reason: str = ""
    icmp_from: str = ""
    rtt_ms: float | None = None
    attempts: int = 0
    expect: str = ""
    met: bool | None = None
    tags: tuple[str, ...] = ()
    vantage: str = ""
    time: str = ""
    source: str = ""
    doubt: str = ""
    lost_syns: int = 0
    group: str = ""


assert ReportRow._fields == (*FIELDS, "group")

_MET = {"": None, "true": True, "false": False}
_WHOLE = re.compile("[0-9]{1,9}")
_ROUND_TRIP = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")


def missing_fields(fields: Container[str]) -> str:
    """Which of those is missing without which a row says nothing of anybody, or empty."""
    if "host" not in fields and "address" not in fields:
        return "host or address"
    return next((field for field in ("port", "state") if field not in fields), "")


def _refuse(field: str, value: object, expected: str) -> ValueError:
    shown = repr(value)
    return ValueError(f"{field} is {shown if len(shown) < 60 else shown[:57] + '...'}; expected {expected}")


def _count(field: str, most: int, expected: str) -> Callable[[str], int]:
    known: dict[str, int] = {}

    def read(text: str) -> int:
        number = known.get(text)
        if number is None:
            number = int(text) if _WHOLE.fullmatch(text) else -1
            if not 0 <= number <= most:
                raise _refuse(field, text, expected)
            if len(known) >= _REMEMBERED:
                known.clear()
            known[text] = number
        return number

    return read


port_of = _count("port", 65_535, "0 to 65535")
attempts_of = _count("attempts", 10**9, "a whole number")
lost_syns_of = _count("lost_syns", 10**9, "a whole number")


@lru_cache(_REMEMBERED)
def address_of(text: str) -> str:
    """A numeric address, which may have a scope (`fe80::1%eth0`), or empty."""
    if not text:
        return text
    v6 = ":" in text
    try:
        socket.inet_pton(_IPV6 if v6 else _IPV4, text.partition("%")[0] if v6 and "%" in text else text)
    except (OSError, ValueError):
        raise _refuse("address", text, "a numeric IPv4 or IPv6 address") from None
    if text[0] in BEGINNINGS and is_unspecified(text):
        raise _refuse("address", text, "an address that can be probed")
    return text


@lru_cache(_REMEMBERED)
def address_in(host: str) -> str:
    """The address of a row that has no such field: its host, where that is one."""
    try:
        return address_of(host)
    except ValueError:
        return ""


@lru_cache(_REMEMBERED)
def state_of(text: str) -> str:
    """A state."""
    try:
        return State(text).value
    except ValueError:
        raise _refuse("state", text, ", ".join(State)) from None


@lru_cache(_REMEMBERED)
def expectation_of(text: str) -> str:
    """An expectation, or empty."""
    if text and text not in EXPECTATIONS:
        raise _refuse("expect", text, ", ".join(EXPECTATIONS))
    return text


@lru_cache(_REMEMBERED)
def time_of(text: str) -> str:
    """When a verdict fell, or empty."""
    if text and not _TIME.fullmatch(text):
        raise _refuse("time", text, "ISO 8601 in UTC, such as 2026-01-31T12:00:00.000Z")
    return text


def rtt_of(text: str) -> float | None:
    """A round trip in milliseconds."""
    if not text:
        return None
    if not _ROUND_TRIP.fullmatch(text):
        raise _refuse("rtt_ms", text, "milliseconds, such as 0.125")
    return float(text)


def met_of(text: str) -> bool | None:
    """Whether it was as expected. A spreadsheet writes TRUE."""
    try:
        return _MET[text]
    except KeyError:
        pass
    try:
        return _MET[text.lower()]
    except KeyError:
        raise _refuse("met", text, "true, false or nothing") from None


@lru_cache(_REMEMBERED)
def tags_of(text: str) -> tuple[str, ...]:
    """Tags, joined with `;`."""
    return tuple(restore(text).split(";")) if text else ()


#: The user's own words, which CSV neutralises.
free_text_of = lru_cache(_REMEMBERED)(restore)


def text_of(text: str) -> str:
    """A text that CSV has as it is."""
    return text


#: How each field is read from a CSV's text.
FROM_TEXT: dict[str, Callable[[str], Any]] = dict.fromkeys(FIELDS, text_of) | {
    "name": free_text_of,
    "address": address_of,
    "port": port_of,
    "state": state_of,
    "rtt_ms": rtt_of,
    "attempts": attempts_of,
    "expect": expectation_of,
    "met": met_of,
    "tags": tags_of,
    "vantage": free_text_of,
    "time": time_of,
    "lost_syns": lost_syns_of,
}
