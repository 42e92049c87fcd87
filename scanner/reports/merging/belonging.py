"""Whether reports belong together, and whether all is there. Pure.

What belongs together is of one list: `scan.list_digest` of JSON and database reports says which that is. CSV and JSONL
cannot, so they are taken at their user's word. The shards of a vantage are parts of the same whole: 2/3 beside 1/4
would leave gaps and overlap.

A vantage is all there if a whole scan of it came to its end, or each of its shards did. A shard that was run again
counts once, and its latest rows stand; one that was cut off is made good by another run of it. More than that is asked
of nobody: which vantages there ought to be, no report knows.

By default a vantage is the host's name, so the shards of one scan on several machines have as many. Where no vantage is
all there, and no shard came to its end at two of them, they are taken as parts of one scan, with a word.
"""

from collections.abc import Callable, Iterable, Sequence

from scanner.reports.merging.report_parts import ReportPart, gaps
from scanner.reports.reading.text_lines import place_of
from scanner.words.plain import plain
from scanner.words.shown_text import named

#: So many reports, mistakes or gaps are told.
_TOLD = 8
#: As much of a digest as people need to tell two of them apart.
_DIGITS = 12
_WITHOUT_PARTS = "was not complete when it was joined, and stays so; merge the reports that it was made of"


class Belonging:
    """What there is to say of these parts, in sentences without a place before them. `strangers`: why they do not
    belong together. `doubts`: what nobody can tell of them, or what may be odd. `missing`: what of them is not there,
    empty where all is. `lacking`: the vantages whose rows may not all be there, empty text: maybe any. `together`: the
    vantages that are taken as one. `apart`: none are, for each is a place to be told of by itself."""

    def __init__(self, parts: Sequence[ReportPart], *, apart: bool = False) -> None:
        self.strangers = [*_other_lists(parts), *_other_counts(parts)][:_TOLD]
        self.doubts = [*_unknown_lists(parts), *_versions(parts)]
        self.missing: list[str] = []
        self.lacking: set[str] = set()
        self.together: set[str] = set()
        known = [part for part in parts if part.digest]
        unknown = [part for part in parts if not part.digest]
        self._note(unknown, _unfinished(unknown))
        for of_list in _groups(known, lambda part: (part.digest,)):
            for group in _groups(of_list if apart else self._placed(of_list), lambda part: (part.vantage,)):
                if not _is_covered(group):
                    whole = any(part.shard is None for part in group)
                    self._note(group, [*([] if whole else _gaps(group, unknown)), *_unfinished(group)])
        self.missing = list(dict.fromkeys(self.missing))

    def _placed(self, of_list: list[ReportPart]) -> list[ReportPart]:
        """The parts of a list; where they are one scan's on several machines, as from one place."""
        if not _is_spread(of_list):
            return of_list
        vantages = list(dict.fromkeys(part.vantage for part in of_list))
        self.together.update(vantages)
        told = named(list(map(plain, vantages)), _TOLD)
        self.doubts.append(
            f"the shards are from several vantages ({told}), and are taken as parts of one scan; run them with one "
            "--vantage, unless each place is to be scanned as a whole"
        )
        return [part._replace(vantage="") for part in of_list]

    def _note(self, group: Iterable[ReportPart], missing: Iterable[str]) -> None:
        if said := list(missing):
            self.missing += said
            self.lacking.update(part.vantage for part in group)


def _groups(parts: Iterable[ReportPart], key: Callable[[ReportPart], tuple[object, ...]]) -> Iterable[list[ReportPart]]:
    found: dict[tuple[object, ...], list[ReportPart]] = {}
    for part in parts:
        found.setdefault(key(part), []).append(part)
    return found.values()


def _other_lists(parts: Iterable[ReportPart]) -> list[str]:
    """A sentence for each report of another list than the first that says which it is of."""
    known = [part for part in parts if part.digest]
    return list(
        dict.fromkeys(
            f"{place_of(part.path)} is of another list than {place_of(known[0].path)}: their list_digest differ "
            f"({plain(part.digest)[:_DIGITS]} and {plain(known[0].digest)[:_DIGITS]})"
            for part in known
            if part.digest != known[0].digest
        )
    )


