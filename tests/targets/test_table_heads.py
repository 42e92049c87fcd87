"""Heads of tables: which column is which, and which only looks like it."""

import pytest

from scanner.targets.formats.table_heads import columns_of, place_of, role_of

ROLES_OF = {
    "host": "Host,HOSTS,hostname,Destination,destination_address,Destination IP(s),dst,DST-IP,cidr,CidrIp,ip,"
    "IP-Adresse,destination_net,dstnet,Ziel,Zieladresse(n),Ziel-IP,Server,destinationAddressPrefix",
    "port": "port,Ports,Port(s),destination_port,Destination Port Range,dport,Zielports,Port (TCP),Port/Protocol",
    "service": "Service,Services,Dienst,Dienst(e),Services & Applications,Service / Application",
    "from_port": "from_port,FromPort,Start-Port,von Port",
    "to_port": "to_port,ToPort,bis Port",
    "protocol": "Protocol,proto,IpProtocol,Protokoll,IP Protocol",
    "name": "name,Rule,Rule name,Description,Regel,Bezeichnung,Bemerkung,Comment,Regel-Nr.",
    "ticket": "Ticket,Change,Antrag",
    "expect": "expect,Action,Aktion,Maßnahme,Access,FW action,verdict,Decision,Entscheidung,Effect",
    "source": "source,Source IP,src,Quelle,Quelladresse,from",
    "tags": "tags,Tag,Labels,Gruppe",
    "timeout": "timeout,Timeout (s)",
    "timeout_ms": "Timeout (ms),timeout_ms",
    "enabled": "enabled,Active,aktiv,Status",
    "disabled": "Disabled,deaktiviert",
    "direction": "Direction,IsEgress,Richtung",
    "": "Source Port,source_port,Destination Zone,destination zone(s),Host (source),Port (UDP),Quellport,Source Zone,"
    "Hits,Application,Ziel-Zone,,#,Portal,hostage",
}


@pytest.mark.parametrize(
    ("role", "head"), [(role, head) for role, heads in ROLES_OF.items() for head in heads.split(",")]
)
def test_what_a_head_means(role: str, head: str) -> None:
    assert role_of(head) == role


def test_of_several_columns_the_surest_comes_first() -> None:
    """`Destination` may be the name of an object, and the `Host` beside it is the firewall."""
    columns = columns_of(["Description", "Host", "Destination", "Destination IP", "Name", "Port", "DPort"])
    assert columns.places == {"host": (3, 2), "name": (4, 0), "port": (6,)}


@pytest.mark.parametrize(
    ("heads", "places"),
    [
        ("chain,target,prot,source,destination,dport",
         {"expect": (1,), "protocol": (2,), "source": (3,), "host": (4,), "port": (5,)}),
        ("target,destination,dport", {"host": (1,), "port": (2,)}),
        ("target,port", {"host": (0,), "port": (1,)}),
        ("target,chain,dport", {"host": (0,), "port": (2,)}),
    ],
)  # fmt: skip
def test_a_target_beside_a_destination_is_no_host(heads: str, places: dict[str, tuple[int, ...]]) -> None:
    assert columns_of(heads.split(",")).places == places


def test_a_wish_beats_the_heads_and_takes_its_column() -> None:
    heads = ["Ziel", "Kiste", "Port", "Dienst"]
    columns = columns_of(heads, [("host", "Kiste"), ("port", "dienst")])
    assert columns.places == {"host": (1,), "port": (3,)}


@pytest.mark.parametrize(
    ("head", "place"), [("Ziel, neu", 1), ("ziel neu", 1), ("ZIEL_NEU", 1), ("#", 2), ("Ziel", -1), ("", -1)]
)
def test_a_head_is_found_as_it_is_or_nearly(head: str, place: int) -> None:
    assert place_of(head, ["a", "Ziel, neu", "#"]) == place


@pytest.mark.parametrize(
    ("heads", "is_table"),
    [("host,port", True), ("hostname,ip", True), ("cidr,from_port", True), ("host", False), ("port,protocol", False),
     ("web1,192.0.2.1", False), ("host,a,b", False)],
)  # fmt: skip
def test_a_table_has_hosts_and_something_else(heads: str, is_table: bool) -> None:
    assert columns_of(heads.split(",")).is_table is is_table
