"""Many connects at once: launch, wait, harvest, expire. It acts; what an answer means is `verdict.judge`, whom to
probe next is `schedule`.

The scheme, for every probe:

1. a non-blocking socket connects: 0, EINPROGRESS (or EINTR: it goes on by itself), or an errno at once (`leaving.py`);
2. one poll set watches all of them for writability, each with its deadline;
3. what is ready is settled by SO_ERROR, read exactly once (reading clears it); all but a plain RST gets a closer look
   (`examine.py`) and is settled one by one (`settling.py`);
4. only then do deadlines expire, and only those that were due before a poll that returned all there was: after a
   stall (a SIGSTOP, a blocked stdout) thousands of answers wait in the kernel, and none of them is a timeout. A process
   that was stopped while it waited has not looked: epoll_wait(2) returns EINTR then, and Python nothing, once the time
   is over. So after a wait that took too long there is one more look: what came meanwhile belongs to this turn, whose
   `unseen_s` says that it may have come sooner.

Where the kernel allows it (Linux, epoll) sockets are recycled: registered once, edge-triggered, and after a RST
one more connect() (ECONNABORTED) makes them new. That saves socket(), epoll_ctl() and close(), which cost more
than the handshake. The rules it rests on:

* Only a socket that saw a RST, or nothing at all, is recycled, with an empty error queue and no soft error behind it
  (where the kernel cannot have sent the SYN again, or SO_ERROR said so); all others are closed. And only once that has
  been seen to work here, after a RST (`recycling.py`). Silent ones: `sockets.py`.
* A descriptor number says nothing: a stale event is known by its probe having no trial, or being gone.
* Nothing is launched while a batch of events is walked, so no number is reused under it.

One socket's trouble is one socket's: a call on it that fails, with whatever errno, is never a verdict on its target and
ends nothing. The probe is judged by what else is known of the socket (`examine.py`), or sent again on another.

`launch` and `harvest` are the one hot loop of the program, hence plainer and longer than the rest, and what they look
up each time is bound to a local first; `benchmarks/` measures them. For the same reason they write a probe's and a
trial's state themselves.
"""

import errno
import socket
from collections import deque
from collections.abc import Callable
from typing import Generic, cast

from scanner.engine.flight.deadlines import Deadlines
from scanner.engine.flight.examine import examine
from scanner.engine.flight.found import Found, TrialT
from scanner.engine.flight.leaving import Leaving
from scanner.engine.flight.lost_syns import lost_before
from scanner.engine.flight.lost_ways import NO_SOURCE
from scanner.engine.flight.probe import FLYING, IDLE, Probe
from scanner.engine.flight.recycling import Recycling
from scanner.engine.flight.settling import Settling
from scanner.engine.flight.shown_answers import ShownAnswers
from scanner.engine.flight.sockets import Sockets
from scanner.engine.flight.syn_repeats import FIRST_REPEAT_S
from scanner.engine.flight.verdict import REFUSED, Next, Verdict
from scanner.machine.events import Event
from scanner.machine.icmp_counts import WORTH_IT
from scanner.machine.kernel import Kernel
from scanner.model import Place, State

_SOL_SOCKET, _SO_ERROR = socket.SOL_SOCKET, socket.SO_ERROR
_REFUSED, _ABORTED = errno.ECONNREFUSED, errno.ECONNABORTED
#: What connect() returns for a probe that is on its way. Where it is 0, the poller says at once that it is writable.
_UNDER_WAY = frozenset({errno.EINPROGRESS, getattr(errno, "WSAEWOULDBLOCK", errno.EINPROGRESS), errno.EALREADY})
_IPV4 = int(socket.AF_INET)
_SILENT = Next.SILENT  # an enum's member costs a descriptor call each time it is named
_LATE_S = 0.005  # a wait that took so much longer than it was to may not have looked since
_REPEATED_MS = FIRST_REPEAT_S * 1000.0  # a SYN that is sent again may meet a lost route: an error that no event tells


