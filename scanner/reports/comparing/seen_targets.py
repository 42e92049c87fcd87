"""A report's rows by target, compactly: what two reports of a million rows are compared by.

A target is a name, a host and a port; a host name may have led to several addresses. Outcomes repeat, so equal ones are
one object, and where a target has one row, and no address but its host, its outcome is all that is kept: 110 bytes for
each such target, of which its key has 64 and the dictionary's entry about 45.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from scanner.reports.reading import ReportRow, StoredReport


class RowOutcome(NamedTuple):
    """What a row says of its target, but for the time, the round trip and the attempts, which differ every night."""

    state: str
    reason: str
    icmp_from: str
    doubt: str
    expect: str
    met: bool | None


#: Name, host, port.
TargetKey = tuple[str, str, int]
#: A target's only outcome; or several, each with its address.
SeenTarget = RowOutcome | tuple[tuple[str, RowOutcome], ...]


class SharedTexts:
    """Equal texts and outcomes of both reports as one object each."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.outcomes: dict[tuple[str, str, str, str, str, bool | None], RowOutcome] = {}
        self.ports = list(range(65_536))

    def key(self, row: ReportRow, *, by_address: bool) -> TargetKey:
        """What the row is about."""
        host = row.address if by_address and row.address else row.host or row.address
        return self.text(row.name), self.text(host), self.ports[row.port]

    def text(self, text: str) -> str:
        """The text."""
        return self.texts.setdefault(text, text)


class SeenTargets:
    """One report's targets, by vantage. With `slower`, round trips are kept too (another 150 bytes a row). `blanks`
    stand in the fields that are not compared, for the other report does not have them."""

    def __init__(
        self, report: StoredReport, shared: SharedTexts, *, by_address: bool, slower: bool, blanks: Mapping[str, Any]
    ) -> None:
        self.report = report
        self.by_vantage: dict[str, dict[TargetKey, SeenTarget]] = {}
        self.rtts: dict[tuple[str, TargetKey, str], float] = {}
        self.rows = 0
        for batch in report.rows():
            if blanks:
                batch = [row._replace(**blanks) for row in batch]
            self._add(batch, shared, by_address=by_address)
            if slower:
                self._add_rtts(batch, shared, by_address=by_address)

    def _add(self, batch: list[ReportRow], shared: SharedTexts, *, by_address: bool) -> None:
        """The hot loop, so all that it asks of others stands here."""
        self.rows += len(batch)
        text, ports, known = shared.texts.setdefault, shared.ports, shared.outcomes
        seen: dict[TargetKey, SeenTarget] = {}
        last = None
        for (
            name, host, address, port, _, state, reason, icmp_from, _, _, expect, met, _, vantage, _, _, doubt, _, _,
        ) in batch:  # fmt: skip
            if vantage != last:
                last = vantage
                seen = self.by_vantage.setdefault(vantage, {})
            if (by_address and address) or not host:
                host = address
            key = text(name, name), text(host, host), ports[port]
            said = state, reason, icmp_from, doubt, expect, met
            outcome = known.get(said) or known.setdefault(said, RowOutcome(*said))
            if key not in seen and address in (host, ""):
                seen[key] = outcome
            else:
                seen[key] = (*outcomes(seen.get(key), key), (text(address, address), outcome))

    def _add_rtts(self, batch: list[ReportRow], shared: SharedTexts, *, by_address: bool) -> None:
        for row in batch:
            if row.rtt_ms is not None:
                key = shared.key(row, by_address=by_address)
                self.rtts[row.vantage, key, shared.text(row.address)] = row.rtt_ms


def outcomes(seen: SeenTarget | None, key: TargetKey) -> tuple[tuple[str, RowOutcome], ...]:
    """A target's outcomes with their addresses, where one that was not kept is the host itself."""
    if seen is None:
        return ()
    if isinstance(seen, RowOutcome):
        return ((own_address(key[1]), seen),)
    return seen


def own_address(host: str) -> str:
    """The host, if it is an address: a name whose row had no address has none."""
    return host if ":" in host or host.replace(".", "").isdecimal() else ""


def vantages(sides: Iterable[SeenTargets]) -> Iterator[str]:
    """Those of all of them."""
    return iter(dict.fromkeys(vantage for side in sides for vantage in side.by_vantage))
