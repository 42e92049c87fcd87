"""One host with silent targets, and what speaks for it. Pure.

Its own word is an answer of the scan, of a question asked besides, of a trace, or what the engine noted of its place.
Where these leave something open, less is claimed: see `SilenceWitnesses.as_dicts`.
"""

from typing import Any, NamedTuple

from scanner.model import ANSWERED, Doubt, Reason, Result, State, Trace

#: So many of its silent ports are kept.
_MOST_PORTS = 10
#: A host that was silent at so many different ports of the scan needs no more questions to be called silent.
_ENOUGH = 3
#: Why silence says little although its host answers, the weightiest last.
_SLOW = "slow"
_DOUBTS: tuple[str, ...] = ("", Doubt.NEIGHBOUR_PENDING, Doubt.LOSSY, _SLOW)


class HeardAnswer(NamedTuple):
    """A port that answered, and how; `doubt`: why the answer may be wrong, or empty. Only the engine's note of a place
    leaves `port` and `state` open."""

    port: int | None
    state: State | None
    reason: str
    doubt: str

    @classmethod
    def of(cls, result: Result) -> "HeardAnswer":
        """What a row says."""
        return cls(result.port, result.state, result.reason, result.doubt)

    @property
    def rank(self) -> int:
        """The best is 0. An ICMP error may be a firewall's, in its host's name; one in doubt is the last resort."""
        return 2 * bool(self.doubt) + (self.state not in ANSWERED)


class _Targets:
    """How many of a host, how many of them unmet, and the rows of the first of their ports."""

    __slots__ = ("by_port", "count", "unmet")

    def __init__(self) -> None:
        self.count = self.unmet = 0
        self.by_port: dict[int, list[int]] = {}  # rows, and how many of them are unmet

    def add(self, result: Result) -> None:
        unmet = result.met is False
        self.count += 1
        self.unmet += unmet
        if len(self.by_port) < _MOST_PORTS or result.port in self.by_port:
            rows = self.by_port.setdefault(result.port, [0, 0])
            rows[0] += 1
            rows[1] += unmet

    def drop(self, port: int) -> None:
        """Takes out all rows of one port; of a port that is not kept, one."""
        count, unmet = self.by_port.pop(port, (1, 0))
        self.count -= count
        self.unmet = min(self.unmet - unmet, self.count)


