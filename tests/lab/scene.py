"""What a scene can be made of, and the truth it holds: pure data, no system call.

A scene is a line of nodes: the near side (where the scanner runs), maybe routers, and the far side, which
holds all hosts in HOSTS4 and HOSTS6. Whatever no rule names refuses: the far kernel itself answers with a RST.
Rules are read in the order of a packet's way: those of the first router, of the second, ..., of the hosts;
within a node the first that matches decides. `truth` and the packet filter are made from the same rules.
"""

from collections.abc import Iterator
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

#: Every address in these is a host on the far side.
HOSTS4 = "10.0.0.0/8"
HOSTS6 = "fd00:10::/32"

ALL_PORTS = "1-65535"

#: What a filter can reject with: nft's words for IPv4 and IPv6 (empty: it has none), and the reason.
REJECTS: dict[str, tuple[str, str, str]] = {
    "net-unreachable": ("net-unreachable", "no-route", "net-unreach"),
    "host-unreachable": ("host-unreachable", "addr-unreachable", "host-unreach"),
    "prot-unreachable": ("prot-unreachable", "", "proto-unreach"),
    "port-unreachable": ("port-unreachable", "port-unreachable", "port-unreach"),
    "net-prohibited": ("net-prohibited", "", "net-prohibited"),
    "host-prohibited": ("host-prohibited", "", "host-prohibited"),
    "admin-prohibited": ("admin-prohibited", "admin-prohibited", "admin-prohibited"),
}

#: open: accepts and closes; stubborn: open, but the first two SYNs to each of its rules are dropped; reset: accepts
#: and resets; everything: one listener behind all of a host's ports (or those of the rule); wakes: the same, but only
#: after WAKES_AFTER SYNs, and before that it refuses; stops: the same, but only up to there; full: a listener whose
#: accept queue is full; looping: the router sends packets back where they came from; fickle: refuses, but every second
#: SYN meets host-unreachable, as where one of two equal ways rejects; flapping: refuses, but SYNs 200 to 599 meet
#: net-unreachable.
ANSWERS = {
    "open", "stubborn", "reset", "everything", "wakes", "stops", "refused", "silent", "full", "looping", "fickle",
    "flapping", *REJECTS,
}  # fmt: skip

#: Those for which one listener answers on all ports.
EVERYTHING = ("everything", "wakes", "stops")


class Truth(NamedTuple):
    """What the report must say; None: the scene does not determine it.

    `state` may be `blocked` (timeout or unreachable), where ICMP is rate-limited and so either is right; or `reachable`
    (open or refused), where it is not known which target was probed first.
    """

    state: str
    reason: str | None = None
    icmp_from: str | None = None


class Rule(NamedTuple):
    """`answer` (see ANSWERS) is what `ports` of `addresses` give; `hop` n: at the nth router, 0: at the hosts."""

    answer: str
    addresses: str
    ports: str = ALL_PORTS
    hop: int = 0


class Router(NamedTuple):
    """A router on the way: `silent` never says time-exceeded, `limited` keeps its kernel's ICMP rate limits.

    `oddity`: further chains for its packet filter, which do not enter into the truth: they concern the way. `ip`:
    further lines for `ip -batch`.
    """

    silent: bool = False
    limited: bool = False
    oddity: str = ""
    ip: tuple[str, ...] = ()


def spans(text: str) -> list[tuple[int, int]]:
    """`22,80-90` -> [(22, 22), (80, 90)]."""
    parts = (part.partition("-") for part in text.split(","))
    return [(int(first), int(last or first)) for first, _, last in parts]


def address_span(text: str) -> tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address]:
    """The first and last address of `10.0.0.1`, `10.0.0.1-10.0.0.9` or `10.0.0.0/24`."""
    if "/" in text:
        network = ip_network(text)
        return network[0], network[-1]
    first, _, last = text.partition("-")
    return ip_address(first), ip_address(last or first)


def addresses(text: str) -> Iterator[str]:
    """Every address of a text that `address_span` reads."""
    first, last = address_span(text)
    for number in range(int(first), int(last) + 1):
        yield str(type(first)(number))


