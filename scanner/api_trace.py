"""The face of traces: joins what to trace (`targets`), the traces (`tracing`), and the names of hops, for
`scanner trace` and `--explain`.

A trace's way is found in `scanner/tracing/`; it is written down in `reports`.
"""

from collections.abc import Sequence

from scanner.errors import TargetError, UsageError
from scanner.targets.entry import Entry, Settings
from scanner.targets.file.sources import pairs_apart
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.typed_words import trace_target
from scanner.targets.names.reverse_names import ReverseNames
from scanner.targets.plan import Plan
from scanner.tracing.explain import Explanation
from scanner.tracing.run import MOST_TARGETS, Tracing
from scanner.tracing.trace_options import TraceOptions
from scanner.words.shown_text import shown

__all__ = ["Explanation", "TraceOptions", "Tracing", "plan_of", "tracing_of"]


def plan_of(
    words: Sequence[str], family: int = 0, dns_timeout: float | None = None, excludes: Sequence[Exclude] = ()
) -> Plan:
    """What `HOST:PORT` words stand for, names not resolved yet. Errors: TargetError with all mistakes, UsageError."""
    entries: list[Entry] = []
    words, problems = pairs_apart(words)
    for word in words:
        try:
            hosts, ports = trace_target(word)
            if ports is None:
                raise TargetError(f"{shown(word)} names no port; write HOST:PORT, such as {word[:60]}:443")
        except TargetError as error:
            problems += error.problems
        else:
            entries.append(Entry(hosts, ports, label=shown(word)))
    if problems:
        raise TargetError(*problems)
    said = Settings(family=family, dns_timeout=dns_timeout, builtin_expect="", allow_any=True)
    plan = Plan(entries, excludes, said).check()
    if plan.count > MOST_TARGETS:
        raise UsageError(
            f"{plan.count:,} targets are too many to trace (at most {MOST_TARGETS:,}); "
            "write fewer, or `scanner sweep --explain`, which traces a few of those that are blocked"
        )
    return plan


def tracing_of(plan: Plan, options: TraceOptions) -> Tracing:
    """The traces of a plan, not begun yet; where the options say so, with the names of hops."""
    return Tracing(plan.feed(), options, ReverseNames() if options.names else None)
