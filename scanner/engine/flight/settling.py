"""What becomes of a probe that is not a plain refusal, and of its trial: judged, silent, denied, or sent again.

What an answer means is `verdict.py`'s to say; this acts on it, and notes it in the turn's `Found`. It reads what a
socket has to say where no event came (`looked_at`): at a deadline, after EINTR, where SO_ERROR cannot be read.
"""

import errno
import socket

from scanner.engine.flight.examine import examine, unreadable
from scanner.engine.flight.found import Found
from scanner.engine.flight.probe import FLYING, BareTrial, Probe
from scanner.engine.flight.shown_answers import ShownAnswers
from scanner.engine.flight.sockets import Sockets
from scanner.engine.flight.syn_repeats import closes_at
from scanner.engine.flight.verdict import Next, No, Verdict, kind_of_no, local_error
from scanner.machine.kernel import Kernel
from scanner.model import State

_SOL_SOCKET, _SO_ERROR = socket.SOL_SOCKET, socket.SO_ERROR
_SILENT = Next.SILENT  # an enum's member costs a descriptor call each time it is named
_MOST_UNSENT = 16  # the one limit for scans and traces: who is handed `unsent` launches it, and does not count


class Settling:
    """`found` is this turn's, until it is taken. `noes_stand`: every "no" is a verdict at once, as it is for a
    sentinel. `spare`: what is overdue is closed before the kernel repeats its SYN (`syn_repeats.py`).
    """

    def __init__(self, kernel: Kernel, sockets: Sockets, shown: ShownAnswers, *, noes_stand: bool, spare: bool) -> None:
        self._kernel = kernel
        self._sockets = sockets
        self._shown = shown
        self._noes_stand = noes_stand
        self._spare = spare
        self._trouble = errno.EINTR  # what kept a probe from leaving, where nothing better is known
        self.found: Found[BareTrial] = Found()

    def take(self) -> Found[BareTrial]:
        """What was found since the last call."""
        found, self.found = self.found, Found()
        return found

    def looked_at(self, probe: Probe, *, expired: bool = False) -> Verdict | Next:
        """What a probe has found, though no event tells of it. At a deadline that is nothing at all, most often."""
        try:
            error = probe.option(_SOL_SOCKET, _SO_ERROR)
        except OSError as why:
            return self.unreadable(probe, why, expired=expired)
        if expired and not error and not probe.soft and self._kernel.still_asks(probe.option):
            return _SILENT
        return examine(self._kernel, probe, error, expired=expired)

    def unreadable(self, probe: Probe, why: OSError, *, expired: bool = False) -> Verdict | Next:
        """SO_ERROR could not be read: what else is known of this socket."""
        self._trouble = why.errno or errno.EIO
        return unreadable(self._kernel, probe, expired=expired)

    def settle_at_once(self, probe: Probe, verdict: Verdict | Next) -> None:
        """The same for what connect() itself said."""
        self.found.came_at_once()
        self.settle(probe, verdict, probe.sent)

    def settle(self, probe: Probe, verdict: Verdict | Next, now: float, *, expired: bool = False) -> None:
        """Acts on what one probe found, other than a plain RST. `expired`: it may still find something later."""
        trial = probe.trial
        if verdict is Next.WAIT or trial is None:
            self._sockets.unwatch(probe)  # its deadline looks again
        elif isinstance(verdict, Verdict):
            if self._may_pass(trial, verdict):
                self._denied(probe, trial, verdict, now)
            else:
                self._judged(probe, trial, verdict, now)
        elif verdict is Next.UNSENT:
            self._launch_again(probe, trial)
        else:
            self._silent(probe, trial, now, expired=expired)

    def silent_in_time(self, probe: Probe, now: float) -> None:
        """Its deadline is over, and nothing came: by far the most frequent end of a sweep of silent hosts."""
        trial = probe.trial
        assert trial is not None
        if self._spare:
            self._silent(probe, trial, now, expired=True)
        else:
            probe.is_overdue(self._sockets.overdue)
            trial.sent = probe.sent  # here by itself: a call would cost
            self.found.silent.append(trial)

    def _may_pass(self, trial: BareTrial, verdict: Verdict) -> bool:
        """Whether this "no" is but an attempt."""
        if verdict.state is not State.UNREACHABLE or trial.sentinel or self._noes_stand:
            return False
        return kind_of_no(verdict, own=trial.own_word) is No.PASSING

    def _judged(self, probe: Probe, trial: BareTrial, verdict: Verdict, now: float) -> None:
        trial.resolves(verdict, probe, now)
        if verdict.state is State.OPEN:
            self._shown.opened(probe, trial)
        self._sockets.close_for(trial, but=probe)
        self._sockets.dismiss(probe)
        self.found.judged.append(trial)

    def _denied(self, probe: Probe, trial: BareTrial, verdict: Verdict, now: float) -> None:
        """One attempt met a "no". Others of this trial that are still silent may yet be answered."""
        newest = probe.state is FLYING
        trial.meets(verdict, probe, now)
        self._sockets.forget(probe, trial)
        if newest:  # what is overdue was reported once already
            self.found.denied.append(trial)

    def _silent(self, probe: Probe, trial: BareTrial, now: float, *, expired: bool) -> None:
        newest = probe.state is FLYING
        if newest:
            trial.sent = probe.sent
        until = probe.sent + closes_at(trial.patience) if self._spare else float("inf")
        if newest and expired and until > now:
            self._sockets.keep_overdue(probe, until)
        else:
            self._sockets.forget(probe, trial)
        if newest:
            self.found.silent.append(trial)

    def _launch_again(self, probe: Probe, trial: BareTrial) -> None:
        """The probe never left, or met itself: it does not count. But what never leaves at all must end some day."""
        newest = probe.state is FLYING
        met_itself = self._kernel.self_connected(probe.sock)
        if met_itself and newest:
            probe.remember(errno.EADDRNOTAVAIL)  # it is connected: never to be used again
            self._sockets.keep_overdue(probe)
            self._sockets.unwatch(probe)
        else:
            self._sockets.forget(probe, trial)
        if newest:
            trial.did_not_leave()
            self.not_sent(trial, errno.EADDRNOTAVAIL if met_itself else self._trouble)

    def unsent(self, trial: BareTrial) -> None:
        """It is to be sent once more."""
        self.found.unsent.append(trial)

    def not_sent(self, trial: BareTrial, trouble: int) -> None:
        """An attempt that does not count; `trouble` is the errno of what stood in its way."""
        if trial.stayed() <= _MOST_UNSENT:
            self.unsent(trial)
        else:
            self.give_up(trial, local_error(trouble))

    def give_up(self, trial: BareTrial, verdict: Verdict) -> None:
        """This machine cannot probe it: that is its verdict."""
        self.found.came_at_once()
        trial.given_up(verdict)
        self._sockets.close_for(trial)
        self.found.judged.append(trial)
