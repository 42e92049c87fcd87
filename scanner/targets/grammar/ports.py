"""PORTS: `22`, `22,80,8000-8100`, `https`, `-` for all, `top:100`. The strict grammar: text in, port numbers out.

The order written is kept (a repeated port counts where it first appears): a scan goes through ports level by level,
so `top:100` tries the commonest first. Everything that is not exactly this grammar is an error that says what to
write: nmap's other spellings, leading zeros, digits of other scripts. Callers go through `parsers.py`.
"""

import re
from functools import cache, lru_cache

from scanner.errors import TargetError
from scanner.services import service_names, service_port, top_ports
from scanner.targets.grammar.remedies import MeantError
from scanner.words.shown_text import did_you_mean, shown

ANY_PORT = ("a port from 1 to 65535, such as ", "443")
ALL_PORTS = tuple(range(1, 65536))
_RANGE = re.compile(r"([0-9]*)-([0-9]*)")
_SERVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+/*-]*")
_MOST_COMMON = 1000
#: How other tools spell `top:100`.
_TOP = re.compile(r"(?:top|most)[-_ =]?([1-9][0-9]{0,3})", re.IGNORECASE)
#: A list may repeat itself, but not so often that unfolding it takes minutes.
_BUDGET = 4_000_000
#: In all different port lists of a scan together; each port costs a pointer.
_MOST_PORTS = 20_000_000


@lru_cache(maxsize=4096)
def strict_ports(text: str) -> tuple[int, ...]:
    """The ports that a PORTS expression names, each once, in the order written. Errors: TargetError.

    Equal strings give the same tuple object: a hundred thousand entries share a handful of port lists.
    """
    items = text.split(",")
    if len(items) == 1:
        return _item(text.strip(), text)
    found: dict[int, None] = {}
    work = 0
    for at, item in enumerate(items):
        try:
            ports = _item(item.strip(), text)
        except MeantError as error:
            around = [each.strip() for each in items]
            raise error.moved(lambda meant: ",".join([*around[:at], meant, *around[at + 1 :]])) from None  # noqa: B023
        work += len(ports) + 1
        if work > _BUDGET:
            raise TargetError("the port list repeats itself too often; name every port once")
        found.update(dict.fromkeys(ports))
    return tuple(found)


def is_ports(item: str) -> bool:
    """Whether one item (without commas) names ports. Does not look for what may have been meant: that takes a
    millisecond, and a list may have a hundred thousand items that are not ports."""
    if item.isdigit() or _RANGE.fullmatch(item) or item.lower().startswith("top:"):
        try:
            return bool(strict_ports(item))
        except TargetError:
            return False
    return _SERVICE.fullmatch(item) is not None and service_port(item) is not None


class PortBudget:
    """Counts the ports of different lists, and keeps them; equal strings share one, which counts once.
    `most`: so many in all are allowed, where it is not the usual number. `kind`: what it is that is counted."""

    def __init__(self, most: int = 0, kind: str = "ports") -> None:
        self._most = self._left = most or _MOST_PORTS
        self._kind = kind
        self._known: dict[int, tuple[int, ...]] = {}

    def spend(self, ports: tuple[int, ...] | None) -> None:
        """Count one more list. Errors: TargetError where all together would fill the memory."""
        if ports is None or id(ports) in self._known:
            return
        self._known[id(ports)] = ports
        self._left -= len(ports)
        if self._left < 0:
            raise TargetError(
                f"the different port lists hold more than {self._most} {self._kind}; use fewer different ones"
            )


def _item(item: str, text: str) -> tuple[int, ...]:
    """One part between commas."""
    if item.isdigit() and item.isascii():
        return _one(_number(item))
    if item == "-":
        return ALL_PORTS
    if match := _RANGE.fullmatch(item):
        return _range(match[1], match[2])
    if item.lower().startswith("top:"):
        return _top(item[4:])
    if not item:
        raise TargetError(_empty(text))
    return (_service(item),)


@cache
def _one(port: int) -> tuple[int, ...]:
    """The list of one port: the same object, however often a file names it."""
    return (ALL_PORTS[port - 1],)


def _empty(text: str) -> str:
    if not text.strip():
        return "the port list is empty; write a port, such as 443"
    return f"an empty place in the port list {shown(text)}; write one comma between ports, none at the end"


def _number(digits: str) -> int:
    if len(digits) > 1 and digits[0] == "0":
        plain = digits.lstrip("0")
        raise MeantError(
            f"port {shown(digits)} has a leading zero", ("", plain) if len(plain) in range(1, 6) else ANY_PORT
        )
    if len(digits) > 5 or not 1 <= int(digits) <= 65535:
        raise TargetError(f"port {digits[:20]} is out of range; write a port from 1 to 65535")
    return int(digits)


def _range(first: str, last: str) -> tuple[int, ...]:
    if not first:
        raise MeantError(f'the port range "-{last[:20]}" has no start', ("", f"1-{last[:20]}"))
    if not last:
        raise MeantError(f'the port range "{first[:20]}-" has no end', ("", f"{first[:20]}-65535"))
    low, high = _number(first), _number(last)
    if low > high:
        raise MeantError(f"the port range {low}-{high} is reversed", ("", f"{high}-{low}"))
    return ALL_PORTS[low - 1 : high]  # a slice shares its numbers: lists of many ports cost a pointer for each


def _top(count: str) -> tuple[int, ...]:
    if not (count.isdigit() and count.isascii() and len(count) < 6 and 1 <= int(count) <= _MOST_COMMON):
        raise TargetError(f"{shown('top:' + count)} is not a valid port count; write top:1 to top:{_MOST_COMMON}")
    return top_ports(int(count))


@lru_cache(maxsize=64)
def _guess(name: str) -> str:
    """The service that was meant. A guess takes a millisecond, and the search for a remedy asks for a name again."""
    return did_you_mean(name, service_names())


def _service(name: str) -> int:
    if habit := _habit(name):
        raise habit
    port = service_port(name) if _SERVICE.fullmatch(name) else None
    if port is None or not 1 <= port <= 65535:
        guess = _guess(name)
        raise TargetError(f"no service is called {shown(name)};{guess} write its port number")
    return port


def _habit(item: str) -> TargetError | None:
    """What to say to another tool's spelling of a port; None for a real service name."""
    if item == "*" or item.lower() == "all":
        return MeantError(f"{shown(item)} is not a valid port list", ("", "-"), tail=" for all ports (1-65535)")
    if "#" in item:
        return TargetError(f"{shown(item)} holds a #; put a space in front of a comment")
    if (top := _TOP.fullmatch(item)) and int(top[1]) <= _MOST_COMMON:
        return MeantError(f"{shown(item)} is not a valid port list", ("", f"top:{top[1]}"))
    if item.lstrip("+-").replace(".", "").replace("-", "").isdigit():
        return MeantError(
            f"{shown(item)} is not a valid port", ("a whole number from 1 to 65535, or a range such as ", "80-90")
        )
    return None
