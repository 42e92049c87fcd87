"""Single values a user writes: durations, retries, expectations, `addresses`, `need`, seeds, shards. Text in, value or
TargetError out."""

import math
import re
from functools import lru_cache
from sys import intern

from scanner.errors import TargetError
from scanner.model import EXPECTATIONS
from scanner.words.shown_text import did_you_mean, shown

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([A-Za-z]*)")
_UNITS = {"ms": 0.001, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "": 1.0}
SHORTEST_S, _LONGEST_S = 0.001, 3600.0
MOST_RETRIES = 100
#: The most targets in an entry that needs some of them: its rows are kept until it is known whether it has them.
MOST_NEEDED = 100_000
#: The largest seed of a random order, and the most parts of a list.
MOST_SEED = (1 << 32) - 1
MOST_PARTS = 1_000_000
#: Beyond this a number without a unit is more likely meant as milliseconds.
MOST_BARE_S = 60.0
#: Other tools' words, refused because they mean different things to different people.
_AMBIGUOUS = {
    "closed": "refused (an RST came back), blocked (no answer, or an ICMP error) or not-open (any of them)",
    "filtered": "blocked (no answer, or an ICMP error), timeout or not-open; refused is an RST",
}


@lru_cache(maxsize=4096)
def parse_duration(text: str) -> float:
    """The seconds in `300ms`, `2s`, `1m` or a bare number of seconds up to 60; 1 ms to 1 hour."""
    match = _DURATION.fullmatch(text.strip())
    if not match:
        raise TargetError(f"{shown(text)} is not a valid duration; write {_duration_hint(text)}")
    number, unit = match[1], match[2].lower()
    if unit not in _UNITS:
        raise TargetError(f"{shown(text)} has an unknown unit; write ms or s, such as 300ms or 2s")
    if number[0] == "0" and number[1:2].isdigit():
        plain = number.lstrip("0")
        raise TargetError(f"the duration {shown(text)} has a leading zero; write {plain or 0}{unit or 's'}")
    value = float(number)
    if not unit and value > MOST_BARE_S:
        raise TargetError(f"{shown(text)} would be seconds; write {number}ms if you mean that, or {number}s")
    return check_duration(value * _UNITS[unit], text)


def check_duration(seconds: float, text: str = "") -> float:
    """The same number of seconds if a probe can wait that long: 1 ms to 1 hour. Errors: TargetError."""
    if SHORTEST_S <= seconds <= _LONGEST_S:
        return seconds
    what = shown(text) if text else f"{seconds} s"
    if math.isnan(seconds) or seconds < SHORTEST_S:
        raise TargetError(f"the duration {what} is too short; write 1ms or more, such as 300ms")
    raise TargetError(f"the duration {what} is longer than an hour; write a shorter one, such as 2s")


def _duration_hint(text: str) -> str:
    if re.fullmatch(r"[0-9]+,[0-9]+\s*[a-z]*", text.strip()):
        return text.strip().replace(",", ".") + " (with a point)"
    return "one such as 300ms, 2s or 1.5 (seconds), more than 0"


def parse_retries(text: str) -> int:
    """0 to 100 further attempts."""
    if not (text.isdigit() and text.isascii() and len(text) < 4 and int(text) <= MOST_RETRIES):
        raise TargetError(f"{shown(text)} is not a valid number of retries; write 0 to {MOST_RETRIES}")
    if len(text) > 1 and text[0] == "0":
        raise TargetError(f"the number of retries {shown(text)} has a leading zero; write {int(text)}")
    return int(text)


def parse_expect(text: str) -> str:
    """A key of model.EXPECTATIONS."""
    if text in EXPECTATIONS:
        return intern(text)  # the same object in 200,000 entries
    if text.lower() in _AMBIGUOUS:
        raise TargetError(f"{shown(text)} can mean several things; write {_AMBIGUOUS[text.lower()]}")
    guess = did_you_mean(text, EXPECTATIONS)
    choice = "write one of " + ", ".join(EXPECTATIONS)
    raise TargetError(f"{shown(text)} is not a valid expectation;{guess} {choice}")


def parse_addresses(text: str) -> str:
    """`all` or `one`."""
    if text not in ("all", "one"):
        raise TargetError(f"{shown(text)} is neither all nor one; write all (every address must be as expected) or one")
    return text


def parse_need(text: str) -> int:
    """How many targets are needed: 1 to `MOST_NEEDED`."""
    if not (text.isdigit() and text.isascii()):
        hint = " (without need, all of them must be)" if text.lower() == "all" else ""
        hint = " (a number of targets, not a share of them)" if text.endswith("%") else hint
        raise TargetError(f"{shown(text)} is not a number of targets; write how many are enough, such as 2{hint}")
    if text[0] == "0":
        plain = text.lstrip("0")
        what = "has a leading zero" if plain else "targets are always there"
        raise TargetError(f"{shown(text)} {what}; write {plain[:6] or '1 or more'}")
    if len(text) > 6 or int(text) > MOST_NEEDED:
        raise TargetError(f"{shown(text[:20])} is too many; write 1 to {MOST_NEEDED}")
    return int(text)


def parse_seed(text: str) -> int:
    """The number of a random order: 0 to `MOST_SEED`."""
    if not re.fullmatch("[0-9]{1,10}", text) or int(text) > MOST_SEED:
        raise TargetError(f"{shown(text)} is not a valid seed; write a whole number from 0 to {MOST_SEED}")
    return int(text)


def parse_shard(text: str) -> tuple[int, int]:
    """The number of a part of a list, and of how many: `2/3`."""
    found = re.fullmatch("([0-9]{1,7})/([0-9]{1,7})", text)
    index, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= count <= MOST_PARTS:
        hint = f"one such as 2/3, the second of three (of {MOST_PARTS:,} at most)"
        raise TargetError(f"{shown(text)} is not a valid shard; write {hint}")
    if not 1 <= index <= count:
        raise TargetError(f"there is no shard {index:,} of {count:,}; write 1/{count} to {count}/{count}")
    return index, count
