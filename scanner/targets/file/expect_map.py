"""`expect: {open: [80, 443], blocked: "-"}`: an entry's expectations by port, and which of several lists decides.

Specific beats general: of the lists that hold a port, the one that names the fewest ports says what is expected of it.
Where two equally long ones would decide nobody can know which is meant, so that is a mistake. A port that no list holds
gets the expectation that would hold without the mapping.

All this is decided by ranges of ports, once for each different mapping, however many entries repeat it.
"""

from functools import lru_cache
from typing import NamedTuple

from scanner.model import PortExpectations
from scanner.targets.file.port_lists import ports_text, read_ports
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, YamlNode
from scanner.targets.file.yaml_values import is_null, parsed, text_of
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.single_values import parse_expect
from scanner.targets.space.line_cuts import cut
from scanner.targets.space.line_ranges import LineRanges, joined
from scanner.words.shown_text import shown

#: The most ranges that the different mappings of a file may be cut into: some seconds' work.
MOST_CUT = 500_000
#: Each list of a mapping: an expectation, and the text of its ports.
_Lists = tuple[tuple[str, str], ...]


class Tie(NamedTuple):
    """Two lists that hold a port, of which neither is more specific: their places in the mapping."""

    first: int
    second: int
    port: int


class Decided(NamedTuple):
    """What a mapping comes to. `ports`: all that it names, those of the most specific list first."""

    by_port: PortExpectations
    ports: tuple[int, ...]
    tie: Tie | None = None


def read_expect_map(node: MappingNode, ports: YamlNode | None, problems: Problems) -> Decided | None:
    """The expectations by port; None where something is wrong, which is noted. `ports`: the ports of the entry, where
    it names some and these are right."""
    before = problems.count
    keys, lists = _lists(node, problems)
    if problems.count > before:
        return None
    if not lists:
        text = "expect is an empty mapping; write an expectation and its ports, such as open: 443, or leave it out"
        problems.add(node.line, node.column, text)
        return None
    decided = decide(lists)
    if decided.tie is not None:
        _note_tie(decided.tie, keys, lists, problems)
    if ports is not None:
        for at in idle(lists, ports_text(ports)):
            word, key = lists[at][0], keys[at]
            text = f"the target has none of the ports of {word}; name them in its ports as well, or leave {word} out"
            problems.add(key.line, key.column, text)
    return decided


def _lists(node: MappingNode, problems: Problems) -> tuple[list[YamlNode], _Lists]:
    """The keys and the lists, without those that are null."""
    found: dict[str, tuple[YamlNode, str]] = {}
    lines: dict[str, int] = {}
    for key, value in node.pairs:
        text = text_of(key, problems)
        if text in lines:
            said = f"the key {shown(text)} is already on line {lines[text]}; write it once, with all its ports"
            problems.add(key.line, key.column, said)
            continue
        lines[text] = key.line
        word = parsed(parse_expect, key, problems, "expect: ") if isinstance(key, Scalar) else None
        if word and not is_null(value) and read_ports(value, word, problems):
            found[word] = key, ports_text(value)
    return [key for key, _ in found.values()], tuple((word, text) for word, (_, text) in found.items())


def _note_tie(tie: Tie, keys: list[YamlNode], lists: _Lists, problems: Problems) -> None:
    one, other, key = lists[tie.first][0], lists[tie.second][0], keys[tie.first]
    text = (
        f"{other} names port {tie.port}, and so does {one} (line {key.line}, column {key.column}) with as many ports: "
        f"neither is more specific; leave {tie.port} out of one of them"
    )
    problems.add(keys[tie.second].line, keys[tie.second].column, text)


@lru_cache(maxsize=4096)
def decide(lists: _Lists) -> Decided:
    """What these lists come to, each an expectation and the text of its ports, in the order written. With a tie, what
    is said of its ports is of no use."""
    found = [parse_ports(text) for _, text in lists]
    order = sorted(range(len(lists)), key=lambda at: len(found[at]))
    ports: list[int] = []
    for at in order:
        ports += _rest(found[at], ports)
    spans = [(first, last, rank) for rank, at in enumerate(order) for first, last in _ranges(lists[at][1])]
    ranges: list[tuple[int, int, str]] = []
    tie = None
    for ranks, first, last in cut(spans):
        if tie is None and len(ranks) > 1 and len(found[order[ranks[0]]]) == len(found[order[ranks[1]]]):
            one, other = sorted((order[ranks[0]], order[ranks[1]]))
            tie = Tie(one, other, first)
        ranges.append((first, last, lists[order[ranks[0]]][0]))
    whole = found[0] if len(found) == 1 else tuple(ports)
    return Decided(PortExpectations(ranges), whole, tie)


def _rest(ports: tuple[int, ...], known: list[int]) -> list[int]:
    """Those of these ports that are not known."""
    seen = frozenset(known)
    return [port for port in ports if port not in seen]


@lru_cache(maxsize=4096)
def idle(lists: _Lists, ports: str) -> tuple[int, ...]:
    """The places of the lists that hold none of these ports."""
    probed = parse_ports(ports)
    return tuple([at for at, (_, text) in enumerate(lists) if frozenset(parse_ports(text)).isdisjoint(probed)])


@lru_cache(maxsize=4096)
def _ranges(text: str) -> LineRanges:
    """The ports as ascending ranges."""
    ports = parse_ports(text)
    first, last = min(ports), max(ports)
    return [(first, last)] if last - first < len(ports) else joined([(port, port) for port in ports])
