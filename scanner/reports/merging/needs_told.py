"""`need: N` as reports tell of it (`scan.needs`): of which rows so many are enough, so that it can be judged once the
rows of all parts are together.

Rows tell whose they are by nothing but their entry's name. So a need whose entry has no name, or shares it, is told of
without one: then nobody can count its rows, and whoever reads the report knows that.
"""

from collections.abc import Iterable
from typing import NamedTuple

from scanner.reports.report import ScanInfo


class NeedTold(NamedTuple):
    """So many (`enough`) of the targets of the entry with this `name` are enough. `one`: its names count once each, for
    one of their addresses is enough. `label`: what the entry is called in messages."""

    name: str
    enough: int
    one: bool
    label: str


def needs_of(infos: Iterable[ScanInfo]) -> tuple[list[NeedTold], list[str]]:
    """Of several reports each need once; and what those are called that nobody can count: without a name of their own,
    or told otherwise by another report."""
    found: dict[str, NeedTold] = {}
    unclear: dict[str, None] = {}
    for need in (_told(each) for info in infos for each in _needs(info)):
        if not need.name or found.setdefault(need.name, need)[1:3] != need[1:3]:
            unclear[need.label] = None
    return [need for need in found.values() if need.label not in unclear], list(unclear)


def _needs(info: ScanInfo) -> Iterable[dict[str, object]]:
    """As the report has them; what was made of several has them by source, unless they were merged."""
    sources = info.extra.get("sources") or []
    return info.extra.get("needs") or [each for source in sources for each in source.get("needs") or []]


def _told(said: dict[str, object]) -> NeedTold:
    """A need of a report, whose shape was checked."""
    count, name = said["count"], said["name"]
    assert isinstance(count, int)
    return NeedTold(str(name or ""), count, said["addresses"] == "one", str(said["label"]))


def as_told(needs: Iterable[NeedTold]) -> list[dict[str, object]]:
    """The same as a report has it."""
    return [
        {
            "label": need.label,
            "name": need.name or None,
            "count": need.enough,
            "addresses": "one" if need.one else "all",
        }
        for need in needs
    ]
