"""HOST: what is accepted, and that nothing is ever read as something else."""

import ipaddress
import socket

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.grammar.addresses import V4, V6, address_text, scope_name
from scanner.targets.grammar.host_values import AddressRange, HostName
from scanner.targets.grammar.hosts import any_host
from scanner.targets.grammar.parsers import parse_exclude, parse_host, parse_target
from scanner.words.formulas import neutralise
from tests.targets.made import attempt


def seen(text: str) -> list[str]:
    """The hosts in a form that is easy to compare: names as they are, spans as first-last."""
    out = []
    for host in parse_host(text):
        if isinstance(host, HostName):
            out.append(host.text)
        else:
            ends = [address_text(host.family, number) for number in (host.first, host.last)]
            out.append(ends[0] if ends[0] == ends[1] else "-".join(ends))
    return out


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("localhost", ["localhost"]),
        ("db_1.example.net", ["db_1.example.net"]),
        ("example.net.", ["example.net."]),
        ("_srv.example", ["_srv.example"]),
        ("3com.example", ["3com.example"]),
        ("web-1", ["web-1"]),
        ("10.0.0.1.example", ["10.0.0.1.example"]),
        ("xn--bcher-kva.example", ["xn--bcher-kva.example"]),
        ("bücher.example", ["bücher.example"]),
        ("10.0.0.1", ["10.0.0.1"]),
        ("10.0.0.0/24", ["10.0.0.0-10.0.0.255"]),
        ("10.0.0.7/32", ["10.0.0.7"]),
        ("0.0.0.0/0", ["0.0.0.0-255.255.255.255"]),
        ("10.0.0.1-50", ["10.0.0.1-10.0.0.50"]),
        ("10.0.0.5-5", ["10.0.0.5"]),
        ("10.0.0.1-10.0.1.20", ["10.0.0.1-10.0.1.20"]),
        ("::1", ["::1"]),
        ("[::1]", ["::1"]),
        ("2001:DB8::1", ["2001:db8::1"]),
        ("2001:db8::/126", ["2001:db8::-2001:db8::3"]),
        ("[2001:db8::/126]", ["2001:db8::-2001:db8::3"]),
        ("2001:db8::1-2001:db8::9", ["2001:db8::1-2001:db8::9"]),
        ("web[1-3]", ["web1", "web2", "web3"]),
        ("web[08-10].x", ["web08.x", "web09.x", "web10.x"]),
        ("r[1-2]h[1-2]", ["r1h1", "r1h2", "r2h1", "r2h2"]),
        ("[1-2].example", ["1.example", "2.example"]),
        ("10.0.[0-1].[1-2]", ["10.0.0.1", "10.0.0.2", "10.0.1.1", "10.0.1.2"]),
    ],
)
def test_accepted(text: str, hosts: list[str]) -> None:
    assert seen(text) == hosts


