"""One host with silent targets, and what speaks for it. Pure."""

from typing import Any, NamedTuple

from scanner.model import Doubt, Result, State

#: So many of its silent ports are kept.
_MOST_PORTS = 10
#: A host that was silent at so many ports of the scan needs no more questions to be called silent.
_ENOUGH = 3


class HeardAnswer(NamedTuple):
    """A port that answered, and how; `doubt`: why the answer may be wrong, or empty."""

    port: int
    state: State
    reason: str
    doubt: str

    @classmethod
    def of(cls, result: Result) -> "HeardAnswer":
        """What a row says."""
        return cls(result.port, result.state, result.reason, result.doubt)


class SilentHost:
    """What is known of one. `place`, `request`: of its first silent target; `ports`: the first of those, `unmet`: how
    many of them are not as expected; `is_vacant`: this host has no such neighbour."""

    __slots__ = (
        "_answer",
        "_asked",
        "_lossy",
        "_targets",
        "_unheard",
        "is_vacant",
        "place",
        "ports",
        "request",
        "unmet",
    )

    def __init__(self, first: Result) -> None:
        self.place = first.place
        self.request = first.request
        self.ports: list[int] = []
        self.is_vacant = False
        self._targets = self.unmet = 0
        self._asked: tuple[int, ...] = ()
        self._unheard: tuple[int, ...] = ()
        self._answer: HeardAnswer | None = None
        self._lossy = False

    def add(self, result: Result, *, vacant: bool) -> None:
        """A silent target, or a `vacant` one: there is no such neighbour."""
        self._targets += 1
        self.unmet += result.met is False
        self.is_vacant |= vacant
        self._lossy |= result.doubt == Doubt.LOSSY
        if len(self.ports) < _MOST_PORTS and result.port not in self.ports:
            self.ports.append(result.port)

    def ask(self, ports: list[int]) -> None:
        """These are asked besides."""
        self._asked = self._unheard = tuple(ports)

    def hear(self, result: Result, *, vacant: bool, phantom: bool) -> None:
        """The verdict on one of those. `phantom`: it is hardly the host's own."""
        self._unheard = tuple(port for port in self._unheard if port != result.port)
        self.is_vacant |= vacant
        self._lossy |= result.doubt == Doubt.LOSSY
        own = result.state in (State.OPEN, State.REFUSED) or result.icmp_from == result.place.numeric
        if own and not phantom and (self._answer is None or self._answer.doubt):
            self._answer = HeardAnswer.of(result)

    def as_dict(self, scanned: HeardAnswer | None, *, accepting: bool) -> dict[str, Any]:
        """As `SilenceWitnesses.as_dicts` has it. `scanned`: what the scan itself heard of it; `accepting`: whatever
        answers there accepts everything."""
        answer = None if accepting else scanned or self._answer
        witness = "accepts-everything" if accepting else "answers" if answer else self._without_answer()
        doubt = answer.doubt if answer else Doubt.LOSSY if witness == "nothing" and self._lossy else ""
        return {
            "address": self.place.address,
            "targets": self._targets,
            "unmet": self.unmet,
            "ports": sorted(self.ports),
            "witness": witness,
            "port": answer.port if answer else None,
            "state": answer.state.value if answer else None,
            "reason": str(answer.reason) if answer else None,
            "doubt": str(doubt) or None,
            "asked": [port for port in self._asked if port not in self._unheard],
        }

    def _without_answer(self) -> str:
        if self.is_vacant:
            return "no-neighbour"
        silent = self._asked and not self._unheard
        return "nothing" if silent or (not self._asked and self._targets >= _ENOUGH) else "not-asked"
