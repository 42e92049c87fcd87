"""One scan of a plan: what probes it (`probing.py`), and what is expected of its rows.

Whoever probes, rows are judged against their expectations here, in one place: of an entry that needs some of its
targets, or a name of which one address is enough, rows may come from anywhere.
"""

from collections.abc import Callable, Generator, Sequence
from time import monotonic
from typing import Any

from scanner.errors import UsageError
from scanner.model import Place, Result
from scanner.scanning import certainty
from scanner.scanning.flow_tables import FlowWatch
from scanner.scanning.local_probing import LocalProbing
from scanner.scanning.options import ScanOptions
from scanner.scanning.phantoms.address_ranges import Range
from scanner.scanning.probing import Probing
from scanner.scanning.scan_plan import ScanPlan
from scanner.scanning.vantage_expectations import VantageExpectations
from scanner.scanning.warning_lines import WarningLines
from scanner.words.shown_text import many


class Scan:
    """One scan of a plan. Iterate `batches`; everything else may be looked at between two of them.

    `vantages`: the places that rows come from, where these are several: what is expected of a list is expected of it
    from each. `slowly`: the seconds that it takes at a rate that spares flow tables (`flow_tables.py`); None: nothing
    is said of them.
    """

    def __init__(
        self,
        probing: Probing,
        plan: ScanPlan,
        *,
        strict: bool = False,
        slowly: float | None = None,
        vantages: Sequence[str] = (),
    ) -> None:
        self._probing = probing
        self._plan = plan
        self._warnings = WarningLines()
        self.expectations = VantageExpectations(
            vantages, strict=strict, needs=plan.needs, warn=self._warnings.gather, of_part=plan.is_part
        )
        self._flows = FlowWatch(slowly) if slowly is not None and plan.afar else None
        self.complete = False

    def batches(self) -> Generator[list[Result], None, None]:
        """The rows, a list at least every 0.1 s, maybe empty.

        Closing the generator early closes every socket.
        """
        probing, judge = self._probing, self.expectations.apply if self._plan.expecting else None
        batches = probing.batches()
        try:
            for rows in batches:
                self._watch_flows()
                yield judge(rows) if judge is not None else rows
            self._watch_flows(last=True)
        except Exception:  # what is held back comes first, then the error
            if held := self.expectations.finish([], complete=False):
                yield held
            raise
        finally:
            batches.close()
        if probing.complete and not probing.headway.to_probe:
            self._had_nothing()
        yield self.expectations.finish([], complete=probing.complete)
        self.complete = probing.complete

    def _had_nothing(self) -> None:
        """Having no rows is not success, but for a part that has no host: then others have them."""
        if not self._plan.is_part:
            raise UsageError(
                "nothing left to probe: all addresses of the names are excluded; check targets and excludes"
            )
        if self._plan.count:  # as it was before names were looked up
            self._warnings.gather(["nothing was probed: all addresses of this part of the list are excluded"])

    def _watch_flows(self, *, last: bool = False) -> None:
        if self._flows is not None and self._flows.due(now := monotonic(), last=last):
            self._flows.look(self._probing.unanswered, now)

    def stop(self) -> None:
        """End after the present turn. Safe from a signal handler."""
        self._probing.stop()

    def permits(self, place: Place, port: int) -> bool:
        """Whether no exclude forbids this port."""
        return self._probing.permits(place, port)

    def may_ask(self, place: Place, port: int) -> bool:
        """Whether this port may be asked besides: the list does not have it there, and no exclude forbids it."""
        return self._probing.may_ask(place, port)

    @property
    def ranges(self) -> Sequence[Range]:
        """The ranges as they were typed."""
        return self._plan.ranges

    @property
    def rules(self) -> int:
        """Entries of the list that expect something."""
        return self._plan.rules

    @property
    def attempts(self) -> int:
        """Connection attempts made so far."""
        return self._probing.headway.attempts

    @property
    def begun(self) -> tuple[int, int]:
        """Targets that were taken on so far, and attempts beside those for them (sentinels, canaries)."""
        headway = self._probing.headway
        return headway.begun, headway.beside

    @property
    def total(self) -> int:
        """Rows expected, as far as is known now (`Headway.total`)."""
        return self._probing.headway.total

    @property
    def to_probe(self) -> int:
        """How many targets there are to probe, as far as is known."""
        return self._probing.headway.to_probe

    @property
    def hosts(self) -> int:
        """Hosts to be probed, as far as is known now; 0 where they cannot be told apart."""
        return self._probing.headway.hosts

    @property
    def answering(self) -> int:
        """How many of them have answered anything so far: open, refused, or an ICMP error of their own."""
        return self._probing.headway.answering

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far, in the order in which they came."""
        return self._warnings.gather((*self._probing.warnings, *self.advice))

    @property
    def advice(self) -> list[str]:
        """Those of them that are about the networks on the way, and not about the answers."""
        return self._flows.said if self._flows is not None else []

    @property
    def details(self) -> list[str]:
        """What this system lacks and the scan does without, so far, a plain line each (for `-v`)."""
        return self._probing.details

    @property
    def evidence(self) -> dict[str, Any]:
        """For the report's `scan` part: what the timeouts rest on."""
        return self._probing.evidence

    def notes(self, *, verbose: bool = False) -> list[str]:
        """What was skipped, what nobody came to ask, and who stopped answering, for people; `verbose`: also what the
        answers rest on."""
        unasked = []
        if not self.complete and (count := self._probing.headway.undecided):
            unasked = [f"{many(count, 'host')} not scanned: it is not known whether they answer"]
        numbers = self.evidence
        rest = certainty.statistics(numbers) if verbose else []
        return [*self._probing.skipped_texts, *unasked, *certainty.stopped_sentence(numbers), *rest]


def local_scan(
    plan: ScanPlan,
    options: ScanOptions | None = None,
    slowly: float | None = None,
    *,
    beside: Scan | None = None,
    kept: Callable[[LocalProbing], Probing] | None = None,
) -> Scan:
    """A scan by this process. `beside`: the scan whose hosts this one asks something else: what may be probed there,
    and of which ranges the hosts are, it knows. `kept`: puts what keeps its rows between the probing and the scan."""
    options = options or ScanOptions()
    permits = beside.permits if beside is not None else None
    ranges = beside.ranges if beside is not None else None
    probing = LocalProbing(plan, options, permits=permits, ranges=ranges)
    return Scan(probing if kept is None else kept(probing), plan, strict=options.strict, slowly=slowly)
