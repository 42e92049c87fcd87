"""The hosts and ports of URLs, and of what has user info in front; nothing of what may be a password."""

import pytest

from scanner.targets.grammar.urls import place_behind_at, places_in, protocol_of


@pytest.mark.parametrize(
    ("url", "places"),
    [
        ("https://db1/x?y", [("db1", "443")]),
        ("http://[::1]:8080/", [("[::1]", "8080")]),
        ("http://[fe80::1%25lo]/", [("[fe80::1%lo]", "80")]),
        ("jdbc:mysql://db1:3307,db2/x", [("db1", "3307"), ("db2", "3306")]),
        ("postgresql+psycopg://u:p@db1/x", [("db1", "5432")]),
        ("tls://db1", [("db1", "PORTS")]),
        ("curl -k https://db1", [("db1", "443")]),
        ("https://u:p/w@db1", []),  # the password may hold the slash, and then "u" would be the host
        ("http://a b", []),
        ("file:///etc/hosts", []),
    ],
)
def test_places(url: str, places: list[tuple[str, str]]) -> None:
    assert places_in(url) == places


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("bob@db1:22", ("db1", "22")), ("bob:secret@db1", ("db1", "")), ("bob@[::1]:22,80", ("[::1]", "22,80")),
        ("a,bob@db1", ("", "")),
    ],
)  # fmt: skip
def test_behind_an_at(text: str, place: tuple[str, str]) -> None:
    assert place_behind_at(text) == place


def test_protocols_that_are_not_tcp() -> None:
    assert [protocol_of(f"{scheme}://x") for scheme in ("udp", "udp6", "QUIC", "tcp")] == ["UDP", "UDP", "QUIC", ""]
