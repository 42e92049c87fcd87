"""What is said of how sure the answers are: timeouts and what backs them, in numbers and in sentences."""

import random
from typing import Any

import pytest

from scanner.engine.truth.path_counts import PathCounts
from scanner.scanning.certainty import evidence, joined, statistics, stopped_sentence
from tests.engine.fakes import Answer, FakeKernel, ListSource, Network, engine_for


def counts(**seen: int) -> PathCounts:
    """What was counted on a path."""
    path = PathCounts()
    for name, number in seen.items():
        assert hasattr(path, name)
        setattr(path, name, number)
    return path


CLEAN = counts(answers=900, silent_attempts=200, sentinels=60)
DARK = counts(silent_attempts=512)
LOSSY = counts(answers=900, silent_attempts=300, sentinels=600, lost=31, flipped=47)
UNUSED = counts()


def test_numbers() -> None:
    assert evidence([UNUSED, CLEAN], {"": 100}) == {
        "timeouts": 100, "unverified": 0, "lossy": 0, "neighbour_pending": 0, "denied_in_doubt": 0,
        "sentinels": 60, "sentinels_lost": 0, "flipped": 0,
        "loss_below": 0.05, "verified": True, "heard": True, "stopped": [],
    }  # fmt: skip
    assert evidence([LOSSY, CLEAN, DARK], {"": 100, "unverified": 256, "lossy": 3}) == {
        "timeouts": 359, "unverified": 256, "lossy": 3, "neighbour_pending": 0, "denied_in_doubt": 0,
        "sentinels": 660, "sentinels_lost": 31, "flipped": 47,
        "loss_below": None, "verified": False, "heard": True, "stopped": [],
    }  # fmt: skip


def test_a_host_that_is_silent_from_several_places_counts_once() -> None:
    there = [
        {**evidence([], {}), "silent_hosts": {"count": count, "ranges": ranges}}
        for count, ranges in ((28, ["10.9.0.4-10.9.0.31"]), (4, ["10.9.0.2", "10.9.0.4-10.9.0.5", "fe80::1%eth0"]))
    ]
    ranges = ["10.9.0.2", "10.9.0.4-10.9.0.31", "fe80::1%eth0"]
    assert joined(there)["silent_hosts"] == {"count": 30, "ranges": ranges}
    assert joined([evidence([], {})]).get("silent_hosts") is None


@pytest.mark.parametrize("doubt", ["unverified", "lossy", "neighbour-pending", "flipped"])
def test_no_scan_is_verified_of_which_a_timeout_or_a_no_is_in_doubt(doubt: str) -> None:
    assert evidence([CLEAN], {"": 9}, denied={"": 4})["verified"]
    assert not evidence([CLEAN], {"": 9, doubt: 1}, denied={"": 4})["verified"]
    numbers = evidence([CLEAN], {"": 9}, denied={"": 4, doubt: 2})
    assert (numbers["verified"], numbers["denied_in_doubt"]) == (False, 2)


def test_timeouts_that_came_before_the_kernels_word_are_not_backed() -> None:
    numbers = evidence([CLEAN], {"": 100, "neighbour-pending": 7})
    assert (numbers["timeouts"], numbers["neighbour_pending"]) == (107, 7)
    assert statistics(numbers)[0].startswith("100 timeouts, backed by")


def test_rule_of_three_is_that_of_the_least_known_path() -> None:
    well_known = counts(answers=1, silent_attempts=5, sentinels=3000)
    assert evidence([well_known], {"": 5})["loss_below"] == 0.001
    assert evidence([well_known, CLEAN], {"": 9})["loss_below"] == 0.05
    assert evidence([well_known, CLEAN, DARK], {"": 9, "unverified": 7})["loss_below"] == 0.05


@pytest.mark.parametrize(("sentinels", "bound"), [(0, None), (1, None), (3, None), (11, None), (12, 0.25), (60, 0.05)])
def test_a_bound_that_says_next_to_nothing_is_not_told(sentinels: int, bound: float | None) -> None:
    assert evidence([counts(answers=1, silent_attempts=1, sentinels=sentinels)], {"": 1})["loss_below"] == bound


def said(paths: list[PathCounts], **timeouts: int) -> list[str]:
    return statistics(evidence(paths, {doubt.replace("clean", ""): count for doubt, count in timeouts.items()}))


def test_a_scan_without_timeouts_says_nothing() -> None:
    assert said([UNUSED, counts(answers=5000)]) == []


def test_how_many_timeouts_are_backed_by_how_many_clean_sentinels() -> None:
    assert said([CLEAN], clean=1234) == [
        "1,234 timeouts, backed by 60 clean sentinels (known responders asked again): loss per probe under 5.00%"
    ]


def test_unverified_when_nothing_ever_answered() -> None:
    assert said([DARK], unverified=256) == ["256 timeouts are unverified: no host answered that could be probed again"]
    assert said([DARK], unverified=1) == ["1 timeout is unverified: no host answered that could be probed again"]


def test_a_dark_host_is_not_backed_by_the_sentinels_of_another() -> None:
    first, second = said([CLEAN, DARK], clean=100, unverified=256)
    assert first.startswith("100 timeouts, backed by 60 clean sentinels")
    assert second == "256 timeouts are unverified: nothing on their own network could vouch for them"


def test_a_few_clean_sentinels_bound_nothing() -> None:
    assert said([counts(answers=1, silent_attempts=3, sentinels=2)], clean=3) == [
        "3 timeouts, backed by 2 clean sentinels (known responders asked again)"
    ]


