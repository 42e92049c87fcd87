import pytest

from scanner.model import Request
from scanner.reports import Look, Tally, summary
from tests.reports.made import result

WANTED = Request(expect="open")


def tally(*states: str, **more: object) -> Tally:
    made = Tally()
    made.add([result("10.0.0.1", port, state, **more) for port, state in enumerate(states, 1)])  # type: ignore[arg-type]
    return made


def test_tally() -> None:
    made = tally("open", "refused", "refused")
    made.add([])
    made.add([result("::1", 1, "timeout", request=WANTED, doubt="flipped")])
    made.add([result("::1", 1, "open", request=WANTED)])
    assert (made.rows, made.open, made.met, made.unmet) == (5, 2, 1, 1)
    assert made.counts() == {"open": 2, "refused": 2, "timeout": 1, "unreachable": 0, "error": 0}
    assert made.doubts == {"flipped": 1}


def test_a_plain_summary() -> None:
    made = tally(*["open"] * 3, *["refused"] * 1000, *["timeout"] * 21)
    assert summary(made, 2.1) == "1,024 targets: 3 open, 1,000 refused, 21 timeout in 2.1 s (488 probes/s)"
    assert summary(made, 2.0, attempts=2090).endswith("in 2.0 s (1,045 probes/s)")


def test_expectations_doubts_and_notes() -> None:
    made = tally("open", "timeout", request=WANTED, doubt="lossy")
    assert summary(made, 0.01, notes=["raise\x1b it"], complete=False).splitlines() == [
        "stopped after 2 targets: 1 open, 1 timeout in 0.010 s (200 probes/s)",
        "expectations: 1 met, 1 not met",
        "in doubt: 2 verdicts, lossy: packets were being lost on the way",
        "warning: raise\\x1b it",
    ]


@pytest.mark.parametrize(
    ("hosts", "answering", "complete", "said"),
    [
        (254, 20, True, ["20 of 254 hosts answer"]),
        (1024, 1024, True, ["1,024 of 1,024 hosts answer"]),
        (254, 20, False, ["20 of 254 hosts answer"]),
        (1, 0, True, []),
        (0, 0, True, []),
    ],
)
def test_how_many_hosts_answer(hosts: int, answering: int, complete: bool, said: list[str]) -> None:
    _, *lines = summary(tally("open"), 1, hosts=hosts, answering=answering, complete=complete).splitlines()
    assert lines == said


def test_nothing_at_all() -> None:
    assert summary(Tally(), 0) == "0 targets: none probed in 0.000 s"


def test_colour_only_when_asked() -> None:
    made = tally("open")
    assert "\x1b" not in summary(made, 1)
    assert "\x1b[32m1 open\x1b[0m" in summary(made, 1, look=Look(colour=True))


def test_colour_follows_what_was_expected() -> None:
    look, blocked = Look(colour=True), Request(expect="blocked")
    as_expected = summary(tally("timeout", "timeout", request=blocked), 1, look=look)
    assert "\x1b" not in as_expected
    made = tally("timeout", "open", request=blocked)
    made.add([result("10.0.0.2", 1, "open", request=Request(expect="open", order=1))])
    counted, expected, rules = summary(made, 1, look=look).splitlines()
    assert "\x1b[1;31m2 open\x1b[0m, 1 timeout" in counted
    assert expected == "expectations: 2 met, \x1b[1;31m1 not met\x1b[0m"
    assert rules == "2 rules: 1 as expected, \x1b[1;31m1 not\x1b[0m"


def test_a_rule_is_an_entry() -> None:
    made = Tally()
    for order, state in ((0, "open"), (0, "open"), (1, "open"), (1, "timeout"), (2, "timeout")):
        made.add([result("10.0.0.1", 1, state, request=Request(expect="open" if order < 2 else "", order=order))])
    assert "2 rules: 1 as expected, 1 not" in summary(made, 1).splitlines()
    assert "rules" not in summary(tally("open", "timeout", request=WANTED), 1), "a single one is told by its targets"


def test_rules_of_which_not_all_is_known() -> None:
    """Neither a stopped scan nor an exclude makes a rule one that is as expected."""
    made = tally("open", request=WANTED)
    assert "3 rules: 1 as expected, 0 not, 2 without a target left (excludes, -4, -6)" in summary(made, 1, rules=3)
    assert "3 rules: 0 not as expected, of the others not all is known" in summary(made, 1, rules=3, complete=False)
    assert "rules" not in summary(made, 1, rules=1)


def test_a_shard_is_not_the_list() -> None:
    made = tally("open", request=WANTED)
    said = summary(made, 1, rules=3, shard="2/3").splitlines()
    assert said[0].startswith("1 target of shard 2/3: 1 open in 1")
    assert "3 rules: 0 not as expected, of the others not all is known" in said


def test_errors_that_no_report_shows_say_why() -> None:
    made = tally("open", "error", "error", reason="no-address")
    made.add([result("10.0.0.9", 1, "error", "EACCES"), result("10.0.0.9", 2, "refused")])
    assert made.errors == {"no-address": 2, "EACCES": 1}
    assert "errors" not in summary(made, 1.0)
    assert summary(made, 1.0, hidden_errors=True).splitlines()[1] == (
        "errors: 2 no-address, 1 EACCES; --only error says where"
    )
    assert "errors" not in summary(tally("open"), 1.0, hidden_errors=True)


def test_a_rule_that_needs_targets_and_has_no_row_is_not_as_expected() -> None:
    made = tally("open", request=WANTED)
    assert "2 rules: 1 as expected, 1 not" in summary(made, 1.0, rules=2, rules_lacking=1).splitlines()
    assert "3 rules: 1 as expected, 1 not, 1 without a target left (excludes, -4, -6)" in summary(
        made, 1.0, rules=3, rules_lacking=1
    )
