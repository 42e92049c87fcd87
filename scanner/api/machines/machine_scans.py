"""A scan by the workers of a Dask cluster, checked before anything is probed: who they are, and what they run."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic, sleep
from typing import NamedTuple

from scanner.api.forecast import worst_at
from scanner.api.machines.dask_address import DaskAddress, TlsFiles, dask_address
from scanner.api.machines.dask_client import ASK_S, DaskClient
from scanner.api.machines.dask_pool import DaskPool
from scanner.api.machines.fit_workers import FitWorkers
from scanner.api.machines.worker_code import code_problems, own_code
from scanner.api.plans import Plan
from scanner.api.process_count import may_meet
from scanner.api.wanted import Wanted
from scanner.errors import UsageError
from scanner.scanning.flow_tables import RATE
from scanner.scanning.probing import Headway
from scanner.scanning.remote.part_queue import SharedList
from scanner.scanning.remote.part_run import packed_work
from scanner.scanning.remote.part_sizes import part_count
from scanner.scanning.remote.remote_probing import RemoteProbing
from scanner.scanning.scan import Scan
from scanner.words.shown_text import named, shown

__all__ = ["DaskAddress", "Machines", "TlsFiles", "dask_address", "prepared_on"]

#: Workers may be about to start.
_AWAIT_S = 5.0
_AGAIN_S = 0.2
_MOST_NAMED = 10


class Machines(NamedTuple):
    """A cluster, and which of its workers probe all of the list each; none: all of them share it."""

    address: DaskAddress
    names: tuple[str, ...] = ()


def prepared_on(machines: Machines, plan: Plan, wanted: Wanted) -> Scan:
    """A scan of this plan by these workers. Nothing is probed before its `batches` are iterated.

    Raises UsageError where the scheduler cannot be reached, has no such workers, or these are not fit.
    """
    client = DaskClient(machines.address, secrets.token_hex(8))
    try:
        with _answers(machines):
            workers, silent = _checked(client, machines)
        plans = [plan.with_settings(plan.settings.seen_from(name)) for name in machines.names] or [plan]
        lists = _lists(plans, wanted, machines.names, len(workers))
        slowly = worst_at(plan, wanted, RATE)
        with _answers(machines):
            for at, each in enumerate(lists):
                client.keep(at, each.work)
        fit = FitWorkers(workers, lambda new: _problems(client, new), names=machines.names)
        pool = DaskPool(client, workers, fit)
    except BaseException:
        client.close(over=True)
        raise
    warnings = [*silent, *(text for each in plans for text in each.cautions)]
    probing = RemoteProbing(lists, pool, _expected(plans), warnings=warnings)
    judged = next((each for each in plans if each.expecting), plans[0])
    return Scan(probing, judged, strict=wanted.scan_options().strict, slowly=slowly, vantages=machines.names)


def _lists(plans: Sequence[Plan], wanted: Wanted, names: Sequence[str], workers: int) -> list[SharedList]:
    first = plans[0]
    parts = part_count(first.count, first.addresses + first.names, 1 if names else workers)
    if not names and may_meet(first, wanted):
        parts = 1
    options, meeting = wanted.scan_options(), parts > 1 and first.names > 0
    workers_of = names or ("",)
    return [
        # What must not be touched is known here: workers may know excluded names as other addresses. And what is to be
        # said of the list is said here, once: it is no worker's.
        SharedList(packed_work(plan.settled().told(), options), parts, plan.needs, name, meeting)
        for plan, name in zip(plans, workers_of, strict=True)
    ]


def _expected(plans: Sequence[Plan]) -> Headway:
    plan, times = plans[0], len(plans)
    hosts = plan.addresses + plan.names
    if plan.discovery is None:
        return Headway(total=plan.rows * times, to_probe=plan.count * times, hosts=hosts * times)
    return Headway(total=hosts * times, to_probe=plan.asked_first * times, hosts=hosts * times, undecided=hosts * times)


@contextmanager
def _answers(machines: Machines) -> Iterator[None]:
    """Whatever Dask, or the network, has to say is told as what it comes to."""
    try:
        yield
    except UsageError:
        raise
    except Exception as error:
        url, text = machines.address.url, " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"--dask: the scheduler at {url}, or one of its workers, does not answer ({text})") from None


def _checked(client: DaskClient, machines: Machines) -> tuple[dict[str, str], list[str]]:
    """The workers to be used, by address, with their names; and what is to be said of others that do not answer."""
    url = machines.address.url
    workers = _awaited(client, machines.names)
    if not workers:
        raise UsageError(
            f"--dask: the scheduler at {url} has no workers; start one where it is to probe: dask worker {url} "
            "--nthreads 1"
        )
    lacking = [name for name in machines.names if name not in workers.values()]
    if lacking:
        several = any(each.startswith(f"{lacking[0]}-") for each in workers.values())
        why = "--nworkers numbers them; name each" if several else "dask worker --name gives one its name"
        raise UsageError(
            f"--from {shown(lacking[0])}: there is no worker of that name; there are "
            f"{named(sorted(workers.values()), _MOST_NAMED)} ({why})"
        )
    if machines.names:
        workers = {address: name for address, name in workers.items() if name in machines.names}
    codes = client.codes(list(workers))
    silent = [name for address, name in workers.items() if address not in codes]
    if silent and (machines.names or not codes):
        them = "it is" if len(silent) == 1 else "they are"
        raise UsageError(
            f"--dask: no answer from {_workers(silent)} of {url} within {ASK_S:g} s; see whether {them} stopped or cut "
            "off"
        )
    if problems := code_problems(codes, workers, own_code()):
        raise UsageError(*problems)
    without = f"the scan goes on without {_workers(silent)}: no answer within {ASK_S:g} s"
    return {address: workers[address] for address in codes}, [without] if silent else []


def _workers(names: Sequence[str]) -> str:
    return f"{'worker' if len(names) == 1 else 'workers'} {named(sorted(names), _MOST_NAMED)}"


def _awaited(client: DaskClient, names: Sequence[str]) -> dict[str, str]:
    """All of them, once there is any, and those of these names; or those there are after a while."""
    until = monotonic() + _AWAIT_S
    while True:
        workers = client.workers()
        if (workers and set(names) <= set(workers.values())) or monotonic() >= until:
            return workers
        sleep(_AGAIN_S)


def _problems(client: DaskClient, new: Mapping[str, str]) -> dict[str, str]:
    """What keeps each of these workers, who have joined by now and answer, from being of use; empty: nothing."""
    own = own_code()
    return {
        address: "".join(code_problems({address: code}, new, own)) for address, code in client.codes(list(new)).items()
    }
