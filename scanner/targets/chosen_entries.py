"""`--tag T` and `--name GLOB`: which entries of a list are meant. Any of the words may match.

They choose among the entries of target files. HOST:PORTS on the command line has neither name nor tag, and would be
left out in silence, so the two do not go together.
"""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from scanner.errors import UsageError
from scanner.targets.entry import Entry
from scanner.words.shown_text import did_you_mean, shown

_MOST_NAMED = 10


def chosen_entries(entries: Sequence[Entry], tags: Sequence[str], names: Sequence[str]) -> list[Entry]:
    """Those that have one of the tags, or a name that is one of `names` or fits it as a pattern (`*`, `?`, `[seq]`;
    case matters); all, where nothing was said.

    Errors: UsageError where none is left, for an empty name, and for entries that are no file's.
    """
    if not tags and not names:
        return list(entries)
    _check(entries, tags, names)
    wanted = frozenset(tags)
    found = [entry for entry in entries if not wanted.isdisjoint(tags_of(entry)) or _is_named(entry.name, names)]
    if not found:
        raise UsageError(_none_left(entries, tags, names))
    return found


def _check(entries: Sequence[Entry], tags: Sequence[str], names: Sequence[str]) -> None:
    option = "--tag" if tags else "--name"
    if "" in tags or "" in names:
        option = "--tag" if "" in tags else "--name"
        raise UsageError(f"{option} is empty; write which entries are meant, or leave it out")
    if typed := next((entry for entry in entries if not entry.line), None):
        raise UsageError(
            f"{option} chooses among the entries of a target file, and {typed.where} is none; leave out one of the two"
        )


def _is_named(name: str, patterns: Sequence[str]) -> bool:
    return bool(name) and any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns)


def tags_of(entry: Entry) -> tuple[str, ...]:
    """Its own, or those of its file's defaults."""
    own, defaults = entry.stated.tags, entry.defaults.stated.tags
    return own if own is not None else defaults or ()


def _none_left(entries: Sequence[Entry], tags: Sequence[str], names: Sequence[str]) -> str:
    asked = " or ".join([*(f"the tag {shown(tag)}" for tag in tags), *(f"a name like {shown(name)}" for name in names)])
    told = [f"no entry has {asked}"]
    if tags:
        told.append(_there(tags, (tag for entry in entries for tag in tags_of(entry)), "tags"))
        if any("," in tag for tag in tags):
            told.append("for several tags repeat --tag")
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
