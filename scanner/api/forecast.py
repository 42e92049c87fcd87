"""What scanning a plan would take, estimated beforehand: seconds at best and at worst, and what it leaves on its way.

Arithmetic alone, with what this machine allows: nothing is resolved or sent.
"""

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from scanner.api.plans import Plan
from scanner.api.process_count import processes_of, running_at_once
from scanner.api.wanted import Wanted
from scanner.engine.flight.syn_repeats import syns
from scanner.engine.room.conntrack import few
from scanner.engine.room.window import usual_window
from scanner.machine.descriptors import raise_descriptor_limit
from scanner.machine.memory import sockets_in_memory
from scanner.machine.tracking_table import UNANSWERED_S, tracking_table
from scanner.scanning.flow_tables import RATE, at_once, foretold

if TYPE_CHECKING:
    from scanner.api.time_left import SpeedLimits

_USUAL_RATE = 20_000.0  # attempts a second that an ordinary machine makes


class Forecast(NamedTuple):
    """`best_s`: seconds if everything answers at once; `worst_s`: if nothing answers at all (which may be
    less, where silent hosts are passed over). `warning`: empty, or a line on the entries that it leaves in flow tables
    on its way. `held_back`: it is this host's own connection tracking table that `worst_s` is due to."""

    best_s: float
    worst_s: float
    warning: str
    held_back: bool = False


class _OwnTable(NamedTuple):
    """This host's own table: it has `room` for so many attempts, and keeps an unanswered one for `lasts` seconds."""

    room: int
    lasts: float

    def holds_s(self, attempts: int) -> float:
        """Seconds that pass until so many have been made, if nobody answers: as many as there is room for at once, and
        as many again when these have expired."""
        return max(0.0, attempts / self.room - 1) * self.lasts


def forecast(plan: Plan, wanted: Wanted, *, elsewhere: bool = False) -> Forecast:
    """What a scan of this plan would take. `elsewhere`: if another machine like this one probed it: this host's own
    table has nothing to do with it."""
    own = None if elsewhere else _own_table()
    best, worst = _estimated(plan, wanted, wanted.scan_options().rate)
    held = 0.0 if own is None else own.holds_s(plan.afar * _attempts(plan))
    entries = at_once(plan.routed * _attempts(plan), max(worst, held), None if own is None else own.room)
    warning = foretold(entries, max(worst_at(plan, wanted, RATE), held))
    return Forecast(best, max(worst, held), warning, held_back=held > worst)


def worst_at(plan: Plan, wanted: Wanted, rate: float) -> float:
    """Seconds that a scan takes if nothing answers, at that rate (SYNs a second)."""
    return _estimated(plan, wanted, rate)[1]


def limits_of(plan: Plan, wanted: Wanted) -> "SpeedLimits":
    """What is allowed of speed, and what a silent target takes of it, for an estimate while the scan is under way."""
    from scanner.api.time_left import SpeedLimits  # for who has a bar alone

    options, timeout = wanted.scan_options(), _timeout(plan)
    promised = min(options.rate or inf, options.host_rate or inf)
    return SpeedLimits(
        attempts=_attempts(plan),
        timeout=timeout,
        syns=syns(timeout, promised) if promised < inf else 1,
        rate=options.rate,
        host_rate=options.host_rate,
        window=_window(plan, wanted),
        targets=plan.count / plan.rows if plan.rows and plan.count and plan.discovery is None else 1.0,
        asked_first=plan.discovery is not None,
    )


def _window(plan: Plan, wanted: Wanted) -> int:
    """Each process has sockets of its own, but all share the memory."""
    if concurrency := wanted.scan_options().concurrency:
        return concurrency
    count, in_memory = processes_of(plan, wanted), sockets_in_memory()
    return count * usual_window(raise_descriptor_limit(), None if in_memory is None else in_memory // count)


def _timeout(plan: Plan) -> float:
    settings = plan.settings
    return settings.timeout if settings.timeout is not None else settings.builtin.timeout_s


def _estimated(plan: Plan, wanted: Wanted, said_rate: float | None) -> tuple[float, float]:
    options, timeout = wanted.scan_options(), _timeout(plan)
    hosts = plan.addresses + plan.names
    usual = _USUAL_RATE * running_at_once(plan, wanted)
    rate = min(said_rate or usual, usual)
    if options.host_rate and hosts:
        rate = min(rate, options.host_rate * hosts)
    least = min(said_rate or rate, options.host_rate or rate)
    each = syns(timeout, least) if said_rate or options.host_rate else 1
    window = _window(plan, wanted)
    best, _ = estimate(plan.count, _attempts(plan), timeout, rate, window, each)
    _, worst = estimate(plan.asked_first, _attempts(plan), timeout, rate, window, each)
    return best, worst


def _attempts(plan: Plan) -> int:
    said = plan.settings
    return 1 + (said.retries if said.retries is not None else said.builtin.retries)


def _own_table() -> _OwnTable | None:
    """What this host's own table lets pass: half of what is free, as `engine/room/conntrack.py` has it. None without a
    table, or with an empty one: then no rule has anything tracked."""
    table = tracking_table()
    entries = None if table is None else table.entries()
    if table is None or not entries:
        return None
    return _OwnTable(max(few(table.most), (table.most - entries) // 2), table.lasts or UNANSWERED_S)


def estimate(
    targets: int, attempts: int, timeout: float, rate: float, window: int, syns: int = 1
) -> tuple[float, float]:
    """Seconds at best (one attempt each, prompt answers) and at worst (all attempts of all run out).

    `rate` is in SYNs per second, of which a silent attempt takes so many (`syns`); `window` is the maximum number of
    probes in flight, of which a silent one holds its place for `timeout`.
    """
    best = targets / rate
    slots = targets * attempts * timeout / window
    return best, max(targets * attempts * syns / rate, slots, attempts * timeout)
