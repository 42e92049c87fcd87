"""A plan: everything a scan will probe, how often and for how long, before anything is probed.

It joins entries, excludes and settings, knows its counts for `--dry-run` and progress (`plan_counts.py`), can be
iterated for the targets in it, and hands out a fresh `Feed` for each scan. Nothing is resolved or sent before that.
`make_plan.py` makes plans from files, words and a library user's targets. A plan can be pickled: other processes probe
parts of it.
"""

import copy
from collections.abc import Iterator, Sequence
from itertools import islice

from scanner.errors import UsageError
from scanner.model import Target
from scanner.targets.entry import Entry, Settings
from scanner.targets.feed import Feed
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import HostName
from scanner.targets.list_digest import list_digest
from scanner.targets.names.excluded_names import with_addresses
from scanner.targets.needs import check_expecting, left_too_few
from scanner.targets.opposite_rules import opposite_rules
from scanner.targets.plan_counts import PlanCounts
from scanner.targets.planned_targets import PlannedTarget, planned_targets
from scanner.targets.space.build import build
from scanner.targets.space.built import Built, check_not_empty
from scanner.targets.space.discovery_lanes import Discovery
from scanner.targets.space.done_targets import DoneTargets
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.parts import WHOLE
from scanner.targets.space.single_targets import expand
from scanner.targets.vantage_cautions import vantage_cautions
from scanner.words.part_words import ONLY_TOGETHER
from scanner.words.shown_text import many

_EXPECTED = (
    "--discover (in Python discover=True) does not go with an expectation: hosts that are passed over have no rows, so "
    "what is expected of them would seem to be met; leave out --discover, or the expectation (--expect)"
)

_TAKEN = 4096


class Plan(PlanCounts):
    """What to probe, or the `portion` of it that is wanted.

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
        super().__init__(entries, excludes, settings, discovery)
        self.warnings = tuple(warnings)
        #: Which part of the list its user asked for, such as `2/3`; empty for all of it.
        self.shard = ""
        #: That of the random order in which hosts and ports are probed; None: in the order of the list.
        self.seed: int | None = None
        self._done_before: DoneTargets | None = None
        self._known: list[str] | None = None
        self._excluder: Excluder | None = None

    def check(self) -> "Plan":
        """This plan. Errors: UsageError where nothing is left to probe, or hosts that are passed over have an
        expectation; TargetError where targets are needed as expected of which nothing is expected."""
        check_expecting(self.entries, self.settings)
        if self.discovery is not None and self.expecting:
            raise UsageError(_EXPECTED)
        self._check_not_empty(self.built, Excluder(self.excludes))
        return self

    def _check_not_empty(self, built: Built, excluder: Excluder) -> None:
        """Raise UsageError where nothing is left to probe of all of the list: a part may well have no host."""
        if self.portion != WHOLE and built.count <= self.rowless_of(built):
            built = build(self.entries, excluder, self.settings)
        check_not_empty(built, self.rowless_of(built))

    def with_settings(self, settings: Settings) -> "Plan":
        """The same targets under other settings."""
        twin = self.under(settings)
        twin._known = twin._excluder = None
        return twin.check()

    def sharded(self, index: int, count: int) -> "Plan":
        """That part, as one of several machines': whoever relies on its answers is told what it cannot know."""
        twin = self.part(index, count)
        twin.shard = f"{index}/{count}"
        return twin

    def settled(self) -> "Plan":
        """The same targets, excluded names resolved now, and for all parts of it. Errors: those of `feed`."""
        twin = copy.copy(self)
        twin._excluder = self._with_addresses()
        return twin

    def told(self) -> "Plan":
        """The same targets, without `cautions`: for others who probe parts of it, once its user knows them."""
        twin = copy.copy(self)
        twin.warnings, twin._known, twin.shard = (), [], ""
        return twin

    def _with_addresses(self) -> Excluder:
        return with_addresses(self.excludes, family=self.settings.family, deadline=self.settings.dns_timeout)

    def resumed(self) -> "tuple[Plan, DoneTargets]":
        """The same targets without those that are added, until its scan begins, to what comes along: they are done."""
        twin = copy.copy(self)
        twin._done_before = done = DoneTargets(self.built.names)
        return twin, done

    def in_random_order(self, seed: int) -> "Plan":
        """The same targets, hosts and ports in an order that hangs on the seed and on them alone. It stays level by
        level: each host is asked on one port before any is asked on the next; and hosts that answer go ahead."""
        twin = copy.copy(self)
        twin.seed = seed
        return twin

    @property
    def cautions(self) -> list[str]:
        """What is known already of this plan that its users want to know, the `warnings` of its lists among it."""
        if self._known is None:
            left_out = self.built.left_out
            needing = [entry for entry in self.entries if entry.need is not None]
            asked = needing if left_out.excluded or left_out.other_family or left_out.skipped else []
            too_few = left_too_few(asked, Excluder(self.excludes), self.settings) if asked else []
            opposite = opposite_rules(self.entries, self.settings)
            self._known = [*too_few, *vantage_cautions(self.entries, self.settings), *opposite]
        return [*self.warnings, *self._known, *self._of_shard()]

    def _of_shard(self) -> list[str]:
        """What one of several machines' parts cannot know, or do."""
        if not self.shard or not self.is_part:
            return []
        if self.count <= self.rowless:
            has_host = any(self._own_entries())
            left_out = "nothing is left of its hosts: " + ", ".join(self.built.left_out.texts())
            why = left_out if has_host else "the list has fewer hosts than there are shards"
            return [f"shard {self.shard} has no target: {why}"]
        if not self.needs:
            return []
        what = many(len(self.needs), "entry needs so many of its", "entries need so many of their")
        return [
            f"{what} targets as expected, {ONLY_TOGETHER}: rows that are not have an empty met; judge them by the "
            "reports of all shards, joined with scanner merge"
        ]

    def list_digest(self) -> str:
        """Which list this is, as hexadecimal text: equal for what asks for the same (`list_digest.py`)."""
        return list_digest(self.entries, self.excludes, self.settings, discovery=self.discovery is not None)

    def first(self, n: int) -> list[PlannedTarget]:
        """The first `n` targets in the order of probing."""
        return list(islice(self.in_order(min(n, _TAKEN)), n))

    def in_order(self, at_once: int = _TAKEN) -> Iterator[PlannedTarget]:
        """All of them so, addresses, then names, however many: `at_once` are made at a time."""
        return planned_targets(self.built, at_once, seed=self.seed, discovery=self.discovery is not None)

    def feed(self) -> Feed:
        """A fresh source of endpoints for one scan; names are resolved while endpoints are taken from it.

        Excluded names are resolved now, unless they are (`settled`): what they exclude must be known before the first
        probe. Errors: UsageError where one cannot be resolved, or nothing is left to probe.
        """
        built = self.check().built
        said = self.settings
        excluder = self._excluder or self._with_addresses()
        if any(isinstance(host, HostName) for each in self.excludes for host in each.hosts or ()):
            built = build(self.entries, excluder, said, part=self.portion)
            self._check_not_empty(built, excluder)
        return Feed(
            built, excluder, said, discovery=self.discovery, done=self._done_before, seed=self.seed,
            warnings=self.cautions,
        )  # fmt: skip

    def targets(self) -> Iterator[Target]:
        """Every target that is not excluded, entry by entry, names unresolved."""
        return expand(self.entries, self.excludes, self.settings, self.portion)

    def __iter__(self) -> Iterator[Target]:
        return self.targets()
