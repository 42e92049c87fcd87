"""nmap's XML: what is taken of it, and what is refused before anything of it is expanded."""

from pathlib import Path

import pytest

from tests.targets.scanned import looks, taken, warned, wrong

PORT = '<port protocol="{1}" portid="{0}"><state state="{2}" reason="x"/></port>'
ADDRESS = '<address addr="{}" addrtype="{}"/>\n'
NAME = '<hostname name="{}" type="{}"/>'


def host(address: str, *ports: str, names: str = "", kind: str = "ipv4") -> str:
    """A host; `ports` such as `22/tcp/open`, `names` such as `user=db1.example.net`."""
    said = "".join(PORT.format(*port.split("/")) for port in ports)
    called = "".join(NAME.format(*reversed(name.split("="))) for name in names.split())
    return f"<host>{ADDRESS.format(address, kind)}<hostnames>{called}</hostnames><ports>{said}</ports></host>\n"


def report(*parts: str, head: str = "<!DOCTYPE nmaprun>\n", end: str = "success") -> str:
    finished = f'<runstats><finished exit="{end}"/></runstats>' if end else ""
    return f'<?xml version="1.0"?>\n{head}<nmaprun scanner="nmap">\n{"".join(parts)}{finished}</nmaprun>\n'


ONE = host("192.0.2.1", "22/tcp/open")


def test_open_ports_are_expected_open_at_their_address(tmp_path: Path) -> None:
    """Not at the name, which may lead elsewhere by now: it is the entry's."""
    text = report(
        host(
            "192.0.2.1", "22/tcp/open", "80/tcp/closed", "443/tcp/open", names="PTR=h1.example.net user=db1.example.net"
        ),
        host("192.0.2.2", "22/tcp/filtered"),
        host("2001:db8::1", "22/tcp/open", names="PTR=h2.example.net", kind="ipv6"),
    )
    assert taken(tmp_path, text) == [
        '4:1 192.0.2.1:22,443 open "db1.example.net"',
        '8:1 2001:db8::1:22 open "h2.example.net"',
    ]
    assert warned(tmp_path, text) == "2 ports that the scan did not find open left out"


def test_what_only_announces_a_host_is_none(tmp_path: Path) -> None:
    hint = '<hosthint><status state="up"/><address addr="192.0.2.9" addrtype="ipv4"/></hosthint>\n'
    mac = ADDRESS.format("00:00:5E:00:53:0A", "mac")
    text = report(hint, ONE.replace("<address", f"{mac}<address", 1))
    assert taken(tmp_path, text) == ["5:1 192.0.2.1:22 open"]


def test_udp_is_left_out_with_a_word_and_what_may_be_filtered_is_not_open(tmp_path: Path) -> None:
    text = report(host("192.0.2.1", "53/udp/open", "69/udp/open|filtered", "22/tcp/open", "23/tcp/open|filtered"))
    assert taken(tmp_path, text) == ["4:1 192.0.2.1:22 open"]
    assert "1 item that TCP cannot verify left out; the first is udp port 53 at 5:" in warned(tmp_path, text)
    assert "1 port that the scan did not find open left out" in warned(tmp_path, text)


def test_runs_that_find_the_same_again_make_one_target(tmp_path: Path) -> None:
    named = host("192.0.2.1", "22/tcp/open", names="user=db1.example.net")
    more = host("192.0.2.1", "22/tcp/open", "80/tcp/open")
    assert taken(tmp_path, report(ONE, ONE, named, more)) == [
        "4:1 192.0.2.1:22,80 open",
        '8:1 192.0.2.1:22 open "db1.example.net"',
    ]


