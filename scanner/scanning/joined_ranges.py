"""Ranges of addresses, as texts, that several tell of the same networks: those that touch become one. Pure.

`10.0.0.5`, `10.0.0.7-10.0.1.20`, `fe80::1%eth0-fe80::9%eth0`: as `sweep` takes them. Hosts that are shared out in turn
make ranges of one address each; together they are the range that they were.
"""

import socket
from collections.abc import Iterable

_V4, _V6 = socket.AF_INET, socket.AF_INET6


def joined_ranges(texts: Iterable[str]) -> list[str]:
    """The same addresses, ascending, IPv4 first, in as few ranges as there are."""
    out: list[tuple[int, str, int, int]] = []
    for family, scope, first, last in sorted(map(_range, texts)):
        if out and out[-1][:2] == (family, scope) and first <= out[-1][3] + 1:
            out[-1] = (family, scope, out[-1][2], max(last, out[-1][3]))
        else:
            out.append((family, scope, first, last))
    return [_text(*each) for each in out]


def address_count(texts: Iterable[str]) -> int:
    """How many addresses these ranges have, which do not overlap."""
    return sum(last - first + 1 for _, _, first, last in map(_range, texts))


def _range(text: str) -> tuple[int, str, int, int]:
    first, _, last = text.partition("-") if "%" not in text else _scoped(text)
    address, percent, scope = first.partition("%")
    family = _V6 if ":" in address else _V4
    number = _number(family, address)
    return int(family), percent + scope, number, _number(family, last.partition("%")[0]) if last else number


def _scoped(text: str) -> tuple[str, str, str]:
    """The same where an interface follows, whose name may hold the sign for a range."""
    middle = len(text) // 2
    for at in sorted((at for at, sign in enumerate(text) if sign == "-"), key=lambda at: abs(at - middle)):
        first, last = text[:at], text[at + 1 :]
        if first.partition("%")[2] == last.partition("%")[2] != "":
            return first, "-", last
    return text, "", ""


def _number(family: int, text: str) -> int:
    return int.from_bytes(socket.inet_pton(family, text))


def _text(family: int, scope: str, first: int, last: int) -> str:
    def shown(number: int) -> str:
        return socket.inet_ntop(family, number.to_bytes(4 if family == _V4 else 16)) + scope

    return shown(first) if first == last else f"{shown(first)}-{shown(last)}"
