"""How long the C library's resolver may take: read from what it reads, by its own arithmetic (glibc, res_send.c)."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.targets.names import resolv_conf as resolvconf
from scanner.targets.names.resolv_conf import ResolverSchedule, read, this_hosts

TWO = "nameserver 10.0.0.1\nnameserver 10.0.0.2\n"
THREE = TWO + "nameserver 2001:db8::53\n"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("nameserver 10.0.0.1\n", 2 * 5),
        (TWO, 2 * (5 + 5)),
        (THREE, 2 * (5 + 3 + 6)),
        (THREE + "nameserver 10.0.0.4\n", 2 * (5 + 3 + 6)),  # a fourth is not asked
        (THREE + "options timeout:1 attempts:3\n", 3 * (1 + 1 + 1)),
        (THREE + "options timeout:30 attempts:5\n", 5 * (30 + 20 + 40)),
        (THREE + "options timeout:300 attempts:50\n", 5 * (30 + 20 + 40)),
        (TWO + "options timeout:1\noptions attempts:1\n", 2),
        (TWO + "options timeout:0 attempts:0\n", 2),
        (TWO + "options timeout:-4 attempts:x\n", 2),
        (TWO + "options rotate edns0 timeout:2 trust-ad\n", 2 * (2 + 2)),
    ],
)
def test_a_query_to_silent_servers(text: str, seconds: int) -> None:
    assert read(text, {}, "host").query_s == seconds
    assert read(text, {}, "host").deadline_s == seconds + 2


@pytest.mark.parametrize(
    ("text", "environ", "hostname", "queries"),
    [
        ("", {}, "host", 1),
        ("", {}, "host.example", 2),  # this host's own domain is searched
        ("search a.example b.example c.example\n", {}, "host.example", 4),
        ("search a.example b.example\ndomain c.example\n", {}, "host", 2),
        ("domain c.example\nsearch a.example b.example\n", {}, "host", 3),
        ("search a.example\n", {"LOCALDOMAIN": "x y z"}, "host", 4),
        ("search a.example\n", {"LOCALDOMAIN": ""}, "host.example", 1),
    ],
)
def test_each_domain_of_the_search_list_is_a_query_more(
    text: str, environ: dict[str, str], hostname: str, queries: int
) -> None:
    schedule = read(text, environ, hostname)
    assert schedule.queries == queries
    assert schedule.deadline_s == 10 * queries + 2


def test_the_environment_goes_after_the_file() -> None:
    text = "options timeout:9 attempts:4\n"
    assert read(text, {"RES_OPTIONS": "timeout:1 attempts:1"}, "host").query_s == 1
    assert read(text, {"RES_OPTIONS": "ndots:5"}, "host").query_s == 36


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nameserver\n",
        "nameserver nobody\nnameserver 10.0.0\n",
        "# nameserver 10.0.0.1\n",
        "; options timeout:1\n",
        "  nameserver 10.0.0.1\n nameserver 10.0.0.2\n",  # the keyword begins its line
        "\0\0\0",
    ],
)
def test_without_servers_it_is_the_built_in_schedule(text: str) -> None:
    assert read(text, {}, "host") == ResolverSchedule(1, 5, 2, 1)


@pytest.mark.parametrize("server", ["127.1", "0x7f.1", "2130706433", "fe80::1%eth0"])
def test_servers_in_every_spelling_that_the_c_library_takes(server: str) -> None:
    assert read(f"{TWO}nameserver {server}\n", {}, "host").servers == 3


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(TWO, 2 * 127), (TWO + "options attempts:5 timeout:9\n", 2 * 127), (THREE + "search a.example\n", 600)],
)
def test_over_tcp_a_silent_server_takes_as_long_as_a_connect_and_is_asked_once(text: str, seconds: int) -> None:
    schedule = read(f"{text}options use-vc\n", {}, "host", lambda: 127)
    assert schedule.deadline_s == seconds + 2
    assert read(text, {"RES_OPTIONS": "use-vc"}, "host", lambda: 127).query_s == schedule.query_s
    assert "over TCP, 127s for a connect that is not answered" in str(schedule)


def test_a_connect_that_takes_longer_than_anybody_waits() -> None:
    assert read(f"{TWO}options use-vc\n", {}, "host", lambda: 10**9).connect == 600


def test_nobody_waits_longer_than_ten_minutes_unasked() -> None:
    assert read(THREE + "search " + "a.example " * 500, {}, "host").deadline_s == 602


@given(st.text(st.characters(max_codepoint=255)), st.text(), st.text())
def test_any_text_gives_a_deadline_that_can_be_waited_for(text: str, options: str, hostname: str) -> None:
    schedule = read(f"options {text}\nsearch {text}", {"RES_OPTIONS": options}, hostname)
    assert 3 <= schedule.deadline_s <= 602


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "huge", "file"])
def test_the_file_of_this_host(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands there, reading it takes no time and never fails."""
    path = tmp_path / "resolv.conf"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind != "missing":
        path.write_text("options timeout:1\n" + "#\n" * (100_000 if kind == "huge" else 0))
    monkeypatch.setattr(resolvconf, "_PATH", str(path))
    monkeypatch.setenv("LOCALDOMAIN", "")
    monkeypatch.delenv("RES_OPTIONS", raising=False)
    assert this_hosts().query_s == (2 if kind in ("file", "huge") else 10)


def test_it_can_be_told() -> None:
    assert str(ResolverSchedule()) == "1 server, timeout 5s, 2 attempts, 1 query for each name"
    assert str(ResolverSchedule(3, 1, 1, 4)) == "3 servers, timeout 1s, 1 attempt, 4 queries for each name"
