"""Excluded names: what they exclude must be known before the first probe, so they are resolved, and waited for."""

import time
from collections.abc import Sequence

from scanner.errors import UsageError
from scanner.targets.address import UNSPECIFIED
from scanner.targets.excluder import Excluder
from scanner.targets.grammar import Exclude
from scanner.targets.hint import shown
from scanner.targets.hosts import Name, Span
from scanner.targets.resolve import Outcome, Resolver
from scanner.unspecified import REASON

_PAUSE_S = 0.002


def with_addresses(excludes: Sequence[Exclude], resolver: Resolver | None = None) -> Excluder:
    """The excluder of these excludes, with the addresses of excluded names.

    Errors: UsageError where a name has none now, or unspecified ones alone (an ad blocker's answer): then nobody can
    tell what must not be touched.
    """
    names = {host.text: None for each in excludes for host in each.hosts or () if isinstance(host, Name)}
    if not names:
        return Excluder(list(excludes))
    found = {outcome.name: outcome for outcome in _resolve(list(names), resolver or Resolver())}
    return Excluder([*excludes, *(more for each in excludes for more in _numeric(each, found))])


def _numeric(exclude: Exclude, found: dict[str, Outcome]) -> list[Exclude]:
    spans: list[Span] = []
    for host in exclude.hosts or ():
        if isinstance(host, Name):
            outcome = found[host.text]
            if all(number <= UNSPECIFIED[family] for family, number, _ in outcome.addresses):
                why = outcome.reason or REASON
                raise UsageError(
                    f"the excluded host {shown(host.text)} cannot be resolved ({why}), so it is unknown "
                    "what not to touch; write its address, or remove it"
                )
            spans += [Span(family, number, number, scope=scope) for family, number, scope in outcome.addresses]
    return [Exclude(tuple(spans), exclude.ports)] if spans else []


def _resolve(names: list[str], resolver: Resolver) -> list[Outcome]:
    """Resolve and wait; ends by the resolver's own deadlines."""
    resolver.submit(names)
    out: list[Outcome] = []
    while resolver.pending:
        out += resolver.collect(time.monotonic())
        if resolver.pending:
            time.sleep(_PAUSE_S)
    return out
