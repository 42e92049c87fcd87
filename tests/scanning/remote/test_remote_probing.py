"""Parts shared out among workers that die, answer late or not at all, and rows that come once whatever happens."""

from collections.abc import Callable

import pytest

from scanner.scanning.probing import Headway
from scanner.scanning.remote.part_queue import SharedList
from scanner.scanning.remote.part_sizes import part_count
from scanner.scanning.remote.remote_probing import RemoteProbing
from scanner.scanning.remote.worker_pool import BrokenRun, LostCluster, PartTask
from tests.scanning.remote.scripted_pool import V4, ScriptedPool, finds, news, probed, rows


def test_each_part_goes_to_whoever_is_free() -> None:
    pool = ScriptedPool({"a": "fra", "b": "nyc"}, finds)
    probing, found = probed(pool, SharedList(b"", 5))
    assert probing.complete
    assert sorted(found) == [1, 2, 3, 4, 5, 101, 102, 103, 104, 105]
    assert [task.part for _, task in pool.submitted] == [1, 2, 3, 4, 5]
    assert {address for address, _ in pool.submitted} == {"a", "b"}
    assert probing.headway == Headway(attempts=5, begun=5, total=15, to_probe=15, hosts=5)
    assert probing.unanswered == 35
    assert probing.evidence["unverified"] == 5
    assert probing.evidence["skipped"] == 2


def test_who_answered_is_told_to_the_others() -> None:
    pool = ScriptedPool({"a": "fra"}, finds)
    probed(pool, SharedList(b"", 1))
    assert pool.told == [(0, 1, "10.0.0.1", V4, 0, port) for port in (1, 101)]


def dies_first(pool: ScriptedPool, address: str, task: PartTask) -> None:
    if task.run == 1:
        pool.say.append(news(task, 1, rows(1, 2)))
        del pool.names[address]
    else:
        pool.say.append(news(task, 1, rows(1, 2, 3), last=True))


def test_a_part_whose_worker_dies_is_probed_again_and_its_rows_come_once() -> None:
    pool = ScriptedPool({"a": "fra", "b": "nyc"}, dies_first)
    probing, found = probed(pool, SharedList(b"", 1))
    assert probing.complete
    assert found == [1, 2, 3]
    assert probing.warnings == ["part 1 of 1 is probed again: worker fra is gone"]
    assert [(address, task.run) for address, task in pool.submitted] == [("a", 1), ("b", 2)]


def test_a_worker_that_was_thought_dead_may_end_its_part() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if task.run == 1:
            pool.say += [news(task, 1, rows(1)), BrokenRun(task, "lost sight")]
        else:  # the first run speaks again, and is done before the second
            pool.say.append(news(task._replace(run=1), 2, rows(2), last=True))

    pool = ScriptedPool({"a": "fra"}, script)
    probing, found = probed(pool, SharedList(b"", 1))
    assert (probing.complete, found) == (True, [1, 2])
    assert PartTask(0, 1, 1, 2) in pool.forgotten


def test_news_that_come_twice_count_once() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        pool.say += [news(task, 1, rows(1)), news(task, 1, rows(1)), news(task, 2, rows(2), last=True)]

    assert probed(ScriptedPool({"a": ""}, script), SharedList(b"", 1))[1] == [1, 2]


def test_a_part_that_kills_its_workers_is_given_up_and_the_others_stand() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if task.part == 1:
            pool.say.append(BrokenRun(task, "it failed on its worker: no memory"))
        else:
            finds(pool, address, task)

    probing, found = probed(ScriptedPool({"a": "fra"}, script), SharedList(b"", 2))
    assert (probing.complete, found) == (False, [2, 102])
    assert probing.warnings[-1] == "part 1 of 2 was given up after 3 tries: it failed on its worker: no memory"


def test_nobody_is_left() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        pool.names.clear()

    pool = ScriptedPool({"a": "fra"}, script)
    probing, _ = probed(pool, SharedList(b"", 2))
    assert not probing.complete
    assert probing.warnings[-1] == "2 of 2 parts were given up: there is no worker left for them"
    assert 30 <= pool.now < 35


def test_each_of_several_places_has_all_of_the_list() -> None:
    pool = ScriptedPool({"a": "fra", "b": "nyc", "c": "tok"}, finds)
    probing, found = probed(pool, SharedList(b"", 2, worker="nyc"), SharedList(b"", 2, worker="fra"))
    assert probing.complete
    assert sorted(found) == [1, 1, 2, 2, 101, 101, 102, 102]
    assert {(address, task.at) for address, task in pool.submitted} == {("b", 0), ("a", 1)}


def test_warnings_name_the_worker_once() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        pool.say.append(news(task, 1, last=True, warnings=("its table is full",)))

    probing, _ = probed(ScriptedPool({"a": "fra", "b": "nyc"}, script), SharedList(b"", 2))
    assert probing.warnings == ["fra: its table is full"]


def test_a_lost_cluster_ends_the_scan_and_what_came_stands() -> None:
    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        pool.say += [news(task, 1, rows(1)), LostCluster("it is gone")]

    probing, found = probed(ScriptedPool({"a": "fra"}, script), SharedList(b"", 2))
    assert (probing.complete, found) == (False, [1])
    assert probing.warnings == ["the scan ends here: it is gone"]
    assert probing.headway.begun == 1


@pytest.mark.parametrize("answers", [True, False])
def test_a_stop_waits_for_the_runs_but_not_long(answers: bool) -> None:
    pool = ScriptedPool({"a": "fra"}, lambda pool, _, task: pool.say.append(news(task, 1, rows(1))))
    probing = RemoteProbing([SharedList(b"", 3)], pool, clock=lambda: pool.now)
    found = []
    for batch in probing.batches():
        found += [row.port for row in batch]
        if found == [1]:
            probing.stop()
        if pool.stops and answers and len(found) == 1:
            pool.say.append(news(pool.submitted[0][1], 2, rows(2), last=True, complete=False))
    assert found == ([1, 2] if answers else [1])
    assert (pool.stops, probing.complete, len(pool.submitted)) == (1, False, 1)
    assert pool.now < 6


