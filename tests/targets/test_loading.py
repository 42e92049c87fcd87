"""What long and hostile inputs cost, counted in operations and objects; seconds are benchmarks/inputs.py's business."""

import gc
import os
import signal
import sys
import tracemalloc
from pathlib import Path

import pytest

from scanner.errors import TargetError
from scanner.model import Request
from scanner.targets.entry import Settings
from scanner.targets.file.host_list import read_excludes, read_hosts
from scanner.targets.file.problems import Problems
from scanner.targets.file.read_text import read_text
from scanner.targets.file.yaml_file import read_target_file
from scanner.targets.file.yaml_text import Chunks
from scanner.targets.file.yaml_tree import Walker
from scanner.targets.grammar.addresses import V4
from scanner.targets.grammar.parsers import parse_excludes
from scanner.targets.make_plan import excludes_from, plan_from_args, plan_from_file, plan_from_sweep
from scanner.targets.space import requests
from scanner.targets.space.arrivals import Arrivals
from scanner.targets.space.blocks import Owned
from scanner.targets.space.build import build
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.probed_before import ProbedBefore
from scanner.targets.space.space_walk import SpaceWalk
from tests import needs
from tests.targets.made import attempt, built, entry, told


def calls(work: object, *names: str) -> int:
    """How often functions of these names are called while `work` runs."""
    seen = 0

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal seen
        seen += event == "call" and frame.f_code.co_name in names

    sys.setprofile(count)
    try:
        work()  # type: ignore[operator]
    finally:
        sys.setprofile(None)
    return seen


def bytecodes(work: object) -> int:
    """How many lines of Python run while `work` does: a measure that no other load of the machine changes."""
    lines = 0

    def count(frame: object, event: str, arg: object) -> object:
        nonlocal lines
        lines += event == "line"
        return count

    gc.collect()
    gc.disable()  # what others left behind is not this work's
    sys.settrace(count)  # type: ignore[arg-type]
    try:
        work()  # type: ignore[operator]
    finally:
        sys.settrace(None)
        gc.enable()
    return lines


def linear(work: object, size: int) -> None:
    """`work(n)` runs at most in proportion to n."""
    small, big = (bytecodes(lambda n=n: work(n)) for n in (size, 4 * size))  # type: ignore[operator]
    assert big < 6 * small + 2000


