"""`--tag T` and `--name GLOB`: which entries of a list are meant. Any of the words may match."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from scanner.errors import UsageError
from scanner.targets.entry import Entry
from scanner.words.shown_text import did_you_mean, shown

_MOST_NAMED = 10


def chosen_entries(entries: Sequence[Entry], tags: Sequence[str], names: Sequence[str]) -> list[Entry]:
    """Those that have one of the tags, or a name that one of the patterns (`*`, `?`, `[seq]`; case matters) fits; all,
    where nothing was said. Errors: UsageError where none is left."""
    if not tags and not names:
        return list(entries)
    wanted = frozenset(tags)
    found = [
        entry
        for entry in entries
        if not wanted.isdisjoint(tags_of(entry)) or any(fnmatchcase(entry.name, pattern) for pattern in names)
    ]
    if not found:
        raise UsageError(_none_left(entries, tags, names))
    return found


def tags_of(entry: Entry) -> tuple[str, ...]:
    """Its own, or those of its file's defaults."""
    own, defaults = entry.stated.tags, entry.defaults.stated.tags
    return own if own is not None else defaults or ()


def _none_left(entries: Sequence[Entry], tags: Sequence[str], names: Sequence[str]) -> str:
    asked = " or ".join([*(f"the tag {shown(tag)}" for tag in tags), *(f"a name like {shown(name)}" for name in names)])
    told = [f"no entry has {asked}"]
    if tags:
        told.append(_there(tags, (tag for entry in entries for tag in tags_of(entry)), "tags"))
    if names:
        told.append(_there(names, (entry.name for entry in entries if entry.name), "names"))
    return "; ".join(told)


def _there(asked: Sequence[str], there: Iterable[str], what: str) -> str:
    known = list(dict.fromkeys(there))
    if not known:
        return f"the list has no {what}"
    more = f" and {len(known) - _MOST_NAMED:,} more" if len(known) > _MOST_NAMED else ""
    guess = did_you_mean(asked[0], known).strip(" ;") if asked else ""
    told = f"{what} in the list: {', '.join(map(shown, known[:_MOST_NAMED]))}{more}"
    return f"{guess} ({told})" if guess else told
