"""Half of what is free in the connection tracking table: with exact times, on the fake kernel, with a real table."""

import sys
from collections import Counter, deque
from pathlib import Path

import pytest

from scanner.engine.room.conntrack import Conntrack, open_conntrack
from scanner.model import State
from tests.engine.fakes import START, Answer, FakeKernel, ListSource, engine_for, finish
from tests.namespace import SILENT, namespace


class Table:
    """A table that is read with `count`: what others have in it, and what is ours."""

    def __init__(self, others: int = 0) -> None:
        self.others = others
        self.ours = 0
        self.looks = 0

    def count(self) -> int:
        self.looks += 1
        return self.others + self.ours


class TestRoom:
    def test_less_than_half_of_what_is_free(self) -> None:
        assert Conntrack(Table(1000).count, 11_000).room(0, START) == 4999

    @pytest.mark.parametrize("sharers", [1, 2, 3, 64])
    def test_several_together_take_no_more(self, sharers: int) -> None:
        """Each sees the others' entries as somebody else's, and all look at once, or one after another."""
        most, others = 64_000, 4000
        for at_once in (True, False):
            tables = [Table(others) for _ in range(sharers)]
            each = [Conntrack(table.count, most, sharers=sharers) for table in tables]
            taken = [0] * sharers
            for turn in range(50):
                for at, (tracked, table) in enumerate(zip(each, tables, strict=True)):
                    if not at_once or at == 0:
                        for number, other in enumerate(tables):
                            other.ours, other.others = taken[number], others + sum(taken) - taken[number]
                    taken[at] += max(0, tracked.room(taken[at], START + 2 * turn))
                    table.ours = taken[at]
                assert sum(taken) < (most - others) / 2
            assert sum(taken) > (most - others) / 4

    def test_it_is_read_once_a_second(self) -> None:
        table = Table()
        tracked = Conntrack(table.count, 20_000)
        for tenth in range(21):
            tracked.room(10 * tenth, START + tenth / 10)
        assert table.looks == 3

    def test_in_between_every_attempt_counts(self) -> None:
        tracked = Conntrack(Table().count, 20_000)
        assert tracked.room(0, START) == 9999
        assert tracked.room(9000, START + 0.5) == 999

    def test_answers_that_left_no_entry_cost_nothing(self) -> None:
        """A clean sweep is faster than one look per second would allow."""
        table = Table()
        tracked = Conntrack(table.count, 2000)
        attempts = 0
        for step in range(100):
            attempts += max(0, tracked.room(attempts, START + step / 1000))
        assert attempts == 100 * 999
        assert tracked.warning == ""

    def test_the_full_half_is_waited_for(self) -> None:
        table = Table(200)
        tracked = Conntrack(table.count, 10_200)
        assert tracked.room(0, START) == 4999
        table.ours = 4999
        assert tracked.room(4999, START + 0.5) == 0
        assert "nf_conntrack_max" in tracked.warning
        assert "120 s" in tracked.warning
        table.ours = 4000  # they begin to expire
        assert tracked.room(4999, START + 0.55) == 0, "asked ten times a second at most"
        assert tracked.room(4999, START + 0.61) == 999

    def test_others_need_more(self) -> None:
        table = Table(0)
        tracked = Conntrack(table.count, 10_000)
        assert tracked.room(0, START) == 4999
        table.others = 3000
        table.ours = 1500
        assert tracked.room(1500, START + 1) == 1999, "half of the 7000 that they leave, and 1500 are taken"

    def test_others_need_less(self) -> None:
        table = Table(6000)
        tracked = Conntrack(table.count, 10_000)
        assert tracked.room(0, START) == 1999
        table.others = 2000
        assert tracked.room(0, START + 1) == 3999

    def test_what_was_not_attempted_lately_belongs_to_others(self) -> None:
        """Others filled more than the half that was free at first; of what is left now, half is ours again."""
        table = Table(0)
        tracked = Conntrack(table.count, 100_000, 120.0)
        tracked.room(0, START)
        tracked.room(40_000, START + 1)
        table.others = 60_000
        assert tracked.room(40_000, START + 2) == 0
        assert tracked.room(40_000, START + 310) == 0, "until then entries of ours may be among them"
        assert tracked.room(40_000, START + 313) == 19_999

    def test_a_table_kept_full_by_others_ends_no_scan(self) -> None:
        """There is hardly an attempt a second, but it goes on for ever."""
        table = Table(70_000)
        tracked = Conntrack(table.count, 70_000, 120.0)
        attempts = [0]
        for second in range(1000):
            attempts.append(attempts[-1] + max(0, tracked.room(attempts[-1], START + second)))
        assert 700 < attempts[-1] <= 1000
        assert all(late - early <= 240 for early, late in zip(attempts, attempts[310:], strict=False))

    def test_a_small_table_is_left_alone_even_then(self) -> None:
        tracked = Conntrack(Table(1024).count, 1024)
        assert tracked.room(0, START) == 4

    def test_a_count_that_cannot_be_read_any_more_limits_nothing(self) -> None:
        assert Conntrack(lambda: None, 1000).room(0, START) > 10**6


