"""Port numbers and their usual names: the table behind `https` in a port list and the reports' `service`.

The table (`services.txt`) is ours, not the machine's /etc/services, so that reports say the same on every
machine; a name that only the machine knows is still understood in a port list. `ports-by-use.txt` is the
ranking behind `top:100`. Both are read when first asked for: `scanner --help` needs neither, and after that a
name is one dictionary look-up, because the reports ask for every row.
"""

import contextlib
import os
import socket

_NAMES: dict[int, str] = {}
_PORTS: dict[str, int] = {}
_TOP: list[int] = []
_DISCOVERY = 10


def service_name(port: int) -> str:
    """The usual name of a TCP port, or empty."""
    if not _NAMES:
        _load_names()
    return _NAMES.get(port, "")


def service_port(name: str) -> int | None:
    """The TCP port of a service name or common alias in any case; None when nobody here knows it.

    Names that the table lacks are asked of the machine (getservbyname(3): files, no network traffic unless
    the machine was set up so).
    """
    if not _NAMES:
        _load_names()
    known = _PORTS.get(name.lower())
    return _ask_machine(name) if known is None else known


def service_names() -> list[str]:
    """Every name and alias of the table, for "did you mean"."""
    if not _NAMES:
        _load_names()
    return list(_PORTS)


def top_ports(count: int) -> tuple[int, ...]:
    """The `count` TCP ports most often found open, the commonest first; 1 to 1000, else ValueError."""
    if not _TOP:
        _TOP.extend(int(word) for line in _lines("ports-by-use.txt") for word in line.split())
    if not 1 <= count <= len(_TOP):
        raise ValueError(f"top_ports knows 1 to {len(_TOP)} ports, not {count}")
    return tuple(_TOP[:count])


def discovery_ports() -> tuple[int, ...]:
    """The ports that tell whether a host is there: the ten most often found open, `top:10`.

    By the figures published with that ranking they are half of all open TCP ports (nmap.org/book, "Port Selection Data
    and Strategies", table 6.1), and they include the two that nmap asks without root (nmap(1), "Host Discovery": 80 and
    443). What is there but closed answers with a RST just as well.
    """
    return top_ports(_DISCOVERY)


def _load_names() -> None:
    names: dict[int, str] = {}
    for line in _lines("services.txt"):
        number, name, *aliases = line.split()
        names[int(number)] = name
        for each in (name, *aliases):
            _PORTS.setdefault(each.lower(), int(number))
    _NAMES.update(names)  # last: another thread that finds it filled finds _PORTS filled too


def _lines(name: str) -> list[str]:
    """The lines of a data file beside this module, without comments and blank lines."""
    file = open(os.path.join(os.path.dirname(__file__), name), encoding="ascii")  # noqa: SIM115
    try:
        return [text for line in file if (text := line.partition("#")[0].strip())]
    finally:
        with contextlib.suppress(OSError):  # what close() says of what was read means nothing
            file.close()


def _ask_machine(name: str) -> int | None:
    try:
        return socket.getservbyname(name, "tcp")
    except (OSError, UnicodeError, ValueError):  # unknown; not ASCII; a NUL inside
        return None
