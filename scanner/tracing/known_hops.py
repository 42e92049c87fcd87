"""What one trace takes from others that left with it. Pure.

Who asks and who is told is decided in `company.py`; here is what hops that others saw are worth to one's own way: those
of its own network, or else, of others, those of whoever shares a router with it at the same hop. Where they differ,
nobody knows.
"""

from collections.abc import Iterable, Mapping, Sequence

#: Hops by their number, each with its address.
KnownHops = Mapping[int, str]


def farthest(ways: Iterable[KnownHops]) -> KnownHops:
    """The way that saw most."""
    return max(ways, key=lambda hops: max(hops, default=0), default={})


def in_common(ways: Sequence[KnownHops]) -> dict[int, str]:
    """The hops from the first on that no way which saw anything saw otherwise, up to where they part, or one ends."""
    ways = [hops for hops in ways if hops]
    known: dict[int, str] = {}
    for hop in range(1, min([max(hops) for hops in ways], default=0) + 1):
        there = {hops[hop] for hops in ways if hop in hops}
        if len(there) > 1:
            break
        if there:
            known[hop] = there.pop()
    return known


def between(own: KnownHops, end: int, near: Iterable[KnownHops], far: Iterable[KnownHops] = ()) -> dict[int, str]:
    """The hops before `end` that a way did not see itself and takes from others.

    own: those that it saw. near: the hops that others of its network saw; far: and those of other networks. Where it
    saw any, only ways that share a router with it count, up to there.
    """
    if not own:
        return {hop: address for hop, address in in_common(list(near)).items() if hop < end}
    found: dict[int, str] = {}
    for ways in (far, near):
        sharing = [hops for hops in ways if agree(own, hops) and shared(own, hops)]
        last = max((shared(own, hops) for hops in sharing), default=0)
        found |= {hop: address for hop, address in in_common(sharing).items() if hop < min(last, end)}
    return {hop: address for hop, address in found.items() if hop not in own}


def shared(own: KnownHops, other: KnownHops) -> int:
    """The last hop at which both saw the same router; 0 where there is none."""
    return max((hop for hop, address in own.items() if other.get(hop) == address), default=0)


def agree(own: KnownHops, other: KnownHops) -> bool:
    """Whether nothing that both saw differs."""
    return all(other.get(hop, address) == address for hop, address in own.items())
