"""Excludes as texts again, as `--exclude` takes them: for reports, which say what their scan was to leave out."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address

from scanner.targets.grammar.addresses import V6
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import AddressRange, Host
from scanner.targets.grammar.spelled_hosts import port_runs


def spelled_excludes(excludes: Iterable[Exclude]) -> Iterator[str]:
    """A text for each host of each exclude: `10.0.0.0-10.0.0.255:22`, `*:25`, `db1.test`."""
    for exclude in excludes:
        ports = ",".join(port_runs(sorted(set(exclude.ports)))) if exclude.ports is not None else ""
        for host in exclude.hosts if exclude.hosts is not None else (None,):
            text = "*" if host is None else _spelled_host(host)
            yield f"[{text}]:{ports}" if ports and ":" in text else f"{text}:{ports}" if ports else text


def _spelled_host(host: Host) -> str:
    if not isinstance(host, AddressRange):
        return host.text
    address = IPv6Address if host.family == V6 else IPv4Address
    first, last = (str(address(number)) for number in (host.first, host.last))
    return first if first == last else f"{first}-{last}"
