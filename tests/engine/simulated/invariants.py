"""What must hold for every scan, on any network. Each takes a played world and raises AssertionError."""

from collections import Counter, defaultdict
from collections.abc import Callable

from scanner.engine.room.window import usual_window
from scanner.engine.truth.loss_estimate import FULL_COHORT, SMALL_COHORT
from scanner.engine.truth.network_evidence import EARLY_S
from scanner.engine.truth.stands import MOST_ATTEMPTS
from scanner.model import Doubt, Reason, State
from scanner.scanning.phantoms.port_counts import ENOUGH
from tests.engine.simulated.play import Played
from tests.engine.simulated.world import STATES, World

#: What is asked again.
BLOCKED = frozenset({"silent", "port-unreach", "host-unreach", "soft"})


def most_in_a_second(times: list[float]) -> int:
    """The most of these times that fall within any half-open second."""
    most = first = 0
    for last, time in enumerate(times):
        while times[first] <= time - 1.0 + 1e-9:
            first += 1
        most = max(most, last - first + 1)
    return most


def one_verdict_per_target(played: Played) -> None:
    judged = Counter((row.address, row.port) for row in played.rows)
    assert judged == Counter(played.world.targets)


def words_are_members(played: Played) -> None:
    """Reasons and doubts are members of their enums, but for the name of a local errno, and for no doubt."""
    for row in played.rows:
        assert isinstance(row.reason, Reason) or row.state is State.ERROR, repr(row.reason)
        assert isinstance(row.doubt, Doubt) or row.doubt == "", repr(row.doubt)


def window_is_kept(played: Played) -> None:
    world = played.world
    window = min(world.concurrency or usual_window(world.descriptors), world.descriptors)
    assert played.most_in_flight <= window, f"{played.most_in_flight} in flight"
    assert played.kernel.most_open <= world.descriptors


def rates_are_kept(played: Played) -> None:
    world, sent = played.world, sorted(played.kernel.wire)
    if world.rate:
        most = most_in_a_second([time for time, _, _ in sent])
        assert most <= world.rate, f"{most} in a second"
    if world.host_rate:
        by_host = defaultdict(list)
        for time, host, _ in sent:
            by_host[host].append(time)
        most = max(map(most_in_a_second, by_host.values()))
        assert most <= world.host_rate, f"{most} to a host in a second"


def no_answer_is_made_up(played: Played) -> None:
    """Each state is one that was answered for this target, or the silence that it met."""
    world = played.world
    for row in played.rows:
        target = (row.address, row.port)
        met = row.state in world.said[target] or (row.state is State.TIMEOUT and world.silences[target])
        assert met, f"{row} met {world.said[target]} and the silences {world.silences[target]}"


def only_loss_makes_an_answer_untrue(played: Played) -> None:
    world = played.world
    for row in played.rows if world.clean else []:
        assert row.state is STATES[world.kinds[row.address, row.port]], f"nothing was lost, and yet {row}"


def open_ports_are_spared(played: Played) -> None:
    attempts = {(row.address, row.port): row.attempts for row in played.rows if row.state is State.OPEN}
    total = Counter((host, port) for _, host, port in played.kernel.sent)
    for target, made in attempts.items():
        once_more = 1  # as a witness, if loss made it look silent
        assert total[target] <= max(3, made) + once_more, f"{target} was connected {total[target]} times"


def clean_networks_cost_no_more(played: Played) -> None:
    world = played.world
    if not world.clean or world.stall or world.delay + world.jitter > 0.3:
        return  # with such jitter a shortened first attempt may well be too short
    if min(world.concurrency or 100, world.descriptors) < 8 or world.rate == 10.0 or world.host_rate == 5.0:
        return  # few at a time: whatever could vouch for a silent one may not be asked in time
    sent = len(played.kernel.sent)
    if not world.canary and not any(world.kinds[target] in BLOCKED for target in world.targets):
        witnesses = 3 * len({row.address for row in played.rows}) if len(world.ports) >= ENOUGH else 0
        assert sent <= len(played.rows) + witnesses, "sentinels, and nobody was silent or said no"
    for row in played.rows:
        if row.state is State.UNREACHABLE:
            most = 1 + world.retries + (world.retries > 0)  # once more where nobody who could tell was heard
            assert 1 + world.retries <= row.attempts <= most, f"{row}: {row.attempts} attempts on a clean network"
        elif row.state is State.TIMEOUT:
            most = 1 + world.retries
            if world.retries:
                most += _unvouched(played, row.address, row.port)
            assert 1 + world.retries <= row.attempts <= most, f"{row}: {row.attempts} attempts on a clean network"
        else:
            assert row.attempts == 1


def _unvouched(played: Played, host: str, port: int) -> int:
    """How many more attempts may be made: those that left before anybody in the network was heard prove nothing, and
    where no port refuses, there may not be somebody to ask at every moment."""
    world = played.world
    network = {target for hosts in world.networks if host in hosts for target in world.targets if target[0] in hosts}
    if not any(world.kinds[target] == "rst" for target in network):
        return MOST_ATTEMPTS
    answering = {target for target in network if world.kinds[target] != "silent"}
    first = min((when for when, *target in played.kernel.sent if tuple(target) in answering), default=0.0)
    early = first + world.delay - EARLY_S
    return sum(when < early for when, *target in played.kernel.sent if tuple(target) == (host, port))


def it_ends_in_time(played: Played) -> None:
    """A generous bound: what the user's own limits require, times what re-probing may add."""
    world = played.world
    attempts = sum(row.attempts for row in played.rows)
    window = min(world.concurrency or usual_window(world.descriptors), world.descriptors)
    sentinels = FULL_COHORT * len(world.networks)
    slowest = [(attempts + sentinels) / (world.rate or 1e9), attempts * world.timeout / window]
    if world.host_rate:
        slowest.append(20 * (len(world.ports) + FULL_COHORT) / world.host_rate)  # a lone responder speaks for all
    if world.policer:
        slowest.append(attempts / world.policer.rate)
    if world.rate and not world.clean:
        slowest.append(attempts * SMALL_COHORT / world.rate)  # each of a few, at a low rate, has a cohort of its own
    assert played.seconds <= 3 * sum(slowest) + 25 * (world.timeout + 0.5) + 30, f"took {played.seconds:.0f} s"


INVARIANTS: list[Callable[[Played], None]] = [
    one_verdict_per_target, words_are_members, window_is_kept, rates_are_kept, no_answer_is_made_up,
    only_loss_makes_an_answer_untrue, open_ports_are_spared, clean_networks_cost_no_more, it_ends_in_time,
]  # fmt: skip


def play_seed(seed: int) -> Played:
    """One network, and everything that must hold there; an AssertionError names the seed and the world."""
    world = World(seed)
    try:
        played = Played(world)
        for invariant in INVARIANTS:
            invariant(played)
    except AssertionError as broken:
        raise AssertionError(f"seed {seed}: {broken}\n{world}") from broken
    return played