class SilentHost:
    """What is known of one. `place`, `request`: of its first silent target; `is_vacant`: this host has no such
    neighbour."""

    __slots__ = (
        "_answer",
        "_answers",
        "_asked",
        "_doubt",
        "_judged",
        "_late",
        "_silent",
        "_vacant",
        "is_vacant",
        "place",
        "request",
    )

    def __init__(self, first: Result) -> None:
        self.place = first.place
        self.request = first.request
        self.is_vacant = False
        self._silent, self._vacant = _Targets(), _Targets()
        self._asked: tuple[int, ...] = ()
        self._judged: dict[int, bool] = {}  # whether that port, which was asked, is silent
        self._answer: HeardAnswer | None = None
        self._answers = 0
        self._doubt = ""
        self._late: list[int] = []

    @property
    def ports(self) -> list[int]:
        """The first of its silent ports."""
        return list(self._silent.by_port)

    @property
    def unmet(self) -> int:
        """How many of its silent targets are not as expected."""
        return self._silent.unmet

    @property
    def is_silent(self) -> bool:
        """Whether any of its targets is."""
        return self._silent.count > 0

    @property
    def noted(self) -> HeardAnswer | None:
        """What the engine noted of it, which no row may have told: discovery's answers have none."""
        note = self.place.note
        if note.refused:
            return HeardAnswer(note.refused, State.REFUSED, Reason.CONN_REFUSED, "")
        return HeardAnswer(None, None, "", "") if note.answers else None

    def add(self, result: Result, *, vacant: bool) -> None:
        """A silent target, or a `vacant` one: there is no such neighbour."""
        (self._vacant if vacant else self._silent).add(result)
        self.is_vacant |= vacant
        self._doubts(result)

    def _doubts(self, result: Result) -> None:
        if result.doubt in _DOUBTS:
            self._doubt = max(self._doubt, result.doubt, key=_DOUBTS.index)

    def is_there(self) -> None:
        """Whatever was said of its neighbourhood, it was not the kernel's word."""
        self.is_vacant = False

    def ask(self, ports: list[int]) -> None:
        """These are asked besides; none: they were not asked after all."""
        self._asked = tuple(ports)

    def hear(self, result: Result, *, vacant: bool, phantom: bool) -> None:
        """The verdict on one of those. `phantom`: it is hardly the host's own."""
        self._judged[result.port] = result.state is State.TIMEOUT
        self.is_vacant |= vacant
        self._doubts(result)
        own = result.state in ANSWERED or result.icmp_from == result.place.numeric
        if own and not phantom:
            self._answered(HeardAnswer.of(result))
            if result.rtt_ms is not None and result.rtt_ms > 1000.0 * self.request.timeout:
                self._doubt = _SLOW

    def traced(self, trace: Trace) -> None:
        """A target of its that was silent in the scan answered when it was traced."""
        assert trace.end.state is not None
        self._silent.drop(trace.port)
        self._late.append(trace.port)
        self._answered(HeardAnswer(trace.port, trace.end.state, trace.end.reason, ""))

    def _answered(self, answer: HeardAnswer) -> None:
        self._answers += 1
        if self._answer is None or answer.rank < self._answer.rank:
            self._answer = answer

    def as_dict(self, scanned: HeardAnswer | None, *, accepting: bool, forgotten: bool = False) -> dict[str, Any]:
        """As `SilenceWitnesses.as_dicts` has it. `scanned`: what the scan itself heard of it; `accepting`: whatever
        answers there accepts everything; `forgotten`: the scan may have heard more than is known here."""
        answer = None if accepting else self._best(scanned)
        if accepting:
            witness = "accepts-everything"
        elif answer is not None:
            witness = "one-open-port" if answer is self._answer and self._is_alone(answer) else "answers"
        else:
            witness = self._without_answer(forgotten=forgotten)
        doubt = answer.doubt if answer else Doubt.LOSSY if witness == "nothing" and self._doubt == Doubt.LOSSY else ""
        blocked = (self._silent, self._vacant) if witness == "no-neighbour" else (self._silent,)
        return {
            "address": self.place.address,
            "targets": sum(each.count for each in blocked),
            "unmet": sum(each.unmet for each in blocked),
            "ports": sorted({port for each in blocked for port in each.by_port})[:_MOST_PORTS],
            "witness": witness,
            "port": answer.port if answer else None,
            "state": answer.state.value if answer and answer.state else None,
            "reason": str(answer.reason) or None if answer else None,
            "doubt": str(doubt) or None,
            "asked": [port for port in self._asked if port in self._judged],
            "silent": [port for port in self._asked if self._judged.get(port)],
            "unheard": [port for port in self._asked if port not in self._judged],
            "more_silent": self.place.note.mute > len(self._silent.by_port) + len(self._late),
            "late": sorted(self._late),
            "silence_doubt": str(self._doubt) or None if answer else None,
        }

    def _best(self, scanned: HeardAnswer | None) -> HeardAnswer | None:
        heard = [answer for answer in (scanned, self._answer) if answer is not None]
        return min(heard, key=lambda answer: (answer.port is None, answer.rank), default=None)

    def _is_alone(self, answer: HeardAnswer) -> bool:
        """Whether nothing else answered when it was asked, so that a box in front may have, for hosts that are gone."""
        return answer.state is State.OPEN and self._answers == 1 and answer.port in self._asked

    def _without_answer(self, *, forgotten: bool) -> str:
        if self.is_vacant:
            return "no-neighbour"
        if self._asked and not all(port in self._judged for port in self._asked):
            return "unknown"
        if self._asked or len(self._silent.by_port) >= _ENOUGH:
            return "unknown" if forgotten else "nothing"
        return "not-asked"
