"""The two kinds of plain lists, hosts and excludes: how a word of each is read, and what to write instead.

A kind knows words, not lines: what a word means beside others is told in `odd_words.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from scanner.errors import TargetError
from scanner.targets.file.read_text import MOST_HOSTS
from scanner.targets.grammar.host_ports import Exclude, split_target, with_brackets
from scanner.targets.grammar.host_values import AddressRange, Host
from scanner.targets.grammar.ports import PortBudget
from scanner.targets.grammar.typed_words import listed_excludes, listed_host

T = TypeVar("T")
#: Each costs more than a host, and anybody with more can name networks.
_MOST_EXCLUDES = 250_000


class ListKind(Generic[T]):
    """`parse` reads a word, `noun` is what the list holds, `most` how many of them, `instead` what to write if there is
    no such file. `probed`: what it names is probed; then commas stand between words, else they belong to one."""

    def __init__(
        self, parse: Callable[[str], Sequence[T]], noun: str, most: int, instead: str, *, probed: bool
    ) -> None:
        self.parse = parse
        self.noun = noun
        self.most = most
        self.instead = instead
        self.probed = probed

    def sole(self, found: Sequence[T]) -> Host | None:
        """The host (or network, or range) that a word named, if it named a single one, at whatever ports."""
        raise NotImplementedError

    def all_addresses(self, found: Sequence[T]) -> bool:
        """Whether a word named nothing but addresses, networks and ranges."""
        raise NotImplementedError

    def is_one(self, remedy: str) -> bool:
        """Whether this, as a message names it, is one thing of the list, or belongs somewhere else."""
        return True

    def ports_belong(self, ports: str, before: str) -> str:
        """What to write for ports: `before` is the word that they follow, or empty."""
        raise NotImplementedError

    def negated(self, word: str) -> str:
        """What to write for a word that is not to be in this list."""
        raise NotImplementedError

    def either(self, word: str, before: str) -> str:
        """What to write for a word that follows another and may be a host or a service."""
        return f"{self.ports_belong(word, before)} if it is a port, and if it is a host, a line of its own"


class _Hosts(ListKind[Host]):
    def sole(self, found: Sequence[Host]) -> Host | None:
        return found[0] if len(found) == 1 else None

    def all_addresses(self, found: Sequence[Host]) -> bool:
        return _no_name(found)

    def ports_belong(self, ports: str, before: str) -> str:
        return f"-p {ports}"

    def negated(self, word: str) -> str:
        return f"--exclude {word}"


class _Excludes(ListKind[Exclude]):
    def sole(self, found: Sequence[Exclude]) -> Host | None:
        if len(found) != 1 or found[0].hosts is None:
            return None
        return found[0].hosts[0] if len(found[0].hosts) == 1 else None

    def all_addresses(self, found: Sequence[Exclude]) -> bool:
        return all(each.ports is None and each.hosts is not None and _no_name(each.hosts) for each in found)

    def is_one(self, remedy: str) -> bool:
        try:
            return len(self.parse(remedy)) == 1
        except TargetError:
            return False

    def ports_belong(self, ports: str, before: str) -> str:
        for together in _joined(before, ports):
            if self.is_one(together):
                return together
        return f"HOST:{ports}, or *:{ports} for any host"

    def negated(self, word: str) -> str:
        return f"{word} if it is to be left out, or networks and ranges without it"


def _no_name(hosts: Sequence[Host]) -> bool:
    return all(isinstance(host, AddressRange) for host in hosts)


def _joined(before: str, ports: str) -> Iterator[str]:
    """A host with these ports, and those that it has already."""
    try:
        known = split_target(before)[1]
    except TargetError:
        known = None
    if before:
        yield f"{before},{ports}" if known else f"{with_brackets(before)}:{ports}"


def hosts_kind() -> ListKind[Host]:
    """A list of hosts (`-i`)."""
    return _Hosts(listed_host, "hosts", MOST_HOSTS, "hosts without -i", probed=True)


def excludes_kind() -> ListKind[Exclude]:
    """A list of excludes (`--exclude-file`). All of one file share a budget for their ports."""
    budget = PortBudget()

    def parse(word: str) -> list[Exclude]:
        found = listed_excludes(word)
        for exclude in found:
            budget.spend(exclude.ports)
        return found

    return _Excludes(parse, "excludes", _MOST_EXCLUDES, "hosts with --exclude", probed=False)
