"""`expect: {open: [80, 443], blocked: "-"}`: an entry's expectations by port, and which of several lists decides.

Specific beats general: a list beats another that holds all of its ports, and more. So what is expected of a port never
hangs on how many others are beside it. Where the lists that hold a probed port have none that is within all the others,
nobody can know which is meant, so that is a mistake. A port that no list holds gets the expectation that would hold
without the mapping.

All this is decided by ranges of ports, once for each different mapping, however many entries repeat it. A list with all
ports costs as much as one with a single port, and the ports themselves are made only for an entry that has no others.
What is wrong with a mapping is told in `odd_expects.py`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from scanner.errors import TargetError
from scanner.model import PortExpectations
from scanner.targets.file.odd_expects import equal_lists, odd_key, odd_value, overlap, unprobed_ports
from scanner.targets.file.port_lists import ports_text, read_ports
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.file.yaml_values import parsed, text_of
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.ports import ALL_PORTS, PortBudget
from scanner.targets.grammar.single_values import parse_expect
from scanner.targets.space.line_cuts import cut
from scanner.targets.space.line_ranges import LineRanges, joined
from scanner.words.shown_text import shown

#: The most ranges that the different mappings of a file may be cut into: some seconds' work.
MOST_CUT = 500_000
#: So many ports are put in order, the most specific first. More are ascending: then many mappings share them.
_MOST_ORDERED = 1000
_RANGE = re.compile(r"[0-9]*-[0-9]*")
#: Each list of a mapping: an expectation, and the text of its ports.
PortLists = tuple[tuple[str, str], ...]


class Tie(NamedTuple):
    """Two lists that hold the same ports, of which neither is more specific: their places in the mapping, the ports in
    question, and whether they are all that both have."""

    first: int
    second: int
    ports: tuple[tuple[int, int], ...]
    equal: bool


class Decided(NamedTuple):
    """What a mapping comes to; of the ports of a tie, what is said is of no use."""

    by_port: PortExpectations
    ties: tuple[Tie, ...] = ()


class MapBudget:
    """What all mappings of a file may cost together: the ports in their different lists, and the ranges that they are
    cut into."""

    def __init__(self, ports: PortBudget, most_cut: int = 0) -> None:
        self.ports = ports
        self.cuts = PortBudget(most_cut or MOST_CUT, "ranges")


def read_expect_map(
    node: MappingNode, ports: YamlNode | None, problems: Problems, budget: MapBudget, key: str = "expect"
) -> tuple[PortExpectations, PortLists] | None:
    """The expectations by port, and the lists that they come from; None where something is wrong, which is noted.
    `ports`: those of the entry, where it names some and these are right. `key`: whose value the mapping is."""
    before = problems.count
    keys, values, lists = _lists(node, problems, budget, key)
    if problems.count > before:
        return None
    if not lists:
        text = f"{key} is an empty mapping; write an expectation and its ports, such as open: 443, or leave it out"
        problems.add(node.line, node.column, text)
        return None
    decided = decide(lists)
    try:
        budget.cuts.spend(decided.by_port.starts)
    except TargetError as error:
        problems.fail(node.line, node.column, str(error))
    probed = None if ports is None else ports_text(ports)
    _note_tie(decided.ties, probed, keys, lists, problems)
    if probed is not None:
        _note_unprobed(probed, keys, values, lists, problems)
    return decided.by_port, lists


def _lists(
    node: MappingNode, problems: Problems, budget: MapBudget, of: str
) -> tuple[list[YamlNode], list[YamlNode], PortLists]:
    """The keys, their values, and what both mean."""
    found: dict[str, tuple[YamlNode, YamlNode]] = {}
    lines: dict[str, int] = {}
    for at, (key, value) in enumerate(node.pairs):
        text = text_of(key, problems)
        if text in lines:
            said = f"the key {shown(text)} is already on line {lines[text]}; write it once, with all its ports"
            problems.add(key.line, key.column, said)
            continue
        lines[text] = key.line
        if said := odd_key(text, value, node.pairs[at - 1] if at else None):
            problems.add(key.line, key.column, said)
            continue
        word = parsed(parse_expect, key, problems, f"{of}: ") if isinstance(key, Scalar) else None
        if not word:
            continue
        if said := odd_value(word, value):
            problems.add(value.line, value.column, said)
        elif ports := read_ports(value, word, problems):
            try:
                budget.ports.spend(ports)
            except TargetError as error:
                problems.fail(value.line, value.column, str(error))
            found[word] = key, value
    keys, values = [key for key, _ in found.values()], [value for _, value in found.values()]
    return keys, values, tuple((word, ports_text(value)) for word, (_, value) in found.items())


def _note_tie(
    ties: tuple[Tie, ...], probed: str | None, keys: list[YamlNode], lists: PortLists, problems: Problems
) -> None:
    """The first tie that matters; the others are hardly of another kind."""
    for tie in ties:
        ports = tie.ports if probed is None else tuple(_common(tie.ports, port_ranges(probed)))
        if ports:
            one, other, place = lists[tie.first][0], lists[tie.second][0], keys[tie.first]
            said = equal_lists(one, other, place) if tie.equal else overlap(one, other, place, ports)
            problems.add(keys[tie.second].line, keys[tie.second].column, said)
            return


def _note_unprobed(
    probed: str, keys: list[YamlNode], values: list[YamlNode], lists: PortLists, problems: Problems
) -> None:
    """Lists that hold nothing that is probed, and ports that someone wrote down one by one and that nobody asks."""
    idle = unprobed(lists, probed)
    for at, singles in enumerate(idle):
        word, key = lists[at][0], keys[at]
        if singles is None:
            text = f"the target has none of the ports of {word}; name them in its ports as well, or leave {word} out"
            problems.add(key.line, key.column, text)
        elif singles:
            node = values[at]
            items = [item for item in node.items if isinstance(item, Scalar)] if isinstance(node, SequenceNode) else []
            place = next((item for item in items if singles[0] in map(str.strip, item.text.split(","))), node)
            problems.add(place.line, place.column, unprobed_ports(word, singles))


@lru_cache(maxsize=4096)
def decide(lists: PortLists) -> Decided:
    """What these lists come to, each an expectation and the text of its ports, in the order written."""
    spans = [(first, last, at) for at, (_, text) in enumerate(lists) for first, last in port_ranges(text)]
    cells = list(cut(spans))
    around: dict[int, frozenset[int]] = {}
    for cover, _, _ in cells:
        for at in cover:
            around[at] = around.get(at, frozenset(cover)).intersection(cover)
    ranges: list[tuple[int, int, str]] = []
    ties: dict[tuple[int, int], LineRanges] = {}
    for cover, first, last in cells:
        inmost = [at for at in cover if not any(at in around[other] and other not in around[at] for other in cover)]
        ranges.append((first, last, lists[inmost[0]][0]))
        if len(inmost) > 1:
            ties.setdefault((inmost[0], inmost[1]), []).append((first, last))
    return Decided(
        PortExpectations(ranges),
        tuple(Tie(one, two, tuple(joined(ports)), one in around[two]) for (one, two), ports in ties.items()),
    )


@lru_cache(maxsize=4096)
def named_ports(lists: PortLists) -> tuple[int, ...]:
    """All ports that these lists name, each once: those of the most specific list first where they are not too many.
    Lists with the same ports share them."""
    if len(lists) == 1:
        return parse_ports(lists[0][1])
    ranges = joined([each for _, text in lists for each in port_ranges(text)])
    if sum(last - first + 1 for first, last in ranges) > _MOST_ORDERED:
        return _ascending(tuple(ranges))
    found = sorted((parse_ports(text) for _, text in lists), key=len)
    return _shared(tuple(dict.fromkeys(port for ports in found for port in ports)))


@lru_cache(maxsize=4096)
def _ascending(ranges: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    if ranges == ((ALL_PORTS[0], ALL_PORTS[-1]),):
        return ALL_PORTS
    return tuple([port for first, last in ranges for port in ALL_PORTS[first - 1 : last]])


@lru_cache(maxsize=4096)
def _shared(ports: tuple[int, ...]) -> tuple[int, ...]:
    return ports


@lru_cache(maxsize=4096)
def unprobed(lists: PortLists, probed: str) -> tuple[tuple[str, ...] | None, ...]:
    """Of each list, what it names port by port and nobody probes; None where none of its ports is probed."""
    there = port_ranges(probed)
    return tuple([_left_out(text, there) if _meet(port_ranges(text), there) else None for _, text in lists])


def _left_out(text: str, there: LineRanges) -> tuple[str, ...]:
    singles = (item.strip() for item in text.split(",") if _is_single(item.strip()))
    return tuple(dict.fromkeys(item for item in singles if not _meet(port_ranges(item), there)))


def _is_single(item: str) -> bool:
    """Whether it is a port that someone wrote down: no range, and not the commonest."""
    return not _RANGE.fullmatch(item) and not item.lower().startswith("top:")


def _meet(some: LineRanges, others: LineRanges) -> bool:
    return next(_common(some, others), None) is not None


def _common(some: "LineRanges | tuple[tuple[int, int], ...]", others: LineRanges) -> Iterator[tuple[int, int]]:
    """What two ascending lists of ranges have in common."""
    at = 0
    for first, last in some:
        while at < len(others) and others[at][1] < first:
            at += 1
        here = at
        while here < len(others) and others[here][0] <= last:
            yield max(first, others[here][0]), min(last, others[here][1])
            here += 1


@lru_cache(maxsize=4096)
def port_ranges(text: str) -> LineRanges:
    """The ports of a list as ascending ranges."""
    ports = parse_ports(text)
    first, last = min(ports), max(ports)
    return [(first, last)] if last - first < len(ports) else joined([(port, port) for port in ports])
