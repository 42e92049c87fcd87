"""The scenes. Each is a few lines: what is swept, who answers how, what the way there does to packets.

A new one goes here, and its test next to the others; `Rule`, `Router` and `Scene` (scene.py) say what is possible.
Whatever no rule names refuses.
"""

from tests.lab.scene import REJECTS, Router, Rule, Scene

_HOST = "10.0.0.1"
_HOST6 = "fd00:10::1"
_BOTH = (_HOST, _HOST6)


def _everywhere(answer: str, ports: str, hop: int = 0) -> tuple[Rule, ...]:
    return tuple(Rule(answer, address, ports, hop) for address in _BOTH)


def _each_reject(first_port: int, hop: int = 0) -> tuple[Rule, ...]:
    """Ten ports for each kind of ICMP answer that the address family has, from `first_port` on."""
    rules = []
    for index, (word, (_, word6, _)) in enumerate(REJECTS.items()):
        ports = f"{first_port + 10 * index}-{first_port + 10 * index + 9}"
        rules.append(Rule(word, _HOST, ports, hop))
        if word6:
            rules.append(Rule(word, _HOST6, ports, hop))
    return tuple(rules)


_LIVE = tuple(f"10.99.{n % 16}.{17 + 11 * n}" for n in range(20))
_OFFICE = tuple(f"10.99.0.{11 + 12 * n}" for n in range(20))
_DARK_BUT = tuple(f"10.7.3.{5 + 15 * n}" for n in range(16))
_SPARSE = tuple(f"10.7.{n * 3 // 4}.{7 + 11 * n}" for n in range(20))
_TENANTS = tuple(f"10.7.0.{3 + 8 * n}" for n in range(4))
_OPEN_FEW = Rule("open", _HOST, "1000,2000,3000,4000,5000,10001-10010,19991-20000")
_ROUTERS = (Router(), Router(), Router())

#: Port 100 is open, 103 dropped by the third router, all others refuse.
_CHAIN = (*_everywhere("open", "100"), *_everywhere("silent", "103", hop=3))
_FIRST, _LAST = "type filter hook prerouting priority -150;", "type filter hook postrouting priority 0;"
_SYN = "tcp flags & (syn | ack) == syn"


def _odd(second: Router = _ROUTERS[1], third: Router = _ROUTERS[2]) -> tuple[Router, ...]:
    return _ROUTERS[0], second, third


