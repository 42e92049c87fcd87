"""`expect_from`, what is expected from where: what may not be as its writer meant it, and is no mistake.

One list serves all places, so a vantage that it does not name is one of those from which `expect` holds, and a scan
from a third place is as good as any. A misspelt one looks the same, and what is expected from there would seem to be
met: that is worth a line. So is a port that a mapping names for other places alone. It is probed from everywhere, or
reports of one list would have other rows, and what is expected of it here nobody wrote.
"""

from collections.abc import Iterable, Iterator, Sequence

from scanner.errors import MOST_TOLD
from scanner.model import PortExpectations
from scanner.targets.entry import Entry, Settings, expected_of, settle_ports
from scanner.words.shown_text import did_you_mean, named, shown

#: So many ports are looked at to find those that are named for other places alone: a moment's work.
_MOST_LOOKED = 1_000_000
_NAMED = 8


def vantage_cautions(entries: Sequence[Entry], settings: Settings) -> list[str]:
    """What users of these entries want to know, who scan from the vantage of these settings: a line each."""
    return [*_other_places(entries, settings.vantage), *_named_elsewhere(entries, settings)]


def _other_places(entries: Iterable[Entry], vantage: str) -> Iterator[str]:
    """That this is none of the places that they name, if they name any."""
    said = {id(each): each for entry in entries for each in (entry.stated, entry.defaults.stated)}
    places = dict.fromkeys(place for each in said.values() for place, _ in each.expect_from or ())
    if places and vantage not in places:
        remedy = did_you_mean(vantage, places) or " --vantage NAME says where a scan is from"
        yield (
            f"this scan is from {shown(vantage)}, which expect_from does not name (it names "
            f"{named(list(map(shown, places)), _NAMED)}), so what holds anywhere else is expected here;{remedy}"
        )


def _named_elsewhere(entries: Iterable[Entry], settings: Settings) -> list[str]:
    """Of entries that say by port what is expected here, those ports that they name for other places alone, and of
    which nothing else is said."""
    known: dict[tuple[int, int, int], list[str]] = {}
    said: list[str] = []
    looked = 0
    for entry in entries:
        if not entry.stated.expect_from:
            continue
        word, here = expected_of(entry, settings)
        others = _mappings_elsewhere(entry, settings.vantage)
        if here is None or not others or not word or _is_said(entry, settings):
            continue
        key = id(entry.by_port), id(entry.stated.expect_from), id(entry.ports)
        if key not in known:
            ports = settle_ports(entry, settings)
            looked += len(ports) * len(others)
            if looked > _MOST_LOOKED:
                break
            known[key] = [str(port) for port in ports if not here.at(port) and any(each.at(port) for each in others)]
        if ports_named := known[key]:
            one = len(ports_named) == 1
            said.append(
                f"{entry.where}: expect_from names port{'' if one else 's'} {named(ports_named, _NAMED)} for other "
                f"vantages alone, so from here {'it is' if one else 'they are'} expected {word}; if that is not meant, "
                "say in expect what is"
            )
            if len(said) == MOST_TOLD:
                break
    return said


def _mappings_elsewhere(entry: Entry, vantage: str) -> list[PortExpectations]:
    return [
        expected
        for place, expected in entry.stated.expect_from or ()
        if place != vantage and isinstance(expected, PortExpectations)
    ]


def _is_said(entry: Entry, settings: Settings) -> bool:
    """Whether anybody says what is expected of ports that no mapping names."""
    file = entry.defaults.stated
    return any((entry.stated.expect, settings.expect, file.expect, file.expected_at(settings.vantage)))
