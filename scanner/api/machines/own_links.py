"""Addresses that name an interface (`fe80::1%eth0`): whose, only the host knows where they were written.

In a plan an interface is a number, and another host gives that number to another of its links. A worker would probe
there, and its rows would be of a link that nobody asked for; or it would leave the wrong one alone. So such a list is
for this host.
"""

from collections.abc import Iterator, Sequence

from scanner.api.plans import Plan
from scanner.errors import UsageError
from scanner.targets.grammar.host_values import AddressRange, Host
from scanner.targets.grammar.spelled_hosts import spelled_host
from scanner.words.shown_text import shown

_IPV4 = 4
_MOST_TOLD = 10


def check_links(plan: Plan) -> None:
    """Raise UsageError where anything to probe, or to leave alone, is named with one of this host's interfaces."""
    problems: list[str] = []
    for where, host in _with_links(plan):
        if len(problems) == _MOST_TOLD:
            problems.append("--dask: there are more such addresses")
            break
        problems.append(
            f"--dask: {where}{shown(host)} names an interface of this host, and the workers have others; leave it out, "
            "or scan it without --dask from a host on that link"
        )
    if problems:
        raise UsageError(*problems)


def _with_links(plan: Plan) -> Iterator[tuple[str, str]]:
    """Where each stands, and what is written there. (IPv4 alone is asked for: they are left out anyway.)"""
    if plan.settings.family == _IPV4:
        return
    for entry in plan.entries:
        for text in _linked(entry.hosts):
            yield "" if entry.label in ("", shown(text)) else f"{entry.where}: ", text
    for exclude in plan.excludes:
        for text in _linked(exclude.hosts or ()):
            yield "the exclude ", text


def _linked(hosts: Sequence[Host]) -> Iterator[str]:
    return (spelled_host(host) for host in hosts if isinstance(host, AddressRange) and host.scope)
