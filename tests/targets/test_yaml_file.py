"""Target files: what they may say. What they may not say is in test_bad_target_files.py."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.targets.entry import StatedSettings
from scanner.targets.grammar.host_values import HostName
from tests.targets.made import attempt, read

FULL = """\
# yaml-language-server: $schema=./targets.schema.json
version: 1
defaults: {timeout: 1s, retries: 1, expect: open, ports: "443", addresses: one, tags: [all]}
exclude: [10.0.0.0/30, "*:25"]
targets:
  - localhost:22                       # short form: host:ports
  - "[::1]:80,443"
  - name: orders database
    host: db1.example.net
    port: 5432
    expect: refused
    timeout: 300ms
    tags: [prod, ticket-4711]
  - name: web tier
    hosts: [10.0.0.0/24, "web[01-20].example.net"]
    ports: [80, 443, "8000-8100", https]
    addresses: all
    retries: 0
"""


def test_everything_a_file_may_say(tmp_path: Path) -> None:
    file = read(tmp_path, FULL)
    short, v6, database, web = file.entries
    assert (short.ports, short.stated.expect, short.stated.timeout) == ((22,), None, None)
    assert v6.ports == (80, 443)
    assert (database.name, database.ports, database.stated.expect) == ("orders database", (5432,), "refused")
    assert (database.stated.timeout, database.stated.tags) == (0.3, ("prod", "ticket-4711"))
    assert len(web.hosts) == 21
    assert web.ports is not None
    assert len(web.ports) == 103
    assert (web.stated.addresses, web.stated.retries) == ("all", 0)
    assert file.defaults.ports == (443,)
    assert file.defaults.stated == StatedSettings(1.0, 1, "open", "one", ("all",))
    assert all(entry.defaults is file.defaults for entry in file.entries)
    assert database.where.endswith("t.yaml:8:5")
    assert len(file.excludes) == 2


@pytest.mark.parametrize(
    "text",
    [
        "targets: [a:1]",
        "---\ntargets:\n- a:1\n...\n",
        "\ufefftargets: [a:1]",
        "targets: [a:1]\r\nversion: 1\r\n",
        "{targets: ['a:1'], version: '1'}",
        "targets:\n- {host: [a], port: [1]}",
        "targets:\n- {hosts: a, ports: 1}",
        "\ufefftargets:\r\n  - a:1\r\n",
        '{"targets": ["a:1"], "version": 1}',
        "%YAML 1.1\n---\ntargets:\n- |\n  a:1\n",
    ],
)
def test_spellings_of_the_same(tmp_path: Path, text: str) -> None:
    (entry,) = read(tmp_path, text).entries
    (host,) = entry.hosts
    assert isinstance(host, HostName)
    assert host.text == "a"
    assert (entry.ports, entry.defaults.ports) == ((1,), None)


def test_a_port_of_the_defaults_stays_there(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "targets: [a]\ndefaults: {port: 1}").entries
    assert (entry.ports, entry.defaults.ports) == (None, (1,))


def test_scalars_are_the_text_that_was_typed(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "targets:\n- {name: no, host: yes, port: 22, tags: [010, 1e5, 1:30, '~', 0x1]}").entries
    assert (entry.name, entry.stated.tags) == ("no", ("010", "1e5", "1:30", "~", "0x1"))
    assert isinstance(entry.hosts[0], HostName)
    assert entry.hosts[0].text == "yes"


def test_ports_may_come_from_the_command_line(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "targets: [a]", ports_given=True).entries
    assert entry.ports is None


def test_equal_port_lists_are_one_object(tmp_path: Path) -> None:
    first, second = read(tmp_path, "targets:\n- {host: a, ports: [1-1000]}\n- b:1-1000\n").entries
    assert first.ports is second.ports


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet="targets: []{}-&*!'\"\n#ab1,|>%@\t", max_size=60))
def test_any_text_is_a_file_or_a_clear_error(tmp_path: Path, text: str) -> None:
    file, told = attempt(read, tmp_path, "targets:\n- a:1\n" + text)
    assert told or (file and file.entries)
