"""Names to addresses, alongside the scan.

getaddrinfo is the only resolver that follows the machine's own rules (hosts file, nsswitch, mDNS). It blocks, so it
runs on threads (`lookup_threads.py`); what one answer means is in `lookup.py`. Here is what becomes of a name:

1. A family that nobody wants is not asked for. Where both are wanted there are two lookups, so that the answer to one
   does not wait for the other's silence; a search list is walked for both together (`search_list.py`). A name in the
   hosts file is one lookup for both, whatever is wanted (`hosts_file.py`): its addresses may be of the other family.
2. A name fails only because of its own lookups, and none of them fails before its deadline, which counts from when it
   began and exceeds the C library's own schedule (`resolv_conf.py`) unless somebody says otherwise. One deadline covers
   all steps of a search list: once a name is given up, no further step is asked.
3. A lookup that this machine was short of resources for is asked again, with fewer at once. If that lasts half a
   minute, the errno is the answer. One that failed while lookups needed more descriptors than there were is asked again
   when that is over, at most three times (`lookup_threads.py`).
"""

import errno
import socket
import time
from collections.abc import Callable, Iterable
from functools import cached_property

from scanner.model import Reason
from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.names.hosts_file import named_here
from scanner.targets.names.lookup import Answer, Lookup, ask, descriptors_lack
from scanner.targets.names.lookup_job import LookupJob
from scanner.targets.names.lookup_threads import MOST_THREADS, LookupThreads
from scanner.targets.names.pending_name import Outcome, PendingName
from scanner.targets.names.resolv_conf import ResolverSchedule, this_hosts
from scanner.targets.names.search_list import Step, hosts_file, steps

_AGAIN_S = 0.1
_ROOMY_S = 1.0
_SHORT_S = 30.0
#: The part of the descriptors that lookups may take while there are names.
_SHARE = 0.75


