"""Whether sockets can be used again on this system: seen, not supposed. Pure; the multiplexer acts.

After a RST, one more connect() returns ECONNABORTED and makes a socket of Linux new. Other systems that pass for Linux
(gVisor, Multipath TCP) return the same and leave it dead for ever, or never report an event of its second life. So the
first few are used again on probation, while all others are closed as everywhere. One that is refused a second time, and
whose event said so, is the proof. The contrary is shown by a second connect() that is aborted at once, or by an
answer that was there at a deadline, without an event.
"""

from collections.abc import Callable

from scanner.engine.flight.probe import Probe

_ON_PROBATION = 16


class Recycling:
    """`proven`: every socket may be used again after a RST; `unproven`: that is not known yet. Neither: never."""

    def __init__(self, allowed: bool, failed: Callable[[str], None]) -> None:
        self.proven = False
        self.unproven = allowed
        self._failed = failed
        self._on_probation: set[Probe] = set()

    def tries(self, probe: Probe) -> bool:
        """An event said that this one was refused. Whether it may be used again."""
        if probe in self._on_probation:
            self.proven, self.unproven = True, False
            self._on_probation.clear()
        elif len(self._on_probation) >= _ON_PROBATION:
            return False
        else:
            self._on_probation.add(probe)
        return True

    def closed(self, probe: Probe) -> None:
        """It met something else than a second RST: another may be tried in its place."""
        self._on_probation.discard(probe)

    def disproved(self, probe: Probe, how: str) -> bool:
        """`how` this one failed in a second life. True if it was on probation: then none must be used again."""
        if probe not in self._on_probation:
            return False
        self.end()
        self._failed(how)
        return True

    def end(self) -> None:
        """No socket is used again from now on."""
        self.proven = self.unproven = False
        self._on_probation.clear()
