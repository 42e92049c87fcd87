"""What scanning a plan would take, estimated beforehand: seconds at best and at worst, and what it leaves on its way.

Arithmetic alone, with what this machine allows: nothing is resolved or sent.
"""

from typing import NamedTuple

from scanner.api.plans import Plan
from scanner.api.wanted import Wanted
from scanner.engine.flight.syn_repeats import syns
from scanner.engine.room.window import usual_window
from scanner.machine.descriptors import raise_descriptor_limit
from scanner.machine.memory import sockets_in_memory
from scanner.scanning.flow_tables import warning

_USUAL_RATE = 20_000.0  # attempts a second that an ordinary machine makes


class Forecast(NamedTuple):
    """`best_s`: seconds if everything answers at once; `worst_s`: if nothing answers at all. `warning`: empty, or a
    line on the entries that it leaves in flow tables on its way."""

    best_s: float
    worst_s: float
    warning: str


def forecast(plan: Plan, wanted: Wanted) -> Forecast:
    """What a scan of this plan would take."""
    options, settings = wanted.scan_options(), plan.settings
    timeout = settings.timeout if settings.timeout is not None else settings.builtin.timeout_s
    retries = settings.retries if settings.retries is not None else settings.builtin.retries
    hosts = plan.addresses + plan.names
    rate = min(options.rate or _USUAL_RATE, _USUAL_RATE)
    if options.host_rate and hosts:
        rate = min(rate, options.host_rate * hosts)
    least = min(options.rate or rate, options.host_rate or rate)
    each = syns(timeout, least) if options.rate or options.host_rate else 1
    window = options.concurrency or usual_window(raise_descriptor_limit(), sockets_in_memory())
    best, worst = estimate(plan.count, 1 + retries, timeout, rate, window, each)
    return Forecast(best, worst, warning(plan.afar, hosts, options.rate, options.host_rate))


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
