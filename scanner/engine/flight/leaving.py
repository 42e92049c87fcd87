"""Probes that connect() answered by itself, or that cannot leave: short of room, of a way, of an address to send from.

What is short is never a verdict: the trial goes back to whoever launched it, and `missing`, or the sockets' `shortage`,
says why. A way that is lost is awaited (`flight/lost_ways.py`); one that never was is the target's error.
"""

import errno
from typing import Generic

from scanner.engine.flight.found import TrialT
from scanner.engine.flight.lost_ways import NO_SOURCE, Lost, Ways
from scanner.engine.flight.probe import BareTrial, Probe
from scanner.engine.flight.recycling import Recycling
from scanner.engine.flight.settling import Settling
from scanner.engine.flight.shown_answers import ShownAnswers
from scanner.engine.flight.sockets import Sockets
from scanner.engine.flight.verdict import MAYBE_NO_WAY, NO_WAY, Evidence, Next, Verdict, judge, local_error
from scanner.machine.interposed import ANSWERS
from scanner.machine.kernel import Kernel
from scanner.machine.tcp_info import CLOSE, SYN_SENT
from scanner.model import Place

#: What connect() returns of a socket that is not as it should be, whoever the target is (and after a kill, `ss -K`).
_SOCKETS_OWN = frozenset({errno.EBADF, errno.ENOTSOCK, errno.EISCONN, errno.ECONNABORTED, errno.EIO})


class Leaving(Generic[TrialT]):
    """`missing`: what was missing from the way of the last trial that could not leave; None: it was short of room."""

    def __init__(
        self,
        kernel: Kernel,
        sockets: Sockets,
        settling: Settling,
        recycling: Recycling,
        shown: ShownAnswers,
        ways: Ways[TrialT],
    ) -> None:
        self._kernel = kernel
        self._sockets = sockets
        self._settling = settling
        self._recycling = recycling
        self._shown = shown
        self._ways = ways
        self._addresses = kernel.address_changes()
        self.missing: Lost | None = None

    def close(self) -> None:
        """Closes what only this has open."""
        self._addresses.close()

    def no_socket(self) -> None:
        """There was none to be had: no way is missing, but room."""
        self.missing = None

    def settle_at_once(self, probe: Probe, trial: BareTrial, error: int) -> bool:
        """connect() answered by itself. False when that was a limit of this machine, or a way that is awaited."""
        sockets = self._sockets
        if error in _SOCKETS_OWN:
            if self._recycling.disproved(probe, errno.errorcode[error]):
                sockets.drop_idle()
            sockets.discard(probe)
            self._settling.not_sent(trial, error)
            return True
        verdict = judge(Evidence(error, at_once=True))
        self.missing = self._missing(trial, error, probe.sent)
        if self.missing is not None:
            sockets.discard(probe)
            return False
        if error in MAYBE_NO_WAY and not trial.never_left:  # a route may have come back before the kernel was asked
            sockets.discard(probe)
            self._settling.not_sent(trial, error)
            return True
        if verdict is Next.UNSENT:
            self._short(probe, trial, error)
            return False
        if error in ANSWERS:
            self._shown.at_once(probe, trial, refused=True)
        self._end(probe, trial, verdict)
        return True

    def _missing(self, trial: BareTrial, error: int, now: float) -> Lost | None:
        """Which way that is awaited this errno tells of, if any."""
        if (error in NO_WAY or error == errno.EINVAL) and self.source_lost(trial):
            return Lost.SOURCE  # what connect() says of a socket that is bound to it
        if (error in NO_WAY or error in MAYBE_NO_WAY) and self._ways.awaits(trial, Lost.ROUTE, now, error):
            return Lost.ROUTE
        return None

    def _short(self, probe: Probe, trial: BareTrial, error: int) -> None:
        """A limit of this machine."""
        sockets = self._sockets
        sockets.ran_short(error)
        sockets.discard(probe)
        if error == errno.EADDRNOTAVAIL:
            for earlier in trial.probes:  # each holds a local port that this destination could do with
                sockets.forget(earlier, trial)
        else:
            sockets.make_room()

    def _end(self, probe: Probe, trial: BareTrial, verdict: Verdict | Next) -> None:
        trial.leaves_by(probe)
        probe.carries(trial)
        self._settling.settle_at_once(probe, verdict)

    def source_lost(self, trial: BareTrial) -> bool:
        """Whether the address that the user chose to probe from is gone, and awaited."""
        return self._kernel.source_gone() and self._ways.awaits(trial, Lost.SOURCE, self._kernel.clock())

    def cannot_leave(self, probe: Probe, trial: BareTrial) -> bool:
        """It was given no address of this host's to send from. False: one is awaited; else that is its verdict."""
        trial.endpoint.place.note.forget_source()
        if self._ways.awaits(trial, Lost.ADDRESS, probe.sent):
            self.missing = Lost.ADDRESS
            self._sockets.discard(probe)
            return False
        self._end(probe, trial, local_error(errno.EADDRNOTAVAIL))
        return True

    def homeless(self, probe: Probe, source: str, place: Place, *, silent: bool = False) -> bool:
        """Whether its SYNs leave from no address of this host's. (A socket that is through, or closed, was connected to
        something else in the target's place: interposed.py.)"""
        return self._ways.homeless(source, place, silent=silent) and self._kernel.info(probe.sock).state == SYN_SENT

    def look_at_interrupted(self, probe: Probe) -> None:
        """EINTR: the attempt goes on by itself (POSIX connect()), unless something kept the call from the kernel.

        Then the socket is as new, no event ever comes, and its deadline would be the first to tell.
        """
        if self._kernel.info(probe.sock).state == CLOSE:
            self._settling.settle(probe, self._settling.looked_at(probe), probe.sent)

    def addresses_may_differ(self) -> bool:
        """Whether what is noted of the places' sources may hold no longer."""
        return self._addresses.seen()

    def never_left(self, probe: Probe, *, ask: bool) -> bool:
        """Whether a silent attempt had an address of this host's to send from no longer: it does not count.

        `ask` its socket for that, because the place's own note may be older. (A new attempt is looked at when it
        leaves.)
        """
        trial = probe.trial
        assert trial is not None
        place = trial.endpoint.place
        once = place.ports == trial.attempts == 1
        source = place.note.source
        if not once and (ask or not source):
            source = self._kernel.own_address(probe.sock)
        if source[:4] not in ("127.", "fe80") and source not in NO_SOURCE:
            return False
        if not self.homeless(probe, source, place, silent=True):
            return False
        self._sockets.forget(probe, trial)
        place.note.forget_source()
        trial.did_not_leave()
        if self._ways.awaits(trial, Lost.ADDRESS, self._kernel.clock()):
            self._settling.unsent(trial)
        else:
            self._settling.give_up(trial, local_error(errno.EADDRNOTAVAIL))
        return True
