"""A scan by the workers of a Dask cluster, checked before anything is probed: who they are, and what they run."""

import secrets
from collections.abc import Mapping, Sequence
from time import monotonic, sleep
from typing import NamedTuple

import scanner
from scanner.api.forecast import worst_at
from scanner.api.machines.dask_address import DaskAddress, TlsFiles, dask_address
from scanner.api.machines.dask_client import DaskClient
from scanner.api.machines.dask_pool import DaskPool
from scanner.api.plans import Plan
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
        workers = _checked(client, machines)
        plans = [plan.with_settings(plan.settings.seen_from(name)) for name in machines.names] or [plan]
        lists = _lists(plans, wanted, machines.names, len(workers))
        slowly = worst_at(plan, wanted, RATE)
        pool = DaskPool(client, workers, lambda new: [each for each in new if not _lacks(client, [each])])
    except BaseException:
        client.close(over=True)
        raise
    probing = RemoteProbing(lists, pool, _expected(plans))
    judged = next((each for each in plans if each.expecting), plans[0])
    return Scan(probing, judged, strict=wanted.scan_options().strict, slowly=slowly, vantages=machines.names)


def _lists(plans: Sequence[Plan], wanted: Wanted, names: Sequence[str], workers: int) -> list[SharedList]:
    hosts = plans[0].addresses + plans[0].names
    parts = part_count(plans[0].count, hosts, 1 if names else workers)
    options = wanted.scan_options()
    workers_of = names or ("",)
    return [
        # What must not be touched is known here: workers may know excluded names as other addresses.
        SharedList(packed_work(plan.settled(), options), parts, plan.needs, name)
        for plan, name in zip(plans, workers_of, strict=True)
    ]


def _expected(plans: Sequence[Plan]) -> Headway:
    plan, times = plans[0], len(plans)
    hosts = plan.addresses + plan.names
    if plan.discovery is None:
        return Headway(total=plan.rows * times, to_probe=plan.count * times, hosts=hosts * times)
    return Headway(total=hosts * times, to_probe=plan.asked_first * times, hosts=hosts * times, undecided=hosts * times)


def _checked(client: DaskClient, machines: Machines) -> dict[str, str]:
    """The workers to be used, by address, with their names."""
    url = machines.address.url
    try:
        workers = _awaited(client, machines.names)
        if not workers:
            raise UsageError(
                f"--dask: the scheduler at {url} has no workers; start one where it is to probe: dask worker {url} "
                "--nthreads 1"
            )
        lacking = [name for name in machines.names if name not in workers.values()]
        if lacking:
            raise UsageError(
                f"--from {shown(lacking[0])}: there is no worker of that name; there are "
                f"{named(sorted(workers.values()), _MOST_NAMED)} (dask worker --name gives one its name)"
            )
        if machines.names:
            workers = {address: name for address, name in workers.items() if name in machines.names}
        if problems := _lacks(client, list(workers), workers):
            raise UsageError(*problems)
    except UsageError:
        raise
    except Exception as error:  # whatever Dask, or the network, has to say
        text = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"--dask: the scheduler at {url}, or one of its workers, does not answer ({text})") from None
    return workers


def _awaited(client: DaskClient, names: Sequence[str]) -> dict[str, str]:
    """All of them, once there is any, and those of these names; or those there are after a while."""
    until = monotonic() + _AWAIT_S
    while True:
        workers = client.workers()
        if (workers and set(names) <= set(workers.values())) or monotonic() >= until:
            return workers
        sleep(_AGAIN_S)


def _lacks(client: DaskClient, addresses: Sequence[str], names: Mapping[str, str] | None = None) -> list[str]:
    """What keeps workers from being of use, a line each: they must run this very version."""
    ours = scanner.__version__
    found = client.versions("scanner", addresses)
    lines = []
    for address in addresses:
        if (theirs := found.get(address, "")) != ours:
            who = shown((names or {}).get(address, address))
            has = f"has scanner {theirs}" if theirs else "has no scanner"
            lines.append(f"worker {who} {has}, and {ours} is needed; there: pip install 'scanner[dask]=={ours}'")
    return lines
