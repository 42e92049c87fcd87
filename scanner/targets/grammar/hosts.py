"""HOST: a name, an address, a CIDR, `10.0.0.1-50`, `10.0.0.1-10.0.1.20`, `web[01-20].example.net`.

Text in; out come `Name`s (to be resolved later, by others) and `Span`s (addresses from first to last). Nothing
is ever read as something else in silence: whatever only looks like an address is an error, because the
resolver would take `127.1` or `0x7f.1` for one.
"""

import re

from scanner.errors import TargetError
from scanner.targets.grammar.addresses import (
    MAPPED,
    UNSPECIFIED,
    V4,
    V6,
    address_text,
    is_link_local,
    scope_index,
    v4_number,
    v6_number,
)
from scanner.targets.grammar.bad_hosts import bad_name, bad_number, odd_text, unspecified
from scanner.targets.grammar.remedies import MeantError
from scanner.words.shown_text import shown

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\.?\Z){_LABEL}(?:\.{_LABEL})*\.?")
#: Names whose last part a resolver would take for a number, or that are nothing but digits and signs.
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?|[0-9._-]+|[0-9]+[eE][0-9]+")
_UNCLEAR = "\u00df\u03c2\u115f\u1160\u3164\uffa0"
#: Of these characters none is odd; most networks and ranges have no others.
_PLAIN = re.compile(r"[0-9A-Fa-f.:/-]+")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_BRACKET_RANGE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
#: By prefix length, as it is written.
_HOST_BITS = {str(bits): (1 << 32 - bits) - 1 for bits in range(33)}
#: The most hosts that one bracket expression may stand for; more are better named by a network.
MOST_BRACKETED = 100_000
#: Names have at most 253 characters; brackets add some.
_LONGEST = 1000


