"""How far several parts of a scan are together. Pure."""

from collections.abc import Iterable

from scanner.scanning.probing import Headway

#: A part with so many rows and no host has too many hosts to tell them apart; one with fewer has none, but names that
#: lead nowhere.
_MANY = 1 << 16


def joined_headway(parts: Iterable[Headway], *, meeting: bool = False) -> Headway:
    """The sum. Where one part has too many hosts to tell them apart, there are too many in all: 0. So it is where they
    are `meeting`: names of one part may lead to hosts of another, and a host that counts twice is worse than none."""
    each = [Headway(), *parts]
    both = Headway(*map(sum, zip(*each, strict=True)))
    return both._replace(hosts=0) if meeting or any(not one.hosts and one.total >= _MANY for one in each) else both
