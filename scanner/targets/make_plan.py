"""Plans made from what a user gives: files, words of the command line, a library user's targets.

All mistakes in all of them are reported at once. Nothing is resolved or sent here (`plan.py`).
"""

from collections.abc import Callable, Iterable, Sequence

from scanner.errors import TargetError, UsageError
from scanner.model import Target
from scanner.services import discovery_ports
from scanner.targets.chosen_entries import chosen_entries
from scanner.targets.entry import NO_DEFAULTS, Entry, Settings
from scanner.targets.file.host_list import read_excludes, read_hosts
from scanner.targets.file.problems import ENOUGH_WORDS
from scanner.targets.file.read_text import file_label
from scanner.targets.file.sources import pairs_apart, read_argument
from scanner.targets.file.target_file import InputWish
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.ports import PortBudget, is_ports
from scanner.targets.grammar.typed_words import exclude_option, present_folder, sweep_host
from scanner.targets.needs import check_typed_ports
from scanner.targets.plan import Plan
from scanner.targets.space.discovery_lanes import with_discovery
from scanner.targets.space.single_targets import entries_of
from scanner.words.plain import plain
from scanner.words.shown_text import shown

#: A list in whatever format it is.
AS_IT_LOOKS = InputWish()


def plan_from_file(path: str, settings: Settings, wish: InputWish = AS_IT_LOOKS) -> Plan:
    """A plan from a target list (`-`: stdin)."""
    return plan_from_args([path], settings, only_files=True, wish=wish)


@present_folder()
def plan_from_args(
    args: Sequence[str],
    settings: Settings,
    *,
    excludes: Sequence[Exclude] = (),
    only_files: bool = False,
    tags: Sequence[str] = (),
    names: Sequence[str] = (),
    wish: InputWish = AS_IT_LOOKS,
) -> Plan:
    """A plan from the words of `scan TARGET...`: each a target list's path, `-` for stdin, or HOST:PORTS. `tags`,
    `names`: which of their entries are meant (`chosen_entries.py`). `wish`: how the lists are to be read.

    Errors: TargetError with the mistakes in all of them; UsageError where nothing is left to probe.
    """
    if not args:
        raise UsageError("no targets; write HOST:PORTS, or the path of a target file")
    if list(args).count("-") > 1:
        raise UsageError("standard input can be read only once; write - once")
    entries: list[Entry] = []
    found: list[Exclude] = list(excludes)
    warnings: list[str] = []
    wish = wish._replace(ports_given=settings.ports is not None)
    args, problems = (args, []) if only_files else pairs_apart(args, ports_given=settings.ports is not None)
    budget = PortBudget()
    for arg in args:
        try:
            file = read_argument(arg, wish, only_files=only_files)
            for entry in file.entries:
                budget.spend(entry.ports)
        except TargetError as error:
            problems += error.problems
            if len(problems) >= ENOUGH_WORDS:
                break
        else:
            problems += check_typed_ports(file.entries, settings)
            entries += file.entries
            found += file.excludes
            warnings += _of_their_file(arg, file.warnings) if len(args) > 1 else file.warnings
    if problems:
        raise TargetError(*problems)
    return Plan(chosen_entries(entries, tags, names), found, settings, warnings=warnings).check()


def _of_their_file(path: str, warnings: Sequence[str]) -> list[str]:
    """Warnings of one list among several."""
    return [f"{plain(file_label(path))}: {text}" for text in warnings]


@present_folder()
def plan_from_sweep(
    hosts: Sequence[str],
    ports: str,
    settings: Settings,
    *,
    excludes: Sequence[Exclude] = (),
    hosts_files: Sequence[str] = (),
    read_host: Callable[[str], tuple[Host, ...]] = sweep_host,
    discover: bool = False,
) -> Plan:
    """A plan from `sweep HOST... -p PORTS`, and from files that list hosts. `read_host`: one of the readers
    in `typed_words.py`. `discover`: only hosts that answer are swept; without `ports` that is all there is to know."""
    problems: list[str] = []
    found: list[Host] = []
    wanted: tuple[int, ...] = ()
    discovery = None
    try:
        wanted = parse_ports(ports) if ports or not discover else discovery_ports()
        if discover:
            wanted, discovery = with_discovery(wanted, discovery_ports())
    except TargetError as error:
        problems += error.problems
    for text in hosts:
        try:
            found += read_host(text)
        except TargetError as error:
            problems += _as_ports(text, ports) or error.problems
            if len(problems) >= ENOUGH_WORDS:
                break
    for path in hosts_files:
        try:
            found += read_hosts(path)
        except TargetError as error:
            problems += error.problems
    if problems:
        raise TargetError(*problems)
    if not found:
        raise UsageError("no hosts; write a name, an address or a network such as 10.0.0.0/24")
    return Plan([Entry(tuple(found), wanted, defaults=NO_DEFAULTS)], excludes, settings, discovery).check()


def _as_ports(text: str, ports: str) -> tuple[str, ...]:
    """What to say to `sweep localhost 22 -p 80`, which has a port among its hosts, and to `sweep - -p 80`. Empty for
    anything else."""
    if text == "-":
        return ("'-' is no host; to read hosts from standard input, write -i -",)
    both = f"{ports},{text}"
    if not is_ports(text) or not all(map(is_ports, both.split(","))):
        return ()
    return (f"{shown(text)} is a port, not a host; write all ports after -p: -p {both}",)


def plan_from_targets(targets: Iterable[Target], settings: Settings) -> Plan:
    """A plan from a library user's targets; targets from a loaded file bring its defaults and excludes along."""
    entries, excludes = entries_of(targets)
    return Plan(entries, excludes, settings).check()


@present_folder()
def excludes_from(texts: Sequence[str] = (), files: Sequence[str] = ()) -> list[Exclude]:
    """The excludes of `--exclude TEXT` and `--exclude-file FILE`. Errors: TargetError with all mistakes."""
    found: list[Exclude] = []
    problems: list[str] = []
    for read, words in ((exclude_option, texts), (read_excludes, files)):
        for word in words:
            try:
                found += read(word)
            except TargetError as error:
                problems += error.problems
                if len(problems) >= ENOUGH_WORDS:
                    raise TargetError(*problems) from None
    if problems:
        raise TargetError(*problems)
    return found
