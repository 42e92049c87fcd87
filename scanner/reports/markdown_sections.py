"""The sections of a Markdown report, each a list of lines (`kept_lines.py`), and how these are spelled.

Neighbours that do not differ share a row of the table.
"""

from collections import Counter
from collections.abc import Iterator

from scanner.model import Reason, State
from scanner.reports.host_ranges import range_text
from scanner.reports.kept_lines import ITSELF, KeptLines, LineGroup, LineKey, StateReason, follows, named_kinds
from scanner.reports.markdown_text import MarkdownTable, code
from scanner.reports.painted import Look
from scanner.words.shown_text import many

#: Characters that a host and any other text may have; columns of the ports.
_HOST, _WORD, _PORTS = 300, 120, 100
#: So many states with their reasons are named.
_NAMED = 20
_LOOK = Look()
_HEAD = (
    "host", "address", "ports", "found", "reason", "ICMP from", "expected", "in doubt", "name", "tags", "vantage",
)  # fmt: skip
#: The group that needs no heading.
_USUAL = (State.OPEN, Reason.SYN_ACK, "")


class MarkdownSection(KeptLines):
    """Lines as tables of Markdown."""

    def groups(self) -> list[tuple[str, list[LineKey]]]:
        """The lines by reason and sender, the largest group first, each with its heading."""
        found = self.by_reason()
        if [group for _, group, _ in found] == [_USUAL]:
            return [("", self.keys())]
        return [(_group_text(group, rows), keys) for rows, group, keys in found]

    def table(self, keys: list[LineKey], room: int, *, grouped: bool = False) -> Iterator[tuple[list[LineKey], str]]:
        """The head of a table (of no line), then its rows, each with the lines that it tells of.

        A row is empty where it has no room: about so many bytes are there. `grouped`: what the lines have in common as
        a group stands in the heading.
        """
        several = len({key.vantage for key in keys}) > 1
        rows: list[tuple[list[LineKey], tuple[str, ...]]] = []
        spelled = 0
        for key in keys:
            if room <= 0:
                break
            spelled += 1
            cells = (*self._cells(key, grouped), code(key.vantage, _WORD) if several else "")
            if rows and rows[-1][1] == cells and follows(key, rows[-1][0][-1]):
                rows[-1][0].append(key)
            else:
                rows.append(([key], cells))
                room -= len(key.host) + sum(map(len, cells))
        whole = [(hosts, (_host_text(hosts), *cells)) for hosts, cells in rows]
        table = MarkdownTable(_HEAD, [cells for _, cells in whole])
        yield [], table.head
        yield from ((hosts, table.line(cells)) for hosts, cells in whole)
        yield from (([key], "") for key in keys[spelled:])

    def _cells(self, key: LineKey, grouped: bool) -> tuple[str, ...]:
        """All but the host."""
        found = ("", "", "") if grouped else (key.state.value, code(key.reason, _WORD), code(key.icmp_from, _WORD))
        return (
            code(key.address, _HOST) if key.address != key.host else "",
            self.ports(key).text(_LOOK, _PORTS),
            *found,
            code(key.expect, _WORD) + ("" if grouped else key.amiss),
            code(key.doubt, _WORD),
            code(key.name, _WORD),
            code(" ".join(key.tags), _WORD),
        )


def _host_text(keys: list[LineKey]) -> str:
    """A host, or the first and the last of several neighbours."""
    first, last = keys[0].host, keys[-1].host
    return code(range_text(first, last), _HOST)


def _group_text(group: LineGroup, rows: int) -> str:
    state, reason, sender = group
    by = f" by {sender if sender is ITSELF else code(sender, _WORD)}" if sender else ""
    return f"{state.value} {code(reason, _WORD)}{by}: {many(rows, 'target')}"


def kinds_text(kinds: Counter[StateReason]) -> str:
    """``12,000 timeout (`no-response`), 3 refused``: the commonest first."""
    return ", ".join(_kind_text(count, kind) for count, kind in named_kinds(kinds, _NAMED))


def _kind_text(count: int, kind: StateReason | None) -> str:
    if kind is None:
        return f"{count:,} others"
    return f"{count:,} {kind[0].value}" + (f" ({code(kind[1], _WORD)})" if kind[1] else "")
