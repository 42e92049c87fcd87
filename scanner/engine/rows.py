"""The only maker of judged rows: a `Result` for each row of each target that is done. It also notes who answered: for
the place, for the path, and among those who may be asked again (before the silent of the same turn are judged).

By far the most are plain refusals, so these have a loop of their own, and what counts is counted by the run of targets
on one path. (The engine's notes of a place are written here and in flight, field by field: a call for each would cost.)
"""

from collections import Counter
from collections.abc import Iterable

from scanner.engine.flight.syn_repeats import FIRST_REPEAT_S, REPEATS_S
from scanner.engine.flight.verdict import REFUSED, TIMEOUT, Verdict
from scanner.engine.trial import Trial
from scanner.engine.truth.denial_rule import doubt_of_answer
from scanner.model import ANSWERED, Place, Result, State

_OPEN_STATE, _UNREACHABLE_STATE = State.OPEN, State.UNREACHABLE
_SOON_S = 0.1
_NOT_SLOW_MS = 20.0  # nobody waits for so short a time
# An enum's member costs a descriptor call each time it is named.
_REFUSED_STATE, _REFUSED_REASON = REFUSED.state, REFUSED.reason


class Rows:
    """`timeouts`, `denied`: rows that timed out, or whose "no" was asked again, by their doubt. `answering`: hosts that
    answered anything themselves. `opened`: the open ports of the last turn, and when they were probed."""

    def __init__(self) -> None:
        self._rows: list[Result] = []  # of a turn that is not handed out yet
        self.timeouts: Counter[str] = Counter()
        self.denied: Counter[str] = Counter()
        self.answering = 0
        self.opened: dict[tuple[Place, int], float] = {}
        self._unseen_ms = 0.0

    def __bool__(self) -> bool:
        """Whether some were not handed out."""
        return bool(self._rows)

    def new_turn(self, unseen_s: float = 0.0) -> None:
        """The open ports of the turn before are no news. The answers of this one may have come so much sooner."""
        self.opened = {}
        self._unseen_ms = unseen_s * 1000.0

    def take(self) -> list[Result]:
        """Those since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def add_refused(self, trials: Iterable[Trial], stamp: str, now: float) -> None:
        """Plain refusals: first attempts that a RST answered."""
        rows, path, count, slow = self._rows, None, 0, _NOT_SLOW_MS + self._unseen_ms
        for trial in trials:
            if trial.path is not path:
                if path is not None:
                    path.counts.answered(count)
                path, count = trial.path, 0
            count += 1
            endpoint = trial.endpoint
            place, requests, location = endpoint.place, endpoint.requests, trial.location
            network = location.network
            if network.collecting:
                location.path.heard(endpoint, network, refused=True, attempts=1, rtt_ms=trial.rtt_ms, now=now)
            if location.big:
                location.refused_first(endpoint, trial.rtt_ms, now)
            rtt = trial.rtt_ms
            if rtt is not None and rtt > slow:
                self._slow(trial, rtt)
            if location.verdicts == location.mute:
                self.answering += 1
            location.verdicts += 1
            location.refused = port = endpoint.port
            if len(requests) == 1:
                rows.append(Result(place, port, requests[0], _REFUSED_STATE, _REFUSED_REASON, "", rtt, 1, stamp))
            else:
                self._add(trial, stamp, "")
        if path is not None:
            path.counts.answered(count)

    def add_judged(self, trials: Iterable[Trial], stamp: str) -> None:
        """All other verdicts. (A sentinel has no row.)"""
        for trial in trials:
            if trial.sentinel:
                continue
            trial.path.counts.answered(1)
            place, verdict = trial.endpoint.place, trial.verdict
            location = trial.location
            silent = location.verdicts == location.mute
            if trial.rtt_ms is not None:
                self._slow(trial, trial.rtt_ms)
            location.verdicts += 1
            if verdict is not None and verdict.state is _OPEN_STATE:
                location.opened += 1
                self.opened[place, trial.endpoint.port] = trial.sent
            elif verdict is not REFUSED and _is_mute(verdict, place):
                location.mute += 1
            if silent and location.verdicts > location.mute:
                self.answering += 1
            doubt = doubt_of_answer(trial) if trial.attempts > 1 else ""
            if doubt and verdict is not None and verdict.state is _UNREACHABLE_STATE:
                self.denied[doubt] += len(trial.endpoint.requests)
            self._add(trial, stamp, doubt)

    def add_finished(self, trial: Trial, stamp: str, doubt: str) -> None:
        """Its silence, or its "no", stands."""
        place, verdict = trial.endpoint.place, trial.verdict
        location = trial.location
        silent = location.verdicts == location.mute
        location.verdicts += 1
        if verdict is TIMEOUT:
            self.timeouts[doubt] += len(trial.endpoint.requests)
        else:
            self.denied[doubt] += len(trial.endpoint.requests)
            trial.path.counts.answered(1)
        if _is_mute(verdict, place):
            location.mute += 1
        elif silent:
            self.answering += 1
        self._add(trial, stamp, doubt)

    def add_absent(self, trials: Iterable[Trial], stamp: str) -> None:
        """Their hosts are not there, as the kernel says: most were never probed."""
        for trial in trials:
            note = trial.location
            note.verdicts += 1
            note.mute += 1
            self._add(trial, stamp, "")

    def _slow(self, trial: Trial, rtt_ms: float) -> None:
        """It answered after that time: maybe sooner, where nobody looked for a while."""
        location, took_ms = trial.location, rtt_ms - self._unseen_ms
        if took_ms > max(_NOT_SLOW_MS, location.slowest_ms) and _took_long(trial, rtt_ms, took_ms):
            location.took(took_ms)

    def _add(self, trial: Trial, stamp: str, doubt: str) -> None:
        verdict = trial.verdict
        assert verdict is not None
        endpoint = trial.endpoint
        for request in endpoint.requests:
            self._rows.append(
                Result(
                    endpoint.place, endpoint.port, request, verdict.state, verdict.reason, verdict.icmp_from,
                    trial.rtt_ms, trial.attempts, stamp, doubt, None, trial.lost_syns,
                )
            )  # fmt: skip


def _took_long(trial: Trial, rtt_ms: float, took_ms: float) -> bool:
    """Whether the host itself took between `took_ms` and `rtt_ms` to answer. Where a SYN was lost, or seems to be, the
    kernel sent it again; and what is sent first to a host of an attached network waits until its address is known."""
    location, path = trial.location, trial.path
    if trial.verdict is None or trial.verdict.state not in ANSWERED or trial.lost_syns:
        return False
    if path.attached and location.verdicts == location.mute:
        return False
    if path.round_trip.smoothed >= FIRST_REPEAT_S:  # as long as all others there
        return True
    soon = max(_SOON_S, path.round_trip.rto or 0.0)
    return not any(took_ms <= 1000.0 * (repeat + soon) and 1000.0 * repeat <= rtt_ms for repeat in REPEATS_S)


def _is_mute(verdict: Verdict | None, place: Place) -> bool:
    """Whether the host itself said nothing: it was silent, or somebody else spoke."""
    return verdict is None or verdict.icmp_from != place.numeric