class TestFiles:
    def files(self, folder: Path, **texts: str) -> str:
        for name, text in texts.items():
            (folder / f"nf_conntrack_{name}").write_text(text)
        return str(folder)

    def test_what_the_kernel_shows(self, tmp_path: Path) -> None:
        tracked = open_conntrack(self.files(tmp_path, count="24\n", max="1024\n", tcp_timeout_syn_sent="30\n"))
        assert tracked is not None
        assert tracked.room(0, START) == 499
        self.files(tmp_path, count="1000\n")
        tracked.room(499, START)
        assert "pauses of 30 s" in tracked.warning

    def test_without_the_time_of_an_entry(self, tmp_path: Path) -> None:
        tracked = open_conntrack(self.files(tmp_path, count="1024", max="1024"))
        assert tracked is not None
        tracked.room(0, START)
        assert "pauses of 120 s" in tracked.warning

    @pytest.mark.parametrize(
        "texts", [{}, {"count": "1"}, {"max": "9"}, {"count": "1", "max": "0"}, {"count": "", "max": "9"},
                  {"count": "1", "max": "many"}]
    )  # fmt: skip
    def test_nothing_is_tracked_or_nobody_says(self, tmp_path: Path, texts: dict[str, str]) -> None:
        assert open_conntrack(self.files(tmp_path, **texts)) is None

    def test_the_count_vanishes(self, tmp_path: Path) -> None:
        tracked = open_conntrack(self.files(tmp_path, count="1", max="1000"))
        assert tracked is not None
        assert tracked.room(0, START) == 499
        (tmp_path / "nf_conntrack_count").unlink()
        assert tracked.room(499, START + 1) > 10**6


class Tracked:
    """The table of a fake kernel: a SYN's entry lasts 120 s, that of a refused one goes when it is answered."""

    def __init__(self, kernel: FakeKernel) -> None:
        self.kernel = kernel
        self.most = 0
        self._entries: deque[float] = deque()
        self._seen = 0

    def count(self) -> int:
        sent, now = self.kernel.sent, self.kernel.now
        self._entries += [time for time, _, port in sent[self._seen :] if port % 2 or now < time + 0.002]
        self._seen = len(sent)
        while self._entries and self._entries[0] <= now - 120.0:
            self._entries.popleft()
        self.most = max(self.most, len(self._entries))
        return len(self._entries)


def half_silent(host: str, port: int, attempt: int, now: float) -> Answer | None:
    return None if port % 2 else Answer(0.002, "rst")


class TestEngine:
    def test_it_holds_back_and_goes_on_as_entries_expire(self) -> None:
        kernel = FakeKernel(half_silent)
        table = Tracked(kernel)
        engine, _ = engine_for(
            kernel, ListSource(["192.0.2.80"], range(1, 4001)), conntrack=Conntrack(table.count, 3000)
        )
        rows = finish(kernel, engine, most_turns=50_000)
        assert Counter(row.state for _, row in rows) == {State.TIMEOUT: 2000, State.REFUSED: 2000}
        assert {row.attempts for _, row in rows if row.state is State.TIMEOUT} == {2}
        assert {row.doubt for _, row in rows} == {""}
        assert table.most <= 1500
        assert 240 < kernel.now - START < 480, "4000 silent attempts, under 1500 at a time"
        assert len(engine.warnings) == 1
        assert "nf_conntrack_max" in engine.warnings[0]

    @pytest.mark.slow
    def test_a_sweep_that_leaves_nothing_is_not_slowed(self) -> None:
        """Every answer removes its entry, so there is room for as many as are in flight."""
        seconds = []
        for conntrack in (None, Conntrack(lambda: 0, 4000)):
            kernel = FakeKernel(lambda host, port, attempt, now: Answer(0.0, "rst"))
            engine, _ = engine_for(kernel, ListSource(["192.0.2.80"], range(1, 50_001)), conntrack=conntrack)
            assert len(finish(kernel, engine)) == 50_000
            assert engine.warnings == []
            seconds.append(kernel.now)
        assert seconds[0] == seconds[1]

    def test_it_may_be_stopped_while_it_holds_back(self) -> None:
        kernel = FakeKernel(half_silent)
        engine, _ = engine_for(
            kernel, ListSource(["192.0.2.80"], range(1, 4001)), conntrack=Conntrack(lambda: 10_000, 10_000)
        )
        for batch in engine.turns():
            if kernel.now > START + 5:
                engine.stop()
            assert batch is not None
        assert kernel.now < START + 5.2
        assert not kernel.open_sockets


_SCAN = """
import sys
from scanner import api
from scanner.engine.room import conntrack
from scanner.scanning import local_probing
from scanner.scanning.scan import local_scan
def read():
    open("/proc/net/nf_conntrack").read()  # removes what has expired: the kernel itself takes its time
    return int(open("/proc/sys/net/netfilter/nf_conntrack_count").read())
others = read()
local_probing.open_conntrack = lambda **told: conntrack.Conntrack(read, 60 + others, 1.0)
most, states = 0, set()
scan = local_scan(api.sweep("127.0.0.1", sys.argv[1], timeout=0.05, retries=0).plan)
for rows in scan.batches():
    most = max(most, read() - others)
    states |= {str(row.state) for row in rows}
print(most, scan.attempts, *states, "table" in "".join(scan.warnings))
"""


@pytest.mark.slow
def test_a_real_table_is_never_more_than_half_full() -> None:
    """A hundred silent ports, and a table of sixty whose entries last a second."""
    with namespace("connection tracking") as here:
        setup = """
            echo 1 > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_syn_sent
            nft add table inet tracked
            nft add chain inet tracked leaving '{ type filter hook output priority 0; }'
            nft add rule inet tracked leaving ct state new accept
        """
        here.run("sh", "-ec", setup, check=True)
        done = here.run(sys.executable, "-c", _SCAN, f"{SILENT.start}-{SILENT.stop - 1}")
        assert done.stderr == ""
        most, attempts, state, warned = done.stdout.split()
        assert 20 <= int(most) <= 30
        assert (attempts, state, warned) == ("100", "timeout", "True")
