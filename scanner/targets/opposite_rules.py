"""Entries that contradict each other: one expects a target to be open, another expects it blocked.

A table of firewall rules is read from the top, and the first rule that matches decides: `192.0.2.5 allow` above
`192.0.2.0/24 deny` is ordinary there. Here every row is a test of its own, so one of the two is never as expected,
whatever the firewall does. Which of them holds nobody can tell for sure (a table may have been sorted anew, be of
several firewalls, or of several sources), so nothing is left out, and whoever reads the answers is told.

Compared are ranges: at the ports of each piece (`port_pieces.py`) the addresses that are expected so are joined, and
laid over those that are expected otherwise.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import combinations

from scanner.model import PortExpectations
from scanner.targets.entry import Entry, Settings, expected_of
from scanner.targets.grammar.addresses import V4
from scanner.targets.grammar.host_values import HostName
from scanner.targets.port_pieces import EntryKey, PortPieces, oppose
from scanner.targets.space.line_ranges import Line, LineRanges, joined
from scanner.words.shown_text import many

#: So many ranges of addresses are looked at, at each piece of the ports: a second's work.
_MOST_RANGES = 1_000_000

#: Addresses of one line (of a name: the name alone), at the ports of one piece.
_Place = tuple[Line | str, int]


def opposite_rules(entries: Sequence[Entry], settings: Settings) -> list[str]:
    """What users of these entries want to know of those that contradict each other: one line, or none."""
    asked = [entry for entry in entries if entry.need is None]
    samples = {_said_by(entry): entry for entry in asked}
    expected = {key: expected_of(entry, settings) for key, entry in samples.items()}
    words = {word for word, _ in expected.values()}
    words |= {word for key, entry in samples.items() if expected[key][1] for word in _words_by_port(entry)}
    opposed = {word for pair in combinations(sorted(words - {""}), 2) if oppose(*pair) for word in pair}
    if not opposed:
        return []
    keys: list[EntryKey] = []
    for entry in asked:
        said = _said_by(entry)
        word, by_port = expected[said]
        file = 0 if entry.ports is not None else said[2]
        keys.append((id(entry.ports), file, word) if by_port is None else (id(entry.ports), *said))
    pieces = PortPieces(dict(zip(keys, asked, strict=True)), settings, frozenset(opposed))
    return _Comparison(asked, keys, pieces, settings.family).told()


def _said_by(entry: Entry) -> tuple[int, int, int]:
    """Equal for entries of which the same is said."""
    return id(entry.stated), id(entry.by_port), id(entry.defaults)


def _words_by_port(entry: Entry) -> Iterator[str]:
    """What an entry may expect of some of its ports, wherever it is seen from."""
    said = [entry.by_port, *(expected for _, expected in entry.stated.expect_from or ())]
    for expected in said:
        if isinstance(expected, PortExpectations):
            yield from expected.words


class _Comparison:
    """Finds what is expected twice and differently. `keys`: those of the entries in `pieces`. `family`: 4 or 6 for the
    addresses of that one alone, or 0."""

    def __init__(self, entries: Sequence[Entry], keys: Sequence[EntryKey], pieces: PortPieces, family: int) -> None:
        self._entries = entries
        self._keys = keys
        self._pieces = pieces
        self._family = family
        self._ranges_left = _MOST_RANGES
        self._at: dict[_Place, dict[str, LineRanges]] = {}
        #: Of each expectation at each place, the addresses of which another entry expects something else.
        self._torn: dict[_Place, dict[str, LineRanges]] = {}

    def told(self) -> list[str]:
        """What to say of them."""
        for entry, key in zip(self._entries, self._keys, strict=True):
            self._take(entry, self._pieces.of[key])
            if self._ranges_left < 0:
                break
        count = sum(map(self._compare, self._at))
        first = self._first_two() if count else None
        if first is None:
            return []
        least = "at least " if self._ranges_left < 0 or self._pieces.is_cut_short else ""
        has = "has" if count == 1 else "have"
        return [
            f"{least}{many(count, 'target')} {has} expectations that contradict each other (the first: {first}), and "
            "one of them is never met; a firewall takes the first rule that matches, here each is tested by itself: "
            "leave out what does not hold, or choose with --tag"
        ]

    def _take(self, entry: Entry, pieces: Sequence[tuple[int, str]]) -> None:
        for line, first, last in _ranges_of(entry, self._family) if pieces else ():
            self._ranges_left -= len(pieces)
            if self._ranges_left < 0:
                return
            for piece, word in pieces:
                self._at.setdefault((line, piece), {}).setdefault(word, []).append((first, last))

    def _compare(self, place: _Place) -> int:
        """How many targets there have expectations that contradict each other."""
        said = {word: joined(ranges) for word, ranges in self._at[place].items()}
        torn: dict[str, LineRanges] = {}
        for one, other in combinations(said, 2):
            if oppose(one, other) and (both := _in_both(said[one], said[other])):
                torn.setdefault(one, []).extend(both)
                torn.setdefault(other, []).extend(both)
        if not torn:
            return 0
        self._torn[place] = {word: joined(ranges) for word, ranges in torn.items()}
        addresses = joined([each for ranges in torn.values() for each in ranges])
        return self._pieces.width(place[1]) * sum(last - first + 1 for first, last in addresses)

    def _first_two(self) -> str | None:
        """The first entry that another contradicts, and the first that does, with what they expect."""
        for at, entry in enumerate(self._entries):
            for line, first, last in _ranges_of(entry, self._family):
                for piece, word in self._pieces.of[self._keys[at]]:
                    if _meet(self._torn.get((line, piece), {}).get(word, ()), first, last):
                        other, its = self._opposite(at, (line, piece), (first, last), word)
                        return f"{_place(entry)} expects {word}, {_place(other)} {its}"
        return None

    def _opposite(self, at: int, place: _Place, asked: tuple[int, int], word: str) -> tuple[Entry, str]:
        """The first entry behind this one that expects otherwise what it expects there."""
        opposite = {
            key: its
            for key, said in self._pieces.of.items()
            for piece, its in said
            if piece == place[1] and oppose(its, word)
        }
        for other, key in zip(self._entries[at + 1 :], self._keys[at + 1 :], strict=True):
            if key in opposite and any(
                line == place[0] and first <= asked[1] and asked[0] <= last
                for line, first, last in _ranges_of(other, self._family)
            ):
                return other, opposite[key]
        raise AssertionError("what contradicts the first of them stands behind it")


def _ranges_of(entry: Entry, family: int) -> Iterator[tuple[Line | str, int, int]]:
    for host in entry.hosts:
        if isinstance(host, HostName):
            yield host.text.lower(), 0, 0
        elif family in (0, 4 if host.family == V4 else 6):
            yield (host.family, host.scope), host.first, host.last


def _in_both(one: LineRanges, other: LineRanges) -> LineRanges:
    """The addresses of both, each of which is joined."""
    found: LineRanges = []
    at = 0
    for first, last in one:
        while at < len(other) and other[at][1] < first:
            at += 1
        behind = at
        while behind < len(other) and other[behind][0] <= last:
            found.append((max(first, other[behind][0]), min(last, other[behind][1])))
            behind += 1
    return found


def _meet(ranges: Sequence[tuple[int, int]], first: int, last: int) -> bool:
    """Whether one of these ranges, which are joined, has an address from first to last."""
    at = bisect_left(ranges, first, key=lambda each: each[1])
    return at < len(ranges) and ranges[at][0] <= last


def _place(entry: Entry) -> str:
    return entry.where or "a target"
