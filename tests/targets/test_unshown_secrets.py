"""Passwords in lists: whatever is wrong with a file, no message shows one, in any format and spelling."""

from pathlib import Path

import pytest

from scanner.errors import TargetError
from scanner.targets.file.host_list import read_excludes, read_hosts
from scanner.targets.file.target_file import InputWish
from scanner.targets.formats.listing import plain_name
from scanner.targets.grammar.parsers import parse_excludes, parse_host, parse_ports, parse_target
from scanner.words.secret_words import gives_secret
from scanner.words.shown_text import shown
from scanner.words.user_info import masked
from tests.targets.made import attempt
from tests.targets.scanned import taken, wrong

#: Settings whose value is `Ge;he!m`: a blank, a delimiter or a quote ends none of them.
SPELLINGS = [
    "password=Ge;he!m", "Password = Ge,he!m", "PASSWD='Ge he!m'", "pwd:Ge he!m", "Passwort: Ge he!m",
    "kennwort Ge,he!m", "mot_de_passe=Ge;he!m", "contraseña: Ge he!m", "wachtwoord=Ge he!m", "client_secret=Ge he!m",
    "api_token: Ge,he!m", "session=Ge;he!m", "http-cookie: Ge he!m", 'db.password" : "Ge he!m',
    "ansible_become_pass Ge he!m", "PGPASSWORD=Ge he!m", "Server=db1;User Id=sa;Password=Ge;he!m", "auth:Ge he!m",
    "psk2=Ge he!m", "bearer Ge he!m", "password=Ge@he!m",
]  # fmt: skip
FORMATS = {
    "text": "192.0.2.1:22\n192.0.2.2:22\n192.0.2.3:22\n{}\n",
    "csv": 'host,port,expect\n"{}",1433,\n192.0.2.1,"{}",\n192.0.2.1,1,"{}"\n',
    "prometheus": '- targets: [\'"{}"\', "db1:x!"]\n',
    "yaml": 'targets: ["{}", {{host: "{}", ports: "{}"}}]\nexclude: ["{}"]\n',
    "ansible": "[web]\nweb1 ansible_port=22 {}\n[web:vars]\n{}\n[web]\n{}\n",
    "masscan": "range = 192.0.2.1\nrate = 1\nports = 80\n{}\nrange = {}\nports = {}\n",
    "goss": 'addr: {{"tcp://192.0.2.1:x!": {{reachable: true}}, "{}": {{reachable: true}}}}\n',
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_it(name: str, spelling: str, tmp_path: Path) -> None:
    value = spelling.replace('"', '""' if name == "csv" else "'")
    told = wrong(tmp_path, FORMATS[name].replace("{}", value).format(), InputWish(name))
    assert "he!m" not in "\n".join(told)
    assert "Ge" not in "\n".join(told).replace("Get", "")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_nor_do_lists_of_hosts_and_the_command_line(spelling: str, tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text(f"db1 {spelling}\n")
    for read in (read_hosts, read_excludes):
        assert "he!m" not in "".join(attempt(read, str(path))[1])
    for parse in (parse_host, parse_ports, parse_target, parse_excludes):
        _, problems = attempt(parse, spelling)
        assert "he!m" not in "".join(problems)
    assert "he!m" not in shown(spelling)


def test_masscans_settings_that_are_none_show_their_names(tmp_path: Path) -> None:
    text = "range = 192.0.2.1\nrate = 1\nports = 80\nhttp-user-agent Geheim\n"
    assert wrong(tmp_path, text, InputWish("masscan")) == [
        '4:1: "http-user-agent" is not a setting of masscan; write NAME = VALUE, such as ports = 80,443'
    ]


def test_words_that_are_no_passwords_show() -> None:
    for text in ("token:22", "secret 8200", "auth:99999", "no-auth", "bypass", "password", "token://x"):
        assert not gives_secret(text)
        assert shown(text) == f'"{text}"'
    assert plain_name("Passwort: reset") == "Passwort: reset"


def test_the_net_of_all_messages_knows_passwords_too() -> None:
    assert masked('"x" password=Geheim, and "password=Geheim" here') == '"x" password=*** and "password=***" here'
    assert "Geheim" not in str(TargetError("f:1:1: what PGPASSWORD=Geheim is"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("jdbc:sqlserver://db1:1433;user=sa;password=Ge", ["1:1 db1:1433"]),
        ("jdbc:sqlserver://db1;encrypt=true; db2:22", ["1:1 db1:1433", "1:36 db2:22"]),
        ("https://db1/;https://db2/", ["1:1 db1:443", "1:14 db2:443"]),
    ],
)
def test_settings_behind_a_url_belong_to_it(line: str, expected: list[str], tmp_path: Path) -> None:
    assert taken(tmp_path, f"{line}\n") == expected


def test_nobody_can_tell_where_a_password_behind_a_url_ends(tmp_path: Path) -> None:
    text = "192.0.2.1:22\njdbc:sqlserver://db1;password=Ge he!m\n"
    assert wrong(tmp_path, text) == ["2:1: the line may hold a password; write HOST:PORTS alone"]
    [problem] = wrong(tmp_path, f"host,port\n{text.splitlines()[1]},\n")
    assert problem == '2:1: "jdbc:sqlserver://db1;..." is no URL with a host; write the host'
