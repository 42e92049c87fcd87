"""What may befall a host or a network while it is scanned. Each says what becomes of one SYN, and why.

A situation is asked about every SYN to the hosts it concerns; None leaves the SYN to its port. It names the *cause*, on
which the truth about a silent target depends: whether it was the target that kept silent, or the way there.
"""

from random import Random
from typing import NamedTuple

from tests.engine.fakes import START, Answer

#: Causes that are the target's own silence or word; all others are the way's.
OF_THE_HOST = frozenset({"silent", "dead", "down", "banned"})


class Met(NamedTuple):
    """What one SYN met: `cause` for the record; no `answer` is silence."""

    cause: str
    answer: Answer | None


def _says(kind: str) -> Answer | None:
    return Answer(0.001, kind) if kind else None


class Situation:
    """`hosts`: those it concerns; `label`: its row in the table. `alone`: it concerns one host, not the way there."""

    label = ""
    alone = False

    def __init__(self, hosts: list[str]) -> None:
        self.hosts = frozenset(hosts)

    def meets(self, host: str, port: int, attempt: int, nth: int, now: float) -> Met | None:
        """`attempt`: how many SYNs this port has had, `nth`: how many its host has had, both including this one."""
        raise NotImplementedError

    def local(self, now: float) -> bool:
        """Whether connect() itself fails with ENETUNREACH now."""
        return False

    def __repr__(self) -> str:
        told = {name: value for name, value in vars(self).items() if name not in ("hosts", "_left")}
        return f"{self.label} ({len(self.hosts)} hosts from {min(self.hosts)}: {told})"


class Dark(Situation):
    """Nothing ever passes, in either direction."""

    label = "dark network"

    def meets(self, host: str, port: int, attempt: int, nth: int, now: float) -> Met | None:
        return Met("dark", None)


class Dies(Situation):
    """One host is gone from some moment on: silent, or its router says so."""

    label, alone = "host dies", True

    def __init__(self, hosts: list[str], at: float, says: str) -> None:
        super().__init__(hosts)
        self.at, self.says = at, says

    def meets(self, host: str, port: int, attempt: int, nth: int, now: float) -> Met | None:
        return Met("dead", _says(self.says)) if now >= START + self.at else None


class ComesUp(Situation):
    """One host is there from some moment on; before that it is silent, or its router says so."""

    label, alone = "host comes up", True

    def __init__(self, hosts: list[str], at: float, says: str) -> None:
        super().__init__(hosts)
        self.at, self.says = at, says

    def meets(self, host: str, port: int, attempt: int, nth: int, now: float) -> Met | None:
        return Met("down", _says(self.says)) if now < START + self.at else None


class Bans(Situation):
    """One host has had enough of us after `after` SYNs: from then on it drops, rejects or resets them all."""

    label, alone = "host bans us", True

    def __init__(self, hosts: list[str], after: int, says: str) -> None:
        super().__init__(hosts)
        self.after, self.says = after, says

    def meets(self, host: str, port: int, attempt: int, nth: int, now: float) -> Met | None:
        return Met("banned", _says(self.says)) if nth > self.after else None


class AnswersAll(Situation):
    """One host completes every handshake after `after` SYNs."""

    label, alone = "host answers all", True

    def __init__(self, hosts: list[str], after: int) -> None:
        super().__init__(hosts)
        self.after = after

    def meets(self, host: str, port: int, attempt: int, nth: int, now: float) -> Met | None:
        return Met("phantom", Answer(0.001, "open")) if nth > self.after else None


class Flaps(Situation):
    """The route to a network is gone for a while: silence, a router's net-unreach, or connect() itself fails."""

    label = "route flaps"

    def __init__(self, hosts: list[str], at: float, seconds: float, says: str) -> None:
        super().__init__(hosts)
        self.at, self.seconds, self.says = at, seconds, says
        self.at_first = False  # whether connect() failed before anything had ever left that way
        self._left = False

    def _gone(self, now: float) -> bool:
        return START + self.at <= now < START + self.at + self.seconds

    def meets(self, host: str, port: int, attempt: int, nth: int, now: float) -> Met | None:
        self._left = True
        return Met("route gone", _says(self.says)) if self.says != "local" and self._gone(now) else None

    def local(self, now: float) -> bool:
        failing = self.says == "local" and self._gone(now)
        self.at_first |= failing and not self._left
        return failing


class TwoWays(Situation):
    """Two equal ways lead there, chosen by a hash of the ports, and something on one of them rejects or drops."""

    label = "one of two ways"

    def __init__(self, hosts: list[str], says: str, salt: int) -> None:
        super().__init__(hosts)
        self.says, self.salt = says, salt

    def meets(self, host: str, port: int, attempt: int, nth: int, now: float) -> Met | None:
        # Each attempt leaves from a port of its own, and so by a way of its own.
        bad = Random(f"{self.salt} {host} {port} {attempt}").random() < 0.5
        return Met("other way", _says(self.says)) if bad else None


def draw_situation(draw: Random, hosts: list[str], targets: int) -> Situation:
    """A situation for a network with these hosts, each with `targets` ports."""
    one = [draw.choice(hosts)]
    at, after = draw.choice([0.05, 0.3, 1.0, 2.5]) * draw.uniform(0.5, 1.5), draw.randint(1, max(2, targets))
    return draw.choice([
        lambda: Dark(hosts),
        lambda: Dies(one, at, draw.choice(["", "", "host-unreach"])),
        lambda: ComesUp(one, at, draw.choice(["", "", "host-unreach"])),
        lambda: Bans(one, after, draw.choice(["", "", "admin-prohibited", "rst"])),
        lambda: AnswersAll(one, after),
        lambda: Flaps(hosts, at, draw.uniform(0.5, 3.0), draw.choice(["", "net-unreach", "local"])),
        lambda: TwoWays(hosts, draw.choice(["", "host-unreach", "admin-prohibited"]), draw.randrange(1 << 30)),
    ])()  # fmt: skip
