"""Many connects at once: launch, wait, harvest, expire. It acts; what an answer means is `verdict.judge`, whom to
probe next is `schedule`.

The scheme, for every probe:

1. a non-blocking socket connects: 0, EINPROGRESS (or EINTR: it goes on by itself), or an errno at once;
2. one poll set watches all of them for writability, each with its deadline;
3. what is ready is settled by SO_ERROR, read exactly once (reading clears it);
4. only then do deadlines expire, and only those that were due before a poll that returned all there was: after a
   stall (a SIGSTOP, a blocked stdout) thousands of answers wait in the kernel, and none of them is a timeout.

Where the kernel allows it (Linux, epoll) sockets are recycled: registered once, edge-triggered, and after a RST
one more connect() (ECONNABORTED) makes them new. That saves socket(), epoll_ctl() and close(), which cost more
than the handshake. The rules it rests on:

* Only a socket that saw a RST, with an empty error queue, is recycled; all others are closed.
* A descriptor number says nothing: a stale event is known by its slot having no trial, or being gone.
* Nothing is launched while a batch of events is walked, so no number is reused under it.

Sockets of silent attempts are kept for late answers, those that met themselves so that their port is not drawn again;
both are the first to go when this machine is short of descriptors or local ports.

`harvest` is the one hot loop of the program, hence plainer and longer than the rest; `benchmarks/` measures it.
"""

import contextlib
import errno
import socket
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

from scanner.engine.icmpwatch import WORTH_IT
from scanner.engine.kernel import Kernel, TcpInfo
from scanner.engine.paths import Path
from scanner.engine.pollers import Event
from scanner.engine.trial import Slot, Trial
from scanner.engine.verdict import CLOSE, ERR, REFUSED, Evidence, Next, Verdict, judge, local_error
from scanner.model import Place, State

_SOL_SOCKET, _SO_ERROR = socket.SOL_SOCKET, socket.SO_ERROR
_REFUSED, _ABORTED = errno.ECONNREFUSED, errno.ECONNABORTED
#: What connect() returns for a probe that is on its way; 0 too, for the poller says at once that it is writable.
_UNDER_WAY = frozenset({0, errno.EINPROGRESS, getattr(errno, "WSAEWOULDBLOCK", errno.EINPROGRESS), errno.EALREADY})
_MOST_AGAIN = 16
_SYN_AGAIN_US = 1e6  # the kernel repeats an unanswered SYN after this time (RFC 6298)
_IPV4 = int(socket.AF_INET)
_NO_FLAG = [(0, 0)]


