"""Words of firewalls: actions, protocols, switches, services."""

import pytest

from scanner.targets.formats.rule_words import (
    RuleProtocol,
    expectation_in,
    is_date,
    is_off,
    is_other_service,
    leads_in,
    mixes_protocols,
    protocol_in,
)


@pytest.mark.parametrize(
    ("words", "expect"),
    [
        ("allow Permit ACCEPT pass erlauben erlaubt zulassen Freigeben", "open"),
        ("deny Drop REJECT block verbieten sperren gesperrt ablehnen verwerfen", "blocked"),
        ("open maybe reset-both closed", None),
    ],
)
def test_actions(words: str, expect: str | None) -> None:
    assert {expectation_in(word) for word in words.split()} == {expect}


def test_an_action_may_say_that_it_logs() -> None:
    assert [expectation_in(text) for text in ("accept, log", "Deny (log)", "allow deny", "")] == [
        "open", "blocked", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tcp", RuleProtocol(True)),
        ("TCP", RuleProtocol(True)),
        ("6", RuleProtocol(True)),
        ("6 (TCP)", RuleProtocol(True)),
        ("", RuleProtocol(True)),
        ("udp", RuleProtocol(False, ("udp",))),
        ("17", RuleProtocol(False, ("17",))),
        ("ip", RuleProtocol(False, ("ip",))),
        ("any", RuleProtocol(False, ("any",))),
        ("-1", RuleProtocol(False, ("-1",))),
        ("TCP/UDP", RuleProtocol(True, ("udp",))),
        ("tcp, udp, icmp", RuleProtocol(True, ("udp", "icmp"))),
        ("https", None),
    ],
)
def test_protocols(text: str, found: RuleProtocol | None) -> None:
    assert protocol_in(text) == found


def test_switches() -> None:
    assert [is_off(word) for word in ("no", "Nein", "0", "FALSE", "disabled", "inaktiv", "expired")] == [True] * 7
    gone = (
        "rejected",
        "abgelehnt",
        "geplant",
        "pending",
        "retired",
        "not active",
        "Nicht  aktiv",
        "Disabled (temp)",
        "(disabled)",
    )
    assert all(map(is_off, gone))
    assert all(is_off(word, negated=True) for word in gone)
    assert [is_off(word) for word in ("", "yes", "ja", "approved", "enabled", "1")] == [False] * 6
    assert [is_off(word, negated=True) for word in ("yes", "x", "no", "", "disabled")] == [
        True, True, False, False, True,
    ]  # fmt: skip
    assert [leads_in(word) for word in ("Ingress", "eingehend", "out", "True", "", "both")] == [
        True, True, False, False, None, None,
    ]  # fmt: skip


def test_ports_of_two_protocols_in_one_cell() -> None:
    """Nobody can tell whether 80 is TCP's."""
    mixed = "udp 53, 80", "22,80-90/udp", "443, UDP 53, 80", "tcp 80, udp 53, 90", "443, 53 (UDP)"
    assert [text for text in mixed if not mixes_protocols(text)] == []
    apart = (
        "53/udp, 80/tcp",
        "udp 53",
        "udp/5000-5010",
        "80, 443",
        "443, UDP 53",
        "53/udp, 443",
        "TCP: 80, 443; UDP: 53",
    )
    assert [text for text in apart if mixes_protocols(text)] == []


def test_what_pings_are_called() -> None:
    pings = "icmp", "PING", "ICMP (Ping)", "icmp type 8", "ALL_ICMP6", "all-icmp", "echo-request", "IPv6-ICMP", "ping6"
    assert [text for text in pings if not is_other_service(text)] == []
    assert not any(map(is_other_service, ("echo", "pingpong", "icmp-relay", "8", "https")))


def test_what_a_spreadsheet_makes_of_a_range() -> None:
    dates = "10-Dec", "12. Okt", "Oct-12", "10.12.2026", "2026-12-10", "12/10/2026", "01.02."
    assert all(map(is_date, dates))
    assert not any(map(is_date, ("10-12", "8000-8100", "443", "2309.0", "80.5", "mar", "mail 25")))
