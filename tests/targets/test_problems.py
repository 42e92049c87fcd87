"""Mistakes of a file: gathered, in the order of their places, not too many; and how they show what the user wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.file.problems import Problems
from scanner.words.shown_text import did_you_mean, shown


def test_in_the_order_of_their_places() -> None:
    problems = Problems("t.yaml")
    problems.check()
    for line, column in ((3, 1), (1, 9), (1, 2)):
        problems.add(line, column, "wrong; write right")
    with pytest.raises(TargetError) as caught:
        problems.check()
    assert [line.partition(" ")[0] for line in caught.value.problems] == ["t.yaml:1:2:", "t.yaml:1:9:", "t.yaml:3:1:"]


def test_what_follows_from_a_mistake_is_not_told() -> None:
    problems = Problems("t")
    problems.add(1, 1, "a")
    problems.silence(1)
    problems.add(1, 5, "b")
    problems.add(2, 1, "c")
    assert str(problems.error()) == "t:1:1: a\nt:2:1: c"


@pytest.mark.parametrize(("count", "last"), [(50, "t:50:1: x"), (51, "t: and 1 more"), (499, "t: and 449 more")])
def test_fifty_are_shown_and_the_rest_is_counted(count: int, last: str) -> None:
    problems = Problems("t")
    for line in range(1, count + 1):
        problems.add(line, 1, "x")
    assert problems.error().problems[-1] == last


def test_five_hundred_are_enough() -> None:
    problems = Problems("t")
    for line in range(1, 500):
        problems.add(line, 1, "x")
    with pytest.raises(TargetError) as caught:
        problems.add(500, 1, "x")
    assert problems.count == 500
    assert caught.value.problems[-1] == "t: and at least 450 more"


def test_what_is_not_told_is_not_read_on_for_ever_either() -> None:
    problems = Problems("t")
    problems.add(1, 1, "x")
    problems.silence(1)
    for column in range(2, 500):
        problems.add(1, column, "y")
    with pytest.raises(TargetError, match=r"\At:1:1: x\Z"):
        problems.add(1, 500, "y")


def test_a_path_may_be_anything() -> None:
    assert Problems("a\x1b\nb").where(1, 2) == r"a\x1b\nb:1:2"


@given(st.text())
def test_any_text_can_be_shown(text: str) -> None:
    out = shown(text)
    assert out.isprintable()
    assert out[0] == out[-1] == '"'
    assert len(out) <= 62 * 10
    if text.isprintable() and len(text) <= 60:
        assert out == f'"{text}"'


def test_did_you_mean() -> None:
    assert did_you_mean("htps", ["http", "https", "ssh"]) == ' did you mean "https"?'
    assert did_you_mean("EXPECTS", ["expect", "port"]) == ' did you mean "expect"?'
    assert did_you_mean("nyc", ["NYC", "fra"]) == ' did you mean "NYC"?'
    assert did_you_mean("x" * 100_000, ["expect", "port"]) == ""
