"""Excluded names: what they exclude must be known before the first probe, so they are resolved, and waited for.

Every address that may be probed must be known. A family that is not wanted needs no answer; but where the wanted one
has no address, the other shows whether the name exists at all.
"""

import time
from collections.abc import Callable, Sequence

from scanner.errors import UsageError
from scanner.model import Reason
from scanner.targets.grammar.addresses import UNSPECIFIED
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import AddressRange, HostName
from scanner.targets.names.lookup import Address
from scanner.targets.names.pending_name import Outcome
from scanner.targets.names.resolve import Resolver
from scanner.targets.space.excluder import Excluder
from scanner.words.shown_text import shown

_PAUSE_S = 0.002


def with_addresses(
    excludes: Sequence[Exclude],
    *,
    family: int = 0,
    deadline: float | None = None,
    resolver: Callable[[int], Resolver] | None = None,
) -> Excluder:
    """The excluder of these excludes, with the addresses of excluded names.

    `family`: 4 or 6, the only one that is probed, or 0. `deadline`: seconds for a lookup, as in `Resolver`.
    `resolver` makes one for a family; it is for tests.
    Errors: UsageError where a name has no addresses now, or only unspecified ones (an ad blocker's answer): then nobody
    can tell what must not be touched.
    """
    names = list({host.text: None for each in excludes for host in each.hosts or () if isinstance(host, HostName)})
    if not names:
        return Excluder(list(excludes))
    make = resolver or (lambda family: Resolver(family=family, deadline=deadline))
    found = _resolve(names, make(family))
    if family:
        elsewhere = [name for name in names if found[name].reason == Reason.NO_ADDRESS]
        found |= _resolve(elsewhere, make(10 - family))
    return Excluder([*excludes, *(more for each in excludes for more in _numeric(each, found))])


def _numeric(exclude: Exclude, found: dict[str, Outcome]) -> list[Exclude]:
    spans: list[AddressRange] = []
    for host in exclude.hosts or ():
        if isinstance(host, HostName):
            known = _known(found[host.text])
            spans += [AddressRange(family, number, number, scope=scope) for family, number, scope in known]
    return [Exclude(tuple(spans), exclude.ports)] if spans else []


def _known(outcome: Outcome) -> list[Address]:
    """The addresses of an excluded name. Errors: UsageError where not all of them are known."""
    host = f"the excluded host {shown(outcome.name)}"
    if all(number <= UNSPECIFIED[family] for family, number, _ in outcome.addresses):
        why = outcome.reason or Reason.UNSPECIFIED_ADDRESS
        raise UsageError(
            f"{host} cannot be resolved ({why}), so it is unknown what not to touch; write its address, or remove it"
        )
    if outcome.missed:
        raise UsageError(
            f"the resolver does not give the IPv{outcome.missed} addresses of {host}, so it is unknown what not to "
            f"touch; write its addresses, or choose -{10 - outcome.missed}"
        )
    return outcome.addresses


def _resolve(names: list[str], resolver: Resolver) -> dict[str, Outcome]:
    """Resolve and wait; the resolver's own deadlines end it."""
    found: dict[str, Outcome] = {}
    resolver.submit(names)
    while resolver.pending:
        for outcome in resolver.collect():
            earlier = found.get(outcome.name)
            if earlier is not None:
                both = earlier.addresses + outcome.addresses
                outcome = Outcome(outcome.name, both, outcome.reason, more=outcome.more, missed=outcome.missed)
            found[outcome.name] = outcome
        if resolver.pending:
            time.sleep(_PAUSE_S)
    return found
