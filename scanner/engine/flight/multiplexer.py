"""Many connects at once: launch, wait, harvest, expire. It acts; what an answer means is `verdict.judge`, whom to
probe next is `schedule`; what becomes of a socket whose probe is over is `sockets.py`.

The scheme, for every probe:

1. a non-blocking socket connects: 0, EINPROGRESS (or EINTR: it goes on by itself), or an errno at once;
2. one poll set watches all of them for writability, each with its deadline;
3. what is ready is settled by SO_ERROR, read exactly once (reading clears it); all but a plain RST gets a closer look
   (`examine.py`);
4. only then do deadlines expire, and only those that were due before a poll that returned all there was: after a
   stall (a SIGSTOP, a blocked stdout) thousands of answers wait in the kernel, and none of them is a timeout.

Where the kernel allows it (Linux, epoll) sockets are recycled: registered once, edge-triggered, and after a RST
one more connect() (ECONNABORTED) makes them new. That saves socket(), epoll_ctl() and close(), which cost more
than the handshake. The rules it rests on:

* Only a socket that saw a RST, with an empty error queue, is recycled; all others are closed. And only once that has
  been seen to work here (`recycling.py`).
* A descriptor number says nothing: a stale event is known by its slot having no trial, or being gone.
* Nothing is launched while a batch of events is walked, so no number is reused under it.

One socket's trouble is one socket's: a call on it that fails, with whatever errno, is never a verdict on its target and
ends nothing. The probe is judged by what else is known of the socket (`examine.py`), or sent again on another.

`launch` and `harvest` are the one hot loop of the program, hence plainer and longer than the rest, and what they look
up each time is bound to a local first; `benchmarks/` measures them.
"""

import errno
import socket
from collections.abc import Callable, Collection, Iterator

from scanner.engine.brakes.repeated_syns import closes_at
from scanner.engine.flight.deadlines import Deadlines
from scanner.engine.flight.examine import examine, unreadable
from scanner.engine.flight.lost_syns import lost_before
from scanner.engine.flight.recycling import Recycling
from scanner.engine.flight.sockets import Sockets
from scanner.engine.flight.verdict import (
    MAYBE_NO_WAY,
    NO_WAY,
    REFUSED,
    Evidence,
    Next,
    No,
    Verdict,
    judge,
    kind_of_no,
    local_error,
)
from scanner.engine.room.lost_ways import NO_SOURCE, Lost, Ways
from scanner.engine.trial import Denial, Slot, Trial
from scanner.engine.truth.paths import Path
from scanner.machine.events import Event
from scanner.machine.icmp_counts import WORTH_IT
from scanner.machine.interposed import ANSWERS
from scanner.machine.kernel import Kernel
from scanner.machine.tcp_info import CLOSE, SYN_SENT
from scanner.model import Endpoint, Place, State

_SOL_SOCKET, _SO_ERROR = socket.SOL_SOCKET, socket.SO_ERROR
_REFUSED, _ABORTED = errno.ECONNREFUSED, errno.ECONNABORTED
#: What connect() returns of a socket that is not as it should be, whoever the target is (and after a kill, `ss -K`).
_SOCKETS_OWN = frozenset({errno.EBADF, errno.ENOTSOCK, errno.EISCONN, errno.ECONNABORTED, errno.EIO})
#: What connect() returns for a probe that is on its way. Where it is 0, the poller says at once that it is writable.
_UNDER_WAY = frozenset({errno.EINPROGRESS, getattr(errno, "WSAEWOULDBLOCK", errno.EINPROGRESS), errno.EALREADY})
_MOST_AGAIN = 16
_IPV4 = int(socket.AF_INET)


