"""What stands in which column of a table of firewall rules: the heads that people and their tools write. Pure.

A head is known as a whole or not at all, once case, blanks, `_`, `-`, `.`, `/` and brackets are gone: `source port`,
`destination zone` and `Host (source)` have words in them that would lead astray. The order within a role is that of
preference: of several such columns the first that says anything in a row is taken. Beside
a destination no other host or port is one: an empty destination must not be replaced by the firewall's own name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scanner.targets.formats.table_sides import (
    DESTINATION,
    OF_ONE_SIDE,
    SOURCE,
    DoubtfulHead,
    SidedColumns,
    doubtful_head,
    parted,
    side_said,
    sides_of,
)  # fmt: skip

_PLAIN = re.compile(r"[\W_]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

#: By role, which is what `--columns` calls a column. Each word may also stand in the plural (`s`, `es`, `n`, `en`).
_HEADS = {
    "host": "destinationip destinationipaddress destinationaddress destinationhost destinationhostname "
    "destinationfqdn destinationserver destination destinationnetwork destinationcidr destinationaddressprefix "
    "destinationiprange destip destaddress destaddr desthost dest dstip dstaddr dstaddress dsthost dst dstnetwork "
    "dstcidr zielip zielipadresse zieladresse zielhost zielhostname zielrechner zielserver zielsystem ziel zielnetz "
    "zielnetzwerk targetip targetaddress targethost targetserver host hostname fqdn hostip hostaddress iphost hostorip "
    "ipoderhost server servername serverip rechner rechnername ip ipaddress ipadresse ipaddr ipv4 ipv6 ipv4address "
    "ipv6address address adresse addr ipfqdn ipcidr iprange cidr cidrip cidripv4 cidripv6 cidrblock network subnet "
    "netz netzwerk target destinationnet destnet dstnet to nach",
    "port": "destinationport destinationportrange destport dstport dport zielport zielportbereich targetport port "
    "portnumber portno portnr serverport tcpport porttcp porttcpudp porttcpip portrange portbereich portnummer "
    "portservice portorservice portprotocol portproto portprotokoll",
    "service": "service servicename serviceport destinationservice dienst zieldienst dienstport dienstname "
    "protocolport protoport protokollport servicedienst servicesapplication servicesandapplication serviceapplication "
    "applicationsservice applicationsandservice diensteanwendung diensteundanwendung serviceobject",
    "from_port": "fromport startport portfrom portstart firstport portmin minport vonport portvon anfangsport",
    "to_port": "toport endport portto portend lastport portmax maxport bisport portbis endeport",
    "protocol": "protocol proto prot ipprotocol ipproto protokoll ipprotokoll l4protocol transport transportprotocol "
    "transportprotokoll",
    "tags": "tag labels taglist group gruppe schlagwort stichwort schlagwoerter stichwoerter",
    "name": "name rulename regelname rule regel ruledescription description descr desc beschreibung bezeichnung "
    "title titel label purpose zweck comment kommentar bemerkung anmerkung remark note notiz hinweis ruleid ruleno "
    "rulenr rulenumber regelnr regelnummer regelid",
    "ticket": "ticket ticketid ticketno ticketnr ticketnumber ticketnummer change changeid changenr changerequest "
    "request requestid antrag antragsnummer antragsnr vorgang vorgangsnummer jira issue",
    "expect": "expect expected expectation erwartet erwartung action aktion access permission policyaction "
    "ruleaction regelaktion fwaction firewallaction allowdeny permitdeny allowblock allowordeny verdict decision "
    "disposition effect massnahme entscheidung zugriff",
    "source": "source src sourceaddress sourceip sourceipaddress sourcehost sourcehostname sourcenetwork sourcecidr "
    "sourceaddressprefix sourceiprange srcip srcaddr srcaddress srchost srcnetwork srccidr quelle quelladresse "
    "quellip quellipadresse quellhost quellsystem quellserver quellnetz quellnetzwerk client from von",
    "timeout": "timeout timeoutsec timeoutsecond timeoutsekunde timeoutin zeitlimit zeitueberschreitung",
    "timeout_ms": "timeoutms timeoutinms timeoutmsec timeoutmillisecond timeoutmillisekunde",
    "enabled": "enabled enable active aktiv aktiviert status state zustand ruleenabled rulestatus",
    "disabled": "disabled disable inactive inaktiv deaktiviert ruledisabled",
    "direction": "direction richtung egress isegress",
}
#: `Ports`, `Port(s)`, `Dienste`, `Adressen`.
_PLURALS = ("", "s", "es", "e", "n", "en")
_ROLES: dict[str, tuple[str, int]] = {}
for _role, _words in _HEADS.items():
    for _rank, _word in enumerate(_words.split()):
        for _plural in _PLURALS:
            _ROLES.setdefault(_word + _plural, (_role, _rank))
#: What `--columns` may name.
ROLES = tuple(_HEADS)
#: Whose addresses stand in these, only the rule's direction says.
_OF_EITHER_SIDE = ("cidr", "cidrip", "cidripv4", "cidripv6", "cidrblock", "iprange")
CIDRS = frozenset(word + plural for word in _OF_EITHER_SIDE for plural in ("", "s"))
#: Where a column says that it is the destination's, any other host is somebody else: the firewall, or the source.
_OF_DESTINATION = re.compile(r"d(?:es|s)t|dport|ziel|target|to$|nach$")
#: Of cidrs it is the direction where its words say one (`type` of a rule in Terraform): else it is not read.
_TYPES = ("type", "ruletype")
#: Ports that no TCP connection can verify.
_UDP_PORTS = re.compile(r"(?:d(?:es|s)t(?:ination)?|ziel)?(?:udp(?:dst|dest|destination|ziel)?ports?|ports?udp)")
_NUMBERING = re.compile(r"(?:rule|regel|lfd|fw|acl)?(?:id|nr|no|num|number|nummer|index|pos|position|prio|priority)")
#: What iptables prints has a `target`, which is the action.
_IPTABLES = frozenset(("chain", "prot", "opt"))


class TableColumns(NamedTuple):
    """Which columns of a table (from 0) have which role, the preferred first. `heads`: all of them, as written.
    `cidr`: the hosts' column is one of `CIDRS`. `aside`: those that tell of the source what others tell of the
    destination. `doubt`: a head that may mean either."""

    heads: tuple[str, ...]
    places: dict[str, tuple[int, ...]]
    cidr: bool = False
    aside: frozenset[int] = frozenset()
    doubt: DoubtfulHead | None = None

    @property
    def is_table(self) -> bool:
        """Whether it has hosts, and another column that is known."""
        return "host" in self.places and sum(map(len, self.places.values())) > 1


def plain_head(head: str) -> str:
    """A head without case, blanks, punctuation and umlauts."""
    return _PLAIN.sub("", head.casefold().translate(_UMLAUTS))


def role_of(head: str) -> str:
    """What a column with this head holds; empty where that is unknown."""
    return _ROLES.get(plain_head(head), ("", 0))[0]


def is_numbering(head: str) -> bool:
    """Whether a column with this head holds numbers of rules or tickets, which people write `#4711`."""
    return head.startswith("#") or role_of(head) == "ticket" or _NUMBERING.fullmatch(plain_head(head)) is not None


def columns_of(
    heads: Sequence[str], wished: Iterable[tuple[str, str]] = (), groups: Sequence[str] = ()
) -> TableColumns:
    """The columns of a table with these heads. `wished`: what the user says is where, as (role, head); it replaces what
    the heads say of that role, and is in no other one. Heads of it that are not there count for nothing. `groups`: of
    each column the head in the row above, which says whose it is; empty where none does."""
    shown_heads = _under(groups, heads) if groups else tuple(heads)
    found: dict[str, list[tuple[int, int]]] = {}
    taken: dict[int, str] = {}
    for role, head in wished:
        at = place_of(head, shown_heads)
        if at >= 0:
            taken[at] = role
            found[role] = [(-1, at)]
    mapped = frozenset(found)
    plain = [plain_head(head) for head in heads]
    for at, head in enumerate(plain):
        role, rank = _ROLES.get(head, ("", 0))
        if role and at not in taken and role not in mapped:
            found.setdefault(role, []).append((rank, at))
    _settle_targets(heads, found, mapped)
    if "port" in found and "port" not in mapped:
        found["port"] = _of_destination(heads, found["port"])
    sides = _sides(plain, found, mapped, groups)
    sided = parted({role: found[role] for role in found if role not in mapped}, sides, grouped=bool(groups))
    _settle_sides(plain, found, sided)
    if "host" in found and "host" not in mapped:
        found["host"] = _of_destination(heads, found["host"], sided.ours)
    places = {role: tuple(at for _, at in sorted(ranked)) for role, ranked in found.items()}
    hosts = places.get("host", ())
    cidr = bool(hosts) and plain[hosts[0]] in CIDRS
    types = tuple(at for at, head in enumerate(plain) if head in _TYPES and at not in taken)
    if cidr and types and "direction" not in places:
        places["type"] = types
    if udp := tuple(at for at, head in enumerate(plain) if _UDP_PORTS.fullmatch(head) and at not in taken):
        places["udp_port"] = udp
    doubt = doubtful_head(shown_heads, plain, places, sides)
    return TableColumns(shown_heads, places, cidr, sided.theirs, doubt)


def side_of(head: str) -> str:
    """Whose column one with this head is, the `source`'s or the `destination`'s; empty where it does not say."""
    plain = plain_head(head)
    role = _ROLES.get(plain, ("", 0))[0]
    if _OF_DESTINATION.match(plain) or role == "host":
        return DESTINATION
    return SOURCE if role == "source" else side_said(plain)


def _under(groups: Sequence[str], heads: Sequence[str]) -> tuple[str, ...]:
    """The heads as people say them: `Ziel IP`, where `Ziel` stands above `IP`."""
    return tuple(
        f"{group} {head}" if group != head and side_of(group) and role_of(head) in OF_ONE_SIDE else head
        for group, head in zip(groups, heads, strict=True)
    )


def _sides(
    plain: Sequence[str], found: dict[str, list[tuple[int, int]]], mapped: frozenset[str], groups: Sequence[str]
) -> list[str]:
    """The side of each column: by its own head, by the group above it, or by its place."""
    ours = {at for at, head in enumerate(plain) if _OF_DESTINATION.match(head)}
    hosts = [at for _, at in found.get("host", ())]
    if "host" in mapped:
        ours |= set(hosts)
    if groups:
        return [DESTINATION if at in ours else side_of(group) for at, group in enumerate(groups)]
    count = Counter(plain)
    return sides_of(plain, ours or {at for at in hosts if count[plain[at]] == 1})


def _settle_sides(plain: Sequence[str], found: dict[str, list[tuple[int, int]]], sided: SidedColumns) -> None:
    """Takes out what is the source's. Hosts that are the destination's by their place are so as surely as by a head."""
    sources = [(len(_ROLES), at) for _, at in found.get("host", ()) if at in sided.theirs]
    for role, ranked in list(found.items()):
        found[role] = [each for each in ranked if each[1] not in sided.theirs]
    if sources:
        found.setdefault("source", []).extend(sources)
    found["host"] = [
        (_ROLES.get(f"destination{plain[at]}", ("", rank))[1] if at in sided.ours else rank, at)
        for rank, at in found.get("host", ())
    ]
    for role in [role for role, ranked in found.items() if not ranked]:
        del found[role]


def _settle_targets(heads: Sequence[str], found: dict[str, list[tuple[int, int]]], mapped: frozenset[str]) -> None:
    """A `target` beside a destination is no host; in what iptables prints it is the action."""
    plain = [plain_head(head) for head in heads]
    hosts = found.get("host", [])
    others = [each for each in hosts if plain[each[1]] != "target"]
    if "host" in mapped or len(others) == len(hosts):
        return
    if any(_OF_DESTINATION.match(plain[at]) for _, at in others):
        found["host"] = others
        if "expect" not in found and not _IPTABLES.isdisjoint(plain):
            found["expect"] = [(0, plain.index("target"))]


def _of_destination(
    heads: Sequence[str], ranked: list[tuple[int, int]], placed: frozenset[int] = frozenset()
) -> list[tuple[int, int]]:
    """Of these columns those that are the destination's by their heads, or are `placed` so; all, where none is."""
    ours = [each for each in ranked if each[1] in placed or _OF_DESTINATION.match(plain_head(heads[each[1]]))]
    return ours or ranked


def place_of(head: str, heads: Sequence[str]) -> int:
    """Where a head that a user names stands: as written, else but for case and punctuation; -1 where it does not."""
    return next(iter(places_of(head, heads)), -1)


def places_of(head: str, heads: Sequence[str]) -> list[int]:
    """The same, all the places."""
    if head in heads:
        return [at for at, each in enumerate(heads) if each == head]
    wanted = plain_head(head) or head
    return [at for at, each in enumerate(heads) if (plain_head(each) or each) == wanted]
