"""The table of `scan`: entry by entry in the order of the file, then everything that is not as expected.

An entry with few targets has a row for each; one with many has a row per host with its ports collapsed, one
with many hosts a single row. The last part names every unmet target again, with its reason: that is where a reader at
a terminal looks first. It lists them one by one while an entry has few with the same verdict on a host, else
with their ports as ranges, so that it stays true, readable, and small in memory: all of them in a file or a
pipe, as many as a line has room for in a window. `-v` shows all rows instead.
"""

from collections.abc import Iterable, Iterator

from scanner.model import Result
from scanner.reports.layout import Columns, Row
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.painted import Look, style_of
from scanner.reports.phrases import (
    VerdictKey,
    counted,
    expected_text,
    host_and_address,
    remarks,
    room_for_ports,
    rtt_text,
    said_of,
    shown_host,
    target_text,
    verdict_of,
    verdict_text,
)
from scanner.reports.scan_entries import FEW, Collapsed, KeptEntry, UnmetGroup, place_key
from scanner.reports.tables import LISTED, Table
from scanner.words.shown_text import many

#: Beyond this many groups of unmet targets the rest are merely counted: nobody reads on, and memory is finite.
_GROUPS = 20_000

_HEADINGS = ("NAME", "TARGET", "ADDRESS", "STATE", "RTT")


class ScanTable(Table):
    """The table of `scan`, written at the end."""

    def __init__(self, outlet: Outlet, look: Look) -> None:
        super().__init__(outlet, look)
        self._entries: dict[tuple[int, str], KeptEntry] = {}
        self._unmet: dict[tuple[int, str, str, str, VerdictKey, str, str], UnmetGroup] = {}
        self._vantages: set[str] = set()
        self._rows = 0
        self._unmet_rows = 0
        self._untold = 0

    def write(self, results: list[Result]) -> None:
        self.any_rows |= bool(results)
        self._rows += len(results)
        few = None if self.look.verbose else FEW
        for result in results:
            request = result.request
            entry = self._entries.get((request.order, request.vantage))
            if entry is None:
                entry = self._entries[request.order, request.vantage] = KeptEntry()
                self._vantages.add(request.vantage)
            entry.add(result, few)
            if result.met is False:
                self._note_unmet(result)

    def _note_unmet(self, result: Result) -> None:
        self._unmet_rows += 1
        request = result.request
        key = (
            request.order, request.vantage, result.host, result.address, verdict_of(result), result.expect,
            result.doubt,
        )  # fmt: skip
        group = self._unmet.get(key)
        if group is None:
            if len(self._unmet) >= _GROUPS:
                self._untold += 1
                return
            group = self._unmet[key] = UnmetGroup(result)
        group.add(result)

    def render(self) -> Iterable[str]:
        rows = [row for order in sorted(self._entries) for row in self._entry_rows(self._entries[order])]
        if not rows:
            return ["no targets to show"]
        if not self.look.chosen or self._unmet_rows < self._rows:
            return [*self._table(rows), *([""] if self._unmet else []), *self._unmet_lines()]
        # Where unmet rows were chosen (--only unmet, or a report that was made with it), they are told once.
        singly = all(entry.rows is not None for entry in self._entries.values())
        return self._table(rows) if singly else self._unmet_lines()

    def _table(self, rows: list[Row]) -> list[str]:
        flow = "REASON" if any(len(row.cells) == len(_HEADINGS) for row in rows) else "PORTS"
        table = Columns(rows, self.look, head=Row(_HEADINGS, flow), cut=0, right=frozenset({4}), blank="-")
        lines = [line for row in rows for line in table.lines(row)]
        return [*table.head(), *lines]

    def _entry_rows(self, entry: KeptEntry) -> Iterator[Row]:
        if entry.rows is not None:
            yield from map(self._row, sorted(entry.rows, key=place_key))
        elif entry.all is not None:
            yield self._collapsed(entry.all, entry.hosts_text())
        else:
            for group in sorted(entry.groups.values(), key=lambda group: place_key(group.first)):
                yield self._collapsed(group, host_and_address(group.first, self.look))

    def _row(self, result: Result) -> Row:
        look = self.look
        host = shown_host(result, look)
        address = look.text(result.address) if result.address != result.host else ""
        flow, brief = said_of(result, look)
        return Row(
            (
                look.text(self._name(result)),
                target_text(host, result.port),
                address,
                result.state.value,
                rtt_text(result),
            ),
            flow,
            ("", "", "", style_of(result)),
            "bad" if result.met is False else "",
            brief,
        )

    def _collapsed(self, group: Collapsed, where: str) -> Row:
        look = self.look
        said = f"{group.ports.text(look, room=40)}: {counted(group.counts, look)}"
        if group.unmet:
            expected = look.text("; ".join(sorted(group.expected)))
            said += f", {look.mark} {group.unmet:,} not as expected ({expected})"
        return Row((look.text(self._name(group.first)), where), said, flow_style="bad" if group.unmet else "")

    def _name(self, result: Result) -> str:
        """The entry's name, and where it was probed from, if that is not one place for all."""
        if len(self._vantages) < 2:
            return result.name
        return f"{result.name} from {result.vantage}".strip()

    def _unmet_lines(self) -> Iterator[str]:
        if not self._unmet:
            return
        yield self.look.paint(f"Not as expected: {many(self._unmet_rows, 'target')}", "bold")
        groups = sorted(self._unmet.values(), key=UnmetGroup.key)
        rows = [row for group in groups for row in self._unmet_rows_of(group)]
        table = Columns(rows, self.look)
        for row in rows:
            yield from table.lines(row)
        if self._untold:
            yield f"and {self._untold:,} more; -o FILE names them all"

    def _unmet_rows_of(self, group: UnmetGroup) -> Iterator[Row]:
        if group.count <= LISTED:
            for result in sorted(group.rows, key=place_key):
                yield self._unmet_row(result, str(result.port), 1)
        else:
            ports = group.ports.text(self.look, room_for_ports(self.look), counted=False)
            yield self._unmet_row(group.first, ports, group.count)

    def _unmet_row(self, result: Result, ports: str, count: int) -> Row:
        look = self.look
        said = [verdict_text(verdict_of(result), look), expected_text(result, look)]
        said += remarks(result, look)[1:] if count == 1 else []
        if count > 1 and result.doubt:
            said.append(f"in doubt: {look.text(result.doubt)}")
        name = f" [{look.text(told)}]" if (told := self._name(result)) else ""
        where = target_text(shown_host(result, look), ports)
        if result.address not in ("", result.host):
            where += f" ({look.text(result.address)})"
        if count > 1:
            return Row((look.mark,), f"{where}: {count:,} {', '.join(said)}{name}", ("bad",))
        return Row((look.mark, where), ", ".join(said) + name, ("bad",))
