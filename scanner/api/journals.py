"""Journals of scans: which scan one is of, as it is compared when the same command comes again."""

from collections.abc import Iterable, Mapping
from time import time
from typing import Any, TypeVar

from scanner.api.plans import Plan
from scanner.api.wanted import Wanted
from scanner.scanning.journal.changed_scan import (
    COMMAND,
    EXCLUDES,
    FAMILY,
    LIST,
    ORDER,
    TIMEOUT,
    TYPED,
    VANTAGE,
    WORDING,
    AskedScan,
)
from scanner.scanning.journal.earlier_runs import EarlierRuns
from scanner.scanning.journal.journal import Journal
from scanner.targets.entry import Settings
from scanner.targets.list_digest import list_digest
from scanner.targets.wording_digest import wording_digest
from scanner.words.stamp import iso_time

__all__ = ["EarlierRuns", "Journal", "asked_of", "opened_journal"]

T = TypeVar("T")


def opened_journal(
    path: str, plan: Plan, wanted: Wanted, command: str, said: Mapping[str, Any], *, seed_typed: bool = False
) -> Journal:
    """The journal of this scan, which it has to itself; nothing of it is changed before it begins. Raises UsageError
    where there can be none, or it is another scan's. `said`: what was typed, by options' long names. `seed_typed`: the
    plan's seed is not one by chance."""
    asked = asked_of(plan, wanted, command, said)
    journal = Journal(path, asked, iso_time(time()), seed=plan.seed, seed_typed=seed_typed)
    journal.open()
    return journal


def asked_of(plan: Plan, wanted: Wanted, command: str, said: Mapping[str, Any]) -> AskedScan:
    """What decides which rows there are, and what they say. What only decides how fast they come, or what becomes of
    them, may change from run to run: rates, reports, `--strict`. So may how it is said: a default that is typed out is
    the same, where the lists say nothing else by default. (Not of a timeout: who types one has no neighbour waited for
    any longer.)"""
    settings, options = plan.settings, wanted.scan_options()
    builtin = settings.builtin
    stated = [each.stated for each in {id(entry.defaults): entry.defaults for entry in plan.entries}.values()]
    identity = {
        COMMAND: command,
        LIST: list_digest(plan.entries, (), Settings(ports=settings.ports)),
        WORDING: wording_digest(plan.entries),
        EXCLUDES: list_digest((), plan.excludes, Settings()),
        FAMILY: settings.family,
        ORDER: plan.seed is not None,
        "--discover": plan.discovery is not None,
        "--shard": plan.shard or None,
        TIMEOUT: settings.timeout,
        "--dns-timeout": settings.dns_timeout,
        "--retries": _holding(settings.retries, builtin.retries, (each.retries for each in stated)),
        "--source": options.source,
        "--expect": _holding(
            settings.expect, builtin.expect, ("" if each.expect_from else each.expect for each in stated)
        ),
        "--canary": options.canary,
        VANTAGE: settings.vantage,
    }
    return AskedScan(identity, {name: said[name] for name in TYPED if name in said})


def _holding(typed: T | None, builtin: T, of_lists: Iterable[T | None]) -> T | None:
    """What holds for targets of which their entry says nothing; what was typed, where lists have defaults, too."""
    lists_say = any(each is not None for each in of_lists)
    return builtin if typed is None and not lists_say else typed