class Multiplexer(Generic[TrialT]):
    """The three steps of a turn: `launch`, `wait` (which harvests), and at its end, deadlines. Its parts are
    `Flight`'s."""

    def __init__(
        self,
        kernel: Kernel,
        sockets: Sockets,
        settling: Settling,
        leaving: Leaving[TrialT],
        recycling: Recycling,
        shown: ShownAnswers,
        lately_left: deque[Place],
        prepare: Callable[[Probe, TrialT], None] | None,
    ) -> None:
        self._kernel = kernel
        self._sockets = sockets
        self._settling = settling
        self._leaving = leaving
        self._recycling = recycling
        self._shown = shown
        self._lately_left = lately_left
        self._prepare = prepare
        self._icmp_counts = kernel.icmp_counts()
        self.deadlines = Deadlines()
        self.answers_at = 0.0  # when the last answers were taken
        self.unseen_s = 0.0  # for how long nobody had looked for any by then: this process may have been stopped

    def launch(self, trials: list[TrialT]) -> list[TrialT]:
        """Connects each; returns the rest, from the first that could not leave on. That one found no room on this
        machine (`shortage` says of what), or has lost its way (`missing` says what); the others were not tried."""
        leaving, kernel, clock = self._leaving, self._kernel, self._kernel.clock
        lanes, idle, prepare = self.deadlines.lanes, self._sockets.idle, self._prepare
        lately_left = self._lately_left
        for position, trial in enumerate(trials):
            endpoint = trial.endpoint
            place = endpoint.place
            family = place.family
            home = idle[family]
            probe = home.pop() if home else self._sockets.new(family)
            if probe is None:
                leaving.no_socket()
                return trials[position:]
            if prepare is not None:
                try:
                    prepare(probe, trial)
                except OSError as why:
                    self._sockets.discard(probe)
                    self._settling.not_sent(trial, why.errno or errno.EIO)
                    continue
            error = probe.connect((place.numeric, endpoint.port) if family == _IPV4 else trial.address)
            probe.sent = now = clock()  # after connect(): a stall between the two must not eat the deadline
            if error not in _UNDER_WAY and error != errno.EINTR:
                if error != 0:
                    if not leaving.settle_at_once(probe, trial, error):
                        return trials[position:]
                    continue
                self._shown.at_once(probe, trial)
            note = place.note
            if not note.source:
                note.source = source = kernel.own_address(probe.sock)
                if (source[:4] == "127." or source in NO_SOURCE) and leaving.homeless(probe, source, place):
                    if not leaving.cannot_leave(probe, trial):
                        return trials[position:]
                    continue
                lately_left.append(place)
            probe.trial = trial
            probe.state = FLYING
            trial.attempts = probe.attempt = trial.attempts + 1
            trial.probes = (*trial.probes, probe) if trial.probes else (probe,)
            patience = trial.patience
            lane = lanes.get(patience)
            if not lane:
                lane = self.deadlines.empty_lane(patience, now)
            lane[probe] = now + patience
            probe.lane = lane
            if error == errno.EINTR:
                leaving.look_at_interrupted(probe)
        return []

    def wait(self, timeout: float) -> Found[TrialT]:
        """Waits for answers, at most `timeout` seconds, settles all that came, then lets deadlines expire.

        Returns what was found since the last call, by this and by `launch`.
        """
        sockets, before = self._sockets, self._kernel.clock()
        events = sockets.wait(timeout)
        now = self._kernel.clock()
        self.answers_at, self.unseen_s = now, now - self.answers_at
        late = now > before + timeout + _LATE_S
        while events is None or not self._harvested(events, now) or late:
            late = False
            events = sockets.wait(0)
        self._expire(before)
        found = self._settling.take()
        if found:
            self._shown.answered(found.answers)
        return cast("Found[TrialT]", found)

    def _harvested(self, events: list[Event], now: float) -> bool:
        """Settles these; whether that is all there was."""
        if events:
            self.harvest(events, now)
        return self._sockets.poller.drained

    def harvest(self, events: list[Event], now: float) -> None:
        """Settles every probe that has an event."""
        probes, settling, shown = self._sockets.by_fd, self._settling, self._shown
        refused, judged = settling.found.refused, settling.found.judged
        icmp, recycling = self._icmp_counts, self._recycling
        few = shown.few if not shown.warning else 0
        shown.new_turn()
        edge = self._sockets.poller.edge  # another may have taken its place
        recycle, unproven = recycling.proven and edge, recycling.unproven and edge
        # Whether each refusal's error queue must be asked: it may be a firewall's ICMP message (icmp_counts.py).
        ask = icmp is None or len(events) < WORTH_IT or icmp.suspicious(now, drained=self._sockets.poller.drained)
        for fd, event in events:
            probe = probes.get(fd)
            if probe is None:
                continue
            trial = probe.trial
            if trial is None:
                continue
            try:
                error = probe.option(_SOL_SOCKET, _SO_ERROR)
            except OSError as why:
                settling.settle(probe, settling.unreadable(probe, why), now)
                continue
            if error != _REFUSED or (ask and probe.flag is not None and probe.queued_error()):
                settling.settle(probe, examine(self._kernel, probe, error, event), now)
                continue
            # A RST: by far the most frequent answer of a sweep.
            if few:
                few = shown.refused(probe, trial)
            trial.verdict = REFUSED
            trial.rtt_ms = (now - probe.sent) * 1000.0
            del probe.lane[probe]  # type: ignore[union-attr]
            probe.trial = None
            probe.state = IDLE
            if trial.attempts > 1 or len(trial.probes) > 1:
                trial.answered = probe.attempt
                trial.lost_syns = lost_before(self._kernel, probe, trial, State.REFUSED)
                self._sockets.close_for(trial, but=probe)
                judged.append(trial)
            elif trial.sentinel:
                judged.append(trial)
            else:
                refused.append(trial)
            trial.probes = ()
            bound = trial.endpoint.place.scope  # to a link, for good: another target would be looked for there
            fit = not (bound or probe.soft) and trial.rtt_ms < _REPEATED_MS
            may_be = fit and (recycle or (unproven and recycling.tries(probe)))
            if may_be and probe.connect(probe.nowhere) == _ABORTED:
                probe.home.append(probe)
            else:
                self._sockets.discard(probe)

    def _expire(self, before: float) -> None:
        """Looks once more at every probe that was due at `before`, then calls it silent."""
        settling, never_left = self._settling, self._leaving.never_left
        ask = self.deadlines.next <= before and self._leaving.addresses_may_differ()
        for probe in self.deadlines.due(before):
            if never_left(probe, ask=ask):
                continue
            verdict = settling.looked_at(probe, expired=True)
            if verdict is _SILENT:
                settling.silent_in_time(probe, before)
                continue
            if isinstance(verdict, Verdict) and self._recycling.disproved(probe, "no event reported an answer"):
                self._sockets.drop_idle()
            settling.settle(probe, verdict, before, expired=True)
        self._sockets.close_due(before)

    def close(self) -> None:
        """Closes what only this has open."""
        self._leaving.close()
        if self._icmp_counts is not None:
            self._icmp_counts.close()