class Multiplexer:
    """The probes in flight. Times are the kernel's monotonic clock, in seconds.

    After each step the caller empties the lists it filled: `judged` (trials with a verdict), `silent` (trials whose
    present attempt found no answer), `denied` (trials whose present attempt met a "no" that may pass), `again` (trials
    whose probe never truly left). With `noes_stand` every "no" is a verdict at once, as it is for a sentinel.

    `prepare` is called with each socket just before its connect(), to set a hop limit for instance; what it sets stays
    with a socket that is recycled, so `recycle=False` goes with it. `ways` knows which ways this host has lost and
    awaits (lost_ways.py). `spare`: what is overdue is closed before the kernel repeats its SYN (repeated_syns.py).
    Raises UsageError for a poller that is not here.
    """

    def __init__(
        self,
        kernel: Kernel,
        poller: str | None = None,
        *,
        capacity: int | None = None,
        prepare: Callable[[Slot, Trial], None] | None = None,
        recycle: bool = True,
        noes_stand: bool = False,
        ways: Ways | None = None,
        spare: bool = False,
    ) -> None:
        self._kernel = kernel
        self._spare = spare
        watching = kernel.poller(poller)
        most = watching.capacity
        self._sockets = Sockets(kernel, watching, most if capacity is None else min(capacity, most))
        self._prepare = prepare
        self._recycling = Recycling(recycle and kernel.recycles and watching.edge, kernel.cannot_recycle)
        self._noes_stand = noes_stand
        self._ways = Ways() if ways is None else ways
        self.missing: Lost | None = None
        self._icmp_watch = kernel.icmp_watch()
        self.interposed = kernel.interposed()
        self.at_once = 0  # verdicts that no answer led to, but connect() itself, or this machine
        self._open_seen = False  # whether an open port of this round was looked at
        self._deadlines = Deadlines()
        self._trouble = errno.EINTR  # what kept a probe from leaving, where nothing better is known
        self.heard = 0.0  # when the last answers were taken
        self.judged: list[Trial] = []
        self.silent: list[Trial] = []
        self.denied: list[Trial] = []
        self.again: list[Trial] = []

    @property
    def capacity(self) -> int:
        """How many sockets there may be: as many as were asked for, and no more than the poller can watch."""
        return self._sockets.capacity

    def fit(self, capacity: int) -> None:
        """So many sockets there may be from now on, as far as the poller can watch them."""
        self._sockets.capacity = min(capacity, self._sockets.poller.capacity)

    @property
    def shortage(self) -> int:
        """The errno of the local limit that was met last, 0 if none."""
        return self._sockets.shortage

    @property
    def in_flight(self) -> int:
        """Probes whose deadline is still to come."""
        return len(self._deadlines)

    def in_flight_of(self, family: int) -> int:
        """Probes of one address family that wait for an answer; slow, for rare cases."""
        return self._deadlines.of_home(self._sockets.free[family])

    def waiting(self) -> Iterator[tuple[Endpoint, float]]:
        """Every target in flight, and when it was probed; at an attempt after the first: long ago."""
        return self._deadlines.waiting()

    @property
    def next_deadline(self) -> float:
        """The earliest instant at which a probe may be due (it may have settled since); infinity if none."""
        return min(self._deadlines.next, self._sockets.next_closing)

    def launch(self, trials: list[Trial]) -> list[Trial]:
        """Connects each; returns those for which this machine had no room (`shortage` says what of), or the first of
        which has lost its way for now (`missing` says what of it, else None)."""
        kernel, clock = self._kernel, self._kernel.clock
        lanes, free, prepare = self._deadlines.lanes, self._sockets.free, self._prepare
        lately_left = self._ways.lately_left
        for position, trial in enumerate(trials):
            endpoint = trial.endpoint
            place = endpoint.place
            family = place.family
            home = free[family]
            slot = home.pop() if home else self._sockets.new(family)
            if slot is None:
                self.missing = None
                return trials[position:]
            if prepare is not None:
                try:
                    prepare(slot, trial)
                except OSError as why:
                    self._sockets.discard(slot)
                    self._not_sent(trial, why.errno or errno.EIO)
                    continue
            error = slot.connect((place.numeric, endpoint.port) if family == _IPV4 else trial.address)
            slot.sent = now = clock()  # after connect(): a stall between the two must not eat the deadline
            if error not in _UNDER_WAY and error != errno.EINTR:
                if error != 0:
                    if not self._settle_at_once(slot, trial, error):
                        return trials[position:]
                    continue
                self._look(slot, trial, at_once=True)
            if not place.source:
                place.source = source = kernel.own_address(slot.sock)
                if (source[:4] == "127." or source in NO_SOURCE) and self._homeless(slot, source, place):
                    if not self._cannot_leave(slot, trial):
                        return trials[position:]
                    continue
                lately_left.append(place)
            slot.trial = trial
            trial.attempts = slot.attempt = trial.attempts + 1
            trial.slots = (*trial.slots, slot) if trial.slots else (slot,)
            patience = trial.patience
            lane = lanes.get(patience)
            if not lane:
                lane = self._deadlines.empty_lane(patience, now)
            lane[slot] = now + patience
            slot.lane = lane
            if error == errno.EINTR:
                self._look_at_interrupted(slot)
        return []

    def _settle_at_once(self, slot: Slot, trial: Trial, error: int) -> bool:
        """connect() answered by itself. False when that was a limit of this machine."""
        sockets = self._sockets
        if error in _SOCKETS_OWN:
            if self._recycling.disproved(slot, errno.errorcode[error]):
                sockets.drop_idle()
            sockets.discard(slot)
            self._not_sent(trial, error)
            return True
        verdict = judge(Evidence(error, at_once=True))
        self.missing = None
        if (error in NO_WAY or error == errno.EINVAL) and self.source_lost(trial):
            self.missing = Lost.SOURCE  # what connect() says of a socket that is bound to it
        elif (error in NO_WAY or error in MAYBE_NO_WAY) and self._ways.lost(trial, Lost.ROUTE, slot.sent, error):
            self.missing = Lost.ROUTE
        if self.missing is not None:
            sockets.discard(slot)
            return False
        if error in MAYBE_NO_WAY and not trial.never_left:  # a route may have come back before the kernel was asked
            sockets.discard(slot)
            self._not_sent(trial, error)
            return True
        if verdict is Next.AGAIN:
            sockets.shortage = error
            sockets.discard(slot)
            if error == errno.EADDRNOTAVAIL:
                for earlier in trial.slots:  # each holds a local port that this destination could do with
                    sockets.forget(earlier, trial)
            else:
                sockets.make_room()
            return False
        if error in ANSWERS:
            self._look(slot, trial, at_once=True, refused=True)
        self._end_at_once(slot, trial, verdict)
        return True

    def _end_at_once(self, slot: Slot, trial: Trial, verdict: Verdict | Next) -> None:
        trial.attempts = slot.attempt = trial.attempts + 1
        slot.trial = trial
        trial.slots = (*trial.slots, slot)
        self.at_once += 1
        self._settle(slot, verdict, slot.sent)

    def _cannot_leave(self, slot: Slot, trial: Trial) -> bool:
        """It was given no address of this host's to send from. False: one is awaited; else that is its verdict."""
        trial.endpoint.place.source = ""
        if self._ways.lost(trial, Lost.ADDRESS, slot.sent):
            self.missing = Lost.ADDRESS
            self._sockets.discard(slot)
            return False
        self._end_at_once(slot, trial, local_error(errno.EADDRNOTAVAIL))
        return True

    def _look(self, slot: Slot, trial: Trial, *, at_once: bool = False, refused: bool = False) -> None:
        """Whether this answer can be the target's."""
        if self.interposed is not None and not self.interposed.warning:
            endpoint = trial.endpoint
            target = (endpoint.place.numeric, endpoint.port)
            self.interposed.look(self._kernel.seen(slot.sock, target, refused=refused, at_once=at_once))

    def _homeless(self, slot: Slot, source: str, place: Place, *, silent: bool = False) -> bool:
        """Whether its SYNs leave from no address of this host's. (A socket that is through, or closed, was connected to
        something else in the target's place: interposed.py.)"""
        return self._ways.homeless(source, place, silent=silent) and self._kernel.info(slot.sock).state == SYN_SENT

    def source_lost(self, trial: Trial) -> bool:
        """Whether the address that the user chose to probe from is gone, and awaited."""
        return self._kernel.source_gone() and self._ways.lost(trial, Lost.SOURCE, self._kernel.clock())

    def _look_at_interrupted(self, slot: Slot) -> None:
        """EINTR: the attempt goes on by itself (POSIX connect()), unless something kept the call from the kernel.

        Then the socket is as new, no event ever comes, and its deadline would be the first to tell.
        """
        if self._kernel.info(slot.sock).state == CLOSE:
            self._settle(slot, self._looked_at(slot), slot.sent)

    def _looked_at(self, slot: Slot, *, expired: bool = False) -> Verdict | Next:
        """What a probe has found, though no event tells of it."""
        try:
            error = slot.option(_SOL_SOCKET, _SO_ERROR)
        except OSError as why:
            return self._unreadable(slot, why, expired=expired)
        return examine(self._kernel, slot, error, expired=expired)

    def _unreadable(self, slot: Slot, why: OSError, *, expired: bool = False) -> Verdict | Next:
        """SO_ERROR could not be read: what else is known of this socket."""
        self._trouble = why.errno or errno.EIO
        return unreadable(self._kernel, slot, expired=expired)

    def wait(self, timeout: float) -> None:
        """Waits for answers, at most `timeout` seconds, settles all that came, then lets deadlines expire."""
        sockets, before = self._sockets, self._kernel.clock()
        events = sockets.wait(timeout)
        self.heard = now = self._kernel.clock()
        while events is not None:
            if events:
                self.harvest(events, now)
            if sockets.poller.drained:
                self._expire(before)
                return
            events = sockets.wait(0)

    def harvest(self, events: list[Event], now: float) -> None:
        """Settles every probe that has an event."""
        slots, judged = self._sockets.by_fd, self.judged
        watch, recycling = self._icmp_watch, self._recycling
        few = interposed.few if (interposed := self.interposed) is not None else 0
        self._open_seen = False
        edge = self._sockets.poller.edge  # another may have taken its place
        recycle, trying = recycling.proven and edge, recycling.trying and edge
        # Whether each refusal's error queue must be asked: it may be a firewall's ICMP message (icmp_counts.py).
        ask = watch is None or len(events) < WORTH_IT or watch.suspicious(now, drained=self._sockets.poller.drained)
        for fd, event in events:
            slot = slots.get(fd)
            if slot is None:
                continue
            trial = slot.trial
            if trial is None:
                continue
            try:
                error = slot.option(_SOL_SOCKET, _SO_ERROR)
            except OSError as why:
                self._settle(slot, self._unreadable(slot, why), now)
                continue
            if error != _REFUSED or (ask and slot.flag is not None and slot.queued_error()):
                self._settle(slot, examine(self._kernel, slot, error, event), now)
                continue
            # A RST: by far the most frequent answer of a sweep.
            if few:
                few = self._few_looked_at(slot, trial)
            trial.verdict = REFUSED
            trial.rtt_ms = (now - slot.sent) * 1000.0
            del slot.lane[slot]  # type: ignore[union-attr]
            slot.trial = None
            if trial.attempts > 1 or len(trial.slots) > 1:
                trial.answered = slot.attempt
                trial.lost_syns = lost_before(self._kernel, slot, trial, State.REFUSED)
                self._sockets.release(trial, but=slot)
            trial.slots = ()
            judged.append(trial)
            bound = trial.endpoint.place.scope  # to a link, for good: another target would be looked for there
            may_be = not bound and (recycle or (trying and recycling.tries(slot)))
            if may_be and slot.connect(slot.nowhere) == _ABORTED:
                slot.home.append(slot)
            else:
                self._sockets.discard(slot)

    def _few_looked_at(self, slot: Slot, trial: Trial) -> int:
        """The first refused ports of a scan are looked at; how many more are to be."""
        assert self.interposed is not None
        self._look(slot, trial, refused=True)
        self.interposed.few -= 1
        return self.interposed.few

    def _settle(self, slot: Slot, verdict: Verdict | Next, now: float, *, expired: bool = False) -> None:
        """Acts on what one socket found, other than a plain RST. `expired`: it may still find something later."""
        sockets, trial = self._sockets, slot.trial
        if verdict is Next.WAIT or trial is None:
            sockets.unwatch(slot)  # its deadline looks again
            return
        newest = slot.lane is not sockets.overdue  # what is overdue was reported once already
        if isinstance(verdict, Verdict):
            if self._may_pass(trial, verdict):
                self._denied(slot, trial, verdict, now, newest=newest)
                return
            trial.verdict = verdict
            trial.answered = slot.attempt
            trial.sent = slot.sent
            if trial.rtt_ms is None and verdict.state is not State.ERROR:
                trial.rtt_ms = (now - slot.sent) * 1000.0
            if verdict.state is State.OPEN and not self._open_seen:
                self._open_seen = True
                self._look(slot, trial)
            sockets.release(trial)
            self.judged.append(trial)
        elif verdict is Next.AGAIN:
            self._launch_again(slot, trial, newest=newest)
        else:
            until = slot.sent + closes_at(trial.patience) if self._spare else float("inf")
            if newest and expired and until > now:
                sockets.keep_overdue(slot, until)
            else:
                sockets.forget(slot, trial)
            if newest:
                self.silent.append(trial)

    def _may_pass(self, trial: Trial, verdict: Verdict) -> bool:
        """Whether this "no" is but an attempt."""
        if verdict.state is not State.UNREACHABLE or trial.sentinel or self._noes_stand:
            return False
        return kind_of_no(verdict, own=trial.own_word) is No.PASSING

    def _denied(self, slot: Slot, trial: Trial, verdict: Verdict, now: float, *, newest: bool) -> None:
        """One attempt met a "no". Others of this trial that are still silent may yet be answered."""
        trial.denials = (*trial.denials, Denial(slot.attempt, verdict, (now - slot.sent) * 1000.0))
        self._sockets.forget(slot, trial)
        if newest:
            trial.denied_until = slot.sent + trial.patience
            self.denied.append(trial)

    def _launch_again(self, slot: Slot, trial: Trial, *, newest: bool) -> None:
        """The probe never left, or met itself: it does not count. But what never leaves at all must end some day."""
        met_itself = self._kernel.self_connected(slot.sock)
        if met_itself and newest:
            self._sockets.keep_overdue(slot)
            self._sockets.unwatch(slot)
        else:
            self._sockets.forget(slot, trial)
        if newest:
            trial.attempts -= 1
            self._not_sent(trial, errno.EADDRNOTAVAIL if met_itself else self._trouble)

    def _not_sent(self, trial: Trial, trouble: int) -> None:
        """An attempt that does not count; `trouble` is the errno of what stood in its way."""
        trial.never_left += 1
        if trial.never_left <= _MOST_AGAIN:
            self.again.append(trial)
        else:
            self.give_up(trial, local_error(trouble))

    def _expire(self, before: float) -> None:
        """Looks once more at every probe that was due at `before`, then calls it silent."""
        for slot in self._deadlines.due(before):
            if self._never_left(slot):
                continue
            verdict = self._looked_at(slot, expired=True)
            if isinstance(verdict, Verdict) and self._recycling.disproved(slot, "no event told of an answer"):
                self._sockets.drop_idle()
            self._settle(slot, verdict, before, expired=True)
        self._sockets.close_due(before)

    def _never_left(self, slot: Slot) -> bool:
        """Whether a silent attempt had an address of this host's to send from no longer: it does not count.

        The place's own note of its source may be older than that. (A new attempt is looked at when it leaves.)
        """
        trial = slot.trial
        assert trial is not None
        place = trial.endpoint.place
        source = place.source if place.ports == trial.attempts == 1 else self._kernel.own_address(slot.sock)
        if source[:4] not in ("127.", "fe80") and source not in NO_SOURCE:
            return False
        if not self._homeless(slot, source, place, silent=True):
            return False
        self._sockets.forget(slot, trial)
        place.source = ""
        trial.attempts -= 1
        if self._ways.lost(trial, Lost.ADDRESS, self._kernel.clock()):
            self.again.append(trial)
        else:
            self.give_up(trial, local_error(errno.EADDRNOTAVAIL))
        return True

    def give_up(self, trial: Trial, verdict: Verdict) -> None:
        """This machine cannot probe it: that is its verdict."""
        self.at_once += 1
        trial.attempts += 1
        trial.verdict = verdict
        self._sockets.release(trial)
        self.judged.append(trial)

    def release(self, trial: Trial) -> None:
        """Closes every socket that still waits for this trial."""
        self._sockets.release(trial)

    def drop_overdue(self, paths: Collection[Path]) -> None:
        """Closes the sockets of silent attempts on these paths: they send their SYNs again, too much there."""
        self._sockets.drop_overdue(paths)

    def close(self) -> None:
        """Closes every socket, in flight or not."""
        self._sockets.close()
        if self._icmp_watch is not None:
            self._icmp_watch.close()
