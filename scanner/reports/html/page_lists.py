"""What needs attention, as plain tables: for whoever has no JavaScript, and for print. (Otherwise the page shows all
rows in one table instead.)

First what is not as expected, then what is blocked, could not be probed, or is open, each by reason and by who sent the
ICMP error. What is refused is merely counted, and on the map. A line has the ports of one host; neighbours that do not
differ share one (`kept_lines.py`). Each list has so many lines as somebody reads, and says what it leaves out.
"""

from collections import Counter
from collections.abc import Iterator

from scanner.reports.html.page_text import html_text
from scanner.reports.kept_lines import KeptLines, LineGroup, LineKey, StateReason, follows, named_kinds
from scanner.reports.painted import Look
from scanner.words.shown_text import many

#: Lines of a list; characters of a text, and of ports.
MOST_LINES = 500
_WORD, _PORTS = 200, 200
#: So many states with their reasons are named.
_NAMED = 20
_LOOK = Look()
#: Columns of any text: a long word is broken rather than that it makes the table wider than the paper.
_FREE = {"host", "ports", "name", "tags", "vantage"}
_HEAD = ("host", "address", "ports", "state", "reason", "ICMP from", "expected", "in doubt", "name", "tags", "vantage")


def list_section(title: str, lines: KeptLines, *, by_reason: bool = False) -> str:
    """The rows of a sort under their title, in one table, or in one for each reason and sender; empty without any."""
    if not lines.rows:
        return ""
    parts = [f"<section><h2>{html_text(title)}: {_count_text(lines.rows, lines.rows - lines.left.total())}</h2>\n"]
    if by_reason:
        for rows, group, keys in lines.by_reason():
            count = _count_text(rows, lines.shown(keys))
            parts.append(f"<h3>{_group_text(group, count)}</h3>\n{_table(lines, keys, grouped=True)}")
    else:
        parts.append(_table(lines, lines.keys()))
    if lines.left:
        more = many(lines.left.total(), "more target")
        parts.append(f"<p>Left out here: {more}, {_kinds_text(lines.left)}.</p>\n")
    return "".join([*parts, "</section>\n"])


def _table(lines: KeptLines, keys: list[LineKey], *, grouped: bool = False) -> str:
    """`grouped`: what the lines have in common as a group stands in the heading."""
    rows = [(_hosts_text(hosts), *cells) for hosts, cells in _rows(lines, keys, grouped)]
    used = [index for index in range(len(_HEAD)) if any(row[index] for row in rows)]
    head = "".join(f'<th scope="col">{_HEAD[index]}</th>' for index in used)
    body = "".join(f"<tr>{''.join(_cell(_HEAD[index], row[index]) for index in used)}</tr>\n" for row in rows)
    whole = f'<table class="list"><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>'
    return f'<div class="scroll">{whole}</div>\n'


def _hosts_text(hosts: list[LineKey]) -> str:
    """A host, or the first and the last of several neighbours."""
    first, last = hosts[0].host, hosts[-1].host
    return first if len(hosts) == 1 else f"{first} to {last}"


def _cell(name: str, text: str) -> str:
    free = ' class="free"' if name in _FREE else ""
    return f"<td{free}>{html_text(text, _WORD)}</td>"


def _rows(lines: KeptLines, keys: list[LineKey], grouped: bool) -> Iterator[tuple[list[LineKey], tuple[str, ...]]]:
    """The rows of a table, each with its hosts: neighbours by number that do not differ share one."""
    several = len({key.vantage for key in keys}) > 1
    hosts: list[LineKey] = []
    before: tuple[str, ...] = ()
    for key in keys:
        cells = (*_cells(lines, key, grouped), key.vantage if several else "")
        if hosts and cells == before and follows(key, hosts[-1]):
            hosts.append(key)
            continue
        if hosts:
            yield hosts, before
        hosts, before = [key], cells
    if hosts:
        yield hosts, before


def _cells(lines: KeptLines, key: LineKey, grouped: bool) -> tuple[str, ...]:
    """All but host and vantage."""
    found = ("", "", "") if grouped else (key.state.value, key.reason, key.icmp_from)
    return (
        key.address if key.address != key.host else "",
        lines.ports(key).text(_LOOK, _PORTS),
        *found,
        key.expect + ("" if grouped else key.amiss),
        key.doubt,
        key.name,
        " ".join(key.tags),
    )


def _count_text(rows: int, shown: int) -> str:
    """`24,156 targets, 6,466 shown`."""
    return many(rows, "target") + (f", {shown:,} shown" if shown < rows else "")


def _group_text(group: LineGroup, count: str) -> str:
    state, reason, sender = group
    by = f" by {sender}" if sender else ""
    return f"{html_text(f'{state.value}, {reason}{by}', _WORD)}: {count}"


def _kinds_text(kinds: Counter[StateReason]) -> str:
    """`12,000 timeout (no-response), 3 refused`: the commonest first."""
    return ", ".join(_kind_text(count, kind) for count, kind in named_kinds(kinds, _NAMED))


def _kind_text(count: int, kind: StateReason | None) -> str:
    if kind is None:
        return f"{count:,} others"
    return f"{count:,} {kind[0].value}" + (f" ({html_text(kind[1], _WORD)})" if kind[1] else "")
