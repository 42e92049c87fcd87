"""One lookup of a name: getaddrinfo(3), which blocks, and what its answer means.

A limit of this machine is never a name's fault. What glibc says when it hits one cannot be told from an answer
(measured, 2.36: socket() failing with EMFILE is EAI_NONAME for IPv4, EAI_AGAIN or EAI_SYSTEM without an errno for IPv6;
where the hosts file cannot be opened, the servers are asked for its names). So a failure stands only if descriptors
were available both before and after; otherwise it is `short`, and must be asked again.
"""

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from scanner.machine.closing import close_descriptor
from scanner.machine.own_limits import SHORT_OF
from scanner.model import Reason
from scanner.targets.grammar.addresses import MAPPED, V4, V6, is_link_local, v4_number, v6_number

#: family, number, scope
Address = tuple[int, int, int]
Lookup = Callable[..., Iterable[Any]]
#: "No such name" and "no address for it", where this platform has them (11004: Windows, WSANO_DATA).
_NO_ADDRESS = {getattr(socket, name, None) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")} | {11004}
#: How many descriptors a lookup may need at once: a socket for each of three servers, and a file.
_NEEDED = 4
_one_at_a_time = threading.Lock()


class Answer(NamedTuple):
    """What one lookup found: addresses, or a `reason`. `short`: the errno of a local limit that spoiled it, or 0.

    `unsure`: "try again", because servers failed or were silent; the time it took tells which.
    """

    addresses: list[Address]
    reason: str = ""
    short: int = 0
    unsure: bool = False


def descriptors_lack() -> int:
    """0 if a lookup can have as many descriptors as it may need, else the errno that says why not."""
    held: list[int] = []
    with _one_at_a_time:
        try:
            for _ in range(_NEEDED):
                held.append(os.open(os.devnull, os.O_RDONLY))
        except OSError as why:
            return why.errno if why.errno in SHORT_OF else 0  # without /dev/null nothing is known
        finally:
            for descriptor in held:
                close_descriptor(descriptor)
    return 0


def ask(name: str, family: int, lookup: Lookup, lack: Callable[[], int] = descriptors_lack) -> Answer:
    """Ask once, for one family or both (0), and wait for the answer. Never raises."""
    before = lack()
    answer = _ask(name, family, lookup)
    if not answer.short and (answer.reason or (before and not family)):
        return answer._replace(short=before or lack())
    return answer


def _ask(name: str, family: int, lookup: Lookup) -> Answer:
    try:
        infos = lookup(name, None, family, socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(address for info in infos if (address := _address(info))))
    except socket.gaierror as error:
        if error.errno == getattr(socket, "EAI_MEMORY", None):
            return Answer([], Reason.DNS_FAILED, short=errno.ENOMEM)
        if error.errno in _NO_ADDRESS:
            return Answer([], Reason.NO_ADDRESS)
        return Answer([], Reason.DNS_FAILED, unsure=error.errno == getattr(socket, "EAI_AGAIN", None))
    except UnicodeError:  # no IDNA form: such a name cannot exist
        return Answer([], Reason.NO_ADDRESS)
    except MemoryError:
        return Answer([], Reason.DNS_FAILED, short=errno.ENOMEM)
    except OSError as error:  # EAI_SYSTEM
        return Answer([], Reason.DNS_FAILED, short=error.errno if error.errno in SHORT_OF else 0)
    except Exception:  # an odd NSS module: whatever went wrong, this name was not resolved
        return Answer([], Reason.DNS_FAILED)
    return Answer(addresses, "" if addresses else Reason.NO_ADDRESS)


def _address(info: Any) -> Address | None:
    """The address in getaddrinfo's tuple; None for other families, or an address that cannot be read."""
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
