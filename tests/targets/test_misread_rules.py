"""Rows of rules that would be read as others than they are: their hosts, their status, their direction, their cells."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from scanner.targets.formats.opened_list import read_targets
from tests.targets.table_lists import SKIPPING, Asked, asked_by, problems_of


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def asked(path: Path, text: str, wish: InputWish = SKIPPING) -> list[Asked]:
    return asked_by(read_targets(str(written(path / "rules.csv", text)), wish))


def test_a_service_beside_a_port_may_make_it_udps(tmp_path: Path) -> None:
    text = "host,port,service\na,53,DNS (UDP)\na,500,udp port 500\na,161,SNMP\na,53,DNS (TCP/UDP)\na,443,https\n"
    file = read_targets(str(written(tmp_path / "rules.csv", text)), SKIPPING)
    assert [each.ports for each in asked_by(file)] == [(53,), (443,)]
    assert [item.what for item in file.left_out] == [
        'service "DNS (UDP)" port 53', 'service "udp port 500" port 500', 'service "SNMP" port 161',
        'the UDP part of service "DNS (TCP/UDP)" port 53',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("10.0.0.0 255.255.255.0", 'the host "10.0.0.0 255.255.255.0" has a netmask; write 10.0.0.0/24'),
        ("10.0.0.1, 255.255.255.255", 'the host "10.0.0.1 255.255.255.255" has a netmask; write 10.0.0.1/32'),
        ("10.0.0.9 10.0.0.0 255.255.0.0", 'the host "10.0.0.0 255.255.0.0" '),
        ("a, any", '"any" as the destination is not verifiable by TCP'),
        ("10.0.0.1, Internet", '"Internet" as the destination is not verifiable by TCP'),
        ("VirtualNetwork", '"VirtualNetwork" as the destination is not verifiable by TCP'),
        ("any-ipv4", '"any-ipv4" as the destination is not verifiable by TCP'),
        ("0.0.0.0/0, 10.0.0.1", '"0.0.0.0/0" as the destination is not verifiable by TCP'),
        ("10.0.0.x", '"10.0.0.x" is no host yet; write its name or address, or remove the rule'),
        ("tbd", '"tbd" is no host yet; write its name or address, or remove the rule'),
        ("10.0.0.1, etc", '"etc" is no host yet; write its name or address, or remove the rule'),
        ("10.0.0.1, Unknown", '"Unknown" is no host yet; write its name or address, or remove the rule'),
    ],
)
def test_what_is_no_host_is_not_probed_as_one(cell: str, told: str, tmp_path: Path) -> None:
    (found,) = problems_of(written(tmp_path / "rules.csv", f'host,port\n"{cell}",1\n'))
    assert found.startswith(f"2:1: {told}")


@pytest.mark.parametrize(
    "cell",
    ["192.0.2.1 u. 192.0.2.2", "192.0.2.1 bzw. 192.0.2.2", "192.0.2.1 etc.", "192.0.2.1 z.B. 192.0.2.3", "a.de i.d.R."],
)
def test_an_abbreviation_is_not_looked_up(cell: str, tmp_path: Path) -> None:
    for text, told in (
        (cell, "is several words"),
        (f"a, {cell}", "is several words"),
        (f"192.0.2.9, {cell.split()[1]}", "is an abbreviation" if len(cell.split()) == 2 else "is "),
    ):
        (found,) = problems_of(written(tmp_path / "rules.csv", f'host,port\n"{text}",1\n'))
        assert told in found
        assert found.endswith("; write a host's name or address, and a comma between hosts")


def test_names_with_points_between_blanks_are_hosts(tmp_path: Path) -> None:
    text = "host,port\na.example.net b.example.net.,1\n192.0.2.1 www.example.co.uk,2\nweb1 web2,3\n"
    assert [each.hosts for each in asked(tmp_path, text)] == [
        "a.example.net b.example.net.", "192.0.2.1 www.example.co.uk", "web1 web2",
    ]  # fmt: skip


def test_rows_that_do_not_fit_under_their_heads(tmp_path: Path) -> None:
    text = "host,port,name\na,80,443,x\nb;22;y\nc,1,z,,\n"
    assert problems_of(written(tmp_path / "rules.csv", text)) == [
        "2:10: the row has more cells than there are heads; write quotes around lists that hold the delimiter",
        "3:1: the row has other delimiters than the heads; write , between its cells",
    ]


def test_rows_that_begin_like_comments(tmp_path: Path) -> None:
    for heads, count in (("name,host,port", 1), ("id,host,port", 2), ("Ticket,host,port", 2), ("#,host,port", 2)):
        assert len(asked(tmp_path, f"{heads}\n#4711,a,1\n#old,b,2\nx,c,3\n")) == count


def test_a_cidr_without_a_direction_may_be_the_source(tmp_path: Path) -> None:
    text = "cidr,port,direction\n192.0.2.1,1,Ingress rule\n192.0.2.2,2,both\n"
    assert problems_of(written(tmp_path / "rules.csv", text)) == [
        '2:13: "Ingress rule" is no direction; write ingress or egress',
        '3:13: "both" is no direction; write ingress or egress',
    ]
    file = read_targets(str(written(tmp_path / "rules.csv", "cidr,port\n192.0.2.1,1\n192.0.2.2,2\n")))
    assert file.warnings == [
        "2 rules of a cidr without a direction read like those for outbound connections, and it may be the source; the "
        f"first is at {tmp_path}/rules.csv:2:1"
    ]
    text = "type,cidr,port\ningress,192.0.2.1,1\negress,192.0.2.2,2\n"
    assert [each.hosts for each in asked(tmp_path, text)] == ["192.0.2.2"]


def test_words_of_status_that_say_neither_are_counted(tmp_path: Path) -> None:
    text = "host,port,status\na,1,geplant\nb,2,Blau\nc,3,approved\nd,4,\n"
    file = read_targets(str(written(tmp_path / "rules.csv", text)))
    assert [each.hosts for each in asked_by(file)] == ["b", "c", "d"]
    assert file.warnings[1] == (
        '1 rule with a status that is not known here read like the others; the first is "Blau" at '
        f"{tmp_path}/rules.csv:3:5"
    )


@pytest.mark.parametrize("mark", ["[Disabled]", "[DISABLED] ", "(deaktiviert) ", "Inactive: ", "[geplant] "])
def test_a_mark_before_a_rules_name_switches_it_off(mark: str, tmp_path: Path) -> None:
    """Some versions of Palo Alto's write it before the name, some before every cell."""
    path = tmp_path / "rules.csv"
    for row in (f"2,{mark}Old-FTP,b,tcp-21,Allow", f"{mark}2,Old,b,21,Allow", ",".join([f"{mark}x"] * 5)):
        file = read_targets(str(written(path, f",Name,Destination,Service,Action\n1,web,a,tcp-443,Allow\n{row}\n")))
        assert [each.hosts for each in asked_by(file)] == ["a"]
        assert f"1 disabled rule left out; the first is at {path}:3:1" in file.warnings


