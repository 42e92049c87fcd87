"""Hosts and ports as texts again, which the grammar reads as the very same values: for target lists that we write.

A network comes back as a network, a range as a range, a single IPv6 address as its user wrote it, and ports in their
order: list digests, and what is left out of attached networks, hang on it. What a list has in a row is written as one:
`web[01-20].example.net`, `10.0.0.1-50`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from scanner.services import top_ports
from scanner.targets.grammar.addresses import V4, V6, address_text, scope_name
from scanner.targets.grammar.host_values import AddressRange, Host, HostName
from scanner.targets.grammar.ports import ALL_PORTS

#: Fewer in a row are better read one by one.
_LEAST_IN_A_ROW = 3
#: Names that are this much alike by chance are still a row; the grammar bounds what a pattern stands for.
_MOST_IN_A_ROW = 10_000
_DIGITS = re.compile(r"([0-9]{1,9})")
_LEAST_COMMON, _MOST_COMMON = 10, 1000


def spelled_host(host: Host) -> str:
    """One host: `10.0.0.0/24`, `10.0.0.1-50`, `fe80::1%eth0`, `db1.example.net`."""
    if isinstance(host, HostName):
        return host.text
    scope = f"%{scope_name(host.scope)}" if host.scope else ""
    first = host.text or address_text(host.family, host.first) + scope
    if host.network:
        width = 32 if host.family == V4 else 128
        return f"{first}/{width - (host.last - host.first).bit_length()}"
    if host.first == host.last and (host.text or host.family == V4):
        return first
    if host.family == V4 and host.first >> 8 == host.last >> 8:
        return f"{first}-{host.last & 0xFF}"
    return f"{first}-{address_text(host.family, host.last)}"


def spelled_hosts(hosts: Sequence[Host]) -> Iterator[tuple[str, int]]:
    """All of them in their order: each text, and how many of the hosts it stands for."""
    at = 0
    while at < len(hosts):
        host = hosts[at]
        found = _names_in_a_row(hosts, at) if isinstance(host, HostName) else _addresses_in_a_row(hosts, at)
        yield found or (spelled_host(host), 1)
        at += found[1] if found else 1


def spelled_ports(ports: Sequence[int]) -> list[str]:
    """The items of a port list, in its order: `80`, `8000-8100`, `-`, `top:100`."""
    if ports == ALL_PORTS:
        return ["-"]
    if _LEAST_COMMON <= len(ports) <= _MOST_COMMON and tuple(ports) == top_ports(len(ports)):
        return [f"top:{len(ports)}"]
    return port_runs(ports)


def port_runs(ports: Iterable[int]) -> list[str]:
    """Ports in their order, as numbers and ranges."""
    runs: list[list[int]] = []
    for port in ports:
        if runs and port == runs[-1][1] + 1:
            runs[-1][1] = port
        else:
            runs.append([port, port])
    return [str(first) if first == last else f"{first}-{last}" for first, last in runs]


def _addresses_in_a_row(hosts: Sequence[Host], at: int) -> tuple[str, int] | None:
    """Single IPv4 addresses, each the one after the last, as a range."""
    end = at
    while end < len(hosts) and end - at < _MOST_IN_A_ROW:
        host = hosts[end]
        if not isinstance(host, AddressRange) or host.family == V6 or host.network or host.first != host.last:
            break
        if end > at and host.first != _first(hosts[end - 1]) + 1:
            break
        end += 1
    if end - at < _LEAST_IN_A_ROW:
        return None
    return spelled_host(AddressRange(V4, _first(hosts[at]), _first(hosts[end - 1]))), end - at


def _first(host: Host) -> int:
    return host.first if isinstance(host, AddressRange) else 0


def _names_in_a_row(hosts: Sequence[Host], at: int) -> tuple[str, int] | None:
    """Names that differ in one number, which counts up, as a pattern."""
    names: list[str] = []
    parts: list[str] = []
    place = 0
    for host in islice(_from(hosts, at), _MOST_IN_A_ROW):
        if not isinstance(host, HostName):
            break
        following = _DIGITS.split(host.text)
        if names:
            counted = _counted_up(parts, following)
            if not counted or counted != (place or counted):
                break
            place = counted
        names.append(host.text)
        parts = following
    if len(names) < _LEAST_IN_A_ROW:
        return None
    first = _DIGITS.split(names[0])
    text = "".join([*first[:place], f"[{first[place]}-{parts[place]}]", *first[place + 1 :]])
    return text, len(names)


def _from(hosts: Sequence[Host], at: int) -> Iterator[Host]:
    """Those from this place on, without a copy."""
    return (hosts[index] for index in range(at, len(hosts)))


def _counted_up(parts: list[str], following: list[str]) -> int:
    """The place of the one number that counts up from one name to the next; 0 where something else differs, too."""
    if len(parts) != len(following):
        return 0
    differ = [place for place, (one, other) in enumerate(zip(parts, following, strict=True)) if one != other]
    if len(differ) != 1 or not differ[0] % 2:
        return 0
    before = parts[differ[0]]
    return differ[0] if following[differ[0]] == str(int(before) + 1).zfill(len(before)) else 0
