"""From entries and excludes to the space: against a model that lists every target by itself."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError, UsageError
from scanner.targets.entry import Defaults, Settings, StatedSettings
from scanner.targets.grammar.addresses import v4_number
from scanner.targets.grammar.host_values import AddressRange
from scanner.targets.grammar.parsers import parse_host, parse_ports
from scanner.targets.space.built import check_not_empty
from scanner.words.builtin_values import SWEEP
from tests.targets.made import built, entry, orders

HOSTS = [
    "10.0.0.0/28", "10.0.0.0/30", "10.0.0.4/30", "10.0.0.3", "10.0.0.7", "10.0.0.2-9", "10.0.0.9-10.0.0.18",
    "10.0.0.16-20", "2001:db8::/126", "2001:db8::2", "2001:DB8::2", "2001:db8::1-2001:db8::9",
]  # fmt: skip
PORTS = ["80", "443", "80,443", "443,80", "1-4", "3-6,80", "80,80,1"]
entries = st.lists(
    st.tuples(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3), st.sampled_from(PORTS)), max_size=6
)
excludes = st.lists(
    st.one_of(
        st.sampled_from(HOSTS),
        st.tuples(st.sampled_from([h for h in HOSTS if ":" not in h]), st.sampled_from(PORTS)).map(":".join),
        st.sampled_from(PORTS).map(lambda ports: f"*:{ports}"),
    ),
    max_size=3,
)


def addresses(text: str) -> set[str]:
    (span,) = parse_host(text)
    assert isinstance(span, AddressRange)
    kind = ipaddress.IPv6Address if ":" in text else ipaddress.IPv4Address
    return {str(kind(number)) for number in range(span.first, span.last + 1)}


def excluded_by(texts: list[str]) -> set[tuple[str, int | None]]:
    """(address or *, port or None) for each thing excluded."""
    found: set[tuple[str, int | None]] = set()
    for text in texts:
        if text in HOSTS:
            found |= {(address, None) for address in addresses(text)}
            continue
        host, _, ports = text.partition(":")
        every = {"*"} if host == "*" else addresses(host)
        found |= {(address, port) for address in every for port in parse_ports(ports)}
    return found


@given(entries, excludes)
def test_each_target_once_with_a_row_for_each_entry(wanted: list[tuple[list[str], str]], left_out: list[str]) -> None:
    model: dict[tuple[str, int], list[int]] = {}
    for order, (hosts, ports) in enumerate(wanted):
        for key in {(address, port) for host in hosts for address in addresses(host) for port in parse_ports(ports)}:
            model.setdefault(key, []).append(order)
    gone = excluded_by(left_out)
    kept = {k: v for k, v in model.items() if not {(k[0], None), k, ("*", k[1])} & gone}

    made = built([entry(" ".join(hosts), ports) for hosts, ports in wanted], *left_out)
    found = made.space.take(0, made.space.count)
    got = {(each.place.address, each.port): orders(each.requests) for each in found}
    assert len(found) == len(got) == made.space.count == made.count
    assert got == kept
    assert made.left_out.excluded == len(model) - len(kept)
    assert made.space.rows == sum(map(len, kept.values()))
    per_place: dict[str, int] = {}
    for address, _ in kept:
        per_place[address] = per_place.get(address, 0) + 1
    assert {each.place.address: each.place.ports for each in found} == per_place


def test_hosts_as_written_for_single_addresses_only() -> None:
    space = built([entry("2001:DB8::1 10.0.0.1 10.0.1.0/31 10.0.2.5/32")]).space
    rows = {each.place.address: each.requests[0].host for each in space.take(0, 9)}
    assert rows == {
        "2001:db8::1": "2001:DB8::1", "10.0.0.1": "", "10.0.1.0": "", "10.0.1.1": "", "10.0.2.5": "",
    }  # fmt: skip


def test_file_order_among_hosts_with_equally_many_ports() -> None:
    space = built([entry("10.0.0.9"), entry("10.0.0.1"), entry("10.0.0.5", "1,2"), entry("::1")]).space
    assert [each.place.address for each in space.take(0, 4)] == ["10.0.0.5", "10.0.0.9", "10.0.0.1", "::1"]


def test_precedence() -> None:
    one = entry("10.0.0.1", timeout=0.3, retries=0, expect="refused", tags=("a",), name="x")
    two = entry("10.0.0.2", defaults=Defaults(StatedSettings(0.5, 5, "timeout", tags=("d",))))

    def settled(settings: Settings) -> list[tuple[object, ...]]:
        space = built([one, two, entry("10.0.0.3")], settings=settings).space
        rows = [each.requests[0] for each in space.take(0, 3)]
        return [(r.timeout, r.retries, r.expect, r.tags, r.vantage) for r in rows]

    assert settled(Settings(timeout=2.0, retries=7, expect="open", vantage="here")) == [
        (0.3, 0, "refused", ("a",), "here"),
        (2.0, 7, "open", ("d",), "here"),
        (2.0, 7, "open", (), "here"),
    ]
    assert settled(Settings(builtin=SWEEP)) == [
        (0.3, 0, "refused", ("a",), ""),
        (0.5, 5, "timeout", ("d",), ""),
        (1.0, 1, "", (), ""),
    ]


def test_ports_precedence() -> None:
    plain = entry("10.0.0.1", None, where=("t.yaml", 1, 1))
    with pytest.raises(TargetError, match=r"t\.yaml:1:1: names no port"):
        built([plain])
    plain = entry("10.0.0.1", None, defaults=Defaults(ports=(1,)))
    assert built([plain]).space.pick(0).port == 1
    assert built([plain], settings=Settings(ports=(2,))).space.pick(0).port == 2
    plain = entry("10.0.0.1", "3", defaults=Defaults(ports=(1,)))
    assert built([plain], settings=Settings(ports=(2,))).space.pick(0).port == 3


def test_names_once_whatever_their_case() -> None:
    made = built([entry("Web.example web.EXAMPLE", "80,443"), entry("web.example", "80,22"), entry("10.0.0.1")])
    (key,) = made.names
    assert (key, made.names.text(key)) == ("web.example", "Web.example")
    assert (made.names.ports(key), made.names.row_count) == ((80, 443, 22), 4)
    assert [(ports, request.host, request.order) for ports, request in made.names.asks(key)] == [
        ((80, 443), "Web.example", 0),
        ((80, 22), "web.example", 1),
    ]
    assert made.count == 3 + 1


def test_excluded_names_and_ports_of_names() -> None:
    made = built([entry("a b c", "25,80")], "A.", "b:80", "*:25")
    assert {made.names.text(key): made.names.ports(key) for key in made.names} == {"c": (80,)}
    assert made.left_out.excluded == 5


def test_one_is_a_matter_of_names() -> None:
    made = built([entry("a 10.0.0.1", addresses="one")])
    assert not made.space.pick(0).requests[0].one
    assert made.names.asks("a")[0][1].one


def test_ends_of_attached_networks_are_left_out_of_cidrs_only() -> None:
    ends = [v4_number(text) or 0 for text in ("10.0.0.0", "10.0.0.255", "10.0.9.0")]
    made = built([entry("10.0.0.0/24 10.0.1.0/24")], ends=ends)
    found = {each.place.address for each in made.space.take(0, made.space.count)}
    assert (made.left_out.skipped, made.count) == (2, 510)
    assert not found & {"10.0.0.0", "10.0.0.255"}
    for written in ("10.0.0.255", "10.0.0.250-255", "10.0.0.255/32", "10.0.0.254/31"):
        assert built([entry(written)], ends=ends).left_out.skipped == 0
    both = built([entry("10.0.0.0/24"), entry("10.0.0.255")], ends=ends)
    assert both.count == 255


def test_family() -> None:
    entries = [entry("10.0.0.1 ::1 10.0.0.0/30 name")]
    four = built(entries, settings=Settings(family=4))
    six = built(entries, settings=Settings(family=6))
    assert (four.space.count, four.left_out.other_family, len(four.names)) == (4, 1, 1)
    assert (six.space.count, six.left_out.other_family, len(six.names)) == (1, 2, 1)


def test_link_local_excludes_hold_on_every_interface() -> None:
    assert built([entry("fe80::1%1 fe80::2%1")], "fe80::1").space.count == 1


@pytest.mark.parametrize(
    ("hosts", "exclude", "family", "told"),
    [
        ("10.0.0.0/30", "10.0.0.0/8", 0, "4 targets excluded"),
        ("name", "NAME", 0, "1 target excluded"),
        ("::1", "*:1", 4, "1 host of the other address family"),
    ],
)
def test_nothing_left(hosts: str, exclude: str, family: int, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        check_not_empty(built([entry(hosts)], exclude, settings=Settings(family=family)))


def test_hostile_overlaps_of_ports_fail_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.space.port_table._MOST_JOINED", 100_000)
    entries = [entry("10.0.0.1", f"{n}-65535") for n in range(1, 4)]
    with pytest.raises(TargetError, match="too many long port lists"):
        built(entries)


def test_names_asked_too_much_fail_before_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.space.port_table._MOST_JOINED", 100_000)
    with pytest.raises(TargetError, match="too many long port lists"):
        built([entry("web", f"{n}-65535") for n in range(1, 3)])
    assert built([entry("web", "1-65535") for _ in range(3)]).count == 65535


def test_hundreds_of_hosts_share_one_filtered_port_list() -> None:
    space = built([entry(f"10.0.0.{n}", "-") for n in range(1, 100)], "*:25").space
    assert len({id(block.ports_of(host)) for block in space.blocks for host in range(block.count)}) == 1
    assert space.count == 99 * 65534
