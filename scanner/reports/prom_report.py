"""Prometheus: a file for node_exporter's textfile collector, with blackbox_exporter's names where it has one.

All samples of a metric stand together, so rows are kept until the end: 18 bytes each, about 300 for each name and
address, and while they are sorted at the end some 60 more a row. No two series may have the same labels, or the
collector refuses them all: of rows that would (two entries of one name for one target) the worse one stands, first by
success, then by state in the order of `State`. What is compared are the labels as they are written.

`scanner_state` has a series for each of the five states (OpenMetrics, "StateSet"), not one for the present state only:
series that come and go restart an alert's `for`, and their average over a week is always 1.

What is known of the whole scan comes last (`scan_metrics.py`): where the disk is full, it is missing or says so.
"""

from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache

from scanner.model import Place, Request, Result, State
from scanner.reports.exposition import family, label_value, labels
from scanner.reports.kept_series import KeptSeries
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.report import ScanInfo
from scanner.reports.scan_metrics import scan_metrics

#: How many places are remembered with their labels.
_KEPT = 4096
#: So many samples are written at once.
_BLOCK = 1000
_STATES = tuple(State)

#: Names and vantages come in rows one after the other.
_frequent = lru_cache(maxsize=256)(label_value)

#: Success, state, reason, who sent the ICMP error, doubt.
_Verdict = tuple[bool, State, str, str, str]


class PromReport:
    """Results as gauges. It takes every row; which ones it is given by default is the business of `formats.py`."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._vantage: str | None = None
        self._targets: dict[str, int] = {}
        self._places: dict[Place, tuple[Request, int]] = {}
        self._verdicts: dict[_Verdict, int] = {}
        self._rows = KeptSeries()

    def write(self, results: list[Result]) -> None:
        add, places, verdicts = self._rows.add, self._places, self._verdicts
        for result in results:
            place, state, met = result.place, result.state, result.met
            known = places.get(place)
            if known is None or known[0] is not result.request:
                known = self._known(result.request, place)
            success = state is State.OPEN if met is None else met
            verdict = success, state, result.reason, result.icmp_from, result.doubt
            number = verdicts.get(verdict)
            if number is None:
                number = verdicts[verdict] = len(verdicts)
            add(known[1], result.port, number, result.rtt_ms)
        self._outlet.flush_in_time()

    def _known(self, request: Request, place: Place) -> tuple[Request, int]:
        """The request, and the number of the labels that its rows at this place have in common."""
        if len(self._places) >= _KEPT:
            self._places.clear()
        vantage = _frequent(request.vantage)
        if self._vantage is None:
            self._vantage = vantage
        address = label_value(place.address)
        host = label_value(request.host) if request.host else address
        lead = f"name={_frequent(request.name)},host={host},address={address}"
        if vantage != self._vantage:  # of a report that was merged; no label has a line end
            lead += f"\n{vantage}"
        known = self._places[place] = request, self._targets.setdefault(lead, len(self._targets))
        return known

    def flush(self) -> None:
        self._outlet.flush_in_time()

    def finish(self, info: ScanInfo) -> None:
        if not self._outlet.ended:
            self._write_series()
            self._outlet.finish(scan_metrics(info, self._outlet.name, complete=info.complete))

    def abandon(self, info: ScanInfo) -> None:
        if not self._outlet.ended and not self._outlet.failed:
            self._write_series()
        self._outlet.abandon(scan_metrics(info, self._outlet.name, complete=False))

    def _write_series(self) -> None:
        for text in self._texts():
            self._outlet.write(text)

    def _texts(self) -> Iterator[str]:
        """The series, metric by metric, in blocks."""
        verdicts = list(self._verdicts)
        order = self._rows.worst([len(_STATES) * good + _distance(state) for good, state, *_ in verdicts])
        values = [int(success) for success, *_ in verdicts]
        states = [_state_samples(state) for _, state, *_ in verdicts]
        reasons = [labels(reason=reason, icmp_from=sender, doubt=doubt) for *_, reason, sender, doubt in verdicts]
        yield from family(
            "probe_success",
            "Whether a target is as expected; of one without an expectation, whether it is open.",
            (
                [f"probe_success{{{own}}} {values[verdict]}\n" for own, verdict, _ in rows]
                for rows in self._series(order)
            ),
        )
        yield from family(
            "probe_duration_seconds",
            "How long a target took to answer a connection attempt; there is none where nothing answered.",
            (
                [f"probe_duration_seconds{{{own}}} {ms / 1000:.6f}\n" for own, _, ms in rows if ms == ms]  # not NaN
                for rows in self._series(order)
            ),
        )
        yield from family(
            "scanner_state",
            "1 for the state that a target is in, 0 for the other states.",
            (
                [(start := f"scanner_state{{{own}") + start.join(states[verdict]) for own, verdict, _ in rows]
                for rows in self._series(order)
            ),
        )
        yield from family(
            "probe_failure_info",
            "Why probe_success is 0, who sent the ICMP error if one did, and why the verdict may be wrong.",
            (
                [
                    f"probe_failure_info{{{own},{reasons[verdict]}}} 1\n"
                    for own, verdict, _ in rows
                    if not values[verdict]
                ]
                for rows in self._series(order)
            ),
        )

    def _series(self, order: "array[int]") -> Iterator[Iterable[tuple[str, int, float]]]:
        """Labels, number of the verdict, and round trip of the rows that become series, in blocks."""
        leads = self._leads()
        target, port, verdict, rtt_ms = self._rows.columns()
        for start in range(0, len(order), _BLOCK):
            block = order[start : start + _BLOCK]
            own = [f'{leads[target[row]]},port="{port[row]}"' for row in block]
            yield zip(own, (verdict[row] for row in block), (rtt_ms[row] for row in block), strict=True)

    def _leads(self) -> list[str]:
        """The labels before the port, by number; with the vantage where there are several, which a scan never has."""
        leads = list(self._targets)
        if not any("\n" in lead for lead in leads):
            return leads
        parts = (lead.partition("\n") for lead in leads)
        return [f"{lead},vantage={vantage or self._vantage}" for lead, _, vantage in parts]


def _distance(state: State) -> int:
    """How far a state is from the worst one."""
    return len(_STATES) - 1 - _STATES.index(state)


def _state_samples(state: State) -> list[str]:
    """Of the samples of `scanner_state`, what comes after the labels that they have in common."""
    return [f',state="{each.value}"}} {int(each is state)}\n' for each in _STATES]
