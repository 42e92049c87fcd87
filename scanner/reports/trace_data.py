"""Traces for machines: one JSON document, or CSV with a row for each hop."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from scanner.model import Trace
from scanner.reports.json_report import encode
from scanner.words.formulas import neutralise

SCHEMA = "scanner-trace/1"

_COLUMNS = (
    "host", "address", "port", "hop", "hop_address", "name", "rtt_ms", "end_state", "end_reason", "end_icmp_from",
    "end_hop",
)  # fmt: skip


#: What follows the text of `json_text`.
JSON_END = "]}\n"


def json_text(traces: Sequence[Trace]) -> str:
    """`{"schema": ..., "traces": [...` without its end, one trace per line; absent values are null.

    The end makes it a document after any line, so wherever a full disk cuts it off.
    """
    lines = "\n,".join(encode(_as_dict(trace)) for trace in traces)
    return f'{{"schema": "{SCHEMA}", "traces": [\n {lines}\n'


def _as_dict(trace: Trace) -> dict[str, Any]:
    end = trace.end
    return {
        "host": trace.host,
        "address": trace.address or None,
        "port": trace.port,
        "hops": [
            {"hop": hop.hop, "address": hop.address, "name": hop.name or None, "rtt_ms": _rounded(hop.rtt_ms)}
            for hop in trace.hops
        ],
        "end": {
            "state": end.state,
            "reason": end.reason or None,
            "icmp_from": end.icmp_from or None,
            "hop": end.hop,
        },
    }


def _rounded(rtt_ms: float | None) -> float | None:
    return None if rtt_ms is None else round(rtt_ms, 3)


def csv_text(traces: Sequence[Trace]) -> str:
    """A header, then a row for each hop followed by the trace's end; a trace without hops has one row too."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for trace in traces:
        writer.writerows(_rows(trace))
    return out.getvalue()


def _rows(trace: Trace) -> Iterator[tuple[object, ...]]:
    head = trace.host, trace.address, trace.port
    end = trace.end
    tail = end.state or "", end.reason, end.icmp_from, "" if end.hop is None else end.hop
    if not trace.hops:
        yield (*head, "", "", "", "", *tail)
    for hop in trace.hops:
        rtt = "" if hop.rtt_ms is None else f"{hop.rtt_ms:.3f}"
        yield (*head, hop.hop, hop.address or "", neutralise(hop.name), rtt, *tail)
