"""Where blocked targets stop: by what the scan heard of them, or by a trace. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from scanner.model import Reason, Result, State, Trace


class StoppingPoint(NamedTuple):
    """Where targets stop. `at`: `hop`, `target` (the targets themselves), `here` (this host), or empty where no
    trace tells. `address`: the last hop that answered, or the sender of the ICMP error.
    """

    state: State
    reason: str
    at: str = ""
    address: str = ""
    hop: int | None = None

    @property
    def text(self) -> str:
        """One that was heard of in the scan, as rows name it: `admin-prohibited from 10.1.0.1`."""
        sender = {"": "", "target": " from the target", "here": " from this host"}.get(self.at, f" from {self.address}")
        return f"{self.reason}{sender}"


#: Of those that nothing was found out about.
SILENT = StoppingPoint(State.TIMEOUT, Reason.NO_RESPONSE)


def rejected_at(result: Result) -> StoppingPoint:
    """Where a target is that met an ICMP error in the scan."""
    sender = result.icmp_from
    if sender == result.place.numeric:
        return StoppingPoint(result.state, result.reason, "target")
    return StoppingPoint(result.state, result.reason, "hop" if sender else "here", sender)


def traced_to(trace: Trace, hops: Mapping[str, int]) -> StoppingPoint:
    """Where a target stops by its trace, which may have met with more than the scan did; `hops` as of `places`."""
    end = trace.end
    assert end.state is not None
    if end.state is State.TIMEOUT:
        last = trace.hops[-1].address if trace.hops else ""
        return StoppingPoint(end.state, end.reason, "hop" if last else "here", last or "", end.hop)
    if end.state is State.UNREACHABLE and end.icmp_from != trace.address:
        sender = end.icmp_from
        return StoppingPoint(end.state, end.reason, "hop" if sender else "here", sender, hops.get(sender))
    return StoppingPoint(end.state, end.reason, "here" if end.state is State.ERROR else "target")


def tells(trace: Trace) -> bool:
    """Whether it came to its end, and of silence, where that begins is known."""
    end = trace.end
    return end.state is not None and (end.state is not State.TIMEOUT or end.hop is not None)


def places(traces: Iterable[Trace]) -> dict[str, int]:
    """At which hop each sender of ICMP errors stands, by the traces that ended with it; left out where they differ."""
    found: dict[str, set[int | None]] = {}
    for trace in traces:
        if trace.end.icmp_from:
            found.setdefault(trace.end.icmp_from, set()).add(trace.end.hop)
    return {sender: hop for sender, (hop, *others) in found.items() if hop and not others}