def test_scope() -> None:
    index, name = socket.if_nameindex()[0]
    for text in (f"fe80::1%{name}", f"fe80::1%{index}"):
        (host,) = parse_host(text)
        assert isinstance(host, AddressRange)
        assert (host.family, host.scope, host.text) == (V6, index, text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("10.0.0.5/24", "write the network 10.0.0.0/24, or the address 10.0.0.5"),
        ("2001:db8::1/64", "write the network 2001:db8::/64"),
        ("10.0.0.0/33", "/0 to /32"),
        ("10.0.0.0/", "/0 to /32"),
        ("10.0.0.0/-1", "/0 to /32"),
        ("10.0.0.0/024", "write 10.0.0.0/24"),
        ("10.0.0.0/255.255.255.0", "write 10.0.0.0/24"),
        ("::/129", "/0 to /128"),
        ("example.net/24", "without names"),
        ("10.0.0/24", "four numbers"),
        ("127.1", "four numbers"),
        ("1.2.3", "four numbers"),
        ("12345", "four numbers"),
        ("2130706433", "four numbers"),
        ("1e5", "is a number"),
        ("010.0.0.1", "leading zeros"),
        ("10.0.0.08", "leading zeros"),
        ("0x7f.1", "hexadecimal"),
        ("0x7f000001", "hexadecimal"),
        ("10.0.0x1.1", "hexadecimal"),
        ("256.1.1.1", "256 is over 255"),
        ("10.0.0.1.", "write 10.0.0.1"),
        ("web.123", "is a number"),
        ("10.0.0.9-3", "write 10.0.0.3-10.0.0.9"),
        ("10.0.1.0-10.0.0.1", "write 10.0.0.1-10.0.1.0"),
        ("10.0.0.1-256", "0 to 255"),
        ("10.0.0.1-05", "0 to 255"),
        ("10.0.0.1-10.0.1", "four numbers"),
        ("10.0.0.1-::1", "mixes"),
        ("2001:db8::1-9", "write the whole last address"),
        ("::9-::1", "write ::1-::9"),
        ("10.0-1.0.1", "write 10.[0-1].0.1"),
        ("web*", "holds a *"),
        ("10.0.0.*", "write 10.0.0.0/24"),
        ("\uff11\uff12\uff17.0.0.1", "DIGIT ONE (U+FF11); write 127.0.0.1"),
        ("10.0.0.1\u20135", "EN DASH (U+2013); write 10.0.0.1-5"),
        ("ex。ample", "FULL STOP (U+3002); write ex.ample"),
        ("straße.example", "xn--"),
        ("a\x01b", "control"),
        ("a\u200bb", "an invisible character, ZERO WIDTH SPACE (U+200B); write ab"),
        ("a\nb", "a line break"),
        ("a b", "space"),
        ("a..b", "empty part"),
        (".a", "empty part"),
        ("-a", "hyphen"),
        ("a-.b", "hyphen"),
        ("-bücher.example", "hyphen"),
        ("www.bücher-", "hyphen"),
        ("\u0301-bücher", "combining mark"),
        ("www.\u034f-bücher", "combining mark"),
        ("\u3164-bücher", "xn--"),
        ("a" * 64, "63"),
        (".".join(["a" * 60] * 5), "253"),
        ("a,b", "separate items"),
        ("a!b", '"!"'),
        ("user@host", "write host"),
        ("https://example.net/x", "write example.net here, and the port with -p 443"),
        ("http://u:p@h:81/", "write h here, and the port with -p 81"),
        ("localhost:22", "looks like HOST:PORTS"),
        ("::g", "not a valid IPv6 address"),
        ("1:2:3:4:5:6:7:x:9", "not a valid IPv6 address"),
        ("::ffff:10.0.0.1", "write 10.0.0.1"),
        ("::ffff:1.2.0.0/112", "write 1.2.0.0/16"),
        ("::5-::ffff:9.0.0.0", "IPv6 form"),
        ("::ffff:1:0-::1:0:0:0", "IPv6 form"),
        ("fe80::1%nosuchinterface", "no interface"),
        ("::1%lo", "write ::1"),
        ("web[1-", "unpaired"),
        ("web]1[", "unpaired"),
        ("web[a-b]", "not a valid range"),
        ("web[1,2]", "not a valid range"),
        ("web[5-1]", "write web[1-5]"),
        ("web[1-020]", "write web[001-020]"),
        ("web[1-999999]", "more than 100000"),
        ("w[1-1000]x[1-1000]", "more than 100000"),
        ("[::1]x", "not a valid range"),
        ("web[1-2]" * 200, "longer than 253"),
    ],
)
def test_refused(text: str, told: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_host(text)
    message = str(caught.value)
    assert told in message
    assert message.isprintable()
    assert len(message) < 300


def test_url_without_known_port_names_a_place_for_it() -> None:
    with pytest.raises(TargetError, match="write h here, and the port with -p PORTS"):
        parse_host("tcp://h/")


@given(st.text(max_size=40))
def test_any_text_is_hosts_or_a_clear_error(text: str) -> None:
    hosts, told = attempt(parse_host, text)
    assert hosts or told


@given(st.text(alphabet="0123456789.xXabf-/eE", min_size=1, max_size=16))
def test_what_the_resolver_takes_for_an_address_is_that_address_or_an_error(text: str) -> None:
    try:
        (host,) = parse_host(text)
    except TargetError:
        return
    try:
        loose = socket.inet_aton(text)  # the C library's generous reading: 127.1, octal, hexadecimal
    except OSError:
        return
    assert isinstance(host, AddressRange)
    assert host.first == host.last == int.from_bytes(loose)


@given(st.text("aé1-.+=@;,:|\t\n'\"[] %－\ufeff\u034f\u3164", max_size=8))  # noqa: RUF001
@example("-é")
@example("[1-2]-é")
@example("x.-é")
def test_no_host_begins_a_formula(text: str) -> None:
    """CSV reports have hosts as they are written."""
    for host in attempt(parse_host, text)[0] or ():
        assert neutralise(host.text) == host.text


@pytest.mark.parametrize("name", [";=1+1", "a|=1", "=1", "x\x1b[2J", "é"])
def test_an_interface_whose_name_is_no_plain_text_goes_by_its_number(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux lets almost any character stand there, and the name would stand behind the address in reports."""
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(7, name)])
    monkeypatch.setattr(socket, "if_nametoindex", {name: 7}.__getitem__)
    monkeypatch.setattr(socket, "if_indextoname", {7: name}.__getitem__)
    for text in (f"fe80::1%{name}", f"fe80::1%{name}-fe80::9"):
        with pytest.raises(TargetError) as caught:
            parse_host(text)
        assert ("write %7, its number" if name.isprintable() else "control") in str(caught.value)
    (host,) = parse_host("fe80::1%7")
    assert isinstance(host, AddressRange)
    assert (host.scope, scope_name(7)) == (7, "7")


@given(st.ip_addresses())
def test_addresses_keep_their_value(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        with pytest.raises(TargetError):
            any_host(str(address))
        return
    (host,) = any_host(str(address))
    assert isinstance(host, AddressRange)
    assert (host.family, host.first, host.last) == (V4 if address.version == 4 else V6, int(address), int(address))


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_networks_mean_every_address_in_them(address: ipaddress.IPv4Address, bits: int) -> None:
    network = ipaddress.IPv4Network((address, bits), strict=False)
    (host,) = any_host(str(network))
    assert isinstance(host, AddressRange)
    assert (host.first, host.last) == (int(network[0]), int(network[-1]))
    if network[0] != address:
        with pytest.raises(TargetError, match=str(network)):
            any_host(f"{address}/{bits}")


@pytest.mark.parametrize("text", ["0.0.0.0/0.0.0.0", "0.0.0.0 0.0.0.0"])
def test_any_as_routers_have_it(text: str) -> None:
    """The remedy alone would be refused: it needs an option, too."""
    with pytest.raises(TargetError, match=r"has a netmask; write 0\.0\.0\.0/0 with --allow-any") as caught:
        parse_host(text)
    assert "unspecified" not in str(caught.value)
    with pytest.raises(TargetError, match=r"write 0\.0\.0\.0/0\Z"):
        parse_exclude(text)  # which probes nothing


@pytest.mark.parametrize("text", ["0x0:2222", "0x7f.1:2222", "0x7f000001:22", "0x7f.1:22:80"])
def test_hexadecimal_with_a_port(text: str) -> None:
    with pytest.raises(TargetError, match="is a number in hexadecimal; write the address as four decimal numbers"):
        parse_target(text)
