"""Where entries came from, as comments: `rules.csv:12`, `rules.csv:12-14, 20`."""

from collections.abc import Iterable, Sequence

from scanner.targets.entry import Entry
from scanner.words.plain import plain
from scanner.words.shown_text import many

#: A comment names so many places, a note so many rules.
_MOST_PLACES, _MOST_RULES = 6, 3


def comment_of(entries: Sequence[Entry]) -> str:
    """A comment with the places of entries of one file, blanks before it; empty where none has a place."""
    labels = list(dict.fromkeys(plain(entry.label) for entry in entries if entry.label))
    if not labels:
        return ""
    if len(labels) > 1 or not all(entry.column for entry in entries):  # the cells of a sheet: a label says all
        return f"  # {places_in_short(labels)}"
    runs: list[list[int]] = []
    for line in sorted({entry.line for entry in entries}):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    told = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs[:_MOST_PLACES])
    left = sum(last - first + 1 for first, last in runs[_MOST_PLACES:])
    return f"  # {labels[0]}:{told}" + (f" and {many(left, 'line')} more" if left else "")


def place_of(entry: Entry) -> str:
    """Where one entry came from, or else what it is called."""
    label = plain(entry.label)
    return f"{label}:{entry.line}" if entry.column else label or entry.name or "an entry"


def places_in_short(places: Iterable[str]) -> str:
    """The first of many places: `rules.csv:3, rules.csv:9 and 12 more`."""
    found = list(dict.fromkeys(places))
    left = len(found) - _MOST_RULES
    return ", ".join(found[:_MOST_RULES]) + (f" and {left:,} more" if left > 0 else "")