class Multiplexer:
    """The probes in flight. Times are the kernel's monotonic clock, in seconds.

    After each step the caller empties the lists it filled: `judged` (trials with a verdict), `silent` (trials whose
    present attempt found no answer), `again` (trials whose probe never truly left).
    """

    def __init__(self, kernel: Kernel, poller: str | None = None) -> None:
        self._kernel = kernel
        self._poller = kernel.poller(poller)
        self._edge = self._poller.edge
        self._recycle = kernel.recycles and self._edge
        self._icmp_watch = kernel.icmp_watch()
        self._slots: dict[int, Slot] = {}
        self._free: dict[int, list[Slot]] = {int(socket.AF_INET): [], int(socket.AF_INET6): []}
        self._lanes: dict[float, dict[Slot, float]] = {}
        self._next_due: dict[float, float] = {}
        self._overdue: dict[Slot, float] = {}  # silent already, but their answers still count
        self._never_left: dict[Trial, int] = {}
        self.judged: list[Trial] = []
        self.silent: list[Trial] = []
        self.again: list[Trial] = []
        self.capacity = self._poller.capacity
        self.prepare: Callable[[Slot, Trial], None] | None = None  # e.g. a hop limit, just before connect()
        self.shortage = 0  # the errno of the local limit that was met last

    @property
    def in_flight(self) -> int:
        """Probes whose deadline is still to come."""
        return sum(map(len, self._lanes.values()))

    def in_flight_of(self, family: int) -> int:
        """Probes of one address family that wait for an answer; slow, for rare cases."""
        home = self._free[family]
        return sum(slot.home is home for lane in self._lanes.values() for slot in lane)

    def waiting_at(self, before: Mapping[Place, float]) -> Counter[Place]:
        """How many targets at these places are silent: probed before the time given, or again. Slow, for rare cases."""
        return Counter(
            place
            for lane in self._lanes.values()
            for slot in lane
            if (trial := slot.trial) is not None
            and (place := trial.endpoint.place) in before
            and (trial.attempts > 1 or slot.sent < before[place])
            and not trial.sentinel
        )

    @property
    def next_deadline(self) -> float:
        """The earliest instant at which a probe may be due (it may have settled since); infinity if none."""
        return min((due for wait, due in self._next_due.items() if self._lanes[wait]), default=float("inf"))

    def launch(self, trials: list[Trial]) -> list[Trial]:
        """Connects each; returns those for which this machine had no room (`shortage` says what of)."""
        kernel, clock = self._kernel, self._kernel.clock
        lanes, free, prepare = self._lanes, self._free, self.prepare
        for position, trial in enumerate(trials):
            endpoint = trial.endpoint
            place = endpoint.place
            family = place.family
            home = free[family]
            slot = home.pop() if home else self._new_slot(family)
            if slot is None:
                return trials[position:]
            if prepare is not None:
                prepare(slot, trial)
            error = slot.connect((place.numeric, endpoint.port) if family == _IPV4 else trial.address)
            slot.sent = now = clock()  # after connect(): a stall between the two must not eat the deadline
            if error not in _UNDER_WAY and error != errno.EINTR:
                if not self._settle_at_once(slot, trial, error):
                    return trials[position:]
                continue
            slot.trial = trial
            trial.attempts = slot.attempt = trial.attempts + 1
            trial.slots = (*trial.slots, slot) if trial.slots else (slot,)
            patience = trial.patience
            lane = lanes.get(patience)
            if lane is None:
                lane = lanes[patience] = {}
            if not lane:
                self._next_due[patience] = now + patience
            lane[slot] = now + patience
            slot.lane = lane
            if not place.source:
                place.source = kernel.own_address(slot.sock)
            if error == errno.EINTR:
                self._look_at_interrupted(slot)
        return []

    def _new_slot(self, family: int) -> Slot | None:
        """A fresh socket, watched where it is to be recycled; None when this machine has no room for one."""
        if len(self._slots) >= self.capacity and not self._make_room():
            self.shortage = errno.EMFILE
            return None
        try:
            sock = self._kernel.socket(family)
        except OSError as why:
            self.shortage = why.errno or errno.EMFILE
            return self._new_slot(family) if self._make_room() else None
        fd = sock.fileno()
        try:
            if not self._poller.accepts(fd):
                raise OSError(errno.ENOSPC, "the poller has no room for this descriptor")
            self._poller.add(fd)
        except OSError as why:
            sock.close()
            self.shortage = why.errno or errno.EMFILE
            return self._new_slot(family) if self._make_room() else None
        slot = self._slots[fd] = Slot(sock, family, self._free[family], self._kernel.flagger(fd))
        return slot

    def _settle_at_once(self, slot: Slot, trial: Trial, error: int) -> bool:
        """connect() answered by itself. False when that was a limit of this machine."""
        verdict = judge(Evidence(error, at_once=True))
        if verdict is Next.AGAIN:
            self.shortage = error
            self._discard(slot)
            if error == errno.EADDRNOTAVAIL:
                for earlier in trial.slots:  # each holds a local port that this destination could do with
                    self._forget(earlier, trial)
            else:
                self._make_room()
            return False
        trial.attempts = slot.attempt = trial.attempts + 1
        slot.trial = trial
        trial.slots = (*trial.slots, slot)
        self._settle(slot, verdict, slot.sent)
        return True

    def _look_at_interrupted(self, slot: Slot) -> None:
        """EINTR: the attempt goes on by itself (POSIX connect()), unless something kept the call from the kernel.

        Then the socket is as new, no event ever comes, and its deadline would be the first to tell.
        """
        if self._kernel.info(slot.sock).state == CLOSE:
            error = slot.option(_SOL_SOCKET, _SO_ERROR)
            self._settle(slot, self._examine(slot, error, 0, expired=False), slot.sent)

    def wait(self, timeout: float) -> None:
        """Waits for answers, at most `timeout` seconds, settles all that came, then lets deadlines expire."""
        before = self._kernel.clock()
        events = self._poller.wait(timeout)
        now = self._kernel.clock()
        if events:
            self.harvest(events, now)
        while not self._poller.drained:
            self.harvest(self._poller.wait(0), now)
        self._expire(before)

    def harvest(self, events: list[Event], now: float) -> None:
        """Settles every probe that has an event."""
        slots, recycle, judged = self._slots, self._recycle, self.judged
        watch = self._icmp_watch
        # Whether each refusal's error queue must be asked: it may be a firewall's ICMP message (icmpwatch.py).
        ask = watch is None or len(events) < WORTH_IT or watch.suspicious(now, drained=self._poller.drained)
        for fd, event in events:
            slot = slots.get(fd)
            if slot is None:
                continue
            trial = slot.trial
            if trial is None:
                continue
            error = slot.option(_SOL_SOCKET, _SO_ERROR)
            if error != _REFUSED or (ask and slot.flag is not None and (slot.flag(0) or _NO_FLAG)[0][1] & ERR):
                self._settle(slot, self._examine(slot, error, event, expired=False), now)
                continue
            # A RST: by far the most frequent answer of a sweep.
            trial.verdict = REFUSED
            trial.rtt_ms = (now - slot.sent) * 1000.0
            del slot.lane[slot]  # type: ignore[union-attr]
            slot.trial = None
            if trial.attempts > 1 or len(trial.slots) > 1:
                trial.answered = slot.attempt
                trial.lost_syns = slot.attempt - 1
                self._drop_others(trial, slot)
            trial.slots = ()
            judged.append(trial)
            if recycle and slot.connect(slot.nowhere) == _ABORTED:
                slot.home.append(slot)
            else:
                self._discard(slot)

    def _examine(self, slot: Slot, error: int, event: int, *, expired: bool) -> Verdict | Next:
        """Gathers what the kernel knows of a probe beyond SO_ERROR, and has it judged."""
        kernel, sock, trial = self._kernel, slot.sock, slot.trial
        self_connected = error == 0 and kernel.self_connected(sock)
        if expired and trial is not None:
            error = error or trial.soft
        icmp = None
        if slot.flag is not None and (slot.flag(0) or _NO_FLAG)[0][1] & ERR:
            icmp = kernel.icmp(sock)
        info = kernel.info(sock)
        verdict = judge(
            Evidence(
                error,
                event,
                info.state,
                info.rtt_us,
                icmp,
                expired=expired,
                self_connected=self_connected,
                queue=slot.flag is not None,
            )
        )
        if trial is not None and verdict is Next.WAIT:
            trial.soft = error or trial.soft  # reading it has cleared it
        if trial is not None and isinstance(verdict, Verdict):
            trial.lost_syns = self._lost_syns(slot, trial, info)
            if verdict.state is State.OPEN and info.rtt_us:
                trial.rtt_ms = info.rtt_us / 1000.0
            if verdict.icmp_from and verdict.icmp_from in (trial.endpoint.place.source, "127.0.0.1", "::1"):
                verdict = verdict._replace(icmp_from="")  # this host said so itself
        return verdict

    def _lost_syns(self, slot: Slot, trial: Trial, info: TcpInfo) -> int:
        """The SYNs that went unanswered before this answer: of this socket, and of those that left before it."""
        waited_us = (self._kernel.clock() - slot.sent) * 1e6
        late = info.rtt_us > 0 and waited_us - info.rtt_us < _SYN_AGAIN_US / 2  # it answers the first SYN after all
        lost = slot.attempt - 1 + (0 if late else info.retrans)
        return lost + sum(self._kernel.info(old.sock).retrans for old in trial.slots if old.attempt < slot.attempt)

    def _settle(self, slot: Slot, verdict: Verdict | Next, now: float, *, expired: bool = False) -> None:
        """Acts on what one socket found, other than a plain RST. `expired`: it may still find something later."""
        trial = slot.trial
        if verdict is Next.WAIT or trial is None:
            if not self._edge and slot.lane is not None:
                self._poller.remove(slot.fd)  # it would say the same for ever; its deadline looks again
            return
        newest = slot.lane is not self._overdue  # what is overdue was reported once already
        if isinstance(verdict, Verdict):
            trial.verdict = verdict
            trial.answered = slot.attempt
            if trial.rtt_ms is None and verdict.state is not State.ERROR:
                trial.rtt_ms = (now - slot.sent) * 1000.0
            self.release(trial)
            self.judged.append(trial)
        elif verdict is Next.AGAIN:
            self._launch_again(slot, trial, newest=newest)
        else:
            if newest and expired:
                self._keep_overdue(slot)
            else:
                self._forget(slot, trial)
            if newest:
                self.silent.append(trial)

    def _launch_again(self, slot: Slot, trial: Trial, *, newest: bool) -> None:
        """The probe never left, or met itself: it does not count. But what never leaves at all must end some day."""
        met_itself = self._kernel.self_connected(slot.sock)
        if met_itself and newest:
            # While this socket lives the kernel cannot choose its port again for this target.
            self._keep_overdue(slot)
            if not self._edge:
                _quietly(self._poller.remove, slot.fd)
        else:
            self._forget(slot, trial)
        if not newest:
            return
        times = self._never_left[trial] = self._never_left.get(trial, 0) + 1
        trial.attempts -= 1
        if times <= _MOST_AGAIN:
            self.again.append(trial)
        else:
            self.give_up(trial, local_error(errno.EADDRNOTAVAIL if met_itself else errno.EINTR))

    def _expire(self, before: float) -> None:
        """Looks once more at every probe that was due at `before`, then calls it silent."""
        for patience, lane in self._lanes.items():
            if not lane or self._next_due[patience] > before:
                continue
            due: list[Slot] = []
            for slot, deadline in lane.items():
                if deadline > before:
                    self._next_due[patience] = deadline
                    break
                due.append(slot)
            for slot in due:
                if slot.trial is None or slot.lane is not lane:
                    continue
                error = slot.option(_SOL_SOCKET, _SO_ERROR)
                self._settle(slot, self._examine(slot, error, 0, expired=True), before, expired=True)

    def release(self, trial: Trial) -> None:
        """Closes every socket that still waits for this trial."""
        for slot in trial.slots:
            self._unlist(slot)
            self._discard(slot, reset=True)  # any of them may be open, or connected to itself
        trial.slots = ()

    def drop_overdue(self, paths: Collection[Path]) -> None:
        """Closes what is overdue on these paths: open sockets send their SYNs again, and that is too much there."""
        for slot in list(self._overdue):
            if slot.trial is not None and slot.trial.path in paths:
                self._forget(slot, slot.trial)

    def give_up(self, trial: Trial, verdict: Verdict) -> None:
        """This machine cannot probe it: that is its verdict."""
        trial.attempts += 1
        trial.verdict = verdict
        self.release(trial)
        self.judged.append(trial)

    def _drop_others(self, trial: Trial, answered: Slot) -> None:
        for slot in trial.slots:
            if slot is not answered:
                self._unlist(slot)
                self._discard(slot, reset=True)

    def _forget(self, slot: Slot, trial: Trial) -> None:
        trial.slots = tuple(other for other in trial.slots if other is not slot)
        self._unlist(slot)
        self._discard(slot, reset=True)

    def _keep_overdue(self, slot: Slot) -> None:
        """The attempt is silent; its socket stays while there is room, for an answer that comes late."""
        self._unlist(slot)
        slot.lane = self._overdue
        self._overdue[slot] = 0.0

    def _make_room(self) -> bool:
        """Closes some idle sockets (of the other family: this one has none), else overdue ones; False if none."""
        for home in self._free.values():
            if home:
                for slot in home[-64:]:
                    self._discard(slot)
                del home[-64:]
                return True
        oldest = [slot for _, slot in zip(range(64), self._overdue, strict=False)]
        for slot in oldest:
            if slot.trial is not None:
                self._forget(slot, slot.trial)
        return bool(oldest)

    def _unlist(self, slot: Slot) -> None:
        if slot.lane is not None:
            slot.lane.pop(slot, None)
            slot.lane = None

    def _discard(self, slot: Slot, *, reset: bool = False) -> None:
        """Closes a socket for good; with a RST where it may be connected (no TIME_WAIT on either side)."""
        slot.trial = None
        del self._slots[slot.fd]
        if not self._edge:
            _quietly(self._poller.remove, slot.fd)
        if reset:
            self._kernel.abort(slot.sock)
        else:
            slot.sock.close()

    def close(self) -> None:
        """Closes every socket, in flight or not."""
        self._poller.close()
        if self._icmp_watch is not None:
            self._icmp_watch.close()
        for slot in self._slots.values():
            self._kernel.abort(slot.sock)
        self._slots.clear()


def _quietly(action: Any, *arguments: Any) -> None:
    """A descriptor that is no longer watched need not be taken out."""
    with contextlib.suppress(OSError, KeyError, ValueError):
        action(*arguments)
