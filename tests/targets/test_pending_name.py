"""A name: what there is to tell of it after each lookup, and when it goes on to its next step."""

from typing import Any

import pytest

from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.names.lookup import Address, Answer
from scanner.targets.names.pending_name import PendingName
from scanner.targets.names.search_list import Step

A: Address = (V4, 0x0A000001, 0)
AAAA: Address = (V6, 0x20010DB8 << 96 | 1, 0)
FOUND4, FOUND6, NONE = Answer([A]), Answer([AAAA]), Answer([], "no-address")
SILENT, FAILED, LOCAL = Answer([], "dns-timeout"), Answer([], "dns-failed"), Answer([], "EMFILE")


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ((V4, FOUND4), (V6, FOUND6), [([A], "", True, 0), ([AAAA], "", False, 0)]),
        ((V6, FOUND6), (V4, NONE), [([AAAA], "", True, 0), ([], "", False, 0)]),
        ((V4, FOUND4), (V6, SILENT), [([A], "", True, 0), ([], "", False, 6)]),
        ((V4, SILENT), (V6, FOUND6), [([AAAA], "", False, 4)]),
        ((V4, FAILED), (V6, FOUND6), [([AAAA], "", False, 4)]),
        ((V4, NONE), (V6, FOUND6), [([AAAA], "", False, 0)]),
        ((V4, NONE), (V6, NONE), [([], "no-address", False, 0)]),
        ((V4, NONE), (V6, SILENT), [([], "dns-timeout", False, 0)]),
        ((V6, SILENT), (V4, FAILED), [([], "dns-timeout", False, 0)]),
        ((V4, NONE), (V6, FAILED), [([], "dns-failed", False, 0)]),
        ((V4, NONE), (V6, LOCAL), [([], "EMFILE", False, 0)]),
    ],
)
def test_two_families_of_a_name(first: Any, second: Any, told: list[Any]) -> None:
    name = PendingName("n", lambda text: [Step(text, (V4, V6))])
    outcomes = [outcome for each in (first, second) if (outcome := name.heard(*each))]
    assert [(each.addresses, each.reason, each.more, each.missed) for each in outcomes] == told


def walking(*as_is: bool) -> PendingName:
    """A name of so many steps, each of one lookup; of each, whether it is the name as it stands."""
    return PendingName("n", lambda text: [Step(f"{text}{at}.", (0,), each) for at, each in enumerate(as_is)])


def test_the_next_step_is_asked_where_one_found_nothing() -> None:
    name = walking(False, True)
    assert name.asked == "n0."
    name.heard(0, NONE, 1.5)
    assert name.goes_on()
    assert (name.asked, name.spent, name.left) == ("n1.", 1.5, 1)
    outcome = name.heard(0, Answer([A]))
    assert outcome is not None
    assert (outcome.name, outcome.addresses) == ("n", [A])


@pytest.mark.parametrize(
    ("answer", "on"),
    [(NONE, "n1."), (FAILED, "n1."), (SILENT, "n2."), (LOCAL, "")],
)
def test_after_silence_only_the_name_as_it_stands(answer: Answer, on: str) -> None:
    name = walking(False, False, True)
    name.heard(0, answer)
    assert name.goes_on() is bool(on)
    assert not on or name.asked == on


def test_the_end_of_the_list() -> None:
    name = walking(False, True)
    name.heard(0, FAILED)
    assert name.goes_on()
    outcome = name.heard(0, NONE)
    assert not name.goes_on()
    assert outcome is not None
    assert outcome.reason == "dns-failed"  # of all steps the reason that leaves more open
