"""The table of `sweep`: by host, the open and the unexpected ports; the rest is counted.

A state with more than 25 such rows on a host is merely counted (with its ports as ranges). What is neither open
nor unexpected is also listed while the whole sweep has few hosts; in a wide one it is counted per host, and
hosts that have nothing else are counted together. Hosts that answer nothing at all are one line in any sweep. Where
its user chose rows (`--only`), these are told, and nothing is concluded from the lack of others.

A host is what its user wrote and the address that it led to: a name and its own address, both typed, are two.

Memory is bounded whatever the sweep. A host with nothing to show is forgotten as soon as its last port is
judged. If too many rows are kept all the same, their hosts are printed before the end (`_spill`; one that is
not done yet appears once more); if too many hosts, they are only counted together (`_crowd`).

Who looks on is told of open ports before that (`found_lines.py`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from scanner.model import Result, State
from scanner.reports.found_lines import FoundLines
from scanner.reports.layout import Columns, Row
from scanner.reports.other_hosts import Others
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.painted import Look, style_of
from scanner.reports.phrases import host_and_address, remarks, rtt_text, said_of, verdict_of
from scanner.reports.sweep_hosts import SweptHost
from scanner.reports.tables import LISTED, Table, address_key

#: A sweep of up to this many hosts also lists its other rows.
FEW_HOSTS = 8
#: Rows kept before the hosts they belong to are printed.
KEPT_ROWS = 50_000
#: Hosts kept apart while some of their ports are still being probed.
KEPT_HOSTS = 100_000

_HEAD = Row(("HOST", "PORT", "STATE", "SERVICE", "RTT"), "REASON")
_RIGHT = frozenset({4})


class SweepTable(Table):
    """The table of `sweep`, written at the end, or in parts when it would grow too large."""

    def __init__(self, outlet: Outlet, look: Look) -> None:
        super().__init__(outlet, look)
        self._hosts: dict[str, SweptHost] = {}
        self._others = Others(chosen=look.chosen)
        self._few = True
        self._kept = 0
        self._crowded = False
        self._told = False
        self._found = FoundLines(look) if look.live else None

    def write(self, results: list[Result]) -> None:
        self.any_rows |= bool(results)
        verbose = self.look.verbose
        listed = None if verbose else LISTED
        opened = State.OPEN
        for result in results:
            place = result.place
            name, called = place.address, result.request.host
            if called and called != name:
                name = f"{called} ({name})" if name else called
            showing = result.state is opened or result.met is False or verbose
            host = self._hosts.get(name)
            if host is None:
                if not showing and self._count_away(name, result):
                    continue
                host = self._new_host(name, result)
            if showing:
                host.show(result, listed)
                self._kept += 1
            elif host.count(result) >= place.ports - place.rowless and host.minor is None and host.is_done():
                self._others.add(name, host)
                del self._hosts[name]
        if self._kept > KEPT_ROWS:
            self._spill()
        if self._found is not None:
            self._tell(self._found, results)

    def _tell(self, found: FoundLines, results: list[Result]) -> None:
        """Tells who looks on of the open ports, at once."""
        found.add(results)
        if lines := found.due():
            self.say(lines)
            self._outlet.flush()

    def _count_away(self, name: str, result: Result) -> bool:
        """Counts a row of an unknown host, unless a `SweptHost` is needed for it; returns whether it did."""
        place, sender = result.place, result.icmp_from
        if self._crowded:
            self._others.add_rows(Counter({verdict_of(result): 1}))
        elif self._few or place.ports != 1:
            return False
        else:
            own = sender and sender == place.address
            self._others.add_single(name, (result.state, result.reason, "" if own else sender))
        return True

    def _new_host(self, name: str, result: Result) -> SweptHost:
        if self._few and len(self._hosts) >= FEW_HOSTS:
            self._few = False
            self._widen()
        if len(self._hosts) >= KEPT_HOSTS:
            self._crowd()
        host = self._hosts[name] = SweptHost(result, few=self._few, chosen=self.look.chosen)
        return host

    def _widen(self) -> None:
        """The sweep turns out to have many hosts: what is neither open nor unexpected is counted from now on."""
        for name, host in list(self._hosts.items()):
            host.forget_minor()
            if host.is_done():
                self._others.add(name, host)
                del self._hosts[name]

    def _crowd(self) -> None:
        """Too many hosts at once: those with nothing to show are counted together from now on."""
        self._crowded = True
        for name, host in list(self._hosts.items()):
            if not host.shown:
                self._others.add_rows(host.counts)
                del self._hosts[name]

    def _spill(self) -> None:
        """Prints the hosts that have something to show, and forgets them."""
        shown = {name: host for name, host in self._hosts.items() if host.shown}
        self.say(self._blocks(shown))
        for name in shown:
            del self._hosts[name]
        self._kept = 0

    def render(self) -> Iterable[str]:
        if self._found is not None and self._found.told:
            yield ""
        shown = {}
        for name, host in self._hosts.items():
            if host.shown or (self._few and (self.look.chosen or not host.is_silent)):
                shown[name] = host
            else:
                self._others.add(name, host)
        yield from self._blocks(shown)
        said = list(self._others.lines(self.look, more=self._told, so_far=self.stopped))
        if said and self._told:
            yield ""
        for line in said:
            yield from self.look.folded(line)
        if not said and not self._told:
            yield "no hosts to show"

    def _blocks(self, hosts: dict[str, SweptHost]) -> Iterator[str]:
        order = sorted(hosts.values(), key=lambda host: address_key(host.first.address, host.first.host))
        rows = [row for host in order for row in self._rows(host)]
        table = Columns(rows, self.look, head=_HEAD, right=_RIGHT)
        if not self._told and any(len(row.cells) > 1 for row in rows):
            yield from table.head()
        self._told = self._told or bool(rows)
        for row in rows:
            yield from table.lines(row)

    def _rows(self, host: SweptHost) -> Iterator[Row]:
        look = self.look
        name = host_and_address(host.first, self.look)
        listed = host.listed()
        crowds = [(shown.text(look), "bad" if shown.unmet else "") for shown in host.crowds()]
        rest = host.rest_text(look)
        alone = len(listed) == 1 and not crowds and not remarks(listed[0], look)
        if alone and rest and not self._few:  # one line a host
            yield self._row(name, listed[0], f"also {rest}")
            return
        for index, result in enumerate(listed):
            yield self._row("" if index else name, result)
        if rest:
            crowds.append((f"also {rest}" if listed or crowds else rest, ""))
        if not listed and len(crowds) == 1:
            yield Row((), f"{name}: {crowds[0][0]}", flow_style=crowds[0][1])
            return
        for index, (text, style) in enumerate(crowds):
            yield Row(("" if index or listed else name,), text, flow_style=style)

    def _row(self, name: str, result: Result, also: str = "") -> Row:
        look = self.look
        flow, brief = said_of(result, look)
        if also:
            flow = brief = f"{brief}, {also}" if brief else also
        return Row(
            (name, str(result.port), result.state.value, result.service, rtt_text(result)),
            flow,
            ("bold", "", style_of(result)),
            "bad" if result.met is False else "",
            brief,
        )
