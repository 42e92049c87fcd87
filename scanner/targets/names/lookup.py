"""One lookup of a name: getaddrinfo(3), which blocks, and what its answer means.

A limit of this machine is never a name's fault. What glibc says of one cannot be told from an answer (measured, 2.36:
socket() failing with EMFILE is EAI_NONAME for IPv4, EAI_AGAIN or EAI_SYSTEM without an errno for IPv6; where the hosts
file cannot be opened, its names are asked of the servers). So what has failed stands only if there were descriptors to
be had both before and after; else it is `short`, and to be asked again.
"""

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from scanner.machine.closing import close_descriptor
from scanner.targets.grammar.addresses import MAPPED, V4, V6, is_link_local, v4_number, v6_number
from scanner.targets.names.search_list import Step

#: family, number, scope
Address = tuple[int, int, int]
Lookup = Callable[..., Iterable[Any]]
#: "No such name" and "no address for it", as far as this platform has them (11004: Windows, WSANO_DATA).
_NO_ADDRESS = {getattr(socket, name, None) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")} | {11004}
_LOCAL = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EAGAIN})
_LEAVES_OPEN = ("dns-timeout", "dns-failed", "no-address")
#: As many as a lookup may need at once: a socket for each of three servers, and a file.
_NEEDED = 4
_one_at_a_time = threading.Lock()


class Outcome:
    """What became of a name: its addresses in the resolver's order, or why it has none (a `reason`).

    With `more`, these are the addresses of one family, and the other's are still to come. `missed` is the family (4 or
    6) that was not answered for although the other was, or 0.
    """

    __slots__ = ("addresses", "missed", "more", "name", "reason")

    def __init__(
        self, name: str, addresses: list[Address], reason: str = "", *, more: bool = False, missed: int = 0
    ) -> None:
        self.name = name
        self.addresses = addresses
        self.reason = reason
        self.more = more
        self.missed = missed


class Name:
    """A name, at which of its steps it is (`search_list.py`), and what the lookups of that have told.

    `plan` makes the steps, each time that they are needed: there may be 200,000 names. `asked` is what to ask for now,
    for each of `families`.
    """

    __slots__ = (
        "asked", "at", "before", "families", "found", "left", "missed", "plan", "reason", "spent", "text", "took",
    )  # fmt: skip

    def __init__(self, text: str, plan: Callable[[str], list[Step]]) -> None:
        self.text = text
        self.plan = plan
        #: Why the steps before found nothing, and the seconds that they took.
        self.before = ""
        self.spent = 0.0
        self.found = False
        self._begin(0)

    def _begin(self, at: int) -> None:
        self.at = at
        self.asked, self.families, *_ = self.plan(self.text)[at]
        #: Lookups of this step whose answer is still to come.
        self.left = len(self.families)
        self.missed = 0
        self.reason = ""
        self.took = 0.0

    def heard(self, family: int, answer: "Answer", took: float = 0.0) -> Outcome | None:
        """Takes in one lookup's answer, which took so many seconds; what there is to tell now, or None."""
        self.left -= 1
        self.took = max(self.took, took)
        if answer.reason:
            self.reason = min(self.reason or answer.reason, answer.reason, key=_rank)
            if answer.reason != "no-address":
                self.missed = 4 if family == V4 else 6
        self.found = self.found or bool(answer.addresses)
        if self.left:
            return Outcome(self.text, answer.addresses, more=True) if answer.addresses else None
        if self.found:
            return Outcome(self.text, answer.addresses, missed=self.missed)
        return Outcome(self.text, [], self._reason())

    def _reason(self) -> str:
        """Of all steps so far: that of the name as it stands, if it was asked first; else what leaves more open."""
        if self.before and self.reason in _LEAVES_OPEN and self.plan(self.text)[0].as_is:
            return self.before
        return min(self.before or self.reason, self.reason, key=_rank)

    def goes_on(self) -> bool:
        """After the last lookup of a step that found nothing: begins the next step, if there is one."""
        steps = self.plan(self.text)
        ends = self.reason == "dns-timeout" and not steps[self.at].as_is
        left = [at for at in range(self.at + 1, len(steps)) if steps[at].as_is or not ends]
        if not left or self.reason not in _LEAVES_OPEN:
            return False
        self.before = self._reason()
        self.spent += self.took
        self._begin(left[0])
        return True


def _rank(reason: str) -> int:
    """Of two families' reasons the one that leaves more open is told; a local errno most of all."""
    return _LEAVES_OPEN.index(reason) if reason in _LEAVES_OPEN else -1


class Answer:
    """What one lookup found: addresses, or a `reason`. `short`: the errno of a local limit that spoiled it, or 0."""

    __slots__ = ("addresses", "reason", "short", "unsure")

    def __init__(self, addresses: list[Address], reason: str = "", *, short: int = 0, unsure: bool = False) -> None:
        self.addresses = addresses
        self.reason = reason
        self.short = short
        #: "Try again": servers that failed, or that were silent. The time it took tells which.
        self.unsure = unsure


def descriptors_lack() -> int:
    """0 if a lookup finds as many descriptors as it may need, else the errno that says why not."""
    held: list[int] = []
    with _one_at_a_time:
        try:
            for _ in range(_NEEDED):
                held.append(os.open(os.devnull, os.O_RDONLY))
        except OSError as why:
            return why.errno if why.errno in _LOCAL else 0  # without /dev/null nothing is known
        finally:
            for descriptor in held:
                close_descriptor(descriptor)
    return 0


def ask(name: str, family: int, lookup: Lookup, lack: Callable[[], int] = descriptors_lack) -> Answer:
    """Ask once, for a family or (0) both, and wait for the answer. Never raises."""
    before = lack()
    answer = _ask(name, family, lookup)
    if not answer.short and (answer.reason or (before and not family)):
        answer.short = before or lack()
    return answer


def _ask(name: str, family: int, lookup: Lookup) -> Answer:
    try:
        infos = lookup(name, None, family, socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(address for info in infos if (address := _address(info))))
    except socket.gaierror as error:
        if error.errno == getattr(socket, "EAI_MEMORY", None):
            return Answer([], "dns-failed", short=errno.ENOMEM)
        if error.errno in _NO_ADDRESS:
            return Answer([], "no-address")
        return Answer([], "dns-failed", unsure=error.errno == getattr(socket, "EAI_AGAIN", None))
    except UnicodeError:  # no IDNA form: such a name cannot exist
        return Answer([], "no-address")
    except MemoryError:
        return Answer([], "dns-failed", short=errno.ENOMEM)
    except OSError as error:  # EAI_SYSTEM
        return Answer([], "dns-failed", short=error.errno if error.errno in _LOCAL else 0)
    except Exception:  # an odd NSS module: whatever it is, this name was not resolved
        return Answer([], "dns-failed")
    return Answer(addresses, "" if addresses else "no-address")


def _address(info: Any) -> Address | None:
    """An address out of getaddrinfo's tuple; None for other families, or one that cannot be read."""
    family, sockaddr = int(info[0]), info[4]
    if family == V4:
        number = v4_number(sockaddr[0])
        return None if number is None else (V4, number, 0)
    if family != V6 or len(sockaddr) < 4:
        return None
    number = v6_number(str(sockaddr[0]).partition("%")[0])
    if number is None:
        return None
    if MAPPED[0] <= number <= MAPPED[1]:
        return V4, number & 0xFFFFFFFF, 0
    return V6, number, sockaddr[3] if is_link_local(number) else 0
