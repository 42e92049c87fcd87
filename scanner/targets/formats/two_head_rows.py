"""Heads in two rows, as merged cells leave them: `Quelle | | Ziel | | Protokoll` over `IP | Port | IP | Port`. Pure.

The upper row says whose the columns below it are. Read alone, it would make a rule of the lower one; the lower one read
alone would take the source for the destination. Only what can hardly be a rule is taken for a second row of heads.
"""

from collections.abc import Sequence
from itertools import zip_longest

from scanner.targets.formats.table_heads import role_of, side_of
from scanner.targets.formats.table_sides import OF_ONE_SIDE

#: Fewer known heads in a row may be a rule that has such words in it.
_FEWEST = 2


def groups_of(heads: Sequence[str]) -> list[str]:
    """Of each column the head that stands above it, where one reaches over several; none where none does."""
    if sum(1 for head in heads if role_of(head)) < _FEWEST:
        return []
    found: list[str] = []
    reaches = False
    for head in heads:
        carried = found[-1] if found else ""
        reaches |= bool(carried) and head in ("", carried) and bool(side_of(carried))
        found.append(head or carried)
    return found if reaches else []


def joined_heads(upper: Sequence[str], groups: Sequence[str], lower: Sequence[str]) -> list[tuple[str, str]]:
    """Of each column the group and the head, which is the lower row's where that has one; none where the lower row is
    no row of heads."""
    filled = [head for head in lower if head]
    known = sum(1 for head in filled if role_of(head))
    if known < _FEWEST or known * 2 <= len(filled):
        return []
    found: list[tuple[str, str]] = []
    parts = False
    for group, above, head in zip_longest(groups, upper, lower, fillvalue=None):
        whose = groups[-1] if group is None else group
        parts |= bool(head) and role_of(head or "") in OF_ONE_SIDE and bool(side_of(whose)) and head != above
        found.append((whose, head or above or ""))
    return found if parts else []
