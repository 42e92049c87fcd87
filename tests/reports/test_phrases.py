from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Request, State
from scanner.reports.kept_lines import KeptLines
from scanner.reports.painted import Look
from scanner.reports.phrases import (
    PortSet,
    brief_verdict,
    counted,
    doubts_pass,
    remarks,
    rtt_text,
    target_text,
    verdict_of,
    verdict_text,
)
from tests.reports.made import result

ports = st.lists(st.integers(1, 65535), max_size=200)


def ports_of(*numbers: int) -> PortSet:
    made = PortSet()
    for number in numbers:
        made.add(number)
    return made


@given(ports)
def test_ports_are_a_set(numbers: list[int]) -> None:
    assert list(ports_of(*numbers)) == sorted(set(numbers))


@given(ports)
def test_ports_in_words_mean_the_same(numbers: list[int]) -> None:
    named: set[int] = set()
    for word in filter(None, ports_of(*numbers).text(Look()).split(",")):
        first, _, last = word.partition("-")
        named |= set(range(int(first), int(last or first) + 1))
    assert named == set(numbers)


def test_ports_in_words() -> None:
    assert ports_of(80, 22, *range(8000, 8101)).text(Look()) == "22,80,8000-8100"
    assert ports_of(*range(1, 200, 2)).text(Look(), room=30) == "1,3,5,7,9,11,13,… (100 ports)"
    assert ports_of(*range(1, 200, 2)).text(Look(ascii=True), room=30).isascii()


def test_verdicts_in_words() -> None:
    rejected = result("10.0.0.1", 1, "unreachable", "admin-prohibited", icmp_from="10.1.0.1")
    assert verdict_text(verdict_of(rejected), Look()) == "unreachable (admin-prohibited by 10.1.0.1)"
    assert verdict_text((State.TIMEOUT, "no-response", ""), Look()) == "timeout (no-response)"
    assert brief_verdict((State.TIMEOUT, "no-response", ""), Look()) == "timeout"
    assert brief_verdict(verdict_of(rejected), Look()) == "unreachable (admin-prohibited by 10.1.0.1)"
    assert brief_verdict((State.OPEN, "syn-ack-reset", ""), Look()) == "open (syn-ack-reset)"


def test_counts_in_words() -> None:
    counts = {
        (State.UNREACHABLE, "host-unreach", ""): 2,
        (State.OPEN, "syn-ack", ""): 1000,
        (State.OPEN, "syn-ack-reset", ""): 1,
        (State.TIMEOUT, "no-response", ""): 3,
    }
    assert counted(counts, Look()) == "1,001 open, 3 timeout, 2 unreachable (host-unreach)"


def test_remarks() -> None:
    row = result("10.0.0.1", 1, "open", request=Request(expect="refused"), attempts=3, lost_syns=2, doubt="lossy")
    assert remarks(row, Look()) == ["✗ expected refused", "in doubt: lossy"]
    assert remarks(row, Look(verbose=True))[2:] == ["open after 2 lost SYNs", "3 attempts"]
    assert remarks(row, Look(ascii=True))[0] == "X expected refused"


def test_a_verdict_in_doubt_may_be_what_was_expected_and_not_enough() -> None:
    row = result("10.0.0.1", 22, "timeout", request=Request(expect="blocked"), met=False, doubt="unverified")
    assert remarks(row, Look()) == ["✗ expected blocked beyond doubt", "in doubt: unverified"]


def test_what_is_one_of_too_few_is_so_in_doubt_as_well() -> None:
    row = result("10.0.0.1", 22, "timeout", request=Request(expect="blocked"), doubt="unverified")
    row.is_one_of_too_few()
    assert row.met is False
    assert remarks(row, Look()) == ["✗ expected blocked, but too few are", "in doubt: unverified"]
    kept = KeptLines(9)
    kept.add(row)
    ((_, _, (key,)),) = kept.by_reason()
    assert key.amiss == ", but too few are"


def test_whether_a_doubt_was_good_enough_is_known_from_the_options() -> None:
    assert doubts_pass({"command": "scan"})
    assert not doubts_pass({"command": "scan", "strict": True})
    assert not doubts_pass({})


def test_a_round_trip_reads_the_same_out_of_a_report_which_carries_three_decimals() -> None:
    for micros in (54.6, 55.4, 64.9996, 9994.6, 99949.6):
        told, kept = (result("::1", 1, "open", rtt_ms=rtt) for rtt in (micros / 1000, round(micros / 1000, 3)))
        assert rtt_text(told) == rtt_text(kept)


def test_small_words() -> None:
    assert [rtt_text(result("::1", 1, "open", rtt_ms=rtt)) for rtt in (None, 0.1234, 9.999, 99.96, 1234.5)] == [
        "", "0.12 ms", "10.0 ms", "100 ms", "1,234 ms",
    ]  # fmt: skip
    assert target_text("::1", 80) == "[::1]:80"
    assert target_text("db", "1-3") == "db:1-3"
