"""Which addresses this machine reaches as neighbours, out of what Linux shows of its routing tables.

The rule is the kernel's own:

* The longest prefix decides; of equal ones what is local (delivered to this machine), then the lowest metric, then the
  first that is listed.
* Table `local` is asked first, so its shorter prefixes win too: always for IPv6, for IPv4 once there was any rule
  beyond the usual three (ip-rule(8)). Until then IPv4's tables `local` and `main` are one (net/ipv4/fib_frontend.c,
  fib_unmerge()), and shown as one.
* An address is a neighbour if the route so found has no gateway and leads through an interface on which somebody is
  asked: not through a tunnel or loopback, not into a blackhole. A route to a single host makes no network.

So a VPN's 10.7.0.0/16 inside an attached 10.0.0.0/8 has no neighbours, and an attached /24 inside a routed /16 has.
Only table `main` is looked at; what other tables (ip-rule(8)) lead elsewhere is not known here. On other systems there
is nothing to read, and nobody is a neighbour.

Sources: net/ipv4/fib_trie.c (fib_route_seq_show, fib_trie_seq_show), net/ipv6/route.c (rt6_info_route).
"""

import ipaddress
import re
import socket
import struct
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path as File

from scanner.machine.closing import closing

_RTF_GATEWAY, _RTF_REJECT, _RTF_LOCAL = 0x2, 0x200, 0x80000000
_SIOCGIFFLAGS = 0x8913
_IFF_LOOPBACK, _IFF_POINTOPOINT, _IFF_NOARP = 0x8, 0x10, 0x80
_ADDRESS = re.compile(r"\|-- ([0-9.]+)$")
_LOCAL = re.compile(r"/([0-9]+) host LOCAL")
_TABLES = ("Main:", "Local:")
#: A router with a full table has a hundred megabytes of it.
_MOST_CHARS = 16 * 1024 * 1024

IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
NumberRanges = list[tuple[int, int]]
_END = 1 << 128  # beyond every address


def routed_networks(
    root: str = "/proc/net", asks: Callable[[str], bool] | None = None
) -> tuple[list[IpNetwork], list[IpNetwork]]:
    """The directly attached networks, and the more specific prefixes inside them that lead elsewhere.

    `asks` says of an interface whether it asks for its neighbours; by default the kernel is asked.
    """
    said: dict[str, bool] = {}

    def near(interface: str) -> bool:
        if interface not in said:
            said[interface] = (asks or _asks)(interface)
        return said[interface]

    best: dict[IpNetwork, tuple[int, bool]] = {}
    for network, metric, direct in (*_routes4(root, near), *_routes6(root, near)):
        if network not in best or metric < best[network][0]:
            best[network] = (metric, direct)
    local4, one_table = _locals4(root)
    local6 = [_network6(fields) for fields in _rows6(root) if int(fields[8], 16) & _RTF_LOCAL]
    if one_table:
        best.update(dict.fromkeys(local4, (0, False)))
    local = local6 if one_table else local6 + local4
    covered = _within(local)
    attached = [network for network, (_, direct) in best.items() if direct and not covered(network)]
    inside = _within(attached)
    elsewhere = [network for network, (_, direct) in best.items() if not direct and inside(network)]
    return attached, elsewhere + [network for network in local if inside(network)]


def _routes4(root: str, near: Callable[[str], bool]) -> Iterator[tuple[IpNetwork, int, bool]]:
    """IpNetwork, metric, and whether its addresses are neighbours."""
    for fields in rows(File(root, "route")):
        # Iface (`*`: none, as for a blackhole) Destination Gateway Flags RefCnt Use Metric Mask; hexadecimal in the
        # machine's byte order
        if len(fields) < 11 or fields[0] == "Iface":
            continue
        address, mask = (ipaddress.IPv4Address(_from_hex(fields[at])) for at in (1, 7))
        network = ipaddress.IPv4Network(f"{address}/{mask}", strict=False)
        yield network, int(fields[6]), fields[0] != "*" and _direct(network, fields[2], fields[3]) and near(fields[0])


def _routes6(root: str, near: Callable[[str], bool]) -> Iterator[tuple[IpNetwork, int, bool]]:
    for fields in _rows6(root):
        network = _network6(fields)
        if not int(fields[8], 16) & _RTF_LOCAL and not network.is_multicast:
            yield network, int(fields[5], 16), _direct(network, fields[4], fields[8]) and near(fields[9])


def _rows6(root: str) -> Iterator[list[str]]:
    # destination, its length, source, its length, gateway, metric, uses..., flags, interface
    return (fields for fields in rows(File(root, "ipv6_route")) if len(fields) == 10)


