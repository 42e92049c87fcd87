"""`--dry-run`: what would be probed, how long it may take, and the first targets. Nothing is resolved or sent."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scanner.cli.machine_choice import MachineChoice
from scanner.cli.probing_order import in_words
from scanner.words.shown_text import many, named

if TYPE_CHECKING:
    from scanner.api.forecast import Forecast
    from scanner.api.plans import Plan, PlannedTarget

_FIRST = 10
#: So many places are named.
_MOST_NAMED = 8


def describe(
    plan: "Plan",
    forecast: "Forecast",
    machines: MachineChoice,
    *,
    verbose: bool = False,
    explain: bool = False,
    journal: str = "",
) -> Iterator[str]:
    """The lines of the answer; `machines`: those that would probe, if not this one; `verbose`: with all targets, not
    just the first; `explain`: with what is asked besides them; `journal`: what is to be said of that."""
    places = machines.names
    lines = [
        *_asked_first(plan, places),
        f"targets:   {_targets(plan, places)}" + (" (each name counted as one address)" if plan.names else ""),
        f"addresses: {plan.addresses:,}",
        f"names:     {plan.names:,}" + (" to be resolved" if plan.names else ""),
    ]
    if plan.rows != plan.count and plan.discovery is None:
        lines.append(f"rows:      {_of_all(plan.rows, places)} (several entries name the same target)")
    if rules := _rules(plan):
        lines.append(f"rules:     {rules}")
    lines += [
        f"excluded:  {many(plan.excluded, 'target')}",
        f"skipped:   {_skipped(plan)}",
        f"estimate:  {_estimate(forecast)}{_by_whom(machines)}",
        *_set_out(in_words(plan)),
        *_elsewhere(machines),
    ]
    if explain:
        lines.append(f"explain:   {_explained()}")
    if journal:
        lines.append(f"journal:   {journal}")
    if forecast.warning:
        lines.append(f"warning:   {'on the way of each worker: ' if machines else ''}{forecast.warning}")
    lines += [f"warning:   {text}" for text in plan.cautions]
    yield from lines
    if verbose:
        yield "targets in the order of probing" + (", those of names as they are resolved:" if plan.names else ":")
        yield from map(_line, plan.in_order())
        return
    first = plan.first(_FIRST)
    yield "first targets:"
    yield from map(_line, first)
    if plan.asked_first > len(first):
        yield f"  ... and {plan.asked_first - len(first):,} more"


def _set_out(lines: list[str]) -> Iterator[str]:
    """These with what they say under that of the others."""
    for line in lines:
        head, _, rest = line.partition(" ")
        yield f"{head:<10} {rest}"


def _line(target: "PlannedTarget") -> str:
    """A target, and what is expected of it."""
    from scanner.reports.phrases import target_text

    text = target_text(target.host, target.port)
    return f"  {text}  expected {target.expect}" if target.expect else f"  {text}"


def _rules(plan: "Plan") -> str:
    """How many entries expect what: `12 open, 3 blocked`; empty where none expects anything."""
    counts = plan.rules_by_expectation
    if not any(counts):
        return ""
    return ", ".join(f"{count:,} {expect or 'without an expectation'}" for expect, count in counts.items())


def _asked_first(plan: "Plan", places: Sequence[str]) -> list[str]:
    """On which ports each host is asked first whether it is there."""
    if plan.discovery is None:
        return []
    ports = ",".join(map(str, plan.discovery.ports))
    each = " from each place" if len(places) > 1 else ""
    return [f"discovery: each host is asked on {ports} first: {many(plan.asked_first, 'target')}{each}"]


def _explained() -> str:
    """What is asked when the scan is over."""
    from scanner.api.explanations import MOST_ASKED, MOST_PORTS, USUAL_PORTS

    ports = ",".join(map(str, USUAL_PORTS))
    return f"some blocked targets are traced; up to {MOST_ASKED} silent hosts are asked on {MOST_PORTS} more of {ports}"


def _targets(plan: "Plan", places: Sequence[str]) -> str:
    if plan.discovery is None:
        return _of_all(plan.count, places)
    return f"at most {_of_all(plan.count - plan.rowless, places)}, of the hosts that answer"


def _of_all(count: int, places: Sequence[str]) -> str:
    """So many, from each of these places."""
    if len(places) < 2:
        return f"{count:,}"
    return f"{count * len(places):,} ({count:,} from each of {named(list(places), _MOST_NAMED)})"


def _by_whom(machines: MachineChoice) -> str:
    if not machines:
        return ""
    return " (from each place)" if machines.names else " (by one worker; more of them share the list)"


def _elsewhere(machines: MachineChoice) -> list[str]:
    """That this host is not the one."""
    if machines.where is None:
        return []
    who = named(list(machines.names), _MOST_NAMED) or "the workers"
    return [
        f"machines:  {who} of {machines.where.url}, which were not asked: what is skipped, and the estimate, are "
        "those of a machine like this one"
    ]


def _skipped(plan: "Plan") -> str:
    ends = many(plan.ends, "network or broadcast address", "network and broadcast addresses")
    parts = [f"{ends} of attached networks"]
    if plan.unspecified:
        parts.append(f"{many(plan.unspecified, 'unspecified address', 'unspecified addresses')} (0.0.0.0/8, ::)")
    if plan.other_family:
        parts.append(f"{many(plan.other_family, 'host')} of the other address family")
    return ", ".join(parts)


def _estimate(forecast: "Forecast") -> str:
    """From everything answering at once to nothing answering at all."""
    from scanner.words.durations import duration

    best, worst, _, held_back = forecast
    if best == worst:
        return f"about {duration(best)}"
    text = f"{duration(best)} if everything answers at once, about {duration(worst)} if nothing does"
    return f"{text} (this host's connection tracking table, nf_conntrack_max, holds it back)" if held_back else text
