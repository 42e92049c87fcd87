"""The library's face, and what the command line is built on: joins what to probe (`targets`), how (`scanning`) and
where it stops (`tracing`).

`scan`, `load_targets` and `sweep` are for programs. Beside them: `wanted` what may be said of a scan, `plans` what is
probed, `forecast` what that would take, `time_left` what it still will, `scans` one scan with its inside open,
`option_checks` whether one value is valid, `file_schema` what a target file looks like, `traces` and `explanations`
where connections stop.

Reports are not written here: the rows are handed out, and whoever wants them on disk uses `reports`. Whatever takes a
while to import is imported when it is first needed: whoever only reads a duration need not wait for the engine.
"""

import contextlib
from collections.abc import Generator, Iterable, Iterator
from os import PathLike
from typing import TYPE_CHECKING, Unpack

from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.api.plans import Plan
    from scanner.api.scans import Scan
    from scanner.api.wanted import Options
    from scanner.model import Result, Target, Trace

__all__ = ["Sweep", "load_targets", "scan", "sweep", "trace"]


class Sweep:
    """Hosts times ports, nothing resolved yet. Iterate it to probe them with its own options, or hand it to `scan`."""

    def __init__(self, plan: "Plan", options: "Options") -> None:
        self.plan = plan
        self.options = options

    def __iter__(self) -> "Iterator[Result]":
        return scan(self)


def scan(
    targets: "Plan | Sweep | Target | str | Iterable[Target]",
    *,
    timeout: float | None = None,
    retries: int | None = None,
    concurrency: int | None = None,
    rate: float | None = None,
    host_rate: float | None = None,
    source: str | None = None,
    poller: str | None = None,
    expect: str | None = None,
    family: int = 0,
    vantage: str | None = None,
    strict: bool = False,
    canary: bool = False,
    allow_any: bool = False,
    dns_timeout: float | None = None,
    seed: int | None = None,
    shard: tuple[int, int] | None = None,
    processes: int | None = None,
) -> "Generator[Result, None, None]":
    """Probes every target and yields a Result for each row, in the order of the verdicts.

    `targets`: what `load_targets` or `sweep` gave, one or several Targets, or a text: `db1.test:22,80`. None (and 0,
    False) means not given. A target's own setting comes first, then what is given here, then its file's, then the
    built-in one.

    timeout: seconds that the last attempt waits, 0.001 to 3600; built in: 4, for a sweep 1
    retries: attempts after silence or an ICMP error, at least, 0 to 100 (more where loss is evident); built in: 1
    concurrency: maximum number of probes in flight; built in: what this machine allows
    rate, host_rate: maximum number of SYNs in any second, the kernel's repeats included, in all and to each host
    source: a numeric address of this host to probe from (only targets of its family are)
    poller: `epoll`, `poll`, `select` or `kqueue`; built in: the best here
    expect: `open`, `refused`, `blocked`... as in a target file; built in: `open`, for a sweep none; `""`: none
    family: 4 or 6 only
    vantage: the label of this place in the rows; built in: the host's name
    strict: a verdict in doubt meets no expectation
    canary: two random high ports more for each host that has an open one, to tell who accepts everything
    allow_any: 0.0.0.0/0 and ::/0 are targets; without it they are a TargetError
    dns_timeout: seconds that a lookup of a name may take, 0.001 to 3600; built in: what the C library's own resolver
    may take by its resolv.conf, and two more
    seed: 0 to 4294967295: hosts and ports are probed in a random order that this number repeats; built in: in theirs
    shard: `(2, 3)` is the second of three parts, each with every third host; all parts together are the whole, whatever
    the seed, and one may have no host
    processes: so many share the scan, 1 to 64; each is a fresh interpreter that imports nothing of yours; built in: 1

    Raises UsageError (a ScannerError) for impossible values, TargetError for impossible targets, before anything is
    probed; names are resolved meanwhile, and one without address is a row with the state `error`. Leaving the loop
    early, or `close()`, closes every socket. Not for two threads at once; several scans side by side are fine.
    """
    from scanner.api.plans import Plan, plan_of_targets, plan_of_text
    from scanner.api.scans import prepared
    from scanner.api.wanted import Wanted, joined
    from scanner.model import Target
    from scanner.words.builtin_values import SCAN, SWEEP
    from scanner.words.shown_text import shown

    said: Options = {
        "timeout": timeout, "retries": retries, "concurrency": concurrency, "rate": rate, "host_rate": host_rate,
        "source": source, "poller": poller, "expect": expect, "family": family, "vantage": vantage,
        "strict": strict, "canary": canary, "allow_any": allow_any, "dns_timeout": dns_timeout,
        "seed": seed, "shard": shard, "processes": processes,
    }  # fmt: skip
    if isinstance(targets, Sweep):
        wanted = Wanted(**joined(targets.options, said))
        plan = targets.plan.with_settings(wanted.settings(SWEEP))
    elif isinstance(targets, Plan):
        wanted = Wanted(**said)
        plan = targets.with_settings(wanted.settings(SCAN))
    elif isinstance(targets, str):
        wanted = Wanted(**said)
        plan = plan_of_text(targets, wanted)
    elif isinstance(targets, Target):
        wanted = Wanted(**said)
        plan = plan_of_targets([targets], wanted)
    elif isinstance(targets, (bytes, bytearray)) or not isinstance(targets, Iterable):
        raise UsageError(f'{shown(str(targets))} is not a list of targets; write scanner.load_targets("targets.yaml")')
    else:
        wanted = Wanted(**said)
        plan = plan_of_targets(targets, wanted)
    return _rows(prepared(wanted.ordered(plan), wanted))


