"""Where on the way connections to some targets stop, hop by hop, without root: joins what to trace (`targets`), the
traces (`tracing`), and the names of hops.
"""

from collections.abc import Sequence

from scanner.errors import TargetError, UsageError
from scanner.targets.entry import Entry, Settings
from scanner.targets.file.sources import pairs_apart
from scanner.targets.grammar.typed_words import trace_target
from scanner.targets.make_plan import excludes_from
from scanner.targets.names.reverse_names import ReverseNames
from scanner.targets.plan import Plan
from scanner.tracing.run import MOST_TARGETS, Tracing
from scanner.tracing.trace_options import TraceOptions
from scanner.words.builtin_values import SCAN
from scanner.words.shown_text import shown

__all__ = ["Plan", "TraceOptions", "Tracing", "plan_to_trace", "tracing_of"]


def plan_to_trace(
    words: Sequence[str],
    *,
    family: int = 0,
    dns_timeout: float | None = None,
    exclude: Sequence[str] = (),
    exclude_files: Sequence[str] = (),
) -> Plan:
    """What HOST:PORT words stand for, names not resolved yet; excludes as for `plan_of_words`.

    Raises TargetError with all mistakes, UsageError for more targets than anybody looks at.
    """
    excludes = excludes_from(exclude, exclude_files)
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
    said = Settings(family=family, dns_timeout=dns_timeout, builtin=SCAN._replace(expect=""), allow_any=True)
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
