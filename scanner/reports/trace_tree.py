"""The tree of `trace`: hops from near to far; what several targets share is shown once.

Each hop has a line; the way is indented only where it forks, so a long one stays narrow. Below the last hop comes how
the trace ends, with all ports that end the same way on one line.
"""

from collections.abc import Iterator, Sequence

from scanner.model import End, Hop, State, Trace
from scanner.reports.painted import STATE_STYLE, Look
from scanner.reports.phrases import PortSet, target_text
from scanner.reports.trace_words import stop_text

#: Where what does not fit into a hop's line goes on.
_BESIDE_HOP = "    "

_MARKS = {False: ("├─ ", "└─ ", "│  "), True: ("|- ", "`- ", "|  ")}


class _SharedHop:
    """A hop that some traces share: `below` are the next hops, `ends` those traces that end here."""

    __slots__ = ("below", "ends", "hop", "rtt_ms")

    def __init__(self, hop: Hop) -> None:
        self.hop = hop
        self.rtt_ms: float | None = None
        self.below: dict[str | None, _SharedHop] = {}
        self.ends: dict[tuple[str, str, End], PortSet] = {}

    def next(self, hop: Hop) -> "_SharedHop":
        node = self.below.get(hop.address)
        if node is None:
            node = self.below[hop.address] = _SharedHop(hop)
        if hop.rtt_ms is not None:
            node.rtt_ms = hop.rtt_ms if node.rtt_ms is None else min(node.rtt_ms, hop.rtt_ms)
        return node


def tree_lines(traces: Sequence[Trace], look: Look) -> Iterator[str]:
    """The traces as one tree, in lines without a newline."""
    root = _SharedHop(Hop(0))
    for trace in traces:
        node = root
        for hop in trace.hops:
            node = node.next(hop)
        node.ends.setdefault((trace.host, trace.address, trace.end), PortSet()).add(trace.port)
    return _below(root, "", look)


def _below(node: _SharedHop, indent: str, look: Look) -> Iterator[str]:
    """All lines below a node: at the same indent if there is no fork, else each way with a mark of its own."""
    ends = [_end_text(node, key, ports, look) for key, ports in node.ends.items()]
    if not ends and len(node.below) == 1:
        (only,) = node.below.values()
        yield from look.folded(_hop_text(only, look), indent + _number(only), indent + _BESIDE_HOP)
        yield from _below(only, indent, look)
        return
    fork, last, bar = _MARKS[look.ascii]
    rest = len(ends) + len(node.below)
    for text in ends:
        rest -= 1
        yield from look.folded(text, indent + (fork if rest else last), indent + (bar if rest else "   ") + "  ")
    for child in node.below.values():
        rest -= 1
        inside = indent + (bar if rest else "   ")
        lead = indent + (fork if rest else last) + _number(child)
        yield from look.folded(_hop_text(child, look), lead, inside + _BESIDE_HOP)
        yield from _below(child, inside, look)


def _number(node: _SharedHop) -> str:
    return f"{node.hop.hop:>2}  "


def _hop_text(node: _SharedHop, look: Look) -> str:
    hop = node.hop
    text = hop.address or "*"
    if hop.name:
        text += f" ({look.text(hop.name)})"
    return text if node.rtt_ms is None else f"{text}  {node.rtt_ms:,.2f} ms"


def _end_text(node: _SharedHop, key: tuple[str, str, End], ports: PortSet, look: Look) -> str:
    host, address, end = key
    where = target_text(look.text(host), ports.text(look, room=40))
    if address not in ("", host):
        where += f" ({look.text(address)})"
    if end.state is None:
        so_far = f"; last answering hop so far: {end.hop}" if end.hop else ""
        return f"{where}: stopped before its end was known{so_far}"
    last = node.hop.address or "" if end.state == State.TIMEOUT else end.icmp_from
    said = stop_text(end.state, end.reason, last, end.hop, end.asked)
    if end.state in (State.OPEN, State.REFUSED):
        said = look.paint(said, STATE_STYLE[end.state])
    else:
        said = look.paint(end.state.value, STATE_STYLE[end.state]) + ": " + said
        if end.state == State.TIMEOUT and end.hop:
            said += ", the last answering hop" if end.asked is None else ", the last that was asked"
    return f"{where}: {said}"