def _rows(running: "Scan") -> "Generator[Result, None, None]":
    with contextlib.closing(running.batches()) as batches:
        for rows in batches:
            yield from rows


def load_targets(path: str | PathLike[str]) -> "Plan":
    """Reads a target list (`-`: standard input): YAML, or whatever else `scanner scan FILE` reads.

    Iterating the answer gives its targets; `scan` probes them.

    Raises TargetError (a ScannerError) with every mistake of the file at once, each with its line and column, and
    UsageError (one too) for a path that is neither text nor a PathLike of text.
    """
    from scanner.api.caller_values import path_text
    from scanner.api.plans import plan_of_file

    return plan_of_file(path_text(path))


def sweep(
    hosts: str | Iterable[str],
    ports: str | int | Iterable[int] | None = None,
    *,
    discover: bool = False,
    **options: "Unpack[Options]",
) -> Sweep:
    """Every port of every host. `hosts`: names, addresses, CIDR, ranges; `ports`: `22,80,8000-8100`, or ints.

    `discover`: each host is asked on a few usual ports first, and only those that answer in any way are swept; the
    others have no result. It goes with no expectation, and without `ports` those usual ones are swept.

    `options` are those of `scan`. Iterate the answer for the results, or hand it to `scan`, whose own options go
    first. Raises TargetError or UsageError (both a ScannerError) for invalid input.
    """
    from scanner.api.caller_values import host_texts, port_text
    from scanner.api.plans import plan_of_hosts
    from scanner.api.wanted import Wanted

    if not isinstance(discover, bool):
        raise UsageError(f"discover={discover!r}: write True or False")
    wanted = Wanted(**options)
    text = "" if ports is None and discover else port_text(ports)
    return Sweep(plan_of_hosts(host_texts(hosts), text, wanted, discover=discover), options)


def trace(
    targets: str | Iterable[str],
    *,
    timeout: float | None = None,
    max_hops: int = 30,
    source: str | None = None,
    names: bool = False,
    rate: float | None = None,
    host_rate: float | None = None,
    family: int = 0,
) -> "list[Trace]":
    """The way to each target, hop by hop, without root. `targets`: `HOST:PORTS` texts, one or several.

    A trace has `host`, `address`, `port`; `hops`, each with `hop` (from 1), `address` (None: silent), `name` and
    `rtt_ms`; and `end`: `state` and `reason` as a Result's, `icmp_from`, `hop`.

    timeout: seconds for each attempt, 0.001 to 3600; built in: about 1
    max_hops: the farthest hop to ask, 1 to 255
    source, rate, host_rate, family: as for `scan`
    names: look up what the hops are called

    Raises TargetError or UsageError (both a ScannerError) for invalid input, before anything is asked.
    """
    from scanner.api.caller_values import host_texts
    from scanner.api.traces import TraceOptions, plan_to_trace, tracing_of
    from scanner.api.wanted import Wanted
    from scanner.words.builtin_values import SCAN

    if not isinstance(max_hops, int) or isinstance(max_hops, bool) or not 1 <= max_hops <= 255:
        raise UsageError(f"max_hops={max_hops!r}: write a whole number from 1 to 255")
    if not isinstance(names, bool):
        raise UsageError(f"names={names!r}: write True or False")
    said = Wanted(timeout=timeout, source=source, rate=rate, host_rate=host_rate, family=family)
    plan = plan_to_trace(host_texts(targets), family=said.settings(SCAN).family)
    options = TraceOptions(
        timeout=timeout, most_hops=max_hops, source=source, names=names, rate=rate, host_rate=host_rate
    )
    tracing = tracing_of(plan, options)
    for _ in tracing.turns():
        pass
    return list(tracing.traces())