def test_a_scan_that_ended_early_is_told(tmp_path: Path) -> None:
    assert "did not come to its end" in warned(tmp_path, report(ONE, end="error"))
    assert warned(tmp_path, report(ONE)) == warned(tmp_path, report(ONE, end="")) == ""


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<!DOCTYPE nmaprun>\n",
        '<!DOCTYPE nmaprun PUBLIC "-//IDN nmap.org//DTD Nmap XML 1.04//EN" "https://svn.nmap.org/nmap/docs/nmap.dtd">\n',
        '<!DOCTYPE nmaprun SYSTEM "/usr/share/nmap/nmap.dtd">\n',
        '<?xml-stylesheet href="nmap.xsl" type="text/xsl"?>\n<!-- a & b, <c> &d; -->\n',
    ],
)
def test_the_heads_that_scanners_write_are_fine(head: str, tmp_path: Path) -> None:
    assert looks(tmp_path, report(ONE, head=head)) == "nmap"
    assert [line.partition(" ")[2] for line in taken(tmp_path, report(ONE, head=head))] == ["192.0.2.1:22 open"]


DECLARED = 'the file declares the XML entity "a", which reports of scanners never have; remove it'


@pytest.mark.parametrize(
    ("head", "address", "told"),
    [
        ('<!DOCTYPE nmaprun [<!ENTITY a "192.0.2.1">]>\n', "&a;", DECLARED),
        ('<!DOCTYPE nmaprun [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>\n', "&b;", DECLARED),
        ('<!DOCTYPE nmaprun [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n', "&a;", DECLARED),
        ('<!DOCTYPE nmaprun [<!ENTITY % a SYSTEM "http://192.0.2.1/a"> %a;]>\n', "192.0.2.1", DECLARED),
        ("<!DOCTYPE nmaprun []>\n", "192.0.2.1", "the file has a DTD of its own, <!DOCTYPE [...]>, which"),
        ('<!DOCTYPE nmaprun SYSTEM "a.dtd">\n', "192.0.2&a;.1", 'the file uses the XML entity "&a;", which reports of'),
        ("", "&a;", "not well-formed XML (undefined entity)"),
    ],
)
def test_entities_are_refused_by_name(head: str, address: str, told: str, tmp_path: Path) -> None:
    [problem] = wrong(tmp_path, report(ONE.replace("192.0.2.1", address), head=head))
    assert told in problem


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (report(ONE)[:-12], "6:37: the XML ends before its last element"),
        (report(ONE)[:150], "the XML ends before its last element: an interrupted scan, or a file cut off"),
        (report(ONE) * 2, "several reports in one file; give each as a file of its own"),
        (report(ONE).replace("</host>", "</hots>"), "not well-formed XML (mismatched tag)"),
        ("<a>\n<nmaprun></nmaprun></a>", '1:1: the file is XML, but its root is "a", not nmaprun'),
        (report(host("192.0.2.1", "22/tcp/closed")), "1:1: 1 port that the scan did not find open left out"),
        (report(), "the file names no targets; the scan found nothing open"),
        (report(ONE.replace(ADDRESS.format("192.0.2.1", "ipv4"), "")), "the result has no address"),
        (report(host("10.0.0.0/8", "22/tcp/open")), '"10.0.0.0/8" is more than one address'),
        (report(host("db1.example.net", "22/tcp/open")), '"db1.example.net" is not an address'),
        (report(host("192.0.2.1", "1-9/tcp/open")), '"1-9" is not the number of a port'),
        (report(host("192.0.2.1", "0/tcp/open")), "but 1 item that TCP cannot verify; the scan found nothing open"),
        (report(host("192.0.2.1", "//open")), "has no protocol"),
        (report(host("192.0.2.1", "22/tcp/OPEN!")), '"OPEN!" is not the state of a port'),
        (report(host("0.0.0.0", "22/tcp/open")), "which are never probed"),
    ],
)
def test_bad_reports_say_what_is_wrong(text: str, told: str, tmp_path: Path) -> None:
    problem, *_ = wrong(tmp_path, text)
    assert told in problem


def test_depth_is_no_trouble(tmp_path: Path) -> None:
    assert taken(tmp_path, report("<a>" * 100_000 + "</a>" * 100_000, ONE)) == ["4:700001 192.0.2.1:22 open"]


@pytest.mark.parametrize("text", ['<?xml version="1.0"?>\n<project/>\n', "<hosts><host/></hosts>"])
def test_other_xml_is_not_taken_for_it(text: str, tmp_path: Path) -> None:
    assert looks(tmp_path, text) == ""
    [problem] = wrong(tmp_path, text)
    assert problem.endswith("of XML, only nmap's reports and ours are")