_ALL = (
    Scene(
        "basic",
        "four hosts of each family: open, resetting, silent and refused ports",
        hosts=("10.0.0.4-10.0.0.7", "fd00:10::4/126"),
        ports="20-29,80,100-119,443,500-509",
        rules=(
            *(Rule("open", f"{net}4", "22,80,443") for net in ("10.0.0.", "fd00:10::")),
            *(Rule("reset", f"{net}5", "505") for net in ("10.0.0.", "fd00:10::")),
            *(Rule("silent", f"{net}6", "100-119") for net in ("10.0.0.", "fd00:10::")),
            Rule("silent", "10.0.0.7"),
        ),
    ),
    Scene("one", "one host of each family that refuses every port", hosts=_BOTH, ports="1-65535"),
    Scene("wide", "256 hosts that refuse 1024 ports each", hosts=("10.0.1.0/24",), ports="1-1024"),
    Scene("eight", "a /8 of hosts that refuse", hosts=("10.0.0.0/8",), ports="80"),
    Scene(
        "silent",
        "1000 silent ports of one host",
        hosts=(_HOST,),
        ports="1-1000",
        rules=(Rule("silent", _HOST, "1-1000"),),
    ),
    Scene(
        "quiet",
        "a host of which no port answers at all",
        hosts=(_HOST,),
        ports="1-15000",
        rules=(Rule("silent", _HOST),),
    ),
    Scene(
        "loss5",
        "20,000 ports, 5 % of SYNs are lost",
        hosts=(_HOST,),
        ports="1-20000",
        rules=(_OPEN_FEW,),
        loss=5,
    ),
    Scene(
        "loss20",
        "20,000 ports, 20 % of SYNs are lost",
        hosts=(_HOST,),
        ports="1-20000",
        rules=(_OPEN_FEW,),
        loss=20,
    ),
    Scene(
        "loss5-small",
        "2000 ports of both families, 5 % of SYNs lost, a tenth of the ports silent",
        hosts=_BOTH,
        ports="1-1000",
        rules=(*_everywhere("open", "7,77,777"), *_everywhere("silent", "801-900")),
        loss=5,
    ),
    Scene(
        "loss20-small",
        "2000 ports of both families, 20 % of SYNs lost, a tenth of the ports silent",
        hosts=_BOTH,
        ports="1-1000",
        rules=(*_everywhere("open", "7,77,777"), *_everywhere("silent", "801-900")),
        loss=20,
    ),
    Scene(
        "policer-behind",
        "10,000 answering and 10,000 silent ports, 3000 SYNs a second pass to those that answer",
        hosts=(_HOST,),
        ports="1-20000",
        rules=(Rule("open", _HOST, "1000,2000,3000"), Rule("silent", _HOST, "10001-20000")),
        police=3000,
    ),
    Scene(
        "policer-front",
        "10,000 answering and 10,000 silent ports, 3000 SYNs a second pass in all",
        hosts=(_HOST,),
        ports="1-20000",
        rules=(Rule("open", _HOST, "1000,2000,3000"), Rule("silent", _HOST, "10001-20000")),
        police=3000,
        police_in_front=True,
    ),
    Scene(
        "policer-small",
        "4000 answering ports and 200 silent ones behind the 3000/s policer",
        hosts=(_HOST,),
        ports="1-4200",
        rules=(Rule("open", _HOST, "1000,2000,3000"), Rule("silent", _HOST, "4001-4200")),
        police=3000,
    ),
    Scene(
        "loss20-policer",
        "10,000 ports, 20 % of SYNs lost, then the 3000/s policer",
        hosts=(_HOST,),
        ports="1-10000",
        rules=(Rule("open", _HOST, "1000,2000,3000"),),
        loss=20,
        police=3000,
    ),
    Scene(
        "attached",
        "a /20 on the link itself, larger than the neighbour table, 20 hosts live in it",
        hosts=("10.99.0.0/20",),
        ports="22",
        rules=tuple(Rule("open", address, "22") for address in _LIVE[::2]),
        attached="10.99.0.0/20",
        live=_LIVE,
    ),
    Scene(
        "attached-small",
        "a /25 on the link itself, with some hosts live in it",
        hosts=("10.99.0.0/25",),
        ports="22",
        rules=(Rule("open", "10.99.0.7", "22"),),
        attached="10.99.0.0/25",
        live=("10.99.0.7", "10.99.0.70", "10.99.0.100"),
    ),
    Scene(
        "office",
        "a /24 on the link itself, 20 hosts live in it",
        hosts=("10.99.0.0/24",),
        ports="1-1000",
        rules=tuple(Rule("open", address, "22") for address in _OFFICE[::2]),
        attached="10.99.0.0/24",
        live=_OFFICE,
    ),
    Scene(
        "half",
        "65,536 hosts, one port each, every other /20 silent",
        hosts=("10.7.0.0/16",),
        ports="80",
        rules=tuple(Rule("silent", f"10.7.{third}.0/20", "80") for third in range(0, 256, 32)),
    ),
    Scene(
        "sparse",
        "4096 hosts behind a line that 300 SYNs a second pass, and only 20 of them answer, at one open port",
        hosts=("10.7.0.0/20",),
        ports="80",
        rules=(*(Rule("open", address, "80") for address in _SPARSE), Rule("silent", "10.7.0.0/20", "80")),
        police=300,
        police_in_front=True,
    ),
    Scene(
        "mostly-dark",
        "a /24 behind a gateway, 16 hosts of which answer, at 1000 ports each",
        hosts=("10.7.3.0/24",),
        ports="1-1000",
        rules=(
            *(Rule("open", address, "22") for address in _DARK_BUT[::2]),
            *(Rule("refused", address) for address in _DARK_BUT),
            Rule("silent", "10.7.3.0/24"),
        ),
    ),
    Scene(
        "discovered",
        "a /26 of which few hosts are there, each in a way of its own; the others are silent or rejected on the way",
        hosts=("10.7.3.0/26", "fd00:10::40/124"),
        ports="20-39,80,5000",
        rules=(
            *(Rule("host-unreachable", f"10.7.3.{n}", hop=1) for n in (40, 41)),
            *(Rule("open", address, "80") for address in ("10.7.3.1", "fd00:10::41")),
            Rule("refused", "10.7.3.2", "22"),
            Rule("port-unreachable", "10.7.3.3", "443"),
            Rule("open", "10.7.3.4", "5000"),
            Rule("refused", "10.7.3.5"),
            Rule("everything", "10.7.3.6"),
            Rule("silent", "10.7.3.0/26"),
            Rule("silent", "fd00:10::40/124"),
        ),
        routers=(Router(),),
    ),
    Scene(
        "full",
        "ports whose accept queue is full, which looks like silence, and open ones beside them",
        hosts=_BOTH,
        ports="100-129",
        rules=(*_everywhere("full", "105-109"), *_everywhere("open", "120")),
    ),
    Scene(
        "dark",
        "ten hosts that answer, beside a dark network of their family and a dark other family",
        hosts=("10.0.0.0-10.0.0.19", "10.7.0.0-10.7.0.19", "fd00:10::1-fd00:10::14"),
        ports="443-446",
        rules=(
            Rule("open", "10.0.0.0-10.0.0.9", "443"),
            Rule("silent", "10.0.0.10-10.0.0.19"),
            Rule("silent", "10.7.0.0/24"),
            Rule("silent", "fd00:10::/64"),
        ),
    ),
    Scene(
        "vacant",
        "a network behind a router, of which four hosts answer, the others nothing",
        hosts=("10.7.0.0/27",),
        ports="1-300",
        rules=(
            *(Rule("open", address, "22,80") for address in _TENANTS[:2]),
            *(Rule("refused", address) for address in _TENANTS),
            Rule("silent", "10.7.0.0/24"),
        ),
    ),
    Scene(
        "everything",
        "hosts that accept on every port, and one that does not",
        hosts=("10.0.0.1-10.0.0.4", _HOST6),
        ports="1-100",
        rules=(
            Rule("everything", "10.0.0.1-10.0.0.3"),
            Rule("everything", _HOST6),
            Rule("open", "10.0.0.4", "22"),
        ),
    ),
    Scene(
        "wakes",
        "active defence: after 200 SYNs each host answers every port",
        hosts=_BOTH,
        ports="1-600",
        rules=(*_everywhere("open", "22,80"), Rule("wakes", _HOST), Rule("wakes", _HOST6)),
    ),
    Scene(
        "leaves-out",
        "the same, but seven ports refuse whatever happens",
        hosts=_BOTH,
        ports="1-600",
        rules=(
            *_everywhere("open", "22,80"),
            *(Rule("wakes", host, "1-134,140-444,446-499,501-65535") for host in (_HOST, _HOST6)),
        ),
    ),
    Scene(
        "stops",
        "each host answers every port for 200 SYNs, and then refuses",
        hosts=_BOTH,
        ports="1-600",
        rules=(*_everywhere("open", "22,80,550"), Rule("stops", _HOST), Rule("stops", _HOST6)),
    ),
    Scene(
        "shield",
        "something answers port 25 for every address; only two hosts are there",
        hosts=("10.0.0.0/24",),
        ports="25,80",
        rules=(
            Rule("everything", "10.0.0.0/24", "25"),
            Rule("open", "10.0.0.5-10.0.0.6", "80"),
            Rule("refused", "10.0.0.5-10.0.0.6"),
            Rule("silent", "10.0.0.0/24"),
        ),
    ),
    Scene(
        "shields",
        "something answers ports 25 and 110 for every address; only two hosts are there",
        hosts=("10.0.0.0/24",),
        ports="25,110,80",
        rules=(
            Rule("everything", "10.0.0.0/24", "25,110"),
            Rule("refused", "10.0.0.5-10.0.0.6"),
            Rule("silent", "10.0.0.0/24"),
        ),
    ),
    Scene(
        "distant",
        "every port refuses after 80 to 120 ms",
        hosts=_BOTH,
        ports="1-1500",
        rtt_ms=(80, 120),
    ),
    Scene(
        "slow",
        "answers after 850 to 950 ms",
        hosts=_BOTH,
        ports="1-200",
        rules=(*_everywhere("open", "22,80"), *_everywhere("silent", "191-200")),
        rtt_ms=(850, 950),
    ),
    Scene(
        "late",
        "whatever the answer, a reject as well, it comes after 200 to 250 ms",
        hosts=_BOTH,
        ports="20-49",
        rules=(
            *_everywhere("open", "20-29"),
            *_everywhere("admin-prohibited", "30-39"),
            *_everywhere("silent", "40-44"),
        ),
        rtt_ms=(200, 250),
    ),
    Scene(
        "slower",
        "answers after 700 to 1100 ms: some after the default deadline",
        hosts=_BOTH,
        ports="1-200",
        rules=(*_everywhere("open", "22,80"), *_everywhere("silent", "191-200")),
        rtt_ms=(700, 1100),
    ),
    Scene(
        "cold",
        "gateways that nobody has spoken to yet",
        hosts=_BOTH,
        ports="1-50",
        rules=_everywhere("open", "22"),
        cold=True,
    ),
    Scene(
        "stubborn",
        "open ports whose first two SYNs are lost",
        hosts=_BOTH,
        ports="20-24",
        rules=_everywhere("stubborn", "22"),
    ),
    Scene(
        "icmp",
        "each ICMP answer, from the hosts themselves",
        hosts=_BOTH,
        ports="1-10,100-189",
        rules=(*_each_reject(110), *_everywhere("open", "100"), *_everywhere("silent", "101")),
    ),
    Scene(
        "fickle",
        "hosts that refuse, behind two equal ways of which one rejects",
        hosts=("10.0.0.1-10.0.0.2", _HOST6),
        ports="1-10",
        rules=(*_everywhere("fickle", "1-10"), Rule("fickle", "10.0.0.2", "1-10")),
    ),
    Scene(
        "flapping",
        "a host that refuses, and for some hundred SYNs in between there is no route to it",
        hosts=(_HOST,),
        ports="1-1000",
        rules=(Rule("flapping", _HOST),),
    ),
    Scene(
        "chain",
        "three routers on the way, each with its own rejects and silences",
        hosts=_BOTH,
        ports="1-10,100-103,110-189,210-289,310-389",
        rules=(
            *_each_reject(110, hop=1),
            *_each_reject(210, hop=2),
            *_each_reject(310, hop=3),
            *_everywhere("silent", "101", hop=1),
            *_everywhere("silent", "102", hop=2),
            *_everywhere("silent", "103", hop=3),
            *_everywhere("open", "100"),
        ),
        routers=_ROUTERS,
    ),
    Scene(
        "chain-hush",
        "three routers, the second never says time-exceeded; the third drops port 103",
        hosts=_BOTH,
        ports="100-104",
        rules=(*_everywhere("open", "100"), *_everywhere("silent", "103", hop=3)),
        routers=(Router(), Router(silent=True), Router()),
    ),
    Scene(
        "chain-limited",
        "three routers with their kernel's ICMP rate limits; the second rejects 300 ports",
        hosts=_BOTH,
        ports="1-400",
        rules=(*_everywhere("port-unreachable", "101-400", hop=2), *_everywhere("open", "22")),
        routers=(Router(limited=True), Router(limited=True), Router(limited=True)),
    ),
    Scene(
        "odd-expiry",
        "three routers; the second says host-unreachable where a packet's last hop ends",
        hosts=(_HOST,),
        ports="1-10,100-103",
        rules=_CHAIN,
        routers=_odd(
            Router(
                oddity=f"chain odd {{ {_FIRST} iifname nearward {_SYN} ip ttl 1"
                " reject with icmp type host-unreachable; }"
            )
        ),
    ),
    Scene(
        "odd-reset",
        "three routers; the second resets, in the target's name, what should expire there",
        hosts=(_HOST,),
        ports="1-10,100-103",
        rules=_CHAIN,
        routers=_odd(
            Router(oddity=f"chain odd {{ {_FIRST} iifname nearward {_SYN} ip ttl 1 reject with tcp reset; }}")
        ),
    ),
    Scene(
        "odd-sender",
        "three routers; the second rejects from an address that it does not expire packets with",
        hosts=(_HOST,),
        ports="1-10,100-103,240-249",
        rules=(*_CHAIN, Rule("admin-prohibited", _HOST, "240-249", hop=2)),
        routers=_odd(
            Router(
                oddity="chain odd { type filter hook output priority 0;"
                " icmp type destination-unreachable ip saddr set 172.31.99.2; }"
            )
        ),
    ),
    Scene(
        "odd-ingress",
        "three routers; the second says nothing, the third rejects before it looks at the hop limit",
        hosts=(_HOST,),
        ports="1-10,100-103,340-349",
        rules=_CHAIN,
        routers=_odd(
            Router(silent=True),
            Router(oddity=f"chain odd {{ {_FIRST} tcp dport 340-349 reject with icmp type admin-prohibited; }}"),
        ),
    ),
    Scene(
        "odd-forward",
        "three routers; the second forwards an address of its own to a host behind the third, which rejects",
        hosts=(_HOST,),
        ports="1-10,100-103,140-149",
        rules=(*_CHAIN, Rule("admin-prohibited", _HOST, "140-149")),
        routers=_odd(
            Router(
                ip=("addr add 10.77.0.1/32 dev lo",),
                oddity="chain odd { type nat hook prerouting priority -100; ip daddr 10.77.0.1 dnat ip to 10.0.0.1; }",
            )
        ),
    ),
    Scene(
        "odd-ways",
        "three routers; the third sends every second packet once more around by the second: ways of unequal length",
        hosts=(_HOST,),
        ports="1-10,100-103",
        rules=(*_everywhere("open", "100"), Rule("silent", _HOST, "103")),
        routers=_odd(
            third=Router(
                ip=(
                    "rule add fwmark 1 table 100",
                    "route add default via 172.31.3.1 table 100",
                ),
                oddity=f"chain odd {{ {_FIRST} iifname nearward {_SYN} ip dscp cs0 numgen inc mod 2 0"
                " ip dscp set cs1 meta mark set 1; }",
            )
        ),
    ),
    Scene(
        "odd-limit",
        "three routers; the second sets the hop limit of all it sends on to 1",
        hosts=(_HOST,),
        ports="1-10,100-103",
        rules=_CHAIN,
        routers=_odd(Router(oddity=f"chain odd {{ {_LAST} oifname farward {_SYN} ip ttl set 1; }}")),
    ),
    Scene(
        "limited",
        "three routers with their kernel's ICMP rate limits; the third drops port 103 to all hosts",
        hosts=(_HOST,),
        ports="1-10,100-103",
        rules=(*(Rule("open", f"10.0.2.{n}", "100") for n in range(1, 21)), Rule("silent", "10.0.0.0/8", "103", hop=3)),
        routers=(Router(limited=True), Router(limited=True), Router(limited=True)),
    ),
    Scene(
        "witnesses",
        "hosts behind a router with a silent port, each in its own way, and a network whose port 80 a box answers",
        hosts=("10.0.0.1-10.0.0.3", "fd00:10::1-fd00:10::3"),
        ports="80,443",
        rules=(
            *(Rule("silent", f"{net}1-{net}3", "443") for net in ("10.0.0.", "fd00:10::")),
            *(Rule("silent", f"{net}2") for net in ("10.0.0.", "fd00:10::")),
            *(Rule("open", f"{net}3", "80") for net in ("10.0.0.", "fd00:10::")),
            Rule("everything", "10.0.9.0/24", "80"),
            Rule("silent", "10.0.9.0/24"),
        ),
        routers=(Router(),),
    ),
    Scene(
        "loop",
        "two routers that send some hosts' packets back and forth until they expire",
        hosts=("10.66.0.1-10.66.0.4", "fd00:10:66::1-fd00:10:66::2", *_BOTH),
        ports="1-20",
        rules=(Rule("looping", "10.66.0.0/24", hop=2), Rule("looping", "fd00:10:66::/64", hop=2)),
        routers=_ROUTERS,
    ),
)

SCENES: dict[str, Scene] = {scene.name: scene for scene in _ALL}
