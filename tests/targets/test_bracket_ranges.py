"""Bracket ranges, and what is said of wrong ones."""

import pytest

from scanner.errors import TargetError
from scanner.targets.grammar.bracket_ranges import unfold
from tests.targets.made import attempt


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("web", ["web"]),
        ("w[1-3]", ["w1", "w2", "w3"]),
        ("w[08-10].x", ["w08.x", "w09.x", "w10.x"]),
        ("[1-2].[3-4]", ["1.3", "1.4", "2.3", "2.4"]),
        ("a[7-7]", ["a7"]),
    ],
)
def test_unfolded(text: str, names: list[str]) -> None:
    assert unfold(text) == names


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("w[1-3", "unpaired bracket"),
        ("w]1[", "unpaired bracket"),
        ("w[a-b]", "write one such as web[01-20]"),
        ("w[3-1]", "write w[1-3]"),
        ("w[1-010]", "write w[001-010]"),
        ("w[1-100001]", "more than 100000 names"),
        ("w[1-1000][1-1000]", "more than 100000 names"),
    ],
)
def test_refused(text: str, told: str) -> None:
    _, (problem,) = attempt(unfold, text)
    assert told in problem


def test_as_many_as_there_may_be() -> None:
    assert len(unfold("w[1-100000]")) == 100_000
    with pytest.raises(TargetError):
        unfold("w[0-100000]")