def _other_counts(parts: Iterable[ReportPart]) -> list[str]:
    """A sentence for each shard of another number of shards than the first of its vantage and list."""
    sharded = [part for part in parts if part.shard]
    return [
        f"{place_of(part.path)} is shard {_text(part)}, and {place_of(group[0].path)} is shard {_text(group[0])}"
        f"{_of(part.vantage)}: all shards of a scan have the same N in I/N"
        for group in _groups(sharded, lambda part: (part.digest, part.vantage))
        for part in group
        if _count(part) != _count(group[0])
    ]


def _text(part: ReportPart) -> str:
    return "/".join(map(str, part.shard or ()))


def _count(part: ReportPart) -> int:
    return part.shard[1] if part.shard else 0


def _unknown_lists(parts: Sequence[ReportPart]) -> list[str]:
    unknown = list(dict.fromkeys(place_of(part.path) for part in parts if not part.digest))
    if not unknown or len({part.path for part in parts}) < 2:
        return []
    does = "does" if len(unknown) == 1 else "do"
    return [
        f"{named(unknown, _TOLD)} {does} not say of which list and shard (only json and db reports do): merged unseen"
    ]


def _versions(parts: Iterable[ReportPart]) -> list[str]:
    versions = sorted({plain(part.version) for part in parts if part.version})
    return [f"the reports are of several versions of scanner: {named(versions, _TOLD)}"] if len(versions) > 1 else []


def _is_spread(of_list: list[ReportPart]) -> bool:
    """Whether shards of several vantages complete each other, and none of these is all there by itself."""
    homes: dict[tuple[int, int] | None, set[str]] = {}
    for part in of_list:
        if part.complete:
            homes.setdefault(part.shard, set()).add(part.vantage)
    by_vantage = list(_groups(of_list, lambda part: (part.vantage,)))
    return (
        len(by_vantage) > 1
        and len({_count(part) for part in of_list}) == 1
        and all(len(vantages) == 1 for vantages in homes.values())
        and not any(map(_is_covered, by_vantage))
    )


def _is_covered(group: Sequence[ReportPart]) -> bool:
    """Whether all rows of a vantage are there."""
    done: dict[int, set[int]] = {}
    for part in group:
        if part.complete:
            done.setdefault(_count(part), set()).add(part.shard[0] if part.shard else 0)
    return 0 in done or any(len(shards) == count for count, shards in done.items())


def _gaps(group: Sequence[ReportPart], unknown: Sequence[ReportPart]) -> list[str]:
    """A sentence for each number of shards of which some have no report."""
    shards: dict[int, set[int]] = {}
    for part in group:
        if part.shard:
            shards.setdefault(part.shard[1], set()).add(part.shard[0])
    maybe = f", unless {named(list(dict.fromkeys(place_of(each.path) for each in unknown)), _TOLD)} is of it"
    said = []
    for count, there in shards.items():
        runs = [f"{first}" if first == last else f"{first}-{last}" for first, last in gaps(there, count)]
        if runs:
            one = count - len(there) == 1
            said.append(
                f"shard{'' if one else 's'} {named(runs, _TOLD)} of {count}{_of(group[0].vantage)} "
                f"{'is' if one else 'are'} missing{maybe if unknown else ''}"
            )
    return said


def _unfinished(group: Iterable[ReportPart]) -> list[str]:
    """A sentence for each report that was cut off, unless another one is of the same part."""
    group = list(group)
    done = {part.shard for part in group if part.complete and part.digest}
    return [
        f"{place_of(part.path)}: {_WITHOUT_PARTS if part.joined else 'was not finished, so rows may be missing'}"
        for part in group
        if not part.complete and part.shard not in done
    ]


def _of(vantage: str) -> str:
    return f" from vantage {plain(vantage)}" if vantage else ""
