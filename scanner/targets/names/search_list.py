"""Under which names a name is asked for: the search list, walked here, with both families side by side.

The C library walks the search list (resolv.conf(5)) for each call by itself, and goes on where a name exists but has no
address of the family that is asked for. In two calls a name might so end at two places: IPv4 at `db.a.example`, which
has only an A, and IPv6 at a stranger's `db.b.example`. One call for both families ends at the first that has either,
but then the silence about one holds up the other. The rules:

1. Where a search list is in force, its steps are taken here: each name that glibc would ask the servers for, in its
   order (res_query.c), with a trailing dot, so that nobody goes on from there. Each is two lookups at once. The first
   that has an address of either family is the name; the next is asked when there is none, and both are known.
2. No such name, no address, a server's failure: the next one. Silence: of the list no more, only the name as it
   stands, if that was not asked yet. If it was asked first, what became of it there is the reason why the name failed.
3. A name without a search list, or with a trailing dot, and one of which only one family is wanted, is asked for as it
   is typed: there is nothing to agree on.
4. Sources other than the hosts file and DNS (mDNS, systemd's, LDAP) have rules of their own and know names as they are
   typed. Where nsswitch.conf(5) has some, a name is one lookup for both families; before that, two of the name as it
   stands, where that comes first.
5. Other C libraries end at the same name for either family (musl: no search after "no address"), or their rules are
   unknown. There names are asked for as they are typed.
"""

import os
import re
from collections.abc import Mapping
from typing import NamedTuple

_OURS = frozenset({"files", "dns"})
_ACTION = re.compile(r"\[[^]]*\]?")


class Search(NamedTuple):
    """The search list that is in force: `domains` without dots at their ends ("": the root), or none.

    `bare`: whether a name without a dot is asked for as it stands, too. `others`: whether there are other sources.
    """

    domains: tuple[str, ...] = ()
    ndots: int = 1
    bare: bool = True
    others: bool = False


class Step(NamedTuple):
    """A name to ask for, and the families, a lookup for each (0: both in one).

    `as_is`: it is the name as it stands.
    """

    text: str
    families: tuple[int, ...]
    as_is: bool = True


def steps(text: str, families: tuple[int, ...], search: Search) -> list[Step]:
    """What to ask for, in this order, until something is found; at least one."""
    if len(families) == 1 or not search.domains or text.endswith("."):
        return [Step(text, families)]
    dots = text.count(".")
    first, as_is = dots >= search.ndots, Step(f"{text}.", families)
    if search.others:
        alone = Step(text, (0,))
        return [as_is, alone] if first and not text.lower().endswith(".local") else [alone]
    listed = [Step(f"{text}.{domain}.", families, as_is=False) if domain else as_is for domain in search.domains]
    if first:
        return [as_is, *(step for step in listed if step is not as_is)]
    return [*listed, as_is] if as_is not in listed and (dots or search.bare) else listed


def hosts_file(text: str) -> list[Step]:
    """The same for a name of the hosts file."""
    return [Step(text, (0,))]


def other_sources(nsswitch: str, environ: Mapping[str, str]) -> bool:
    """Whether names come from elsewhere, too: by an nsswitch.conf of this text, or by aliases (hostname(7))."""
    found: set[str] = set()
    for line in nsswitch.splitlines():
        key, _, sources = line.partition("#")[0].partition(":")
        if key.strip() == "hosts":
            found = set(_ACTION.sub(" ", sources).split())
    return not found <= _OURS or "HOSTALIASES" in environ


def is_glibc() -> bool:
    """Whether the C library is glibc."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, OSError, ValueError):
        return False
