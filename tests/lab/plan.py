"""A scene as text: lines for `ip -batch` and a ruleset for `nft -f`, for each node. Pure.

Node 0 is the near side, 1 to n - 1 the routers, n the far side; link i joins node i - 1 (its device `farward`)
to node i (its device `nearward`). A link with a delay is two veth pairs with the wire between them, which is not a
node: it has no address, and its devices are `left` and `right` (wire.py).
"""

from ipaddress import ip_network

from tests.lab.scene import (
    ALL_PORTS,
    EVERYTHING,
    HOSTS4,
    HOSTS6,
    REJECTS,
    Rule,
    Scene,
    address_span,
    hop_address,
    near_address,
)  # fmt: skip

#: In an inet chain: the SYNs, and nothing else of a connection.
_SYN = "tcp flags & (syn | ack) == syn"

#: Where the listener of `everything` listens, at the far side's link address.
EVERYTHING_PORT = 7
#: An address answers this many SYNs by itself before a `wakes` rule begins to answer all, or has all of them answered
#: before a `stops` rule ends; and the bytes of a SYN.
WAKES_AFTER = 200
_SYN_BYTES = {4: 60, 6: 80}


def last_node(scene: Scene) -> int:
    """The number of the far side, which is also how many links there are."""
    return len(scene.routers) + 1


def hardware(link: int, upper: bool) -> str:
    """The hardware address of one end of a link, fixed so that neighbours are known in advance."""
    return f"02:00:00:00:{link:02x}:{'02' if upper else '01'}"


def _end(scene: Scene, link: int, upper: bool) -> list[str]:
    """The lines that bring one end of a link up: the lower node's or the upper node's."""
    device, mine, other = ("nearward", 2, 1) if upper else ("farward", 1, 2)
    lines = [f"link set dev {device} address {hardware(link, upper)}", f"link set dev {device} up"]
    if scene.attached:
        prefix = ip_network(scene.attached).prefixlen
        holds = scene.live if upper else (near_address(scene),)
        return lines + [f"addr add {address}/{prefix} dev {device}" for address in holds]
    lines.append(f"addr add 172.31.{link}.{mine}/30 dev {device}")
    lines.append(f"addr add fd00:ff:{link}::{mine}/64 dev {device} nodad")
    if not scene.cold:
        peer = f"lladdr {hardware(link, not upper)} dev {device} nud permanent"
        lines.append(f"neigh add 172.31.{link}.{other} {peer}")
        lines.append(f"neigh add fd00:ff:{link}::{other} {peer}")
    return lines


def _routes(node: int, last: int) -> list[str]:
    """The routes: towards the hosts via the next node's end, towards the near side via the previous one's."""
    lines = []
    if node < last:
        lines += [f"route add {HOSTS4} via 172.31.{node + 1}.2", f"route add {HOSTS6} via fd00:ff:{node + 1}::2"]
    if node > 1:
        lines += [f"route add 172.31.1.0/30 via 172.31.{node}.1", f"route add fd00:ff:1::/64 via fd00:ff:{node}::1"]
    return lines


def _loops(scene: Scene, node: int) -> list[str]:
    back = {4: f"172.31.{node}.1", 6: f"fd00:ff:{node}::1"}
    looping = [rule.addresses for rule in scene.rules if rule.answer == "looping" and rule.hop == node]
    return [f"route add {network} via {back[ip_network(network).version]}" for network in looping]


def ip_lines(scene: Scene, node: int) -> str:
    """What `ip -batch -` is told in a node, once its links exist."""
    last = last_node(scene)
    lines = ["link set lo up"]
    lines += _end(scene, node, upper=True) if node else []
    lines += _end(scene, node + 1, upper=False) if node < last else []
    if not scene.attached:
        lines += _routes(node, last) + _loops(scene, node)
        lines += scene.routers[node - 1].ip if 0 < node < last else ()
        if node == last:
            # Any address of these is the far side's own: 16 million hosts in two lines.
            lines += [f"route add local {HOSTS4} dev lo", f"route add local {HOSTS6} dev lo"]
    return "\n".join(lines) + "\n"


def link_lines(scene: Scene, pids: list[int], wire: int | None) -> str:
    """What makes the links, run on the near side: `pids` are the nodes' processes from 1 up, `wire` the delay's."""
    lines = []
    for link in range(1, last_node(scene) + 1):
        lower = f"netns {pids[link - 2]} " if link > 1 else ""
        upper = f"netns {pids[link - 1]} "
        if link == 1 and wire is not None:
            lines.append(f"link add farward type veth peer name left netns {wire}")
            lines.append(f"link add right netns {wire} type veth peer name nearward {upper}")
        else:
            lines.append(f"link add farward {lower}type veth peer name nearward {upper}")
    return "\n".join(lines) + "\n"


_Settings = list[tuple[str, object]]

_QUICK_IPV6: _Settings = [
    ("net.ipv6.conf.all.accept_dad", 0),
    ("net.ipv6.conf.default.accept_dad", 0),
    ("net.ipv6.conf.all.disable_ipv6", 0),
    ("net.ipv6.conf.default.disable_ipv6", 0),
    ("net.ipv6.conf.lo.disable_ipv6", 0),
]
_FORWARDING: _Settings = [
    ("net.ipv4.ip_forward", 1),
    ("net.ipv6.conf.all.forwarding", 1),
    ("net.ipv4.conf.all.rp_filter", 0),
    ("net.ipv4.conf.default.rp_filter", 0),
    ("net.ipv6.ip_nonlocal_bind", 1),  # listeners on hosts that are only a route
]
#: By default the kernel sends one reject a second to one host and 1000 in all; most scenes want every one.
_UNLIMITED_ICMP: _Settings = [
    ("net.ipv4.icmp_ratemask", 0),
    ("net.ipv4.icmp_ratelimit", 0),
    ("net.ipv4.icmp_msgs_per_sec", 1_000_000),
    ("net.ipv4.icmp_msgs_burst", 1_000_000),
    ("net.ipv6.icmp.ratelimit", 0),
    ("net.ipv6.icmp.ratemask", ""),
]