class Name:
    """A host name to be resolved; `text` as written."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Span:
    """The addresses from `first` to `last` (numbers) of one family and IPv6 scope (an interface index, or 0).

    `text` is a single IPv6 address as written, else empty. `network` says that it was written as a CIDR.
    """

    __slots__ = ("family", "first", "last", "network", "scope", "text")

    def __init__(
        self, family: int, first: int, last: int, *, scope: int = 0, text: str = "", network: bool = False
    ) -> None:
        self.family = family
        self.first = first
        self.last = last
        self.scope = scope
        self.text = text
        self.network = network


Host = Name | Span


def parse_host(text: str) -> tuple[Host, ...]:
    """The hosts that a HOST expression names: one, or several for bracket ranges. Errors: TargetError."""
    try:
        return strict_host(text)
    except TargetError as error:
        from scanner.targets.grammar.slips import host_slip  # only a mistake needs it

        raise host_slip(text, error) from None


def strict_host(text: str) -> tuple[Host, ...]:
    """The same, without a thought for what else may have been meant."""
    hosts = any_host(text)
    for host in hosts:
        if isinstance(host, Name) or host.last > UNSPECIFIED[host.family]:
            return hosts
    raise unspecified(text, V6 if ":" in text else V4)


def any_host(text: str) -> tuple[Host, ...]:
    """The same for hosts that are not to be probed: excludes may name unspecified addresses."""
    if len(text) > _LONGEST:
        raise TargetError(f"the host name {shown(text)} is longer than 253 characters; write a shorter one")
    if "[" not in text and "]" not in text:
        return (_single(text),)
    if text.startswith("[") and text.endswith("]") and ":" in text:
        return (_single(text[1:-1]),)
    return tuple(_single(each) for each in unfold(text))


def unfold(text: str) -> list[str]:
    """`web[01-20]` as 20 texts; several brackets multiply. A leading zero means a fixed width."""
    pieces = _BRACKET.split(text)
    if "[" in "".join(pieces) or "]" in "".join(pieces):
        problem = f"unpaired bracket in the host {shown(text)}; write a range as web[01-20].example.net"
        raise odd_text(text) or TargetError(problem)
    found = [pieces[0]]
    for at in range(1, len(pieces), 2):
        numbers = _bracket_numbers(pieces[at], text, MOST_BRACKETED // len(found))
        found = [head + number + pieces[at + 1] for head in found for number in numbers]
    return found


def _bracket_numbers(inside: str, text: str, most: int) -> list[str]:
    match = _BRACKET_RANGE.fullmatch(inside)
    if not match:
        raise MeantError(f"{shown('[' + inside + ']')} in the host is no range", ("one such as ", "web[01-20]"))
    first, last = int(match[1]), int(match[2])
    if first > last:
        meant = text.replace(f"[{inside}]", f"[{match[2]}-{match[1]}]", 1)
        raise MeantError(f"the range [{inside}] is reversed", ("", meant))
    padded = len(match[1]) > 1 and match[1][0] == "0"
    if len(match[2]) > 1 and match[2][0] == "0" and len(match[1]) != len(match[2]):
        even = text.replace(f"[{inside}]", f"[{match[1].zfill(len(match[2]))}-{match[2]}]", 1)
        raise MeantError(f"the range [{inside}] mixes widths", ("", even))
    if last - first + 1 > most:
        raise TargetError(f"the host {shown(text)} stands for more than {MOST_BRACKETED} names; write fewer")
    width = len(match[1]) if padded else 0
    return [str(number).zfill(width) for number in range(first, last + 1)]


def _single(text: str) -> Host:
    """A host without bracket ranges."""
    if text[-1:].isdigit() and (span := _v4(text)) is not None:
        return span
    if _NAME.fullmatch(text) and not _NUMERIC.fullmatch(text):
        return Name(text)
    if not _PLAIN.fullmatch(text) and (problem := odd_text(text)):
        raise problem
    head, slash, bits = text.partition("/")
    if slash:
        return _network(head, bits, text)
    if (span := _range(text)) is not None:
        return span
    if ":" in text:
        family, number, scope = _address(text, text)
        return Span(family, number, number, scope=scope, text=text)
    if not text.isascii():
        return _foreign(text)
    raise bad_number(text) if _NUMERIC.fullmatch(text) else TargetError(bad_name(text))


def _v4(text: str) -> Span | None:
    """An IPv4 address, a network, or a range of two addresses; None for all else, and where anything is wrong. Most of
    a long list are these: asked first, they cost half."""
    number = v4_number(text)
    if number is not None:
        return Span(V4, number, number)  # without its text: an address is only ever written in one way
    head, slash, bits = text.partition("/")
    if slash:
        number, rest = v4_number(head), _HOST_BITS.get(bits)
        if number is None or rest is None or number & rest:
            return None
        return Span(V4, number, number | rest, network=True)
    first, _, last = text.partition("-")
    low, high = v4_number(first), v4_number(last)
    return Span(V4, low, high) if low is not None and high is not None and low <= high else None


def _address(text: str, whole: str) -> tuple[int, int, int]:
    """Family, number and scope of an address; `whole` is what the user wrote, for messages."""
    number = v4_number(text)
    if number is not None:
        return V4, number, 0
    bare, percent, scope = text.partition("%")
    number = v6_number(bare)
    if number is None:
        raise bad_number(text) if ":" not in text else _bad_v6(text, whole)
    if MAPPED[0] <= number <= MAPPED[1]:
        plain = address_text(V4, number & 0xFFFFFFFF)
        raise MeantError(
            f"{shown(whole)} is an IPv4 address in IPv6 clothes", *(() if text != whole else (("", plain),))
        )
    if percent and not is_link_local(number):
        meant = whole.replace(text, bare, 1)
        raise MeantError(f"{shown(whole)} needs no interface, only fe80:: addresses do", ("", meant))
    return V6, number, scope_index(scope) if percent else 0


def _bad_v6(text: str, whole: str) -> TargetError:
    if text.count(":") == 1:
        return TargetError(f"{shown(whole)} is no host; write a name, an address or a network, without a port")
    return MeantError(f"{shown(whole)} is no IPv6 address", ("one such as ", "2001:db8::1"))


def _network(head: str, bits: str, text: str) -> Span:
    """`10.0.0.0/24`; host bits must be clear, because `10.0.0.5/24` may mean either."""
    if v4_number(head) is None and ":" not in head:
        such = ("one without names, such as ", "10.0.0.0/24")
        raise bad_number(head) if _NUMERIC.fullmatch(head) else MeantError(f"{shown(text)} is no network", such)
    _refuse_network_in_clothes(head, bits, text)
    family, number, scope = _address(head, text)
    width = 32 if family == V4 else 128
    if not (bits.isdigit() and bits.isascii() and len(bits) <= 3 and int(bits) <= width):
        such = (f"/0 to /{width}, such as ", _block(family, number, 24 if family == V4 else 120))
        raise MeantError(f"the prefix length {shown(bits)} is wrong", such)
    rest = (1 << (width - int(bits))) - 1
    zero = len(bits) > 1 and bits[0] == "0"
    if zero or number & rest:
        problem = f"the prefix length {shown(bits)} has a leading zero" if zero else f"{shown(text)} has host bits set"
        block = ("the network " if number & rest else "", _block(family, number, int(bits)))
        raise MeantError(problem, block, *((("the address ", head),) if number & rest else ()))
    _refuse_mapped(family, number, number | rest, text)
    single = text if not rest else ""
    return Span(family, number, number | rest, scope=scope, text=single and head, network=True)


def _refuse_network_in_clothes(head: str, bits: str, text: str) -> None:
    number = v6_number(head) if bits.isdigit() and bits.isascii() and len(bits) <= 3 else None
    if number is not None and MAPPED[0] <= number <= MAPPED[1] and 96 <= int(bits) <= 128:
        plain = f"{address_text(V4, number & 0xFFFFFFFF)}/{int(bits) - 96}"
        raise MeantError(f"{shown(text)} is an IPv4 network in IPv6 clothes", ("", plain))


def _block(family: int, number: int, bits: int) -> str:
    """The network of so many bits that an address lies in."""
    rest = (32 if family == V4 else 128) - bits
    return f"{address_text(family, number >> rest << rest)}/{bits}"


def _range(text: str) -> Span | None:
    """`10.0.0.1-50` or `10.0.0.1-10.0.1.20`; None where the text is no range."""
    first, hyphen, last = text.partition("-")
    if not hyphen or (v4_number(first) is None and v6_number(first.partition("%")[0]) is None):
        return None
    family, low, scope = _address(first, text)
    if family == V4 and last.isdigit() and last.isascii():
        if len(last) > 3 or int(last) > 255 or (len(last) > 1 and last[0] == "0"):
            such = ("a last part of 0 to 255, such as ", "10.0.0.1-50")
            raise MeantError(f"{shown(text)} ends in {last[:9]}", such)
        high = low & 0xFFFFFF00 | int(last)
    else:
        if family == V6 and ":" not in last:
            raise MeantError(f"{shown(text)} ends in {shown(last)}", ("the whole last address, such as ", "::1-::20"))
        end_family, high, end_scope = _address(last, text)
        if end_family != family or end_scope not in (0, scope):
            raise TargetError(f"{shown(text)} mixes two kinds of addresses; write both ends alike")
    if low > high:
        swapped = ("", f"{address_text(family, high)}-{address_text(family, low)}")
        raise MeantError(f"the range {shown(text)} is reversed", swapped)
    _refuse_mapped(family, low, high, text)
    return Span(family, low, high, scope=scope)


def _refuse_mapped(family: int, low: int, high: int, text: str) -> None:
    """An IPv6 range must not reach IPv4 hosts by the back door (and past their excludes). One that goes beyond them on
    either side, such as ::/0, means IPv6: as a target it loses them (`unprobed.py`)."""
    if family == V6 and low <= MAPPED[1] and high >= MAPPED[0] and not (low < MAPPED[0] and MAPPED[1] < high):
        raise TargetError(f"{shown(text)} holds IPv4 addresses in IPv6 clothes; write IPv4 addresses plainly")


def _foreign(text: str) -> Name:
    """A name beyond ASCII, as far as IDNA can write it in ASCII (RFC 3490); the text stays as written.

    The four characters that IDNA 2003 and 2008 write differently would lead to two different hosts, and letters that
    show nothing (the Hangul fillers) to one that nobody can read. Parts begin and end as RFC 5891 has it, 4.2.3.
    """
    import unicodedata  # few target lists need it

    for char in text:
        if not char.isascii() and (unicodedata.category(char)[0] not in "LM" or char in _UNCLEAR):
            raise TargetError(f"the host name {shown(text)} holds {shown(char)}; write its ASCII (xn--) form")
    for label in text.split("."):
        if label and unicodedata.category(label[0])[0] == "M":
            raise TargetError(f"the part {shown(label)} of the host name begins with a combining mark; remove that")
        if label.startswith("-") or label.endswith("-"):
            raise TargetError(bad_name(text))
    try:
        plain = text.encode("idna").decode("ascii")
    except UnicodeError:
        raise TargetError(f"the host name {shown(text)} has no ASCII form (IDNA); write a valid name") from None
    if not _NAME.fullmatch(plain) or _NUMERIC.fullmatch(plain):
        raise TargetError(f"the host {shown(text)} would become {shown(plain)}; write that if you mean it")
    return Name(text)
