"""What a correct report on a world may say. The rule, for a row without a doubt:

* It is what the target is, or what the host made of it (it died, it bans us, its router says so), as its SYNs met it.
* A timeout is right where the silence was the target's own, not the way's, and only if somebody in its network ever
  answered, who vouches for the way. For a host that died, bans us or came up in mid-scan, other hosts vouch for the
  way; where there are none, or it has evidence of its own (OWN_PATH ports, one of which refused before), its own ports
  could have shown it.
* "Unreachable" is right where that was lasting, not from one of two ways or from a route that flaps; but for a target
  that is silent it is the best answer there is. A route was away lastingly if its router said so at every attempt, each
  a deadline after the one before: while it is away nobody there can tell. `error` is right where nothing had ever left
  that way.
* Up to ENOUGH opens of a host that answers everything are forgiven: it takes that many to see it.

With a doubt, whatever its SYNs met is right. With `-r 0`, which forbids asking again, no loss can be seen.
"""

from collections import Counter
from itertools import pairwise

from scanner.engine.truth.paths import OWN_PATH
from scanner.model import Result, State
from tests.engine.simulated.play import Played
from tests.engine.simulated.situations import OF_THE_HOST, Flaps, Situation
from tests.engine.simulated.world import STATES, World

ENOUGH = 20  #: opens of a host that answers all
LOST = "lost packets"
#: What the rules allow, rarely: by chance every attempt met the loss, or the way that rejects.
BY_CHANCE = frozenset({LOST, "unreachable, one of two ways"})
_CAN_VOUCH = frozenset({State.OPEN, State.REFUSED})
_NOTHING: frozenset[State] = frozenset()


class Truth:
    """For one played world: what each row claims, and whether that is founded."""

    def __init__(self, played: Played) -> None:
        self._world = played.world
        self._sent = played.kernel.sent
        self._heard = [_who_answered(played.world, hosts) for hosts in played.world.networks]
        self._network = {host: n for n, hosts in enumerate(played.world.networks) for host in hosts}
        self._phantoms = Counter(
            row.address
            for row in played.rows
            if row.state is State.OPEN and not row.doubt and self.base(row) is not State.OPEN
        )

    def base(self, row: Result) -> State:
        """What the target is when nothing befalls it."""
        return STATES[self._world.kind(row.address, row.port)]

    def label(self, row: Result) -> str:
        """What the target is, and what befell it: its row in the table."""
        situation = self._world.situation(row.address)
        if situation is not None:
            return f"{self.base(row)}, {situation.label}"
        return f"{self.base(row)}" if self._heard_beside(row.address) else f"{self.base(row)}, no other answers"

    def fault(self, row: Result) -> str:
        """What is false about a row without a doubt; empty where it is right, or in doubt."""
        if row.doubt:
            return ""
        base, world = self.base(row), self._world
        situation = world.situation(row.address)
        if row.state is State.TIMEOUT:
            return self._fault_of_timeout(row, base, situation)
        if row.state is base:
            return ""
        if row.state is State.OPEN:
            return "phantom open" if self._phantoms[row.address] > ENOUGH else ""
        if row.state is State.ERROR and isinstance(situation, Flaps) and situation.at_first:
            return ""
        if situation is None or situation.alone:
            return ""  # the host's own word: it is gone, or has had enough of us
        if row.state is State.UNREACHABLE and (not world.retries or base is State.TIMEOUT):
            return ""
        if row.state is State.UNREACHABLE and isinstance(situation, Flaps) and self._away_all_the_time(row):
            return ""
        return f"{row.state}, {situation.label}"

    def _fault_of_timeout(self, row: Result, base: State, situation: Situation | None) -> str:
        world = self._world
        heard = self._heard[self._network[row.address]]
        if not heard:
            return "timeout, and nobody of its network ever answered"
        if base is State.TIMEOUT:
            return ""
        causes = set(world.silences[row.address, row.port])
        if not causes & OF_THE_HOST:
            if not world.retries:
                return ""
            return LOST if causes <= {"lost", "other way"} else f"timeout, {situation.label if situation else '?'}"
        own_evidence = self._on_its_own_path(row) or not self._heard_beside(row.address)
        return f"timeout, {situation.label}" if own_evidence and situation and world.retries else ""

    def _on_its_own_path(self, row: Result) -> bool:
        """Whether its host had refused something when its last SYN left, and has as many ports as that takes."""
        refused_at = self._world.refused_at.get(row.address)
        if len(self._world.ports) < OWN_PATH or refused_at is None:
            return False
        return refused_at < max(at for at, *to in self._sent if tuple(to) == (row.address, row.port))

    def _away_all_the_time(self, row: Result) -> bool:
        """Whether the router said no at each of its attempts, with as many and as far apart as were asked for."""
        world, target = self._world, (row.address, row.port)
        sent = [at for at, *to in self._sent if tuple(to) == target]
        apart = all(later - first >= 0.99 * world.timeout for first, later in pairwise(sent))
        said = world.said[target] == {State.UNREACHABLE} and not world.silences[target]
        return said and apart and len(sent) > world.retries

    def _heard_beside(self, host: str) -> set[str]:
        """Which other hosts of its network answered, and always do."""
        return {
            other
            for other in self._heard[self._network[host]] - {host}
            if (situation := self._world.situation(other)) is None or not situation.alone
        }


def _who_answered(world: World, hosts: list[str]) -> set[str]:
    """The hosts of a network that answered themselves: open or refused."""
    return {host for host in hosts if any(world.said.get((host, port), _NOTHING) & _CAN_VOUCH for port in world.ports)}
