"""A scan by machines before it begins: who of them may probe, and what is packed for them, who know other names."""

import pickle
import socket
import zlib
from collections.abc import Sequence
from typing import Any

import pytest

from scanner.api.machines import machine_scans
from scanner.api.machines.machine_scans import Machines, prepared_on
from scanner.api.machines.worker_code import WorkerCode, own_code
from scanner.api.plans import plan_of_words
from scanner.api.wanted import Wanted
from scanner.errors import UsageError
from scanner.model import Place
from scanner.scanning.remote.part_queue import SharedList
from scanner.targets import plan as plans


class OneWorker:
    """A cluster with a worker called fra."""

    def __init__(self, *told: object) -> None:
        pass

    def workers(self) -> dict[str, str]:
        return {"tcp://127.0.0.1:1": "fra"}

    def codes(self, addresses: Sequence[str]) -> dict[str, WorkerCode]:
        return dict.fromkeys(addresses, own_code())

    def keep(self, at: int, work: bytes) -> None:
        pass


@pytest.mark.parametrize("names", [(), ("fra",)])
def test_an_excluded_name_is_looked_up_here_and_not_by_workers(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed: list[SharedList] = []

    def probing(lists: Sequence[SharedList], *told: object, **more: object) -> object:
        packed.extend(lists)
        return object()

    monkeypatch.setattr(machine_scans, "DaskClient", OneWorker)
    monkeypatch.setattr(machine_scans, "DaskPool", OneWorker)
    monkeypatch.setattr(machine_scans, "RemoteProbing", probing)
    wanted = Wanted(timeout=0.3)
    plan = plan_of_words(["127.0.0.1-2:1"], wanted, exclude=["localhost"])
    address = machine_scans.dask_address("tcp://127.0.0.1:1", machine_scans.TlsFiles())
    prepared_on(Machines(address, names), plan, wanted)

    def elsewhere(*told: object, **more: Any) -> None:
        raise AssertionError("looked up again, where the name may be another address")

    monkeypatch.setattr(plans, "with_addresses", elsewhere)
    (one,) = packed
    feed = pickle.loads(zlib.decompress(one.work)).plan.feed()
    permitted = [feed.permits(Place(f"127.0.0.{last}", int(socket.AF_INET)), 1) for last in (1, 2)]
    assert permitted == [False, True]


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ("fra-0", 'from "fra": there is no worker of that name; there are fra-0 (--nworkers numbers them; name each)'),
        ("nyc", 'from "fra": there is no worker of that name; there are nyc (dask worker --name gives one its name)'),
    ],
)
def test_a_name_that_no_worker_has(there: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Another(OneWorker):
        def workers(self) -> dict[str, str]:
            return {"tcp://127.0.0.1:1": there}

        def close(self, *, over: bool) -> None:
            assert over

    monkeypatch.setattr(machine_scans, "DaskClient", Another)
    monkeypatch.setattr(machine_scans, "sleep", lambda seconds: None)
    monkeypatch.setattr(machine_scans, "monotonic", iter(range(0, 1000, 2)).__next__)
    wanted = Wanted()
    address = machine_scans.dask_address("tcp://127.0.0.1:1", machine_scans.TlsFiles())
    with pytest.raises(UsageError) as caught:
        prepared_on(Machines(address, ("fra",)), plan_of_words(["127.0.0.1:1"], wanted), wanted)
    assert told in str(caught.value)


class TwoWorkers(OneWorker):
    """fra, and nyc, which does not answer."""

    def workers(self) -> dict[str, str]:
        return {"tcp://127.0.0.1:1": "fra", "tcp://127.0.0.1:2": "nyc"}

    def codes(self, addresses: Sequence[str]) -> dict[str, WorkerCode]:
        return super().codes([each for each in addresses if each.endswith(":1")])

    def close(self, *, over: bool) -> None:
        assert over


def begun(names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, str], list[str]]:
    """Which workers the pool is given, and what is said at the beginning."""
    given: list[Any] = []
    monkeypatch.setattr(machine_scans, "DaskClient", TwoWorkers)
    monkeypatch.setattr(machine_scans, "DaskPool", lambda client, there, fit: given.append(there))
    monkeypatch.setattr(machine_scans, "RemoteProbing", lambda *told, warnings: given.append(warnings))
    wanted = Wanted()
    address = machine_scans.dask_address("tcp://127.0.0.1:1", machine_scans.TlsFiles())
    prepared_on(Machines(address, names), plan_of_words(["127.0.0.1:1"], wanted), wanted)
    there, said = given
    return there, said


def test_a_worker_that_does_not_answer_is_named_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    there, said = begun((), monkeypatch)
    assert there == {"tcp://127.0.0.1:1": "fra"}
    assert said == ["the scan goes on without worker nyc: no answer within 8 s"]


def test_one_that_is_not_asked_for_is_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    assert begun(("fra",), monkeypatch) == ({"tcp://127.0.0.1:1": "fra"}, [])


def test_one_that_is_asked_for_must_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"no answer from worker nyc of .* within 8 s; see whether it is stopped"):
        begun(("fra", "nyc"), monkeypatch)


@pytest.mark.parametrize("names", [(), ("fra",)])
def test_what_is_to_be_said_of_the_list_is_said_here_and_by_no_worker(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed: list[SharedList] = []
    said: list[str] = []

    def probing(lists: Sequence[SharedList], *told: object, warnings: Sequence[str]) -> None:
        packed.extend(lists)
        said.extend(warnings)

    monkeypatch.setattr(machine_scans, "DaskClient", OneWorker)
    monkeypatch.setattr(machine_scans, "DaskPool", OneWorker)
    monkeypatch.setattr(machine_scans, "RemoteProbing", probing)
    wanted = Wanted()
    address = machine_scans.dask_address("tcp://127.0.0.1:1", machine_scans.TlsFiles())
    prepared_on(Machines(address, names), plan_of_words(["127.0.0.1:1"], wanted).sharded(3, 3), wanted)
    assert said == ["shard 3/3 has no target: the list has fewer hosts than there are shards"]
    (one,) = packed
    assert pickle.loads(zlib.decompress(one.work)).plan.cautions == []


@pytest.mark.parametrize(
    ("hosts", "host_rate", "names", "parts"),
    [
        (["db", "127.0.0.1"], 5.0, (), 1),  # db may be 127.0.0.1 as well
        (["db", "127.0.0.1"], None, (), 2),
        (["127.0.0.1-2"], 5.0, (), 2),
        (["db", "127.0.0.1"], 5.0, ("fra",), 1),
    ],
)
def test_whatever_names_lead_to_is_one_workers_where_each_host_has_a_rate(
    hosts: list[str], host_rate: float | None, names: tuple[str, ...], parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class TwoThatAnswer(TwoWorkers):
        def codes(self, addresses: Sequence[str]) -> dict[str, WorkerCode]:
            return dict.fromkeys(addresses, own_code())

    shared: list[SharedList] = []
    monkeypatch.setattr(machine_scans, "DaskClient", TwoThatAnswer)
    monkeypatch.setattr(machine_scans, "DaskPool", OneWorker)
    monkeypatch.setattr(machine_scans, "RemoteProbing", lambda lists, *told, **more: shared.extend(lists))
    wanted = Wanted(host_rate=host_rate)
    address = machine_scans.dask_address("tcp://127.0.0.1:1", machine_scans.TlsFiles())
    plan = plan_of_words([f"{host}:1-3" for host in hosts], wanted)
    prepared_on(Machines(address, names), plan, wanted)
    assert [(each.parts, each.meeting) for each in shared] == [(parts, parts > 1 and "db" in hosts)]