def test_other_marks_switch_nothing_off(tmp_path: Path) -> None:
    names = "[DMZ] web", "(production) web", "Disabled accounts", "web [disabled clients]", "Planned: more"
    assert len(asked(tmp_path, "name,host,port\n" + "".join(f"{name},a,1\n" for name in names))) == len(names)


@pytest.mark.parametrize(
    "cell", ["[Negate] 192.0.2.0/24", "NOT: 192.0.2.0/24", "!192.0.2.1", "any except 10.0.0.0/8", "web1, nicht web2"]
)
def test_a_negated_host_turns_the_rule_into_its_opposite(cell: str, tmp_path: Path) -> None:
    assert problems_of(written(tmp_path / "rules.csv", f'host,port\n"{cell}",1\n')) == [
        f'2:1: the host "{cell}" turns the rule into its opposite, which cannot be read; write the hosts meant'
    ]


@pytest.mark.parametrize(("first", "hosts"), [("x", "b"), ("ja", "b"), ("no", "a c"), ("active", "a b c")])
def test_a_blank_below_ticks_is_a_no(first: str, hosts: str, tmp_path: Path) -> None:
    text = f"host,port,active\na,1,\nb,2,{first}\nc,3,\n"
    assert " ".join(each.hosts for each in asked(tmp_path, text)) == hosts


def test_a_dash_is_no_action(tmp_path: Path) -> None:
    assert asked(tmp_path, "host,port,action\na,1,-\n") == [Asked("a", (1,))]


def test_passwords_are_in_neither_names_nor_tags(tmp_path: Path) -> None:
    url = "https://u:S3cret@x.example/"
    file = read_targets(str(written(tmp_path / "rules.csv", f"host,port,name,tags,source\na,1,{url},{url},{url}\n")))
    (found,) = asked_by(file)
    assert (found.name, found.tags) == (
        "https://***@x.example/",
        ("https://***@x.example/", "source=https://***@x.example/"),
    )
    assert "S3cret" not in str(file.warnings)