def _network6(fields: list[str]) -> ipaddress.IPv6Network:
    return ipaddress.IPv6Network((int(fields[0], 16), int(fields[1], 16)), strict=False)


def _direct(network: IpNetwork, gateway: str, flags: str) -> bool:
    """IPv4 by a gateway of IPv6 shows in the flags alone. A whole family is no network of ours, nor is one host."""
    leads = int(gateway, 16) or int(flags, 16) & (_RTF_GATEWAY | _RTF_REJECT)
    return not leads and 0 < network.prefixlen < network.max_prefixlen


def _locals4(root: str) -> tuple[list[IpNetwork], bool]:
    """What is delivered to this machine itself: its addresses, and whole networks where somebody wished so; and whether
    that stands in one table with all other routes."""
    found: set[IpNetwork] = set()
    table, address, one_table = "", "", False
    for line in _lines(File(root, "fib_trie")):
        if not line.startswith(" "):
            table = line
        elif match := _ADDRESS.search(line):
            address = match[1]
        elif address and table in _TABLES and (match := _LOCAL.search(line)):
            found.add(ipaddress.IPv4Network(f"{address}/{match[1]}", strict=False))
            one_table |= table == _TABLES[0]
    return list(found), one_table


def _within(networks: Iterable[IpNetwork]) -> Callable[[IpNetwork], bool]:
    """Tells of a network whether one of these holds it."""
    ranges = near_ranges(networks)

    def holds(network: IpNetwork) -> bool:
        first, last = _ends(network)
        at = bisect_right(ranges[network.version], (first, last)) - 1
        return any(low <= first and last <= high for low, high in ranges[network.version][max(0, at) : at + 2])

    return holds


def near_ranges(networks: Iterable[IpNetwork], elsewhere: Iterable[IpNetwork] = ()) -> dict[int, NumberRanges]:
    """For IP version 4 and 6 the first and last numbers of all runs of addresses whose longest prefix is one of
    `networks`, and not one of `elsewhere`. Disjoint, and in order."""
    kinds: dict[IpNetwork, bool] = dict.fromkeys(networks, True)
    kinds.update(dict.fromkeys(elsewhere, False))
    return {
        version: _flat([(*_ends(net), near) for net, near in kinds.items() if net.version == version])
        for version in (4, 6)
    }


def _flat(prefixes: list[tuple[int, int, bool]]) -> NumberRanges:
    """The near ones of prefixes (first and last number, whether near), the innermost of which decides."""
    out: NumberRanges = []
    around: list[tuple[int, bool]] = []  # the prefixes around `at`, the innermost last: where each ends, its kind
    at = 0
    for first, last, near in [*sorted(prefixes, key=lambda each: (each[0], -each[1])), (_END, _END, False)]:
        while around and around[-1][0] < first:
            end, kind = around.pop()
            _add(out, at, end, kind)
            at = end + 1
        if around:
            _add(out, at, first - 1, around[-1][1])
        at = first
        around.append((last, near))
    return out


def _add(out: NumberRanges, low: int, high: int, near: bool) -> None:
    if not near or low > high:
        return
    if out and out[-1][1] == low - 1:
        low = out.pop()[0]
    out.append((low, high))


def _ends(network: IpNetwork) -> tuple[int, int]:
    return int(network.network_address), int(network.broadcast_address)


def _from_hex(text: str) -> bytes:
    return int(text, 16).to_bytes(4, sys.byteorder)


def _asks(interface: str) -> bool:
    """Whether ARP or neighbour discovery runs on it: not on a tunnel (a VPN), nor on loopback (netdevice(7))."""
    try:
        import fcntl

        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock:
            request = struct.pack("16sH14x", interface.encode(), 0)
            answer = fcntl.ioctl(sock, _SIOCGIFFLAGS, request)
    except (ImportError, OSError, struct.error):
        return True
    return not struct.unpack_from("=16xH", answer)[0] & (_IFF_LOOPBACK | _IFF_POINTOPOINT | _IFF_NOARP)


def rows(file: File) -> Iterator[list[str]]:
    """The lines of a file in words; none where it cannot be read."""
    return (line.split() for line in _lines(file))


def _lines(file: File) -> list[str]:
    try:
        with closing(open(file, encoding="ascii", errors="replace")) as opened:
            text = opened.read(_MOST_CHARS)
            return text[: text.rfind("\n")].splitlines()  # what is cut may end in the middle of a line
    except OSError:
        return []