def sysctls(scene: Scene, node: int) -> _Settings:
    """Kernel settings of a node (0: the near side), made before its devices come up."""
    if node == 0:
        return _QUICK_IPV6
    limited = node < last_node(scene) and scene.routers[node - 1].limited
    return _QUICK_IPV6 + _FORWARDING + ([] if limited else _UNLIMITED_ICMP)


def _match(rule: Rule) -> str:
    first, last = address_span(rule.addresses)
    family = "ip" if first.version == 4 else "ip6"
    where = f"{family} daddr {first}" + (f"-{last}" if last != first else "")
    return where if rule.ports == ALL_PORTS else f"{where} tcp dport {{ {rule.ports} }}"


def _statement(rule: Rule) -> str:
    """What the filter does with a SYN that matches this rule; `return` passes it on to the policer and the listener."""
    if rule.answer == "silent":
        return "drop"
    if rule.answer == "stubborn":
        return "limit rate 1/day burst 2 packets drop"
    if rule.answer == "refused":
        return "reject with tcp reset" if rule.hop else "return"
    if rule.answer == "fickle":
        return f"numgen random mod 2 < 1 {_reject(rule, 'host-unreachable')}"
    if rule.answer == "flapping":
        return f"numgen inc mod 1000000 200-599 {_reject(rule, 'net-unreachable')}"
    return _reject(rule, rule.answer) if rule.answer in REJECTS else "return"


def _reject(rule: Rule, answer: str) -> str:
    word4, word6, _ = REJECTS[answer]
    if address_span(rule.addresses)[0].version == 4:
        return f"reject with icmp type {word4}"
    return f"reject with icmpv6 type {word6}"


def _impairments(scene: Scene) -> tuple[list[str], list[str]]:
    """What the far side does to SYNs before and after the rules: loss, policer."""
    before = [f"numgen random mod 100 < {scene.loss} drop"] if scene.loss else []
    police = [f"limit rate over {scene.police}/second burst 50 packets drop"] if scene.police else []
    return (before + police, []) if scene.police_in_front else (before, police)


def _chain(name: str, head: str, lines: list[str]) -> str:
    return "\n".join([f"chain {name} {{", *(f"  {line}" for line in [head, *lines] if line), "}"])


def _awake(rule: Rule) -> str:
    version = address_span(rule.addresses)[0].version
    side = {"wakes": "over", "stops": "until"}.get(rule.answer)
    return f"quota {side} {WAKES_AFTER * _SYN_BYTES[version]} bytes " if side else ""


def _redirects(scene: Scene, node: int) -> list[str]:
    """Chains that put one listener behind the ports of rules such as `everything`; other traffic stays untracked."""
    rules = [rule for rule in scene.rules if rule.answer in EVERYTHING]
    if not rules or node != last_node(scene):
        return []
    mine = f"ip saddr {hop_address(node, 4)} tcp sport {EVERYTHING_PORT} return"
    mine6 = f"ip6 saddr {hop_address(node, 6)} tcp sport {EVERYTHING_PORT} return"
    redirect = [f"{_match(rule)} tcp flags & syn == syn {_awake(rule)}redirect to :{EVERYTHING_PORT}" for rule in rules]
    return [
        _chain(
            "tracked",
            "type filter hook prerouting priority -300;",
            [_match(r) + " return" for r in rules] + ["notrack"],
        ),
        _chain("replies", "type filter hook output priority -300;", [mine, mine6, "notrack"]),
        _chain("redirects", "type nat hook prerouting priority -100;", redirect),
    ]


def nft_rules(scene: Scene, node: int) -> str:
    """The packet filter of a node from 1 up, or an empty text where it needs none."""
    far = node == last_node(scene)
    rules = [f"{_match(rule)} {_statement(rule)}" for rule in scene.rules if rule.hop == (0 if far else node)]
    before, after = _impairments(scene) if far else ([], [])
    chains = _redirects(scene, node)
    if rules or before or after:
        chains.append(_chain("answers", "", rules))
        chains.append(_chain("syns", "", [*before, "jump answers", *after]))
        hook = "input" if far else "forward"
        chains.append(_chain("way", f"type filter hook {hook} priority 0;", [f"{_SYN} jump syns"]))
    if not far and scene.routers[node - 1].silent:
        hush = ["icmp type time-exceeded drop", "icmpv6 type time-exceeded drop"]
        chains.append(_chain("hush", "type filter hook output priority 0;", hush))
    if not far and scene.routers[node - 1].oddity:
        chains.append(scene.routers[node - 1].oddity)
    return "table inet lab {\n" + "\n".join(chains) + "\n}\n" if chains else ""


#: The words in a ruleset that the kernel has a separate module for.
_MODULE_WORDS = ("limit", "numgen", "reject", "notrack", "redirect", "quota")


def filter_needs(scene: Scene) -> list[str]:
    """What a scene's packet filters need besides `nft` itself, as tests/needs.py calls it."""
    rules = " ".join(nft_rules(scene, node) for node in range(1, last_node(scene) + 1))
    return [f"nft {word}" for word in _MODULE_WORDS if f"{word} " in rules.replace("\n", " ")]