class Resolver:
    """Resolves names. `submit` some, then `collect` now and then, at least every 0.1 s; neither waits, as long as a
    thread can be had.

    `family`: 4 or 6 only, 0 both. `deadline`: seconds for each lookup, None: what the C library's own schedule takes.
    `lookup`, `clock` (steady seconds), `schedule`, `listed` (which names the hosts file has) and `lack` are parameters
    so that tests can replace them.
    """

    def __init__(
        self,
        *,
        family: int = 0,
        deadline: float | None = None,
        threads: int = MOST_THREADS,
        lookup: Lookup = socket.getaddrinfo,
        clock: Callable[[], float] = time.monotonic,
        schedule: ResolverSchedule | None = None,
        listed: Callable[[Iterable[str]], set[str]] = named_here,
        lack: Callable[[], int] = descriptors_lack,
    ) -> None:
        self._families = (V4,) if family == 4 else (V6,) if family == 6 else (V4, V6)
        self._said = schedule
        self._deadline = deadline
        self._most = threads
        self._lookup, self._clock, self._listed, self._lack = lookup, clock, listed, lack
        self._lookup_threads = LookupThreads(self._ask, clock, threads)
        self._aside: list[tuple[float, LookupJob]] = []
        self._short_at = float("-inf")
        #: How many lookups have yet to be answered.
        self.pending = 0
        #: Plain lines, each added once, when it becomes known.
        self.warnings: list[str] = []

    @cached_property
    def schedule(self) -> ResolverSchedule:
        """The C library's own."""
        return self._said or this_hosts()

    @cached_property
    def deadline(self) -> float:
        """Seconds that a lookup may take."""
        return self.schedule.deadline_s if self._deadline is None else self._deadline

    def fit(self, descriptors: int, names: int) -> int:
        """Limit the threads to what these descriptors allow; returns how many of them to leave to the lookups."""
        each, room = self.schedule.servers, int(descriptors * _SHARE)
        self._most = max(1, min(self._most, room))
        self._lookup_threads.fit(self._most, room, each)
        lookups = min(self._most, names * len(self._families))
        return max(0, min(lookups * each, room, descriptors - 1))

    @property
    def under_way(self) -> list[str]:
        """The names whose lookups have begun and are not over, once for each such lookup."""
        return self._lookup_threads.busy_with

    @property
    def threads(self) -> int:
        """How many threads there are, including those that were given up."""
        return self._lookup_threads.threads

    @property
    def busy(self) -> bool:
        """Whether lookups hold descriptors, or will."""
        return self.pending > 0 or self._lookup_threads.threads > 0

    def submit(self, names: Iterable[str]) -> None:
        """Begin to resolve names. The caller makes sure that each comes only once."""
        texts = list(names)
        listed = self._listed(texts)
        self._begin(PendingName(text, hosts_file if text.lower() in listed else self._steps) for text in texts)
        self._lookup_threads.staff(self._clock())

    def _steps(self, text: str) -> list[Step]:
        return steps(text, self._families, self.schedule.search)

    def _begin(self, names: Iterable[PendingName]) -> None:
        """Queue the lookups of these names' current steps."""
        new = list(names)
        self.pending += sum(name.left for name in new)
        self._lookup_threads.add(new)

    def collect(self) -> list[Outcome]:
        """What was found out since the last call."""
        if not self.pending:
            return []
        now = self._clock()
        if self._aside or self._lookup_threads.most < self._most:
            self._recover(now)
        found = []
        for job in self._lookup_threads.look(now, self.deadline, max(self.deadline, self.schedule.deadline_s)):
            if outcome := self._heard(job, now):
                found.append(outcome)
        for complaint in self._lookup_threads.complaints():
            self._say(complaint)
        return found

    def stop(self) -> None:
        """Nobody will collect any more: no further lookup begins. Safe from a signal handler."""
        self._lookup_threads.stop()

    def _ask(self, text: str, family: int) -> Answer:
        """On a thread: the lookup itself."""
        return ask(text, family, self._lookup, self._lack)

    def _heard(self, job: LookupJob, now: float) -> Outcome | None:
        """A lookup is over: what it says about its name, or None. One that was short is asked again."""
        if job.given_up or job.answer is None:
            self.pending -= 1
            return job.name.heard(job.family, Answer([], Reason.DNS_TIMEOUT), self.deadline - job.spent)
        answer = job.answer
        if answer.unsure and job.took >= 0.95 * self.schedule.query_s:
            answer = answer._replace(reason=Reason.DNS_TIMEOUT)  # the C library gave up: no server said a word
        elif answer.reason or answer.short:
            stands = self._standing(job, answer, now)
            if stands is None:
                return None
            answer = stands
        self.pending -= 1
        name = job.name
        outcome = name.heard(job.family, answer, job.took)
        if outcome is not None and outcome.reason and name.spent + name.took < self.deadline and name.goes_on():
            self._begin([name])
            return None
        return outcome

    def _standing(self, job: LookupJob, answer: Answer, now: float) -> Answer | None:
        """The failure, if it stands, its reason being what it was short of, if anything; None: it is asked again."""
        since = (now if job.short_since is None else job.short_since) if answer.short else None
        if job.crowded:
            self._lookup_threads.doubt(job.again(since, doubted=now), waited=job.slow)
            return None
        if since is None:
            return answer
        if now - since < _SHORT_S:
            self._ask_again(job.again(since), now)
            return None
        return answer._replace(reason=errno.errorcode.get(answer.short, Reason.DNS_FAILED))

    def _ask_again(self, job: LookupJob, now: float) -> None:
        self._say(
            "some name lookups ran out of open files or memory and will be retried (the answers are the same): "
            "raise `ulimit -n`"
        )
        self._aside.append((now + _AGAIN_S, job))
        if now - self._short_at >= _AGAIN_S:
            self._lookup_threads.fewer()
        self._short_at = now

    def _recover(self, now: float) -> None:
        """Put back what was set aside, and allow more at once when there has been room for a while."""
        back = [job for due, job in self._aside if due <= now]
        self._aside = [(due, job) for due, job in self._aside if due > now]
        if now - self._short_at >= _ROOMY_S:
            self._short_at = now
            self._lookup_threads.more(self._most)
        self._lookup_threads.put_back(back)

    def _say(self, warning: str) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)