def test_a_line_of_control_characters_is_told_once_and_read_once(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"

    def read(count: int) -> None:
        path.write_text("targets:\n- " + "ab\x01" * count)
        problems = Problems("t")
        read_text(str(path), problems)
        assert problems.count == 1

    read(10)  # what is imported and cached at the first mistake
    assert bytecodes(lambda: read(10)) == bytecodes(lambda: read(1000))


@pytest.mark.slow
def test_mistakes_behind_one_in_the_same_line_are_not_all_looked_for(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("x")
    text = "targets: [\x01, " + ", ".join(f"a:htp{n}" for n in range(900)) + "]"
    assert calls(lambda: told(tmp_path, text), "did_you_mean") < 600


@pytest.mark.parametrize("shape", ["10.0.{}.1:{}", "n{}.example:{}", "10.0.0.0-10.0.{}.1:{}", "*:{1}"])
def test_excludes_with_commas_cost_in_proportion(shape: str) -> None:
    parse_excludes(shape.format(1, 1))
    linear(lambda n: parse_excludes(",".join(shape.format(k % 250, k % 90 + 1) for k in range(n))), 50)


def test_no_suggestion_is_looked_for_in_a_list_of_excludes() -> None:
    text = ",".join(f"10.0.{n}.1:22" for n in range(200))
    assert calls(lambda: parse_excludes(text), "did_you_mean") == 0


def test_a_question_to_many_excludes_costs_no_look_at_each() -> None:
    def ask(excludes: int) -> int:
        rules = Excluder(parse_excludes(",".join(f"10.{n >> 8}.{n & 255}.1:{n + 1}" for n in range(excludes))))
        return bytecodes(lambda: [rules.at_address((V4, 0), (10 << 24) + n) for n in range(100)])

    assert ask(2000) < 2 * ask(20)


def test_a_name_with_many_excludes_is_asked_for_once() -> None:
    texts = [f"a:{n}" for n in range(1, 1000)]
    rules = Excluder(parse_excludes(",".join(texts)))
    assert rules.at_name("A.") is rules.at_name("a")
    assert rules.at_name("a") == set(range(1, 1000))


def test_rows_are_made_when_they_are_probed() -> None:
    """A list of many hosts is a few lists; a thousand requests and tables would be a megabyte."""
    made = calls(lambda: built([entry(f"10.0.{n >> 8}.{n & 255}") for n in range(1000)]), "request", "settle_request")
    assert made == 0
    space = built([entry(f"10.0.{n >> 8}.{n & 255}") for n in range(1000)]).space
    assert [type(block) for block in space.blocks] == [Owned]
    assert calls(lambda: space.take(0, 10), "request") == 10


def test_an_entry_costs_little(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("targets:\n" + "".join(f"- 10.{n >> 8}.{n & 255}.1:22\n" for n in range(5000)))
    plan_from_file(str(path), Settings())  # what is kept once for all
    tracemalloc.start()
    try:
        entries = read_target_file(str(path)).entries
        read, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        made = build(entries, Excluder([]), Settings())
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert made.count == 5000
    assert read / 5000 < 400
    assert kept / 5000 < 550
    assert peak / 5000 < 750


def test_entries_share_what_is_equal(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    entry_ = "- {host: a, port: 40000, expect: open, tags: [prod, x]}\n"
    path.write_text("targets:\n" + entry_ * 2)
    first, second = plan_from_file(str(path), Settings()).entries
    assert first.ports is second.ports
    assert first.stated is second.stated


def test_many_names_that_lead_to_one_address_join_in_a_list() -> None:
    """A wildcard in the DNS: a tuple that grows by one each time is copied each time."""
    walk = SpaceWalk(built([entry("10.0.0.1")]).space)
    arrivals = Arrivals(walk, Excluder([]), 0, lambda *_: True, ProbedBefore())
    asks = [((80, 81), Request(order=n)) for n in range(300)]
    linear(lambda n: [arrivals.admit([(V4, (10 << 24) + 1, 0)], [ask]) for ask in asks[:n]], 50)
    assert len(walk.take(1)[0].requests) > 50


@pytest.mark.parametrize("text", ["# \n" * 500, "\n" * 500, "  \t\n" * 500])
def test_lines_that_say_nothing_cost_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hosts.txt"

    def read(text: str) -> int:
        path.write_text(text + "  a # b\n")
        assert len(read_hosts(str(path))) == 1
        return bytecodes(lambda: read_hosts(str(path)))

    assert read(text) == read("")


def test_the_place_of_a_mistake_in_a_list(tmp_path: Path) -> None:
    path = tmp_path / "hosts.txt"
    path.write_text("# x\n\n  a b!\tc?d # e!\nd\n\t10.0.0.1/8\n#\n")
    _, problems = attempt(read_hosts, str(path))
    assert [problem.removeprefix(str(path)).split(" ")[0] for problem in problems] == [":3:5:", ":3:8:", ":5:2:"]


def test_too_many_lines_with_percent_are_refused(tmp_path: Path) -> None:
    text = "".join(f"%TAG !a{n}! tag:x\n" for n in range(50)) + "---\ntargets: [a:1]\n"
    assert "t.yaml:22:1: too many lines begin with %" in told(tmp_path, text)[0]


def test_too_many_excludes_in_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.grammar.host_ports._MOST_EXCLUDES", 10)
    assert len(parse_excludes(",".join(["a"] * 10))) == 10
    with pytest.raises(TargetError, match="more than 10 excludes in one text"):
        parse_excludes(",".join(["a"] * 11))


def test_excludes_with_too_many_ports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("scanner.targets.grammar.ports._MOST_PORTS", 100_000)
    lists = [f"10.0.0.{n}:{n}-65000" for n in range(1, 4)]
    (tmp_path / "x").write_text("\n".join(lists))
    told_of = "the different port lists hold more than 100000 ports"
    with pytest.raises(TargetError, match=f"x:2:1: {told_of}"):
        read_excludes(str(tmp_path / "x"))
    with pytest.raises(TargetError, match=told_of):
        parse_excludes(",".join(lists))
    with pytest.raises(TargetError, match=told_of):
        plan_from_args([text.replace("10.0.0.", "a") for text in lists], Settings())
    assert f"t.yaml:4:3: {told_of}" in told(tmp_path, "targets: [a:1]\nexclude:\n- " + "\n- ".join(lists))[0]


@pytest.mark.parametrize("read", [lambda words: plan_from_args(words, Settings()), excludes_from])
def test_hopeless_command_lines_are_not_read_to_their_end(read: object) -> None:
    _, problems = attempt(read, ["a:htp"] * 1000)  # type: ignore[arg-type]
    assert len(problems) == 100
    _, problems = attempt(plan_from_sweep, ["a b"] * 1000, "22", Settings())
    assert len(problems) == 100


def test_ports_left_out_host_by_host_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.space.build._MOST_MADE", 100_000)
    hosts = [f"10.0.0.{n}" for n in range(1, 4)]
    assert built([entry(" ".join(hosts), "-")], *(f"{host}:25" for host in hosts)).count == 3 * 65534
    with pytest.raises(TargetError, match="have excludes of their own"):
        built([entry(" ".join(hosts), "-")], *(f"{host}:{n}" for n, host in enumerate(hosts, 1)))


class Interrupted(BaseException):
    """What our signal handler raises."""


def test_a_signal_is_answered_in_the_midst_of_one_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """libyaml reads a quoted text of megabytes in one call, but asks for it in pieces: there signals come through."""
    needs.require("libyaml")
    pieces = []
    whole = Chunks.read

    def read(self: Chunks, size: int) -> str:
        pieces.append(size)
        if len(pieces) == 5:
            os.kill(os.getpid(), signal.SIGUSR1)
        return whole(self, size)

    def interrupt(*_: object) -> None:
        raise Interrupted

    monkeypatch.setattr(Chunks, "read", read)
    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with pytest.raises(Interrupted):
            Walker("'" + "x" * 4_000_000 + "'", Problems("t")).root()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert len(pieces) == 5


def test_sources_are_numbers() -> None:
    sources = requests.Sources([entry("a"), entry("b")], Settings(), named=True)
    assert [sources.add(order, text, (1,)) for order, text in ((0, "a"), (1, "b"), (1, "c"))] == [0, 1, 2]
    assert [(sources.text(n), sources.order(n), sources.request(n).host) for n in range(3)] == [
        ("a", 0, "a"), ("b", 1, "b"), ("c", 1, "c"),
    ]  # fmt: skip