def test_what_nobody_has_begun_is_expected_as_it_was() -> None:
    probing = RemoteProbing(
        [SharedList(b"", 4)], ScriptedPool({}, finds), Headway(total=100, to_probe=100, hosts=40), clock=lambda: 0.0
    )
    assert probing.headway.total == 100
    pool = ScriptedPool({"a": "fra"}, lambda pool, _, task: pool.say.append(news(task, 1, rows(1))))
    begun = RemoteProbing([SharedList(b"", 4)], pool, Headway(total=100, to_probe=100, hosts=40), clock=lambda: 0.0)
    batches = begun.batches()
    next(batches), next(batches)
    assert begun.headway == Headway(attempts=1, begun=1, total=3 + 75, to_probe=3 + 75, hosts=1 + 30)
    batches.close()


@pytest.mark.parametrize(
    ("targets", "hosts", "workers", "parts"),
    [
        (200, 200, 2, 2),
        (200, 1, 2, 1),
        (1_000_000, 1000, 2, 8),
        (1_000_000, 1000, 1, 2),
        (16_777_216, 16_777_216, 64, 256),
        (3_700_000_000, 3_700_000_000, 2, 7400),
        (0, 0, 2, 1),
    ],
)
def test_how_many_parts(targets: int, hosts: int, workers: int, parts: int) -> None:
    assert part_count(targets, hosts, workers) == parts


def says_much_and_leaves(pool: ScriptedPool, address: str, task: PartTask) -> None:
    """Some 65,000 rows at once, and then its worker is gone."""
    pool.say += [news(task, number, rows(*range(number * 1000, number * 1000 + 1000))) for number in range(1, 65)]
    pool.say.append(news(task, 65, last=True))
    del pool.names[address]


def test_of_what_comes_at_once_some_is_unpacked_at_a_time() -> None:
    """A million rows take 180 MB; whoever reads them slowly has them packed. Until all is heard nobody is missed."""
    pool = ScriptedPool({"a": "fra"}, says_much_and_leaves)
    probing = RemoteProbing([SharedList(b"", 1)], pool, clock=lambda: pool.now)
    sizes = [len(batch) for batch in probing.batches()]
    assert [size for size in sizes if size] == [20_000, 20_000, 20_000, 4_000]
    assert (probing.complete, probing.warnings, len(pool.submitted)) == (True, [], 1)


def test_what_came_before_a_stop_is_handed_on_whatever_time_that_takes() -> None:
    pool = ScriptedPool({"a": "fra"}, says_much_and_leaves)
    probing = RemoteProbing([SharedList(b"", 1)], pool, clock=lambda: pool.now)
    count = 0
    for batch in probing.batches():
        count += len(batch)
        if batch:
            probing.stop()
            pool.now += 10
    assert (count, probing.complete) == (64_000, True)


def finds_all_excluded(*parts: tuple[str, int]) -> Callable[[ScriptedPool, str, PartTask], None]:
    """These parts, each of the worker at this address, turn out to have nothing once their names are looked up."""

    def script(pool: ScriptedPool, address: str, task: PartTask) -> None:
        if (address, task.part) in parts:
            pool.say.append(news(task, 1, last=True, total=0))
        else:
            pool.say.append(news(task, 1, rows(1, 2, 3), last=True))

    return script


def test_a_part_whose_names_lead_to_excluded_addresses_alone_is_expected_no_more() -> None:
    pool = ScriptedPool({"a": "fra"}, finds_all_excluded(("a", 1)))
    probing, found = probed(pool, SharedList(b"", 2), expected=Headway(total=6, to_probe=6, hosts=2))
    assert (probing.complete, found, probing.warnings) == (True, [1, 2, 3], [])
    assert probing.headway == Headway(attempts=3, begun=3, total=3, to_probe=3, hosts=1)


def test_where_all_parts_have_nothing_there_is_nothing_to_probe() -> None:
    """So that the scan says so, and is not a success (`Scan`)."""
    pool = ScriptedPool({"a": "fra", "b": "nyc"}, finds_all_excluded(("a", 1), ("b", 1)))
    lists = [SharedList(b"", 1, worker=name) for name in ("fra", "nyc")]
    probing, _ = probed(pool, *lists, expected=Headway(total=6, to_probe=6, hosts=2))
    assert (probing.complete, probing.headway.to_probe, probing.warnings) == (True, 0, [])


def test_a_place_that_had_nothing_to_probe_is_named() -> None:
    pool = ScriptedPool({"a": "fra", "b": "nyc"}, finds_all_excluded(("b", 1)))
    lists = [SharedList(b"", 1, worker=name) for name in ("fra", "nyc")]
    probing, _ = probed(pool, *lists, expected=Headway(total=6, to_probe=6, hosts=2))
    assert probing.warnings == [
        "nothing was probed from nyc: all addresses that the names lead to there are excluded; check targets and "
        "excludes"
    ]
    assert probing.headway.total == 3


def test_hosts_that_may_be_in_several_parts_are_not_counted() -> None:
    """A host has its number in one part and its name in another."""
    expected = Headway(total=6, to_probe=6, hosts=2)
    probing, _ = probed(ScriptedPool({"a": "fra"}, finds), SharedList(b"", 2, meeting=True), expected=expected)
    assert (probing.headway.hosts, probing.headway.answering, probing.headway.total) == (0, 0, 6)
