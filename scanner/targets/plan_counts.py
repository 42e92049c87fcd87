"""What a plan comes to, in numbers, before anything is probed: for dry runs, estimates, progress and reports.

All of it is counted of the part of the list that is wanted (`space/parts.py`), but for what is said to be of the list.
What is counted is built once, when first asked for; a copy, here or in another process, builds it anew.
"""

import copy
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Self

from scanner.machine.attached_networks import attached_networks
from scanner.model import Need
from scanner.targets.entry import Entry, Settings, expects_anything
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import HostName
from scanner.targets.grammar.spelled_excludes import spelled_excludes
from scanner.targets.planned_targets import rules_by_expectation
from scanner.targets.space.build import build
from scanner.targets.space.built import Built
from scanner.targets.space.discovery_lanes import Discovery
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.parts import WHOLE, ListPart

#: A report tells of so many excludes at most.
_MOST_TOLD = 1000


class PlanCounts:
    """What is asked for, as in `Plan`, and how much that is.

    `count` targets are known before names are resolved, each name counted as one address. What is left out: `excluded`
    targets (because of excludes), and of the list `skipped` addresses (never probed: `ends` of attached networks, and
    `unspecified` ones), and `other_family` hosts (because of -4 or -6).
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        excludes: Sequence[Exclude],
        settings: Settings,
        discovery: Discovery | None = None,
    ) -> None:
        self.entries = list(entries)
        self.excludes = list(excludes)
        self.settings = settings
        self.discovery = discovery
        #: Which of its hosts are wanted.
        self.portion: ListPart = WHOLE
        self._made: Built | None = None

    def __getstate__(self) -> dict[str, Any]:
        """What a copy has of it, here or in another process: all but what it was made into, which may be large."""
        return {**self.__dict__, "_made": None}

    def part(self, index: int, count: int) -> Self:
        """The part with this number, 1 to `count`: every `count`-th host with all of its ports (`space/parts.py`). Each
        target is in one part. A part has parts, too; one may have no host at all, and nothing to probe.

        Errors: UsageError for numbers of no part.
        """
        twin = copy.copy(self)
        twin.portion = self.portion.part(index, count)
        return twin

    def under(self, settings: Settings) -> Self:
        """The same targets under other settings, which nobody has checked yet."""
        twin = copy.copy(self)
        twin.settings = settings
        return twin

    @property
    def built(self) -> Built:
        """What it was made into."""
        if self._made is None:
            self._made = build(self.entries, Excluder(self.excludes), self.settings, part=self.portion)
        return self._made

    @property
    def expecting(self) -> bool:
        """Whether any row may carry an expectation."""
        said = self.settings
        return bool(said.expect or said.builtin.expect) or any(expects_anything(entry, said) for entry in self.entries)

    @property
    def rules(self) -> int:
        """How many entries have an expectation."""
        return sum(expects_anything(entry, self.settings) for entry in self._own_entries())

    def _own_entries(self) -> Iterator[Entry]:
        """Those of the entries of which a host is wanted."""
        return filter(self.built.share.has_any, self.entries)

    @property
    def needs(self) -> list[Need]:
        """Those of the entries of which some targets are enough, each once, in the order of the list."""
        return list(dict.fromkeys(entry.need for entry in self.entries if entry.need is not None))

    @property
    def is_part(self) -> bool:
        """Whether it is only a part of its list."""
        return self.portion != WHOLE

    @property
    def count(self) -> int:
        """Targets (address and port), each name counted as one address."""
        return self.built.count

    @property
    def afar(self) -> int:
        """How many of them have probes that leave this host, for certain."""
        afar = self.built.afar
        return afar if self.discovery is None else min(afar, self.asked_first)

    @property
    def asked_first(self) -> int:
        """How many of them are asked whether their hosts answer or not."""
        if self.discovery is None:
            return self.count
        return self.built.at(frozenset(self.discovery.ports))

    @property
    def rowless(self) -> int:
        """How many of them have no row, whatever they answer."""
        return self.rowless_of(self.built)

    def rowless_of(self, built: Built) -> int:
        """The same where it was made into something else, because more is known of its excludes."""
        return built.at(self.discovery.rowless) if self.discovery is not None else 0

    @property
    def routed(self) -> int:
        """How many of those go beyond the attached networks of this host, for certain."""
        routed = self.built.beyond(attached_networks())
        return routed if self.discovery is None else min(routed, self.asked_first)

    @property
    def rows(self) -> int:
        """Rows in the reports, as far as is known: a target that several entries name has several."""
        return self.built.space.rows + self.built.names.row_count

    @property
    def addresses(self) -> int:
        """Addresses that are known without resolving names."""
        return self.built.space.hosts

    @property
    def ranges(self) -> list[tuple[int, int, int, int]]:
        """Networks and ranges as they were typed: family, IPv6 scope, first and last address as numbers."""
        hosts = (host for entry in self.entries for host in entry.hosts if not isinstance(host, HostName))
        return [(host.family, host.scope, host.first, host.last) for host in hosts if host.last > host.first]

    @property
    def every(self) -> int:
        """Only every so-manieth address of them is in this part."""
        return self.portion.step

    @property
    def names(self) -> int:
        """How many different names have to be resolved."""
        return len(self.built.names)

    @property
    def exclude_texts(self) -> list[str]:
        """What is not to be touched, as texts that `--exclude` takes; empty where there are too many to tell."""
        texts = list(islice(spelled_excludes(self.excludes), _MOST_TOLD + 1))
        return texts if len(texts) <= _MOST_TOLD else []

    @property
    def excluded(self) -> int:
        """Targets left out because of excludes."""
        return self.built.left_out.excluded

    @property
    def skipped(self) -> int:
        """Addresses left out of ranges of the list because they are never probed."""
        return self.built.left_out.skipped

    @property
    def ends(self) -> int:
        """How many of them are the network or broadcast address of an attached network."""
        return self.built.left_out.ends

    @property
    def unspecified(self) -> int:
        """How many of them are unspecified: 0.0.0.0/8, `::`."""
        return self.built.left_out.unspecified

    @property
    def other_family(self) -> int:
        """Numeric hosts of the list left out because of -4 or -6."""
        return self.built.left_out.other_family

    @property
    def rules_by_expectation(self) -> dict[str, int]:
        """How many entries expect what, the most common first; `by port`: several things. Empty for "nothing"."""
        return dict(rules_by_expectation(self._own_entries(), self.settings).most_common())