def test_responders_that_stopped_answering_are_told_with_the_time() -> None:
    died = counts(answers=2000, silent_attempts=500, sentinels=80)
    died.stopped = [41.5, 12.0]
    numbers = evidence([died], {"unverified": 500}, lambda when: f"14:02:{when:02.0f} UTC")
    assert stopped_sentence(numbers) == ["known responders stopped answering at 14:02:12 UTC, of 2 hosts or networks"]
    assert statistics(numbers) == ["500 timeouts are unverified: nothing on their own network could vouch for them"]


def test_loss_and_flips() -> None:
    assert said([LOSSY], clean=100, lossy=2) == [
        "loss was seen: 31 of 600 sentinels unanswered; 100 timeouts stood when that could no longer explain them",
        "2 timeouts may be lost packets: probing again could not rule that out",
        "47 targets answered only, or otherwise, when probed again (flipped)",
    ]
    assert said([counts(answers=9, silent_attempts=1, sentinels=12, flipped=1)]) == [
        "1 target answered only, or otherwise, when probed again (flipped)"
    ]


# The engine's own counts


def scanned(network: Network, hosts: list[str], ports: int, **options: Any) -> dict[str, Any]:
    source = ListSource(hosts, range(1, ports + 1), timeout=1.0, **options)
    engine, schedule = engine_for(FakeKernel(network), source)
    for _ in engine.turns():
        pass
    return evidence([path.counts for path in schedule.paths.all()], engine.rows.timeouts)


def half(host: str, port: int, attempt: int, now: float) -> Answer | None:
    return Answer(0.001, "rst") if port % 2 else None


def test_a_clean_scan_with_silent_ports() -> None:
    found = scanned(half, ["10.0.0.1"], 1000)
    assert (found["timeouts"], found["unverified"], found["lossy"]) == (500, 0, 0)
    assert found["sentinels"] >= 12
    assert found["loss_below"] == round(3 / found["sentinels"], 6)


def test_a_scan_without_silence_sends_no_sentinel() -> None:
    found = scanned(lambda host, port, attempt, now: Answer(0.001, "rst"), ["10.0.0.1"], 1000)
    assert found["sentinels"] == found["timeouts"] == 0
    assert not statistics(found)


def test_a_dark_scan() -> None:
    found = scanned(lambda host, port, attempt, now: None, ["10.0.0.1"], 300)
    assert (found["timeouts"], found["unverified"], found["verified"]) == (300, 300, False)


def test_a_dark_host_beside_one_that_answers() -> None:
    """As many ports as make a path of a host that answers: its neighbour vouches for the dark one all the same."""
    hosts = ["10.0.0.1", "10.0.0.2", "10.0.1.1"]
    found = scanned(lambda *at: half(*at) if at[0] == "10.0.0.1" else None, hosts, 300)
    assert (found["timeouts"], found["unverified"]) == (750, 300), "those of the other network"


def test_rows_are_counted_not_targets() -> None:
    assert scanned(lambda host, port, attempt, now: None, ["10.0.0.1"], 10, requests=3)["timeouts"] == 30


def test_loss_is_seen() -> None:
    draw = random.Random(7)
    found = scanned(lambda *at: None if draw.random() < 0.2 else half(*at), ["10.0.0.1"], 2000)
    assert found["timeouts"] >= 1000
    assert found["flipped"] > 100
    assert found["sentinels_lost"] > 5
    assert found["loss_below"] is None
    assert any(line.startswith("loss was seen: ") for line in statistics(found))
    assert any("(flipped)" in line for line in statistics(found))


def part(**numbers: Any) -> dict[str, Any]:
    return {**evidence((), {}), **numbers}


def test_parts_are_added_up_and_the_loosest_bound_holds() -> None:
    one = part(timeouts=5, sentinels=100, loss_below=0.03, heard=True, stopped=["14:02:07 UTC"])
    two = part(timeouts=7, sentinels=30, loss_below=0.1, unverified=0, flipped=2)
    both = joined([one, two])
    assert (both["timeouts"], both["sentinels"], both["flipped"], both["loss_below"]) == (12, 130, 2, 0.1)
    assert (both["verified"], both["heard"], both["stopped"]) == (True, True, ["14:02:07 UTC"])
    assert joined([one, part(sentinels=9)])["loss_below"] == 0.03  # nothing of it timed out
    assert joined([one, part(timeouts=1)])["loss_below"] is None
    assert joined([one, part(sentinels=5, sentinels_lost=1)])["loss_below"] is None
    assert not joined([one, part(timeouts=1, unverified=1)])["verified"]
    assert not joined([part(timeouts=1)])["verified"]


def test_what_rows_of_a_part_that_was_begun_anew_rest_on_counts_and_they_count_once() -> None:
    whole = part(timeouts=4, sentinels=100, loss_below=0.03, stopped=["b"])
    dead = part(timeouts=3, sentinels=9, sentinels_lost=2, flipped=5, stopped=["a"])
    both = joined([whole], replaced=[dead])
    assert (both["timeouts"], both["sentinels"], both["sentinels_lost"], both["flipped"]) == (4, 109, 2, 5)
    assert (both["loss_below"], both["stopped"]) == (None, ["a", "b"])
    assert joined([whole], replaced=[part(timeouts=1, loss_below=0.1)])["loss_below"] == 0.1
