"""Where on the way connections to some targets stop, hop by hop: `Tracing` of a plan, without root."""

from collections.abc import Sequence

from scanner.targets.plan import Plan, excludes_from
from scanner.tracing.run import TraceOptions, Tracing, plan_of

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
    return plan_of(words, family, dns_timeout, excludes_from(exclude, exclude_files))


def tracing_of(plan: Plan, options: TraceOptions) -> Tracing:
    """The traces of a plan, not begun yet; where the options say so, with the names of hops."""
    return Tracing(plan, options)
