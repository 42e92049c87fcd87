"""Which part of which scan a report is, as far as it says so.

A report that was made of several before (`convert`, `merge`) is of all the parts that it was made of, as they say it
themselves, if it was complete; if it was not, it stays so: which of its rows are lacking it does not tell.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from scanner.errors import UsageError
from scanner.reports.reading import names_vantage
from scanner.reports.reading.text_lines import place_of
from scanner.reports.report import ScanInfo


class ReportPart(NamedTuple):
    """A scan in the report at `path`. `digest` tells of which list, `vantage` from where; empty where the report does
    not say so. `shard`: which part, of how many; None is the whole, or nobody knows (without a digest). `complete`: it
    came to its end. `version`: the program's that made it, or empty. `joined`: the report was made of several. `named`:
    its user said which vantage that is, so it is not merely the name of a host."""

    path: str
    digest: str = ""
    vantage: str = ""
    shard: tuple[int, int] | None = None
    complete: bool = True
    version: str = ""
    joined: bool = False
    named: bool = False


def parts_of(path: str, info: ScanInfo) -> list[ReportPart]:
    """Those of a report, of which `info` tells. Of what was made of several reports that do not all say of which list
    they are, or that was not complete then, it is one for each vantage.

    Raises UsageError with the path for a shard that cannot be.
    """
    sources = info.extra.get("sources") or []
    found = _parts(path, info.as_dict(), joined=bool(sources))
    if not sources:
        return found
    own = found[0]
    apart = list(dict.fromkeys(part for source in sources for part in _parts(path, source, joined=True)))
    lists = {part.digest for part in apart}
    if len(lists) == 1 and "" not in lists:
        if info.complete and _is_one_cut(apart):
            return apart
        own = own._replace(digest=apart[0].digest)
    named = {part.vantage: part.named for part in apart}
    return [own._replace(vantage=vantage, named=named[vantage]) for vantage in named]


def _parts(path: str, said: Mapping[str, Any], *, joined: bool) -> list[ReportPart]:
    """The part that a `scan` part tells of, whose shape was checked; of a scan from several machines (`--from`) one for
    each, for each is a vantage of its own."""
    options = said.get("options") or {}
    try:
        shard = shard_of(said.get("shard") or "")
    except ValueError as error:
        raise UsageError(f"{place_of(path)}: scan.shard is not as scanner writes it: {error}") from None
    part = ReportPart(
        path,
        said.get("list_digest") or "",
        said.get("vantage") or "",
        shard,
        said.get("complete") is not False,
        said.get("version") or "",
        joined,
        names_vantage(options),
    )
    homes = options.get("from") if isinstance(options, Mapping) else None
    if not isinstance(homes, list) or not all(isinstance(home, str) for home in homes):
        return [part]
    return [part._replace(vantage=home, named=True) for home in homes] or [part]


def _is_one_cut(parts: Iterable[ReportPart]) -> bool:
    """Whether the shards of each vantage are parts of as many. (With --force they may be of any.)"""
    counts = {(part.vantage, part.shard[1]) for part in parts if part.shard}
    return len(counts) == len({vantage for vantage, _ in counts})


#: Digits of a number of parts; nobody has as many.
_DIGITS = 9


def shard_of(text: str) -> tuple[int, int] | None:
    """Of "2/3" which part, of how many; of an empty text None. Raises ValueError for any other."""
    if not text:
        return None
    part, slash, parts = text.partition("/")
    numbers = [int(each) if each.isascii() and each.isdigit() and len(each) <= _DIGITS else 0 for each in (part, parts)]
    if not slash or not 1 <= numbers[0] <= numbers[1]:
        raise ValueError(f"{text!r} is not a part such as 2/3")
    return numbers[0], numbers[1]


def gaps(numbers: set[int], parts: int) -> Iterator[tuple[int, int]]:
    """What is missing of 1 to `parts`, as first and last numbers: of a million parts as well."""
    before = 0
    for number in [*sorted(numbers), parts + 1]:
        if number > before + 1:
            yield before + 1, number - 1
        before = number
