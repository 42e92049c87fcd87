"""Who else answers where targets are silent: one line for all hosts alike, and nothing that was not asked."""

from typing import Any

import pytest

from scanner.reports.witness_words import witness_lines


def silent(address: str = "10.0.0.1", witness: str = "nothing", *ports: int, **more: Any) -> dict[str, Any]:
    said = {"targets": len(ports) or 1, "unmet": 0, "port": None, "state": None, "reason": None, "doubt": None}
    return {"address": address, "ports": list(ports) or [443], "witness": witness, "asked": [], **said, **more}


def refusing(address: str, *ports: int, **more: Any) -> dict[str, Any]:
    return silent(address, "answers", *ports, **{"port": 22, "state": "refused", "reason": "conn-refused"} | more)


@pytest.mark.parametrize(
    ("witness", "line"),
    [
        (refusing("10.0.0.1", 443), "10.0.0.1:443  host answers (22 refused): only this port is silent"),
        (refusing("fd00::1", 443), "[fd00::1]:443  host answers (22 refused): only this port is silent"),
        (
            refusing("10.0.0.1", 443, 80, 81, 82),
            "10.0.0.1:80-82,443  host answers (22 refused): only these ports are silent",
        ),
        (
            refusing("10.0.0.1", *range(1, 11), targets=900),
            "10.0.0.1  host answers (22 refused): 900 other ports are silent",
        ),
        (
            refusing("10.0.0.1", 443, state="unreachable", reason="port-unreach"),
            "10.0.0.1:443  host answers (22 port-unreach): only this port is silent",
        ),
        (
            refusing("10.0.0.1", 443, doubt="flipped"),
            "10.0.0.1:443  host answers (22 refused, in doubt: flipped): only this port is silent",
        ),
        (silent(asked=[22, 80]), "10.0.0.1  nothing of this host answers (asked 22, 80 as well)"),
        (silent(), "10.0.0.1  nothing of this host answers"),
        (silent(doubt="lossy"), "10.0.0.1  nothing of this host answers, but packets are lost on the way"),
        (silent(witness="no-neighbour"), "10.0.0.1  no neighbour with that address"),
        (
            silent(witness="accepts-everything"),
            "10.0.0.1  nearly every port accepts there, which says nothing about a host",
        ),
        (
            refusing("10.0.0.1", 443, silent=[22, 80]),
            "10.0.0.1:443  host answers (22 refused): this port is silent, and so are 22, 80",
        ),
        (
            refusing("10.0.0.1", 443, 444, silent=[80]),
            "10.0.0.1:443-444  host answers (22 refused): these ports are silent, and so is 80",
        ),
        (refusing("10.0.0.1", 443, unheard=[80]), "10.0.0.1:443  host answers (22 refused): this port is silent"),
        (refusing("10.0.0.1", 443, more_silent=True), "10.0.0.1:443  host answers (22 refused): this port is silent"),
        (
            refusing("10.0.0.1", 443, late=[20, 21]),
            "10.0.0.1:443  host answers (22 refused): this port is silent, though 20-21 answered when traced",
        ),
        (
            refusing("10.0.0.1", 443, silence_doubt="lossy"),
            "10.0.0.1:443  host answers (22 refused): this port is silent, but packets are lost on the way",
        ),
        (
            refusing("10.0.0.1", 443, silence_doubt="slow"),
            "10.0.0.1:443  host answers (22 refused): this port is silent, but its answers take longer than the scan "
            "waited",
        ),
        (
            refusing("10.0.0.1", 443, port=None, state=None, reason=None),
            "10.0.0.1:443  host answers (at other ports): this port is silent",
        ),
        (
            silent("10.0.0.1", "one-open-port", 9, port=80, state="open", reason="syn-ack", asked=[22, 80]),
            "10.0.0.1:9  80 is open, nothing else that was asked has answered: something in front may answer for it",
        ),
        (
            silent(witness="unknown", asked=[22], unheard=[80]),
            "10.0.0.1  not asked to the end: whether this host answers is not known",
        ),
        (silent(witness="unknown", asked=[22, 80]), "10.0.0.1  whether this host answers is not known"),
        (silent(witness="not-asked"), "10.0.0.1  not asked: whether this host answers is not known"),
        (silent(witness="of a newer version"), "10.0.0.1  not asked: whether this host answers is not known"),
        (silent("a\x1b[2J", "no-neighbour"), "a\\x1b[2J  no neighbour with that address"),
    ],
)
def test_one_host(witness: dict[str, Any], line: str) -> None:
    assert witness_lines([witness]) == [line]


def test_hosts_alike_share_a_line_and_those_that_answer_come_first() -> None:
    found = [
        *(silent(f"10.0.0.{n}", "no-neighbour") for n in (60, 61, 62)),
        *(silent(f"10.0.0.{n}", asked=[22]) for n in (7, 9)),
        *(refusing(f"10.0.0.{n}", 443) for n in range(1, 6)),
        *(silent(f"10.0.1.{n}", "not-asked") for n in range(1, 30, 2)),
    ]
    assert witness_lines(found) == [
        "10.0.0.1-5 port 443  hosts answer (22 refused): only this port is silent",
        "10.0.0.7, 10.0.0.9  nothing of these hosts answers (asked 22 as well)",
        "10.0.0.60-62  no neighbours with these addresses",
        "10.0.1.1, 10.0.1.3, 10.0.1.5, 10.0.1.7, 10.0.1.9, 10.0.1.11, 10.0.1.13, 10.0.1.15 and 7 more ranges  "
        "not asked: whether these answer is not known",
    ]


def test_bounded() -> None:
    lines = witness_lines([refusing(f"10.0.0.{n}", n) for n in range(1, 101)], 5000)
    assert lines[12:] == [
        "and 88 more hosts; a JSON report has all",
        "and 5,000 more silent targets, for which no witness was looked for",
    ]
    assert witness_lines([]) == []
