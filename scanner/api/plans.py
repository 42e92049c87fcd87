"""Plans out of words, files and hosts: everything a scan will probe, known and checked before anything is sent.

A plan can be counted, iterated for its targets, and scanned any number of times; names are resolved by each scan.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from scanner.api.wanted import Wanted
from scanner.errors import TargetError
from scanner.model import Target
from scanner.targets.entry import Entry, Settings
from scanner.targets.file.sources import is_file as is_target_file
from scanner.targets.file.target_file import InputWish
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.typed_words import library_host, library_target
from scanner.targets.make_plan import (
    AS_IT_LOOKS,
    excludes_from,
    plan_from_args,
    plan_from_file,
    plan_from_sweep,
    plan_from_targets,
)
from scanner.targets.names.resolv_conf import in_words as lookup_time
from scanner.targets.needs import told_needs
from scanner.targets.plan import Plan
from scanner.targets.planned_targets import PlannedTarget
from scanner.words.builtin_values import SCAN, SWEEP
from scanner.words.shown_text import shown

__all__ = [
    "InputWish",
    "Plan",
    "PlannedTarget",
    "is_target_file",
    "lookup_time",
    "needs_told",
    "plan_of_file",
    "plan_of_hosts",
    "plan_of_targets",
    "plan_of_text",
    "plan_of_typed_hosts",
    "plan_of_words",
]


def plan_of_words(
    words: Sequence[str],
    wanted: Wanted,
    *,
    ports: str = "",
    exclude: Sequence[str] = (),
    exclude_files: Sequence[str] = (),
    tags: Sequence[str] = (),
    names: Sequence[str] = (),
    wish: InputWish = AS_IT_LOOKS,
) -> Plan:
    """Of words, each a target list's path (`is_target_file` tells), `-` for one on stdin, or HOST:PORTS.

    `ports`: for words and entries that name none. `exclude`: hosts, networks, `host:ports` never to touch;
    `exclude_files`: the same from files. `tags`, `names`: only entries with one of these tags, or a name
    that one of these patterns fits. `wish`: how the lists are to be read.

    Raises TargetError with every mistake, UsageError where nothing is left to probe.
    """
    excludes = excludes_from(exclude, exclude_files)
    settings = wanted.settings(SCAN, ports=parse_ports(ports) if ports else None)
    return plan_from_args(words, settings, excludes=excludes, tags=tags, names=names, wish=wish)


def plan_of_typed_hosts(
    hosts: Sequence[str],
    ports: str,
    wanted: Wanted,
    *,
    hosts_files: Sequence[str] = (),
    exclude: Sequence[str] = (),
    exclude_files: Sequence[str] = (),
    discover: bool = False,
) -> Plan:
    """Of every port of every host, as a user types them; `hosts_files`: more hosts from files.

    `discover`: each host is asked on a few usual ports first (`services.discovery_ports`), and swept only if it
    answers; without `ports` these are the ports of the sweep. UsageError where anything is expected of the hosts.
    The rest as for `plan_of_words`.
    """
    excludes = excludes_from(exclude, exclude_files)
    said = wanted.settings(SWEEP)
    return plan_from_sweep(hosts, ports, said, excludes=excludes, hosts_files=hosts_files, discover=discover)


def plan_of_hosts(hosts: Sequence[str], ports: str, wanted: Wanted, *, discover: bool = False) -> Plan:
    """The same of hosts that a program names: what to write instead of a mistake is told in its terms."""
    return plan_from_sweep(hosts, ports, wanted.settings(SWEEP), read_host=library_host, discover=discover)


def plan_of_targets(targets: Iterable[Target], wanted: Wanted) -> Plan:
    """Of a program's targets; those of a loaded file bring its defaults and excludes along."""
    return plan_from_targets(targets, wanted.settings(SCAN))


def plan_of_text(text: str, wanted: Wanted) -> Plan:
    """Of one `HOST:PORTS` that a program names. Raises TargetError where it is none, or names no port."""
    hosts, ports = library_target(text)
    if ports is None:
        raise TargetError(
            f"{shown(text)} is not a list of targets, and names no port; write {shown(text + ':PORTS')}, or "
            f"scanner.load_targets({shown(text)})"
        )
    return Plan([Entry(hosts, ports, label=shown(text))], (), wanted.settings(SCAN)).check()


def plan_of_file(path: str) -> Plan:
    """Of a target list (`-`: stdin) in any format, with nothing said yet; whether 0.0.0.0/0 is meant, its scan is
    told."""
    return plan_from_file(path, Settings(allow_any=True))


def needs_told(plan: Plan) -> list[dict[str, Any]]:
    """The needs of its entries as reports tell of them: `label`, `name`, `count`, `addresses`."""
    return told_needs(plan.entries)
