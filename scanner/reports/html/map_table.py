"""The overview as a table of HTML: a letter in each cell says its state, a colour repeats it, a title has the numbers.

Where the targets of a cell differ, it has the letters of their states, the most frequent first, and of their colours as
much as each has of the targets. `!` stands where something is not as expected.
"""

from collections import Counter
from typing import NamedTuple

from scanner.model import State
from scanner.reports.html.host_map import HostMap, MapCell, MapRow
from scanner.reports.html.host_matrix import HostMatrix
from scanner.reports.html.page_text import html_text
from scanner.reports.phrases import port_runs
from scanner.services import service_name
from scanner.words.shown_text import many

#: Letters of a cell; characters of a column's heading and of a row's.
_LETTERS, _HEADING, _LABEL = 3, 14, 40
#: Characters of a title.
_TITLE = 300
_LETTER = {state: state.value[0].upper() for state in State}
_UNMET = "!"
#: The width of a cell for its shares, in their own unit.
_BAR = 24


class _CellWords(NamedTuple):
    """What all cells say alike: `empty` where there is no target; `pairs`: whether to say of how many pairs of address
    and port, which are fewer than the rows."""

    empty: str
    pairs: bool


def map_section(overview: HostMap, matrix: HostMatrix, of_what: str = "", empty: str = "not listed here") -> str:
    """The overview with its legend, and what it lacks; empty where there is no target. `of_what` ends the heading,
    `empty` says what a cell without a target is: that it was not probed is for who knows it to say."""
    if not overview.rows:
        return ""
    heads = "".join(_heading(ports) for ports in overview.columns)
    columns = [_ports_text(ports, _LABEL) for ports in overview.columns]
    words = _CellWords(empty, matrix.repeated > 0)
    rows = "".join(_row(row, columns, words) for row in overview.rows)
    return (
        f'<section aria-labelledby="map-title"><h2 id="map-title">Hosts and ports{of_what}</h2>\n'
        f"{_legend(overview, empty)}{_left(matrix)}{_repeated(matrix)}"
        '<p id="map-said" class="said" aria-live="polite"></p>\n'
        '<div class="scroll" id="map-box"><table class="map" id="map">\n'
        f'<thead><tr><th scope="col" class="corner">host</th>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n'
        "</table></div></section>\n"
    )


def _heading(ports: list[int]) -> str:
    service = service_name(ports[0]) if len(ports) == 1 else ""
    full = f"{_ports_text(ports, 200)} {service}".strip() + (f" ({many(len(ports), 'port')})" * (len(ports) > 1))
    return f'<th scope="col" title="{html_text(full)}"><span>{_ports_text(ports, _HEADING)}</span></th>'


def _ports_text(ports: list[int], most: int) -> str:
    """`22,80-90`, as far as there is room; then from the first to the last."""
    runs = [str(first) if first == last else f"{first}-{last}" for first, last in port_runs(ports)]
    text = ",".join(runs)
    return text if len(text) <= most else f"{ports[0]}…{ports[-1]}"


def _row(row: MapRow, columns: list[str], words: _CellWords) -> str:
    label = html_text(row.label, _LABEL)
    places = [f"{row.label}, port {ports}" for ports in columns]
    cells = "".join(_cell(cell, where, words) for cell, where in zip(row.cells, places, strict=True))
    return f'<tr><th scope="row" title="{html_text(row.title, _TITLE)}">{label}</th>{cells}</tr>\n'


def _cell(cell: MapCell, where: str, words: _CellWords) -> str:
    if not cell.states:
        return _cell_element("none", f"{html_text(where, _TITLE)}: {words.empty}", "·")
    common = sorted(cell.states, key=lambda state: -cell.states[state])
    said = ", ".join(f"{cell.states[state]:,} {state.value}" for state in common)
    pairs = f"{many(cell.targets, 'address:port pair')}, " if words.pairs else ""
    unmet = f"; {cell.unmet:,} not as expected" if cell.unmet else ""
    mark = f"<b>{_UNMET}</b>" if cell.unmet else ""
    kind = "mixed" if len(common) > 1 else common[0].value
    bad = " unmet" if cell.unmet else ""
    letters = "".join(_LETTER[state] for state in common[:_LETTERS])
    shares = _shares(cell, common) if len(common) > 1 else ""
    title = f"{html_text(where, _TITLE)}: {pairs}{said}{unmet}"
    return _cell_element(kind + bad, title, f"{shares}{letters}{mark}")


def _cell_element(kind: str, title: str, content: str) -> str:
    """A cell that says of itself what its title says: its letters alone would be its name where it has the focus."""
    return f'<td class="{kind}" title="{title}" aria-label="{title}">{content}</td>'


def _shares(cell: MapCell, common: list[State]) -> str:
    """The ground of a cell, a part for each state, none so small that it cannot be seen."""
    total = sum(cell.states.values())
    parts, at = "", 0.0
    widths = {state: max(1.0, _BAR * cell.states[state] / total) for state in common}
    scale = _BAR / sum(widths.values())
    for state in common:
        width = widths[state] * scale
        parts += f'<rect class="ground-{state.value}" x="{at:.1f}" width="{width:.1f}" height="1"/>'
        at += width
    return f'<svg viewBox="0 0 {_BAR} 1" preserveAspectRatio="none" aria-hidden="true">{parts}</svg>'


def _legend(overview: HostMap, empty: str) -> str:
    """What the letters mean, as far as they occur."""
    cells = [cell for row in overview.rows for cell in row.cells]
    met = Counter(state for cell in cells for state in cell.states)
    keys = [_key(state.value, _LETTER[state], state.value) for state in State if met[state]]
    if any(len(cell.states) > 1 for cell in cells):
        two = "".join(_LETTER[state] for state in list(met)[:2])
        keys.append(_key("mixed", two, "several states, the commonest first"))
    if any(cell.unmet for cell in cells):
        keys.append(_key("unmet", _UNMET, "not as expected"))
    if any(not cell.states for cell in cells):
        keys.append(_key("none", "·", empty))
    return f'<ul class="legend">{"".join(keys)}</ul>\n'


def _key(kind: str, letters: str, meaning: str) -> str:
    return f'<li><span class="key {kind}">{letters}</span>{meaning}</li>'


def _left(matrix: HostMatrix) -> str:
    if not matrix.left:
        return ""
    counts = ", ".join(f"{matrix.left[state]:,} {state.value}" for state in State if matrix.left[state])
    return (
        f"<p>The map shows {many(matrix.hosts, 'host')}, as many as it has room for; not on it are "
        f"{many(matrix.left.total(), 'more target')}: {counts}.</p>\n"
    )


def _repeated(matrix: HostMatrix) -> str:
    if not matrix.repeated:
        return ""
    rows = "1 row repeats" if matrix.repeated == 1 else f"{matrix.repeated:,} rows repeat"
    return (
        f"<p>The map counts pairs of address and port, not rows: {rows} a pair, from another vantage, in another entry "
        "or by another name.</p>\n"
    )
