"""Whether reports belong together, and whether all is there. Pure.

What belongs together is of one list: `scan.list_digest` of JSON and database reports says which that is. CSV and JSONL
cannot, so they are taken at their user's word. The shards of a vantage are parts of the same whole: 2/3 beside 1/4
would leave gaps and overlap.

A vantage is all there if a whole scan of it came to its end, or each of its shards did. A shard that was run again
counts once, and its latest rows stand; one that was cut off is made good by another run of it. More than that is asked
of nobody: which vantages there ought to be, no report knows.

Shards that several machines ran without a word on the vantage are taken as one scan, with a word (`spread_shards`). And
reports that do not say what they are stand for the shards that are missing, if they are as many and share no row with
another report: shards never do.
"""

from collections.abc import Iterable, Sequence

from scanner.reports.merging.report_parts import ReportPart, gaps
from scanner.reports.merging.spread_shards import count_of, groups, is_covered, spread_vantages
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
    vantages that are taken as one. `overlap`: several of the reports have rows of one target. `apart`: no vantages are
    taken as one, for each is a place to be told of by itself, and a report that does not say what it is stands for
    nothing."""

    def __init__(self, parts: Sequence[ReportPart], *, overlap: bool = False, apart: bool = False) -> None:
        self.strangers = [*_other_lists(parts), *_other_counts(parts)][:_TOLD]
        self.missing: list[str] = []
        self.lacking: set[str] = set()
        self.together: set[str] = set()
        spread: list[str] = []
        known = [part for part in parts if part.digest]
        unknown = [part for part in parts if not part.digest]
        self._note(unknown, _unfinished(unknown))
        placed = [
            part
            for of_list in groups(known, lambda part: (part.digest,))
            for part in (of_list if apart else self._placed(of_list, spread))
        ]
        lacking = [each for each in groups(placed, lambda part: (part.digest, part.vantage)) if not is_covered(each)]
        taken = "" if overlap or apart else self._taken(lacking, unknown)
        for group in lacking:
            told = taken or any(part.shard is None for part in group)
            holders = [] if apart else _holders(group, placed)
            self._note(group, [*([] if told else _gaps(group, unknown, holders)), *_unfinished(group)])
        self.missing = list(dict.fromkeys(self.missing))
        self.doubts = [*_unknown_lists(parts, taken), *_versions(parts), *spread]

    def _placed(self, of_list: list[ReportPart], said: list[str]) -> list[ReportPart]:
        """The parts of a list; where they are one scan's on several machines, as from one place, which is said."""
        if not (vantages := spread_vantages(of_list)):
            return of_list
        self.together.update(vantages)
        told = named([plain(each) for each in vantages], _TOLD)
        said.append(
            f"the shards are from several vantages ({told}), which are merely hosts' names, and are taken as parts of "
            "one scan; if each place is to be scanned as a whole, scan with --vantage"
        )
        return [part._replace(vantage="") if part.vantage in vantages else part for part in of_list]

    def _taken(self, lacking: Sequence[list[ReportPart]], unknown: Sequence[ReportPart]) -> str:
        """The missing shards that the unknown reports stand for, in words; empty where they cannot."""
        gapped = [group for group in lacking if any(_missing(group).values())]
        if len(gapped) != 1 or any(part.shard is None for part in gapped[0]) or len(_missing(gapped[0])) != 1:
            return ""
        group = gapped[0]
        vantage, hosts = group[0].vantage, not any(part.named for part in group)
        fitting = [part for part in unknown if part.complete and (hosts or part.vantage in ("", vantage))]
        ((count, runs),) = _missing(group).items()
        if len(fitting) < sum(last - first + 1 for first, last in runs):
            return ""
        if homes := {part.vantage for part in fitting} - {"", vantage}:
            self.together |= homes | ({vantage} if vantage else set())
        return f"{_shards(runs, count)}{_of(vantage)}"

    def _note(self, group: Iterable[ReportPart], missing: Iterable[str]) -> None:
        if said := list(missing):
            self.missing += said
            self.lacking.update(part.vantage for part in group)


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
        for group in groups(sharded, lambda part: (part.digest, part.vantage))
        for part in group
        if count_of(part) != count_of(group[0])
    ]


