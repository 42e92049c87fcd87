"""Journals of scans: which scan one is of, as it is compared when the same command comes again."""

from time import time
from typing import Any

from scanner.api.plans import Plan
from scanner.api.wanted import Wanted
from scanner.scanning.journal.earlier_runs import EarlierRuns
from scanner.scanning.journal.journal import Journal
from scanner.targets.wording_digest import wording_digest
from scanner.words.stamp import iso_time

__all__ = ["EarlierRuns", "Journal", "identity_of", "opened_journal"]


def opened_journal(path: str, plan: Plan, wanted: Wanted, command: str, *, seed_typed: bool = False) -> Journal:
    """The journal of this scan, which it has to itself; nothing of it is changed before it begins. Raises UsageError
    where there can be none, or it is another scan's. `seed_typed`: the plan's seed is not one by chance."""
    journal = Journal(path, identity_of(plan, wanted, command), iso_time(time()), seed=plan.seed, seed_typed=seed_typed)
    journal.open()
    return journal


def identity_of(plan: Plan, wanted: Wanted, command: str) -> dict[str, Any]:
    """What decides which rows there are, and what they say, by what it is called in messages. What only decides how
    fast they come, or what becomes of them, may change from run to run: rates, reports, `--strict`."""
    settings, options = wanted.settings(), wanted.scan_options()
    return {
        "the command": command,
        "the list of targets": plan.list_digest(),
        "what the list says of its targets": wording_digest(plan.entries),
        "--shard": plan.shard or None,
        "--shuffle": plan.seed is not None,
        "--timeout": settings.timeout,
        "--dns-timeout": settings.dns_timeout,
        "--retries": settings.retries,
        "--source": options.source,
        "--expect": settings.expect,
        "--canary": options.canary,
        "--vantage": settings.vantage,
    }