class Scene(NamedTuple):
    """One network. `hosts` and `ports` are what its tests sweep; times are milliseconds, loss is percent."""

    name: str
    about: str
    hosts: tuple[str, ...]
    ports: str
    rules: tuple[Rule, ...] = ()
    routers: tuple[Router, ...] = ()
    loss: int = 0
    police: int = 0  # SYNs a second that pass
    police_in_front: bool = False  # the policer comes before the silent hosts, which then use up its allowance too
    rtt_ms: tuple[int, int] | None = None
    cold: bool = False  # the gateways' hardware addresses must be asked for
    attached: str = ""  # a network directly on the near side's link, with no hosts but `live`
    live: tuple[str, ...] = ()

    def targets(self) -> Iterator[tuple[str, int]]:
        """Every (address, port) of `hosts` and `ports` once; for an attached network only what can be a host."""
        skipped = set(address_span(self.attached)) if self.attached else set()
        for host in self.hosts:
            for address in addresses(host):
                if skipped and ip_address(address) in skipped:
                    continue
                for first, last in spans(self.ports):
                    yield from ((address, port) for port in range(first, last + 1))


def hop_address(hop: int, version: int) -> str:
    """The address that the `hop`th node shows to the near side."""
    return f"172.31.{hop}.2" if version == 4 else f"fd00:ff:{hop}::2"


def near_address(scene: Scene) -> str:
    """The near side's IPv4 address: the first host of an attached network, else the first link's."""
    return str(ip_network(scene.attached)[1]) if scene.attached else "172.31.1.1"


class Oracle:
    """Answers what is true of each target of a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    @cached_property
    def _by_way(self) -> list[tuple[Rule, int, int, int, list[tuple[int, int]]]]:
        """The rules in the order of a packet's way, with version, first and last address and ports parsed."""
        last_hop = len(self.scene.routers) + 1
        rules = sorted(self.scene.rules, key=lambda rule: rule.hop or last_hop)
        parsed = ((rule, *address_span(rule.addresses), spans(rule.ports)) for rule in rules)
        return [(rule, first.version, int(first), int(last), ports) for rule, first, last, ports in parsed]

    @cached_property
    def _live(self) -> frozenset[str]:
        return frozenset(self.scene.live)

    def truth(self, address: str, port: int) -> Truth:
        """What a correct report says about this target."""
        if self.scene.attached and address not in self._live:
            mine = address == near_address(self.scene)
            return Truth("refused", "conn-refused", "") if mine else Truth("blocked")
        numeric = ip_address(address)
        version, number = numeric.version, int(numeric)
        for rule, rule_version, first, last, ports in self._by_way:
            if rule_version == version and first <= number <= last and any(a <= port <= b for a, b in ports):
                return self._says(rule, address, version)
        return Truth("refused", "conn-refused", "")

    def _says(self, rule: Rule, address: str, version: int) -> Truth:
        if rule.answer in ("open", "stubborn", "everything"):
            # The listener closes at once; a reset can overtake our look at the socket, and that is open all the same.
            return Truth("open", None, "")
        if rule.answer == "reset":
            return Truth("open", None, "")
        if rule.answer in ("wakes", "stops"):
            return Truth("reachable", None, "")
        if rule.answer in ("refused", "fickle", "flapping"):
            return Truth("refused", "conn-refused", "")
        if rule.answer in ("silent", "full"):
            return Truth("timeout", "no-response", "")
        if rule.answer == "looping":
            return Truth("unreachable", "time-exceeded", None)
        if rule.hop and self.scene.routers[rule.hop - 1].limited:
            return Truth("blocked")
        return Truth("unreachable", REJECTS[rule.answer][2], self._sender(rule, address, version))

    def _sender(self, rule: Rule, address: str, version: int) -> str:
        """Who a reject comes from: the router, or the host; the far kernel does not own the addresses in HOSTS6,
        so it sends from its link's."""
        if rule.hop:
            return hop_address(rule.hop, version)
        return address if version == 4 else hop_address(len(self.scene.routers) + 1, 6)
