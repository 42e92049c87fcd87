"""Hosts written as numbers: `10.0.0.1`, `2001:db8::/32`, `10.0.0.1-50`, `10.0.0.1-10.0.1.20`. Text in, a range out.

Networks have no host bits set, ranges are not reversed, and no IPv6 spelling leads to an IPv4 host. This module knows
nothing of names, brackets and ports.
"""

import re

from scanner.errors import TargetError
from scanner.targets.grammar.addresses import (
    MAPPED,
    V4,
    V6,
    address_text,
    is_link_local,
    scope_index,
    v4_number,
    v6_number,
)
from scanner.targets.grammar.bad_hosts import bad_number
from scanner.targets.grammar.host_values import AddressRange
from scanner.targets.grammar.remedies import MeantError
from scanner.words.shown_text import shown

#: Names whose last part a resolver would take for a number, or that are nothing but digits and punctuation.
NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?|[0-9._-]+|[0-9]+[eE][0-9]+")
#: By prefix length as written.
_HOST_BITS = {str(bits): (1 << 32 - bits) - 1 for bits in range(33)}


def common_v4(text: str) -> AddressRange | None:
    """An IPv4 address, a network, or a range of two addresses; None for anything else, and where anything is wrong.
    Long lists consist mostly of these: tried first, they cost half."""
    number = v4_number(text)
    if number is not None:
        return AddressRange(V4, number, number)  # without its text: an address can only be written in one way
    head, slash, bits = text.partition("/")
    if slash:
        number, rest = v4_number(head), _HOST_BITS.get(bits)
        if number is None or rest is None or number & rest:
            return None
        return AddressRange(V4, number, number | rest, network=True)
    first, _, last = text.partition("-")
    low, high = v4_number(first), v4_number(last)
    return AddressRange(V4, low, high) if low is not None and high is not None and low <= high else None


def address_of(text: str) -> AddressRange:
    """A single IPv6 address, with its text. Errors: TargetError."""
    family, number, scope = _address(text, text)
    return AddressRange(family, number, number, scope=scope, text=text)


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
        raise MeantError(f"{shown(whole)} is an IPv4 address in IPv6 form", *(() if text != whole else (("", plain),)))
    if percent and not is_link_local(number):
        meant = whole.replace(text, bare, 1)
        raise MeantError(f"{shown(whole)} needs no interface (only fe80:: addresses do)", ("", meant))
    return V6, number, scope_index(scope) if percent else 0


def _bad_v6(text: str, whole: str) -> TargetError:
    if text.count(":") == 1:
        return TargetError(f"{shown(whole)} is not a valid host; write a name, an address or a network, without a port")
    return MeantError(f"{shown(whole)} is not a valid IPv6 address", ("one such as ", "2001:db8::1"))


def network_of(head: str, bits: str, text: str) -> AddressRange:
    """`10.0.0.0/24`: `head`, a slash, `bits`. Host bits must be clear, because `10.0.0.5/24` may mean the network or
    the address. Errors: TargetError."""
    if v4_number(head) is None and ":" not in head:
        such = ("one without names, such as ", "10.0.0.0/24")
        raise bad_number(head) if NUMERIC.fullmatch(head) else MeantError(f"{shown(text)} is not a valid network", such)
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
    return AddressRange(family, number, number | rest, scope=scope, text=single and head, network=True)


def _refuse_network_in_clothes(head: str, bits: str, text: str) -> None:
    number = v6_number(head) if bits.isdigit() and bits.isascii() and len(bits) <= 3 else None
    if number is not None and MAPPED[0] <= number <= MAPPED[1] and 96 <= int(bits) <= 128:
        plain = f"{address_text(V4, number & 0xFFFFFFFF)}/{int(bits) - 96}"
        raise MeantError(f"{shown(text)} is an IPv4 network in IPv6 form", ("", plain))


def _block(family: int, number: int, bits: int) -> str:
    """The network with this prefix length that an address lies in."""
    rest = (32 if family == V4 else 128) - bits
    return f"{address_text(family, number >> rest << rest)}/{bits}"


def range_of(text: str) -> AddressRange | None:
    """`10.0.0.1-50` or `10.0.0.1-10.0.1.20`; None where the text is not a range. Errors: TargetError if it is wrong."""
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
    return AddressRange(family, low, high, scope=scope)


def _refuse_mapped(family: int, low: int, high: int, text: str) -> None:
    """An IPv6 range must not reach IPv4 hosts by the back door (and past their excludes). One that goes beyond them on
    both sides, such as ::/0, means IPv6: as a target it loses them (`unprobed.py`)."""
    if family == V6 and low <= MAPPED[1] and high >= MAPPED[0] and not (low < MAPPED[0] and MAPPED[1] < high):
        raise TargetError(f"{shown(text)} holds IPv4 addresses in IPv6 form; write IPv4 addresses plainly")
