"""Bracket ranges in host names: `web[01-20].example.net` stands for 20 names, which are not checked here."""

import re

from scanner.errors import TargetError
from scanner.targets.grammar.bad_hosts import odd_text
from scanner.targets.grammar.remedies import MeantError
from scanner.words.shown_text import shown

_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_BRACKET_RANGE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
#: The most hosts that one bracket expression may stand for; more are better written as a network.
MOST_BRACKETED = 100_000


def unfold(text: str) -> list[str]:
    """`web[01-20]` as 20 strings; several brackets multiply. A leading zero means a fixed width."""
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
        raise MeantError(
            f"{shown('[' + inside + ']')} in the host is not a valid range", ("one such as ", "web[01-20]")
        )
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
