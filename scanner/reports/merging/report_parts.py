"""Which part of which scan a report is, as far as it says so.

A report that was merged of several before is the whole of each vantage that it was merged of, if it was complete; if it
was not, it stays so: which of its rows are lacking it does not tell.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scanner.errors import UsageError
from scanner.reports.reading.text_lines import place_of
from scanner.reports.report import ScanInfo


class ReportPart(NamedTuple):
    """A scan in the report at `path`. `digest` tells of which list, `vantage` from where; empty where the report does
    not say so. `shard`: which part, of how many; None is the whole, or nobody knows (without a digest). `complete`: it
    came to its end. `version`: the program's that made it, or empty. `joined`: the report was made of several."""

    path: str
    digest: str = ""
    vantage: str = ""
    shard: tuple[int, int] | None = None
    complete: bool = True
    version: str = ""
    joined: bool = False


def parts_of(path: str, info: ScanInfo) -> list[ReportPart]:
    """Those of a report, of which `info` tells: one for each vantage of which it is a part.

    Raises UsageError with the path for a shard that cannot be.
    """
    said = info.extra
    sources = said.get("sources") or []
    told = [(source.get("vantage") or "", source.get("options")) for source in sources]
    vantages = dict.fromkeys(
        vantage for home, options in told or [(info.vantage, info.options)] for vantage in _places(home, options)
    )
    digest, version = said.get("list_digest") or "", said.get("version") or ""
    try:
        shard = shard_of(said.get("shard") or "")
    except ValueError as error:
        raise UsageError(f"{place_of(path)}: scan.shard is not as scanner writes it: {error}") from None
    return [ReportPart(path, digest, vantage, shard, info.complete, version, bool(sources)) for vantage in vantages]


def _places(home: str, options: object) -> list[str]:
    """From where a scan was: from several machines (`--from`), each of which is a vantage of its own, or from one."""
    told = options.get("from") if isinstance(options, Mapping) else None
    return [each for each in told if isinstance(each, str)] if isinstance(told, list) and told else [home]


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