def _text(part: ReportPart) -> str:
    return "/".join(map(str, part.shard or ()))


def _unknown_lists(parts: Sequence[ReportPart], taken: str) -> list[str]:
    """A sentence on the reports that do not say what they are, and one on what was joined of such."""
    if len({part.path for part in parts}) < 2:
        return []
    merged = f"merged unseen, as {taken}" if taken else "merged unseen"
    said = []
    if paths := _unknown(parts, joined=False):
        do = "does" if len(paths) == 1 else "do"
        why = f"{do} not say of which list and shard (only json and db reports do)"
        said.append(f"{named(paths, _TOLD)} {why}: {merged}")
    if paths := _unknown(parts, joined=True):
        were, them = ("was", "it") if len(paths) == 1 else ("were", "them")
        why = f"{were} made of reports that do not all say of which list and shard they are"
        said.append(f"{named(paths, _TOLD)} {why}: {merged}; better merge json or db reports of what is in {them}")
    return said


def _unknown(parts: Iterable[ReportPart], *, joined: bool) -> list[str]:
    return list(dict.fromkeys(place_of(part.path) for part in parts if not part.digest and part.joined is joined))


def _versions(parts: Iterable[ReportPart]) -> list[str]:
    versions = sorted({plain(part.version) for part in parts if part.version})
    return [f"the reports are of several versions of scanner: {named(versions, _TOLD)}"] if len(versions) > 1 else []


def _missing(group: Iterable[ReportPart]) -> dict[int, list[tuple[int, int]]]:
    """For each number of shards those of which there is no report, as first and last numbers."""
    shards: dict[int, set[int]] = {}
    for part in group:
        if part.shard:
            shards.setdefault(part.shard[1], set()).add(part.shard[0])
    return {count: list(gaps(there, count)) for count, there in shards.items()}


def _holders(group: Sequence[ReportPart], placed: Iterable[ReportPart]) -> list[ReportPart]:
    """Whatever was joined without all of its parts and may have those that this group lacks: from other hosts, if no
    vantage was typed."""
    if any(part.named for part in group):
        return []
    joined = [part for part in placed if part.joined and not part.complete and not part.named]
    return [part for part in joined if part.digest == group[0].digest]


def _gaps(group: Sequence[ReportPart], unknown: Iterable[ReportPart], holders: Iterable[ReportPart]) -> list[str]:
    """A sentence for each number of shards of which some have no report; but the `unknown` may be they, or the
    `holders` may have them."""
    maybe = list(dict.fromkeys(place_of(part.path) for part in unknown))
    having = list(dict.fromkeys(place_of(part.path) for part in holders))
    said = []
    for count, runs in _missing(group).items():
        one = _is_one(runs)
        unless = [f"{named(maybe, _TOLD)} {'is' if len(maybe) == 1 else 'are'} of this scan"] if maybe else []
        if having:
            unless.append(f"{named(having, _TOLD)} {'has' if len(having) == 1 else 'have'} {'it' if one else 'them'}")
        if runs:
            what = f"{_shards(runs, count)}{_of(group[0].vantage)} {'is' if one else 'are'} missing"
            said.append(", unless ".join([what, " or ".join(unless)] if unless else [what]))
    return said


def _shards(runs: Sequence[tuple[int, int]], count: int) -> str:
    told = [f"{first}" if first == last else f"{first}-{last}" for first, last in runs]
    return f"shard{'' if _is_one(runs) else 's'} {named(told, _TOLD)} of {count}"


def _is_one(runs: Sequence[tuple[int, int]]) -> bool:
    return len(runs) == 1 and runs[0][0] == runs[0][1]


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
