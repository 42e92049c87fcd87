"""A name on its way through the steps of the search list, and what there is to report after each lookup."""

from collections.abc import Callable

from scanner.model import Reason
from scanner.targets.grammar.addresses import V4
from scanner.targets.names.lookup import Address, Answer
from scanner.targets.names.search_list import Step

#: Reasons by how much they leave open, the most open first.
_LEAVES_OPEN = (Reason.DNS_TIMEOUT, Reason.DNS_FAILED, Reason.NO_ADDRESS)


class Outcome:
    """What became of a name: its addresses in the resolver's order, or why it has none (a `reason`).

    With `more`, these are the addresses of one family, and the other's are still to come. `missed` is the family (4 or
    6) that got no answer although the other did, or 0.
    """

    __slots__ = ("addresses", "missed", "more", "name", "reason")

    def __init__(
        self, name: str, addresses: list[Address], reason: str = "", *, more: bool = False, missed: int = 0
    ) -> None:
        self.name = name
        self.addresses = addresses
        self.reason = reason
        self.more = more
        self.missed = missed


class PendingName:
    """A name, the step it has reached (`search_list.py`), and what that step's lookups have found.

    `plan` makes the steps anew whenever they are needed, because there may be 200,000 names. `asked` is what to ask for
    now, for each of `families`.
    """

    __slots__ = (
        "asked", "at", "before", "families", "found", "left", "missed", "plan", "reason", "spent", "text", "took",
    )  # fmt: skip

    def __init__(self, text: str, plan: Callable[[str], list[Step]]) -> None:
        self.text = text
        self.plan = plan
        #: Why the earlier steps found nothing, and how many seconds they took.
        self.before = ""
        self.spent = 0.0
        self.found = False
        self._begin(0)

    def _begin(self, at: int) -> None:
        self.at = at
        self.asked, self.families, *_ = self.plan(self.text)[at]
        #: Lookups of this step whose answer is still to come.
        self.left = len(self.families)
        self.missed = 0
        self.reason = ""
        self.took = 0.0

    def heard(self, family: int, answer: Answer, took: float = 0.0) -> Outcome | None:
        """Take in one lookup's answer, which took `took` seconds; returns what there is to report now, or None."""
        self.left -= 1
        self.took = max(self.took, took)
        if answer.reason:
            self.reason = min(self.reason or answer.reason, answer.reason, key=_rank)
            if answer.reason != Reason.NO_ADDRESS:
                self.missed = 4 if family == V4 else 6
        self.found = self.found or bool(answer.addresses)
        if self.left:
            return Outcome(self.text, answer.addresses, more=True) if answer.addresses else None
        if self.found:
            return Outcome(self.text, answer.addresses, missed=self.missed)
        return Outcome(self.text, [], self._reason())

    def _reason(self) -> str:
        """The reason of the name as it stands, if that was asked first; else the one that leaves most open so far."""
        if self.before and self.reason in _LEAVES_OPEN and self.plan(self.text)[0].as_is:
            return self.before
        return min(self.before or self.reason, self.reason, key=_rank)

    def goes_on(self) -> bool:
        """After the last lookup of a step that found nothing: begin the next step, if there is one."""
        steps = self.plan(self.text)
        ends = self.reason == Reason.DNS_TIMEOUT and not steps[self.at].as_is
        left = [at for at in range(self.at + 1, len(steps)) if steps[at].as_is or not ends]
        if not left or self.reason not in _LEAVES_OPEN:
            return False
        self.before = self._reason()
        self.spent += self.took
        self._begin(left[0])
        return True


def _rank(reason: str) -> int:
    """Of two reasons the lower-ranking one is reported: it leaves more open, a local errno most of all."""
    return _LEAVES_OPEN.index(reason) if reason in _LEAVES_OPEN else -1
