"""The table of `sweep` where its user chose rows (`--only`), and where little is known of a host: nothing is concluded
from what is not there."""

import pytest

from scanner.model import Request
from tests.reports.made import place, result
from tests.reports.test_sweep_table import host, interleaved, shown


def test_of_chosen_rows_a_few_hosts_list_theirs_and_nothing_is_concluded() -> None:
    """10.0.0.5 answers at 22, which was not to be shown."""
    rows = interleaved(host("10.0.0.5", {80: "timeout", 81: "timeout"}), host("10.0.0.6", {80: "timeout"}))
    assert (
        shown(rows, chosen=True)
        == """
HOST      PORT  STATE    SERVICE    REASON
10.0.0.5  80    timeout  http       no-response
          81    timeout  hosts2-ns  no-response
10.0.0.6  80    timeout  http       no-response
"""
    )
    crowd = host("10.0.0.7", dict.fromkeys(range(1, 40), "timeout"))
    assert shown(crowd, chosen=True) == "\n10.0.0.7: 39 timeout (1-39)\n"


def test_of_chosen_rows_of_many_hosts_those_alike_are_told_with_their_ports() -> None:
    silent = [host(f"10.0.0.{number}", {80: "timeout", 81: "timeout"}) for number in range(1, 21)]
    other = [
        host(f"10.0.1.{number}", {81: "unreachable"}, reason="host-unreach", request=Request(f"web{number}"))
        for number in range(1, 5)
    ]
    for rows in [*silent, *other]:
        rows[0].place.has_ports(3)  # of which one is not to be shown
    assert shown(interleaved(*silent, *other), chosen=True) == (
        "\n20 hosts (10.0.0.1-20): 2 timeout (80-81) each\n"
        "4 hosts (web1 (10.0.1.1), web2 (10.0.1.2), web3 (10.0.1.3), web4 (10.0.1.4)): "
        "1 unreachable (host-unreach; 81) each\n"
    )


def test_of_many_chosen_rows_of_many_hosts_the_ports_are_not_kept() -> None:
    """A set of thousands of ports for each of 100,000 hosts would fill the memory."""
    hosts = [host(f"10.0.0.{number}", dict.fromkeys(range(1, 41), "timeout")) for number in range(1, 21)]
    assert shown(interleaved(*hosts), chosen=True) == "\n20 hosts (10.0.0.1-20): 40 timeout each\n"


@pytest.mark.parametrize("ports", [2, 0])
def test_a_host_with_several_rows_is_one_host_also_where_nobody_knows_how_many_there_will_be(ports: int) -> None:
    hosts = [host(f"10.0.0.{number}", {22: "refused", 80: "refused"}) for number in range(1, 21)]
    for rows in hosts:
        rows[0].place.has_ports(ports)
    assert shown(interleaved(*hosts)) == "\n20 hosts (10.0.0.1-20): 2 refused each\n"


def test_a_name_and_its_own_address_are_two_hosts() -> None:
    at, request = place("10.0.0.5", 2), Request("web.example.net")
    rows = [result(at, port, "open", request=each) for port in (22, 80) for each in (request, Request())]
    assert (
        shown(rows)
        == """
HOST                        PORT  STATE  SERVICE  REASON
10.0.0.5                    22    open   ssh      syn-ack
                            80    open   http     syn-ack
web.example.net (10.0.0.5)  22    open   ssh      syn-ack
                            80    open   http     syn-ack
"""
    )


def test_one_silent_port_of_a_host_that_answers_elsewhere_is_no_silence() -> None:
    """It was asked on other ports first, whether it is there."""
    rows = [result(f"10.0.0.{number}", 9999, "timeout") for number in range(1, 21)]
    for row in rows:
        row.place.has_ports(3, rowless=2)
        row.place.note.verdicts = 3
        row.place.note.mute = 1
    assert shown(rows) == "\n20 hosts (10.0.0.1-20) answer, but at none of these ports (timeout)\n"
