"""When a target changed, over the scans of a `.db`: periods in which every scan saw the same.

What is the same: state, reason, sender of an ICMP error, and the addresses. A name's addresses are compared as a set,
since a resolver gives them in any order. Scans from different places see different things, so each vantage has periods
of its own. A scan without a row for the target (stopped before, another list, `--only`) says nothing about it, and ends
no period.
"""

from collections.abc import Sequence
from typing import NamedTuple

from scanner.reports.db_reading import Database

#: What one scan saw: the rows' (address, state, reason, icmp_from), whatever their order.
_Sight = frozenset[tuple[str, ...]]
_COLUMNS = "scans.id, ifnull(scans.started, ''), ifnull(results.time, ''), " + ", ".join(
    f"ifnull(results.{name}, '')" for name in ("vantage", "address", "state", "reason", "icmp_from")
)
#: A lookup in an index for each scan. (Which index is said, for SQLite thinks too little of one that has few rows.)
SEEN = f"""
SELECT {_COLUMNS} FROM scans CROSS JOIN results INDEXED BY results_by_host
ON results.scan = scans.id AND host = ? AND port = ?
UNION
SELECT {_COLUMNS} FROM scans CROSS JOIN results INDEXED BY results_by_address
ON results.scan = scans.id AND address = ? AND port = ? AND address <> host
ORDER BY 2, 1
"""
#: How many hosts of the last scan are looked through for a near one, and how many things a message names.
_MOST_HOSTS, _MOST_NAMED = 20_000, 5


class HistoricVerdict(NamedTuple):
    """What these of a target's addresses answered; a name without an address has none."""

    state: str
    reason: str
    icmp_from: str
    addresses: tuple[str, ...]


class Period(NamedTuple):
    """Scans one after another that found the same; `first` and `last` are when the first and the last of them did (ISO
    8601, UTC). One verdict, or several where not all addresses of a name answer alike."""

    vantage: str
    first: str
    last: str
    scans: int
    verdicts: tuple[HistoricVerdict, ...]


def history(database: Database, host: str, port: int) -> list[Period]:
    """What a target answered, by vantage and time; `host` as in the rows, or one of its addresses; empty if unknown."""
    sights: dict[tuple[str, int], list[tuple[str, ...]]] = {}
    for scan, started, time, vantage, *verdict in database.ask(SEEN, [host, port, host, port]):
        sights.setdefault((str(vantage), scan), []).append((str(time or started), *map(str, verdict)))
    periods: list[tuple[_Sight, Period]] = []
    for (vantage, _), rows in sorted(sights.items(), key=lambda item: item[0][0]):  # stable: scans stay in their order
        sight = frozenset(row[1:] for row in rows)
        first, last = min(rows)[0], max(rows)[0]
        if periods and (periods[-1][0], periods[-1][1].vantage) == (sight, vantage):
            known = periods.pop()[1]
            periods.append((sight, known._replace(last=last, scans=known.scans + 1)))
        else:
            periods.append((sight, Period(vantage, first, last, 1, _verdicts(sight))))
    return [period for _, period in periods]


def _verdicts(sight: _Sight) -> tuple[HistoricVerdict, ...]:
    addresses: dict[tuple[str, ...], list[str]] = {}
    for address, *verdict in sorted(sight):
        addresses.setdefault(tuple(verdict), []).append(address)
    return tuple(
        HistoricVerdict(state, reason, icmp_from, tuple(filter(None, found)))
        for (state, reason, icmp_from), found in addresses.items()
    )


def changes(periods: Sequence[Period]) -> int:
    """How often it was another one than in the scan before, from any vantage."""
    return len(periods) - len({period.vantage for period in periods})


def near(database: Database, host: str) -> str:
    """What the file has instead of a target that it has not: other ports of that host, hosts of a like name, or any."""
    scans = [scan.id for scan in database.scans()][-10:]
    if not scans:
        return "it has no scan yet"
    marks = ", ".join("?" * len(scans))
    ports = database.ask(
        f"SELECT DISTINCT port FROM results WHERE scan IN ({marks}) AND host = ? ORDER BY port LIMIT {_MOST_NAMED + 1}",
        [*scans, host],
    )
    if ports:
        return f"that host is in it with port {_some([str(found) for (found,) in ports])}"
    hosts = [
        str(found)
        for (found,) in database.ask(
            f"SELECT DISTINCT host FROM results WHERE scan IN ({marks}) AND host <> '' LIMIT {_MOST_HOSTS}", scans
        )
    ]
    import difflib  # only a mistake needs it

    if close := difflib.get_close_matches(host.lower(), hosts, _MOST_NAMED, 0.7):
        return f"near it: {_some(close)}"
    return f"hosts in it: {_some(hosts)}" if hosts else "its scans have no rows"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (", ..." if len(names) > _MOST_NAMED else "")
