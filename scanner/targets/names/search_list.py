"""The full names under which a name is asked for: the search list, walked here, with both families side by side.

The C library walks the search list (resolv.conf(5)) anew for each call, and goes on where a name exists but has no
address of the requested family. So two calls might end at two places: IPv4 at `db.a.example`, which has only an A, and
IPv6 at a stranger's `db.b.example`. One call for both families ends at the first name that has either, but then the
silence about one holds up the other. The rules:

1. Where a search list is in force, its steps are taken here: each name that glibc would ask the servers for, in its
   order (res_query.c), with a trailing dot, so that the C library does not go on from there. Each step is two lookups
   at once. The first that has an address of either family is the name; once both are known to have none, the next
   step follows.
2. After no such name, no address or a server's failure, the next step follows. After silence nothing more of the list
   is asked, only the name as it stands, if that was not asked yet. If it was asked first, its own result is the reason
   why the name failed.
3. A name without a search list, or with a trailing dot, or of which only one family is wanted, is asked for as it is
   typed: there is nothing to agree on.
4. Sources other than the hosts file and DNS (mDNS, systemd's, LDAP) have rules of their own and know names as they are
   typed. Where nsswitch.conf(5) has some, a name is one lookup for both families; before that come two of the name as
   it stands, where the order of steps begins with that.
5. Other C libraries end at the same name for either family (musl: no search after "no address"), or their rules are
   unknown. There, names are asked for as they are typed.
"""

import os
import re
from collections.abc import Mapping
from typing import NamedTuple

_OURS = frozenset({"files", "dns"})
_ACTION = re.compile(r"\[[^]]*\]?")


class Search(NamedTuple):
    """The search list that is in force: `domains` without dots at their ends ("": the root), or none.

    `bare`: whether a name without a dot is also asked for as it stands. `others`: whether there are other sources.
    """

    domains: tuple[str, ...] = ()
    ndots: int = 1
    bare: bool = True
    others: bool = False


class Step(NamedTuple):
    """A name to ask for, and the families, with a lookup for each (0: both in one).

    `as_is`: it is the name as it stands, without a domain of the search list.
    """

    text: str
    families: tuple[int, ...]
    as_is: bool = True


def steps(text: str, families: tuple[int, ...], search: Search) -> list[Step]:
    """What to ask for, in this order, until something is found; at least one step."""
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
    """The same for a name in the hosts file."""
    return [Step(text, (0,))]


def other_sources(nsswitch: str, environ: Mapping[str, str]) -> bool:
    """Whether names also come from elsewhere: through an nsswitch.conf with this text, or aliases (hostname(7))."""
    found: set[str] = set()
    for line in nsswitch.splitlines():
        key, _, sources = line.partition("#")[0].partition(":")
        if key.strip() == "hosts":
            found = set(_ACTION.sub(" ", sources).split())
    return not found <= _OURS or "HOSTALIASES" in environ


def is_glibc() -> bool:
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, OSError, ValueError):
        return False
