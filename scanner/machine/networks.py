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
Only table `main` is looked at (`kernel_routes.py`); what other tables (ip-rule(8)) lead elsewhere is not known here. On
other systems there is nothing to read, and nobody is a neighbour.
"""

import ipaddress
import socket
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable

from scanner.machine.closing import closing
from scanner.machine.kernel_routes import LOCAL, Way, trie_entries, ways

_IPV4 = int(socket.AF_INET)
_SIOCGIFFLAGS = 0x8913
_IFF_LOOPBACK, _IFF_POINTOPOINT, _IFF_NOARP = 0x8, 0x10, 0x80

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
    local6: list[IpNetwork] = []
    for way in ways(root):
        network = _network(way)
        if way.local:
            local6.append(network)
        elif network.version == 6 and network.is_multicast:
            continue
        elif network not in best or way.metric < best[network][0]:
            best[network] = (way.metric, _is_direct(way, network) and near(way.interface))
    local4, one_table = _locals4(root)
    if one_table:
        best.update(dict.fromkeys(local4, (0, False)))
    local = local6 if one_table else local6 + local4
    covered = _within(local)
    attached = [network for network, (_, direct) in best.items() if direct and not covered(network)]
    inside = _within(attached)
    elsewhere = [network for network, (_, direct) in best.items() if not direct and inside(network)]
    return attached, elsewhere + [network for network in local if inside(network)]


def _network(way: Way) -> IpNetwork:
    kind = ipaddress.IPv4Network if way.family == _IPV4 else ipaddress.IPv6Network
    return kind((way.network, way.length), strict=False)


def _is_direct(way: Way, network: IpNetwork) -> bool:
    """A whole family is no network of ours, nor is one host."""
    return not (way.gateway or way.reject) and 0 < network.prefixlen < network.max_prefixlen


def _locals4(root: str) -> tuple[list[IpNetwork], bool]:
    """What is delivered to this machine itself: its addresses, and whole networks where somebody wished so; and whether
    that stands in one table with all other routes."""
    local = [entry for entry in trie_entries(root) if entry.kind == LOCAL]
    networks = {ipaddress.IPv4Network((entry.first, entry.length), strict=False) for entry in local}
    return list(networks), any(entry.main for entry in local)


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
