"""`--columns host=Ziel,port=Dienst`: which column of a table holds what. Text in, pairs or UsageError out."""

import re

from scanner.errors import UsageError
from scanner.targets.formats.table_head_rows import unknown_role
from scanner.targets.formats.table_heads import ROLES
from scanner.words.shown_text import shown

_PAIR = re.compile(r"""\s*([^=,"']*?)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,"']*))\s*(?:,|\Z)""")
_EXAMPLE = "write pairs such as host=Ziel,port=Dienst, and a head with a comma in quotes"


def parse_columns(text: str) -> tuple[tuple[str, str], ...]:
    """The pairs of role and head, in their order. Errors: UsageError for what is no pair, or an unknown role."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text) or not found:
        match = _PAIR.match(text, at)
        if match is None:
            raise UsageError(f"{shown(text)} does not say which column is which; {_EXAMPLE}")
        role, head = match[1].lower(), (match[2] or match[3] or match[4] or "").strip()
        if role not in ROLES:
            raise UsageError(unknown_role(match[1]))
        if not head:
            raise UsageError(f"{shown(text)} names no column for {role}; {_EXAMPLE}")
        found.append((role, head))
        at = match.end()
    return tuple(found)


def joined_columns(said: tuple[tuple[tuple[str, str], ...], ...]) -> tuple[tuple[str, str], ...]:
    """The pairs of several such texts. Errors: UsageError for a role that is named twice."""
    pairs = tuple(pair for each in said for pair in each)
    heads: dict[str, str] = {}
    for role, head in pairs:
        if heads.setdefault(role, head) != head:
            raise UsageError(f"--columns: {role} is both {shown(heads[role])} and {shown(head)}; write one")
    return tuple(heads.items())
