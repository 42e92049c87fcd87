"""What is to be said of the targets beside rules: what was added, what was not, and what they do not prove.

A note is about rules, and names the first of them. Each says what was done: whoever reads that only ports were added
must find ports in the list.
"""

from collections.abc import Sequence

from scanner.targets.entry import Entry
from scanner.targets.writing.provenance import place_of, places_in_short
from scanner.words.shown_text import many

#: Of each rule, so many hosts are asked at the ports beside, and so many ports at the addresses beside.
MOST_HOSTS, MOST_PORTS = 50, 20
#: Of the whole list: each of them waits for an answer that should not come.
MOST_TARGETS = 50_000

NAMES = "hosts that have a name have no neighbouring address: only ports were added"
SINGLE = "the addresses beside a single one are other hosts with rules of their own: only ports were added"
ALL = "every port is allowed, so none is beside them"
CUT = f"of more than {MOST_HOSTS} hosts or {MOST_PORTS} ports only these were added"
NAMED = "what the list itself names beside them was not added"
EXCLUDED = "what the list excludes beside them was not added"
ELSEWHERE = (
    "past the end of a private or otherwise special range of addresses begins the network of somebody else: no address "
    "was added there"
)
ODD = "an address that ends in .0 or .255 is often no host, but a network or its broadcast, and nothing answers there"
ANY = "whoever expects any allows nothing for certain: nothing was added"
NOTHING = "nothing that can be asked lies beside them: nothing was added"
ENOUGH = f"{MOST_TARGETS:,} targets were added, which must do: nothing was added from here on"
_REFUSED = (
    "refused is not blocked: the packet came through, so the rule is wider than it says, or no firewall stands before "
    "that host at all"
)
_SILENT = (
    "where no host lives, nothing answers: an address beside a network proves something only if a host is known to be "
    "there"
)
_BOTH = (
    "the list has names and addresses: where a name leads to one of these, what the rule of one allows may be expected "
    "blocked because of the other's"
)


class NeighbourNotes:
    """Takes down what is to be said, and of which rules."""

    def __init__(self) -> None:
        self._places: dict[str, dict[str, None]] = {}

    def note(self, text: str, entry: Entry) -> None:
        """Takes down what is to be said of this rule."""
        self._places.setdefault(text, {})[place_of(entry)] = None

    def remarks(self, *, added: bool, both: bool, unverifiable: Sequence[str]) -> list[str]:
        """All of it, a line each. `added`: there are targets beside; `both`: some beside names, others beside addresses
        may be the same; `unverifiable`: the places of rules that were left out, and may allow anything."""
        lines = [_REFUSED, _SILENT] if added else []
        if both:
            lines.append(_BOTH)
        if added and unverifiable:
            few = many(len(unverifiable), "item")
            lines.append(
                f"what was left out may allow what is expected blocked here ({few}: {places_in_short(unverifiable)})"
            )
        for text, places in self._places.items():
            lines.append(f"{text} ({many(len(places), 'rule')}: {places_in_short(places)})")
        return lines
