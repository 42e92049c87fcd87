"""A plan: everything a scan will probe, how often and for how long, before anything is probed.

It joins entries, excludes and settings, knows its counts for `--dry-run` and progress, can be iterated for the
targets in it, and hands out a fresh `Feed` for each scan. Nothing is resolved or sent before that.
`make_plan.py` makes plans from files, words and a library user's targets.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from scanner.errors import UsageError
from scanner.machine.attached_networks import attached_networks
from scanner.model import Need, Target
from scanner.targets.entry import Entry, Settings, expects_anything
from scanner.targets.feed import Feed
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import HostName
from scanner.targets.grammar.spelled_excludes import spelled_excludes
from scanner.targets.list_digest import list_digest
from scanner.targets.names.excluded_names import with_addresses
from scanner.targets.needs import check_expecting, left_too_few
from scanner.targets.planned_targets import PlannedTarget, planned_targets, rules_by_expectation
from scanner.targets.space.build import build
from scanner.targets.space.built import Built, check_not_empty
from scanner.targets.space.discovery_lanes import Discovery, count_at
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.single_targets import expand

_EXPECTED = (
    "--discover (in Python discover=True) does not go with an expectation: hosts that are passed over have no rows, so "
    "what is expected of them would seem to be met; leave out --discover, or the expectation (--expect)"
)


_TAKEN = 4096
#: A report tells of so many excludes at most.
_MOST_TOLD = 1000


class Plan:
    """What to probe. `count` targets are known before names are resolved, each name counted as one address.

    What is left out: `excluded` targets (because of excludes), `skipped` addresses (never probed: `ends` of attached
    networks, and `unspecified` ones), and `other_family` hosts (because of -4 or -6).

    `discovery`: each host is asked first whether it is there, and swept only if it answers; `asked_first` counts the
    targets that are asked in any case. What has no row is one of the targets all the same. `warnings`: what the lists
    that it comes from want known by whoever relies on its answers.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        excludes: Sequence[Exclude],
        settings: Settings,
        discovery: Discovery | None = None,
        *,
        warnings: Sequence[str] = (),
    ) -> None:
        self.entries = list(entries)
        self.excludes = list(excludes)
        self.settings = settings
        self.discovery = discovery
        self.warnings = tuple(warnings)
        self._made: Built | None = None
        self._left_too_few: list[str] | None = None

    def check(self) -> "Plan":
        """This plan. Errors: UsageError where nothing is left to probe, or hosts that are passed over have an
        expectation; TargetError where targets are needed as expected of which nothing is expected."""
        check_expecting(self.entries, self.settings)
        if self.discovery is not None and self.expecting:
            raise UsageError(_EXPECTED)
        check_not_empty(self._built, self._rowless(self._built))
        return self

    def with_settings(self, settings: Settings) -> "Plan":
        """The same targets under other settings."""
        return Plan(self.entries, self.excludes, settings, self.discovery, warnings=self.warnings).check()

    @property
    def _built(self) -> Built:
        if self._made is None:
            self._made = build(self.entries, Excluder(self.excludes), self.settings)
        return self._made

    @property
    def expecting(self) -> bool:
        """Whether any row may carry an expectation."""
        said = self.settings
        return bool(said.expect or said.builtin.expect) or self.rules > 0

    @property
    def rules(self) -> int:
        """How many entries have an expectation."""
        return sum(expects_anything(entry, self.settings) for entry in self.entries)

    @property
    def needs(self) -> list[Need]:
        """Those of the entries of which some targets are enough, each once, in the order of the list."""
        return list(dict.fromkeys(entry.need for entry in self.entries if entry.need is not None))

    @property
    def cautions(self) -> list[str]:
        """What is known already of this plan that its users want to know, the `warnings` of its lists among it."""
        if self._left_too_few is None:
            left_out = self._built.left_out
            needing = [entry for entry in self.entries if entry.need is not None]
            asked = needing if left_out.excluded or left_out.other_family or left_out.skipped else []
            self._left_too_few = left_too_few(asked, Excluder(self.excludes), self.settings) if asked else []
        return [*self.warnings, *self._left_too_few]

    @property
    def count(self) -> int:
        """Targets (address and port), each name counted as one address."""
        return self._built.count

    @property
    def afar(self) -> int:
        """How many of them have probes that leave this host, for certain."""
        afar = self._built.afar
        return afar if self.discovery is None else min(afar, self.asked_first)

    @property
    def asked_first(self) -> int:
        """How many of them are asked whether their hosts answer or not."""
        if self.discovery is None:
            return self.count
        return _count_at(self._built, frozenset(self.discovery.ports))

    @property
    def rowless(self) -> int:
        """How many of them have no row, whatever they answer."""
        return self._rowless(self._built)

    def _rowless(self, built: Built) -> int:
        return _count_at(built, self.discovery.rowless) if self.discovery is not None else 0

    @property
    def routed(self) -> int:
        """How many of those go beyond the attached networks of this host, for certain."""
        routed = self._built.beyond(attached_networks())
        return routed if self.discovery is None else min(routed, self.asked_first)

    @property
    def rows(self) -> int:
        """Rows in the reports, as far as is known: a target that several entries name has several."""
        return self._built.space.rows + self._built.names.row_count

    @property
    def addresses(self) -> int:
        """Addresses that are known without resolving names."""
        return self._built.space.hosts

    @property
    def ranges(self) -> list[tuple[int, int, int, int]]:
        """Networks and ranges as they were typed: family, IPv6 scope, first and last address as numbers."""
        hosts = (host for entry in self.entries for host in entry.hosts if not isinstance(host, HostName))
        return [(host.family, host.scope, host.first, host.last) for host in hosts if host.last > host.first]

    @property
    def names(self) -> int:
        """How many different names have to be resolved."""
        return len(self._built.names)

    @property
    def exclude_texts(self) -> list[str]:
        """What is not to be touched, as texts that `--exclude` takes; empty where there are too many to tell."""
        texts = list(islice(spelled_excludes(self.excludes), _MOST_TOLD + 1))
        return texts if len(texts) <= _MOST_TOLD else []

    @property
    def excluded(self) -> int:
        """Targets left out because of excludes."""
        return self._built.left_out.excluded

    @property
    def skipped(self) -> int:
        """Addresses left out of ranges because they are never probed."""
        return self._built.left_out.skipped

    @property
    def ends(self) -> int:
        """How many of them are the network or broadcast address of an attached network."""
        return self._built.left_out.ends

    @property
    def unspecified(self) -> int:
        """How many of them are unspecified: 0.0.0.0/8, `::`."""
        return self._built.left_out.unspecified

    @property
    def other_family(self) -> int:
        """Numeric hosts left out because of -4 or -6."""
        return self._built.left_out.other_family

    def list_digest(self) -> str:
        """Which list this is, as hexadecimal text: equal for what asks for the same (`list_digest.py`)."""
        return list_digest(self.entries, self.excludes, self.settings, discovery=self.discovery is not None)

    def first(self, n: int) -> list[PlannedTarget]:
        """The first `n` targets in the order of probing."""
        return list(islice(self.in_order(min(n, _TAKEN)), n))

    def in_order(self, at_once: int = _TAKEN) -> Iterator[PlannedTarget]:
        """All of them so, addresses, then names, however many: `at_once` are made at a time."""
        return planned_targets(self._built, at_once)

    @property
    def rules_by_expectation(self) -> dict[str, int]:
        """How many entries expect what, the most common first; `by port`: several things. Empty for "nothing"."""
        return dict(rules_by_expectation(self.entries, self.settings).most_common())

    def feed(self) -> Feed:
        """A fresh source of endpoints for one scan; names are resolved while endpoints are taken from it.

        Excluded names are resolved now, because what they exclude must be known before the first probe.
        Errors: UsageError where one cannot be resolved, or nothing is left to probe.
        """
        built = self.check()._built
        said = self.settings
        excluder = with_addresses(self.excludes, family=said.family, deadline=said.dns_timeout)
        if any(isinstance(host, HostName) for each in self.excludes for host in each.hosts or ()):
            built = build(self.entries, excluder, said)
            check_not_empty(built, self._rowless(built))
        return Feed(built, excluder, said, discovery=self.discovery, warnings=self.cautions)

    def targets(self) -> Iterator[Target]:
        """Every target that is not excluded, entry by entry, names unresolved."""
        return expand(self.entries, self.excludes, self.settings)

    def __iter__(self) -> Iterator[Target]:
        return self.targets()


def _count_at(built: Built, ports: frozenset[int]) -> int:
    """How many targets have one of these ports, each name counted as one address."""
    names = built.names
    return count_at(built.space, ports) + sum(len(ports.intersection(names.ports(name))) for name in names)
