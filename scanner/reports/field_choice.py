"""`--fields A,B`: which columns flat reports have, in which order."""

import difflib
from collections.abc import Sequence

from scanner.errors import UsageError
from scanner.model import FIELDS
from scanner.words.user_info import hidden

#: The formats whose rows are fields side by side, and nothing else.
FLAT = ("csv", "jsonl")
#: What people call some fields.
_MEANT = {
    "ip": "address", "addr": "address", "hostname": "host", "fqdn": "host", "rtt": "rtt_ms", "latency": "rtt_ms",
    "status": "state", "expected": "expect", "expectation": "expect", "tag": "tags", "timestamp": "time",
    "label": "name", "sender": "icmp_from", "local": "source",
}  # fmt: skip


def parse_fields(text: str) -> tuple[str, ...]:
    """Reads a list like `host,port,state`; UsageError names every word that is not a field.

    >>> parse_fields("host, PORT,state")
    ('host', 'port', 'state')
    """
    words = [word.strip().lower() for word in text.split(",")]
    wrong = [word for word in dict.fromkeys(words) if word not in FIELDS]
    if wrong:
        raise UsageError(*map(_complaint, wrong))
    if twice := [word for word in dict.fromkeys(words) if words.count(word) > 1]:
        raise UsageError(f"{', '.join(twice)}: named twice; a report has each field once")
    return tuple(words)


def check_fields(fields: Sequence[str], formats: Sequence[str]) -> None:
    """Raises UsageError where fields were chosen, and no report of these formats has columns to choose."""
    if fields and not any(fmt in FLAT for fmt in formats):
        others = f", not of {', '.join(dict.fromkeys(formats))}" if formats else ", and there is no report"
        raise UsageError(f"--fields chooses the columns of {' and '.join(FLAT)}{others}; add -f csv or -o FILE.csv")


def _complaint(word: str) -> str:
    meant = _MEANT.get(word) or next(iter(difflib.get_close_matches(word, FIELDS, n=1)), "")
    hint = f"; did you mean {meant}?" if meant else ""
    what = f"{hidden(word)!r} is not a field" if word else "an empty word"
    return f"{what}{hint} (fields: {', '.join(FIELDS)})"
