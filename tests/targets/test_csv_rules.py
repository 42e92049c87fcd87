"""CSV and TSV of firewall rules as files: what is taken, what is left out, what is a mistake and where."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from scanner.targets.formats.input_formats import FORMATS
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.opened_list import read_targets
from tests.targets.table_lists import SKIPPING, Asked, asked_by, problems_of

SAMPLES = Path(__file__).parent / "samples"
PLAIN = [Asked("a", (80,)), Asked("b", (443,))]


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def asked(path: Path, text: str | bytes, wish: InputWish = SKIPPING) -> list[Asked]:
    return asked_by(read_targets(str(written(path / "rules.csv", text)), wish))


@pytest.mark.parametrize(
    "text",
    [
        "host,port\na,80\nb,443\n",
        "host;port\na;80\nb;443\n",
        "host\tport\na\t80\nb\t443\n",
        "HOST , Port\n a , 80 \n\"b\" , \"443\"",
        "\ufeffport;host\r\n80;a\r\n443;b\r\n",
        "host,port\ra,80\rb,443\r",
        "sep=;\nhost;port\na;80\nb;443\n",
        "sep=|\nhost|port\na|80\nb|443\n",
        "Rules, hosts and ports: all\nas of today\n\n;;\n\"Destination\nIP\";\"Port(s)\"\na;80\n# b;1\n\nb;443\n",
        "host,port\na,80\nhost,port\nb,443\n",
        "host,port,comment\na,80,\"x\ny, z\"\nb,443,\n",
        "#,host,port\n1,a,80\n2,b,443\n",
    ],
)  # fmt: skip
def test_spellings_of_one_table(text: str, tmp_path: Path) -> None:
    assert [each._replace(name="") for each in asked(tmp_path, text)] == PLAIN


def test_several_hosts_and_ports_in_a_cell(tmp_path: Path) -> None:
    text = 'host;port\n"192.0.2.1, 192.0.2.2\ndb1";"80 443/tcp\n8000 \u2013 8001"\n192.0.2.1 - 192.0.2.4;tcp/22\n'
    assert asked(tmp_path, text) == [
        Asked("192.0.2.1 192.0.2.2 db1", (80, 443, 8000, 8001)),
        Asked("192.0.2.1-192.0.2.4", (22,)),
    ]


def test_hosts_that_bring_their_ports(tmp_path: Path) -> None:
    text = 'host,port\n"db1:1, [2001:db8::7]:2",\nhttps://x.example/a,\nhttps://y.example,8443\n2001:db8::7,null\n'
    found = asked(tmp_path, text, InputWish(ports_given=True))
    assert found == [
        Asked("db1", (1,)), Asked("2001:db8::7", (2,)), Asked("x.example", (443,)), Asked("y.example", (8443,)),
        Asked("2001:db8::7", None),
    ]  # fmt: skip


def test_all_that_a_rule_says(tmp_path: Path) -> None:
    text = (
        "Name,Ticket,Source,Destination,Source Port,From port,To port,Action,Tags,Timeout (ms)\n"
        'web,CHG-1,"10.0.0.1;10.0.0.2",a,99,80,81.0,Deny,"x;y",500\n,CHG-2,0.0.0.0/0,b,,443,,permit,,\n'
    )
    file = read_targets(str(written(tmp_path / "rules.csv", text)), SKIPPING)
    assert asked_by(file) == [
        Asked("a", (80, 81), "blocked", "web", ("x", "y", "CHG-1", "source=10.0.0.1", "source=10.0.0.2")),
        Asked("b", (443,), "open", "CHG-2"),
    ]
    assert [entry.stated.timeout for entry in file.entries] == [0.5, None]
    assert [entry.where for entry in file.entries] == [f"{tmp_path}/rules.csv:{place}" for place in ("2:31", "3:18")]
    (warning,) = file.warnings
    assert warning.startswith('1 rule names its source, now a tag (the first: "10.0.0.1;10.0.0.2" at ')
    assert "a rule for another source than this host proves nothing here" in warning


def test_what_is_not_verifiable_is_a_mistake_or_counted(tmp_path: Path) -> None:
    text = (
        "destination,port,protocol\na,53,udp\na,53,TCP/17\nany,443,tcp\na,any,6\na,,icmp\na,1,ip\na,udp/5,\na,ntp,\n"
        "a,ntp,tcp\n0.0.0.0/0,1,\n"
    )
    path = written(tmp_path / "rules.csv", text)
    told = problems_of(path)
    assert [line.partition(" is not verifiable by TCP; remove it, or leave")[0] for line in told] == [
        "2:6: udp port 53", "3:6: protocol 17 port 53", '4:1: "any" as the destination', '5:3: port "any"', "6:4: icmp",
        "7:5: ip port 1", '8:3: port "udp/5"', '9:3: service "ntp", which is UDP\'s,',
        '11:1: "0.0.0.0/0" as the destination',
    ]  # fmt: skip
    file = read_targets(str(path), SKIPPING)
    assert asked_by(file) == [Asked("a", (53,)), Asked("a", (123,))]
    assert len(file.left_out) == 9
    assert file.warnings[-1].startswith("9 items that TCP cannot verify left out; the first is udp port 53 at ")


def test_rows_that_are_not_taken_are_counted(tmp_path: Path) -> None:
    text = "host,port,enabled,disabled,note\na,1,,,\nb,2,no,,\nc,3,,x,\n,,,,DMZ\nd,4,ja,no,\n"
    file = read_targets(str(written(tmp_path / "rules.csv", text)))
    assert [each.hosts for each in asked_by(file)] == ["a", "d"]
    assert [warning.replace(str(tmp_path), "") for warning in file.warnings] == [
        "2 disabled rules left out; the first is at /rules.csv:3:1",
        "1 row with neither host nor port passed over; the first is at /rules.csv:5:1",
    ]


def test_the_address_of_an_inbound_rule_is_its_source(tmp_path: Path) -> None:
    text = "cidr,port,direction\n192.0.2.1,1,ingress\n192.0.2.2,2,egress\n"
    file = read_targets(str(written(tmp_path / "rules.csv", text)))
    assert asked_by(file) == [Asked("192.0.2.2", (2,))]
    assert "1 rule for inbound connections left out, whose addresses are sources" in file.warnings[0]
    assert len(asked(tmp_path, text.replace("cidr", "destination"))) == 2


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            "Mail Relay;25;;",
            '2:1: the host "Mail Relay" is several words; write a host\'s name or address, and a comma',
        ),
        ("a:1;2;;", '2:1: "a:1" names its port, and so does its row; write the host alone'),
        ("10.0.0.256;2;;", "2:1: "),
        (";2;;", "2:1: the row names ports and no host; write its host"),
        ("a;;;", "2:1: the target names no port; write one, or use -p PORTS"),
        ('a;",";;', "2:1: the target names no port; write one, or use -p PORTS"),
        ('",";1;;', "2:1: "),
        ('a;"53\nhttps://u:S3cret@x";udp;', "3:21: udp is not verifiable by TCP; remove it, or leave all such out"),
        ("a;https://u:S3cret@x;;", '2:3: "https://***@x" is no port; write a number from 1 to 65535'),
        ("a;443/tls/x, 80;;", "2:3: "),
        ("a;70000;;", "2:3: port 70000 is out of range; write a port from 1 to 65535"),
        ("a;10-Dez;;", '2:3: "10-Dez" is a date; a spreadsheet makes that of a range such as 10-12'),
        ("a;udp 53, 80;;", '2:3: "udp 53, 80" has ports of UDP or another protocol beside ports without any'),
        ("a;application-default;;", '2:3: no service is called "application-default"; write its port number'),
        ("a;1;https;", '2:5: "https" is no protocol that is known here; write tcp'),
        ("a;1;;maybe", '2:6: "maybe" is not a valid expectation; write one of open, '),
        ("https://u:S3cret@x:81;80;;", '2:1: "https://***@x:81" names another port than its row; write the host alone'),
        ('a;"1', "2:1: a quote is opened in this row and never closed"),
    ],
)
def test_mistakes_have_their_cell_and_a_remedy(row: str, told: str, tmp_path: Path) -> None:
    found = problems_of(written(tmp_path / "rules.csv", f"host;port;protocol;action\n{row}\n"))
    assert len(found) == 1
    assert found[0].startswith(told)
    assert "S3cret" not in found[0]


def test_all_mistakes_are_told_and_counted(tmp_path: Path) -> None:
    found = problems_of(written(tmp_path / "rules.csv", "host,port\n" + "a,0\n" * 99))
    assert len(found) == 51
    assert found[-1] == "and 49 more"


def test_heads_that_are_not_known_are_named(tmp_path: Path) -> None:
    found = problems_of(written(tmp_path / "rules.csv", "Kiste;Anschluss\nweb1;443\nweb2;80\n"))
    assert found == [
        "1:1: no column is known to hold hosts; say which does, such as --columns host=Kiste,port=Anschluss; its "
        'heads: "Kiste", "Anschluss"'
    ]


def test_columns_say_what_is_where(tmp_path: Path) -> None:
    path = written(tmp_path / "rules.csv", "Stand heute\nKiste,Loch,host\nweb1,443,x\n")
    wish = InputWish(columns=(("host", "kiste"), ("port", "Loch")))
    assert asked_by(read_targets(str(path), wish)) == [Asked("web1", (443,))]
    assert problems_of(path, InputWish(columns=(("host", "Kisten"), ("port", "Loch")))) == [
        '2:1: --columns: no column is called "Kisten"; did you mean "Kiste"? write one of its heads: "Kiste", "Loch", '
        '"host"'
    ]


@pytest.mark.parametrize(
    ("wish", "text", "told"),
    [
        (
            InputWish(columns=(("host", "a"),)),
            "targets: [a:1]\n",
            "--columns is for tables (csv, xlsx), and this looks",
        ),
        (
            InputWish(columns=(("host", "a"),), format="text"),
            "a,b\n",
            "--columns is for tables (csv, xlsx), and this is",
        ),
        (
            InputWish(columns=(("host", "x"),)),
            "web1:80\nweb2:80\n",
            '1:1: --columns: no column is called "x"; write one',
        ),
        (InputWish(columns=(("hots", "a"),)), "a,b\n", '1:1: --columns: no column can be "hots"; did you mean "host"?'),
    ],
)
def test_columns_of_what_is_no_table(wish: InputWish, text: str, told: str, tmp_path: Path) -> None:
    found = problems_of(written(tmp_path / "list", text), wish)
    assert found[0].startswith(told)


NEIGHBOURS = {
    "web1\nweb2\n": "text",
    "mail smtp\nweb https\n": "text",
    "mail\tsmtp\nweb\thttps\n": "text",
    "192.0.2.1;443\n192.0.2.2;80\n": "text",
    "host\n192.0.2.1\n": "text",
    "web1:80,443\nweb2:22\n": "text",
    "192.0.2.1,443\n": "",
    "name,host,address,port,service,state,reason\n,a,192.0.2.1,80,http,open,syn-ack\n": "",
    "host,port,state\na,1,open\n": "",
    "# Nmap 7\nHost: 192.0.2.1 (a)\tPorts: 22/open/tcp//ssh///, 80/open/tcp//http///\n": "",
    '[{"host": "a", "port": 1}]\n': "",
    "targets:\n- host: a, port: 1\n": "yaml",
    "host;port\n192.0.2.1;443\n": "csv",
    "Hosts, ports and services\nhost,port\na,1\n": "csv",
    "kiste;loch\n192.0.2.1;443\n": "csv",
    "kiste\tloch\n192.0.2.1\t443\n": "csv",
}


@pytest.mark.parametrize(("text", "name"), NEIGHBOURS.items())
def test_neighbours(text: str, name: str) -> None:
    source = InputText("list", text.encode())
    found = next((each.name for each in FORMATS if each.looks(source)), "")
    assert found == name if name else found not in ("csv", "text")


def test_a_security_group_and_a_german_workbook_saved_as_csv() -> None:
    group = asked_by(read_targets(str(SAMPLES / "csv-security-group.csv"), SKIPPING))
    assert [(each.hosts, len(each.ports or ()), each.name) for each in group] == [
        ("192.0.2.0-192.0.2.15", 1, "payment provider, primary"),
        ("203.0.113.7", 11, "metrics"),
        ("2001:db8:1::20", 1, "orders database"),
    ]
    german = asked_by(read_targets(str(SAMPLES / "csv-freischaltungen.csv"), SKIPPING))
    assert [(each.hosts, each.ports, each.expect) for each in german][:4] == [
        ("192.0.2.10 192.0.2.11", (443,), "open"),
        ("db1.example.net", (5432,), "open"),
        ("192.0.2.16-192.0.2.19", (22, 8443), "open"),
        ("192.0.2.12", (21,), "blocked"),
    ]


@pytest.mark.slow
def test_a_hundred_thousand_rules(tmp_path: Path) -> None:
    rows = (
        f'rule {at};10.{at >> 16}.{at >> 8 & 255}.{at & 255};TCP;{at % 60000 + 1};allow;"a, b"' for at in range(100_000)
    )
    text = "\n".join(("Rule;Destination;Protocol;Port;Action;Comment", *rows))
    file = read_targets(str(written(tmp_path / "rules.csv", text)))
    assert len(file.entries) == 100_000
    assert file.entries[-1].where == f"{tmp_path}/rules.csv:100001:12"
