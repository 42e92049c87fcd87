"""`--dry-run`: what would be probed, how long it may take, and the first targets. Nothing is resolved or sent."""

from typing import TYPE_CHECKING

from scanner.cli.choices import Choices
from scanner.scanning import flow_tables as flows

if TYPE_CHECKING:
    from scanner.targets.plan import Plan

_FIRST = 10
#: Attempts a second that an ordinary machine makes, and silent probes it keeps in flight, where nobody says less.
_USUAL_RATE, _USUAL_WINDOW = 20_000.0, 8000


def describe(plan: "Plan", choices: Choices) -> list[str]:
    """The lines of the answer."""
    lines = [
        f"targets:   {plan.count:,}" + (" (each name counted as one address)" if plan.names else ""),
        f"addresses: {plan.addresses:,}",
        f"names:     {plan.names:,}" + (" to be resolved" if plan.names else ""),
    ]
    if plan.rows != plan.count:
        lines.append(f"rows:      {plan.rows:,} (several entries name the same target)")
    lines += [
        f"excluded:  {plan.excluded:,} targets",
        f"skipped:   {_skipped(plan)}",
        f"estimate:  {_estimate(plan, choices)}",
    ]
    if note := flows.warning(plan.afar, plan.addresses + plan.names, choices.rate, choices.host_rate):
        lines.append(f"warning:   {note}")
    first = plan.first(_FIRST)
    lines += ["first targets:", *(f"  {_joined(host, port)}" for host, port in first)]
    if plan.count > len(first):
        lines.append(f"  ... and {plan.count - len(first):,} more")
    return lines


def _skipped(plan: "Plan") -> str:
    parts = [f"{plan.ends:,} network and broadcast addresses of attached networks"]
    if plan.unspecified:
        parts.append(f"{plan.unspecified:,} unspecified addresses (0.0.0.0/8, ::)")
    if plan.other_family:
        parts.append(f"{plan.other_family:,} hosts of the other address family")
    return ", ".join(parts)


def _estimate(plan: "Plan", choices: Choices) -> str:
    """From everything answering at once to nothing answering at all."""
    from scanner.engine.flight.syn_repeats import syns
    from scanner.reports.summary import duration

    settings = choices.settings()
    timeout = settings.timeout if settings.timeout is not None else settings.builtin_timeout
    retries = settings.retries if settings.retries is not None else settings.builtin_retries
    rate = min(choices.rate or _USUAL_RATE, _USUAL_RATE)
    if choices.host_rate and plan.addresses + plan.names:
        rate = min(rate, choices.host_rate * (plan.addresses + plan.names))
    least = min(choices.rate or rate, choices.host_rate or rate)
    each = syns(timeout, least) if choices.rate or choices.host_rate else 1
    best, worst = estimate(plan.count, 1 + retries, timeout, rate, choices.concurrency or _USUAL_WINDOW, each)
    if best == worst:
        return f"about {duration(best)}"
    return f"{duration(best)} if everything answers at once, about {duration(worst)} if nothing does"


def estimate(
    targets: int, attempts: int, timeout: float, rate: float, window: int, syns: int = 1
) -> tuple[float, float]:
    """Seconds at best (one attempt each, prompt answers) and at worst (all attempts of all run out).

    `rate` is in SYNs per second, of which a silent attempt takes so many (`syns`); `window` is the most probes in
    flight, of which a silent one holds its place for `timeout`.
    """
    best = targets / rate
    slots = targets * attempts * timeout / window
    return best, max(targets * attempts * syns / rate, slots, attempts * timeout)


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
