"""After a scan: where on the way its blocked targets stop, and who else answers there.

`Explanation` takes the rows, asks and traces. What it asks is a scan of its own, with the options of the first one: so
every rate, the source, the concurrency and the poller hold. It asks only addresses that the list has, at ports that no
exclude forbids, names that are excluded included: the first scan knows their addresses.
"""

from collections.abc import Sequence
from socket import inet_pton

from scanner.api.plans import Plan
from scanner.api.scans import Scan
from scanner.api.wanted import Wanted
from scanner.model import Request
from scanner.scanning.scan import local_scan
from scanner.targets.entry import Entry, Settings, StatedSettings
from scanner.targets.grammar.host_values import AddressRange
from scanner.tracing.explain import Explanation
from scanner.tracing.silence_witnesses import MOST_ASKED, MOST_PORTS, USUAL_PORTS, WitnessQuestion
from scanner.tracing.trace_options import TraceOptions
from scanner.words.builtin_values import SWEEP

__all__ = [
    "MOST_ASKED", "MOST_PORTS", "USUAL_PORTS", "Explanation", "TraceOptions", "explanation_of", "plan_of_questions",
]  # fmt: skip

#: The most retries of a question, and how long (seconds) all its attempts may take: less than ASKING_S, for they may
#: begin with a pause, and many wait their turn.
_MOST_RETRIES, _PATIENCE_S = 2, 6.0


def explanation_of(scan: Scan, wanted: Wanted, options: TraceOptions) -> Explanation:
    """Of what this scan, which was `prepared` as it was `wanted`, finds blocked. Nothing is asked or traced yet."""

    def ask(questions: Sequence[WitnessQuestion]) -> Scan:
        return local_scan(plan_of_questions(questions), wanted.scan_options(), beside=scan)

    return Explanation(options, ask, scan.may_ask)


def plan_of_questions(questions: Sequence[WitnessQuestion]) -> Plan:
    """What is asked, as a plan of its own. It has no excludes: what is excluded is not among the questions."""
    return Plan([_entry_of(question) for question in questions], [], Settings(builtin=SWEEP, allow_any=True))


def _entry_of(question: WitnessQuestion) -> Entry:
    place = question.place
    number = int.from_bytes(inet_pton(place.family, place.numeric))
    host = AddressRange(place.family, number, number, scope=place.scope)
    return Entry((host,), question.ports, _patience(question.request), label=place.address)


def _patience(request: Request) -> StatedSettings:
    """As patient as its target, or more so: one attempt may be lost, and what nobody typed leaves the kernel the time
    to find out whether a neighbour is there. But all attempts fit into the time there is for asking."""
    retries = min(max(request.retries, SWEEP.retries), _MOST_RETRIES)
    typed = request.typed_timeout and request.timeout > SWEEP.timeout_s
    timeout = min(request.timeout, _PATIENCE_S / (retries + 1)) if typed else None
    return StatedSettings(timeout=timeout, retries=retries)
