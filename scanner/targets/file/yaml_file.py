"""The target file as a whole: its top level, its list of targets, its end. A path in, a `TargetFile` out.

Every mistake is noted with its place and reading goes on, so that the user sees all of them at once. Entries are
taken one by one as the file unfolds; only what they mean is kept. What an entry may say is in `file_entry.py`.
"""

from typing import Any

from scanner.errors import TargetError
from scanner.targets.entry import Defaults, Entry
from scanner.targets.file.expect_map import MapBudget
from scanner.targets.file.file_entry import read_defaults, read_entry, read_excludes
from scanner.targets.file.keys import KNOWN, Where
from scanner.targets.file.odd_keys import unknown_key
from scanner.targets.file.problems import Problems
from scanner.targets.file.read_text import MOST_HOSTS, file_label, read_text
from scanner.targets.file.target_file import MOST_ENTRIES, TargetFile
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, YamlNode
from scanner.targets.file.yaml_tree import Walker, is_list, is_mapping
from scanner.targets.file.yaml_values import is_null, text_of
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.ports import PortBudget
from scanner.targets.grammar.typed_words import present_folder
from scanner.targets.needs import need_problem
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import shown


def read_target_file(path: str, *, ports_given: bool = False) -> TargetFile:
    """Read a YAML target list (`-`: stdin). Errors: TargetError with all mistakes in the file.

    `ports_given`: the command line names ports for entries that name none.
    """
    problems = Problems(file_label(path))
    return read_target_text(read_text(path, problems), problems, ports_given=ports_given)


def read_target_text(text: str, problems: Problems, *, ports_given: bool = False) -> TargetFile:
    """The same of a text that was read already; `problems` are those of its file."""
    with no_collection(), present_folder():
        return _TargetFileReader(text, problems, ports_given).read()


class _TargetFileReader:
    def __init__(self, text: str, problems: Problems, ports_given: bool) -> None:
        self._problems = problems
        self._walker = Walker(text, problems)
        self._ports_given = ports_given
        self._entries: list[Entry] = []
        self._excludes: list[Exclude] = []
        self._defaults = Defaults()
        self._places: dict[str, int] = {}
        self._portless: list[tuple[int, int]] = []
        self._needing: list[Entry] = []

    def read(self) -> TargetFile:
        walker, problems = self._walker, self._problems
        head = walker.root()
        if not is_mapping(head):
            problems.fail(*walker.place(head), _wrong_top(head, walker))
        walker.enter(head, 1)
        for key, value in walker.pairs(2):
            self._top(text_of(key, problems), key.line, key.column, value)
        walker.end()
        self._late_checks()
        return TargetFile(self._entries, self._excludes, self._defaults)

    def _top(self, key: str, line: int, column: int, value: Any) -> None:
        """One pair of the top level."""
        problems = self._problems
        if key in self._places:
            problems.add(line, column, f"the key {shown(key)} is already on line {self._places[key]}; join them")
        self._places.setdefault(key, line)
        if key == "targets" and is_list(value):
            self._targets(value)
            return
        node = self._walker.tree(value)
        if key not in KNOWN[Where.TOP]:
            if key:
                problems.add(line, column, unknown_key(key, KNOWN[Where.TOP], Where.TOP.value))
        elif type(node) is YamlNode or (is_null(node) and key != "targets"):
            return  # noted already, or absent
        elif key == "targets":
            text = f"targets is {_kind(node)}, but must be a list; write each target on a line that begins with -"
            problems.add(node.line, node.column, text)
        elif key == "version":
            before = problems.count
            version = text_of(node, problems)
            if version != "1" and problems.count == before:
                problems.add(node.line, node.column, f"version {shown(version)} is unknown; write 1, or leave it out")
        elif key == "defaults":
            if isinstance(node, MappingNode):
                read_defaults(node, self._defaults, problems)
            else:
                text = f"defaults is {_kind(node)}, but must be a mapping; write settings below it, such as timeout: 1s"
                problems.add(node.line, node.column, text)
        else:
            self._excludes += read_excludes(node, problems)

    def _targets(self, head: Any) -> None:
        """The list of targets, entry by entry."""
        walker, entries = self._walker, self._entries
        walker.enter(head, 2)
        hosts = 0
        budget = PortBudget()
        maps = MapBudget(budget)
        for event in walker.items():
            node = walker.tree(event)
            entry = read_entry(node, self._problems, self._defaults, maps)
            if entry is None:
                continue
            entries.append(entry)
            hosts += len(entry.hosts)
            if entry.ports is None:
                self._portless.append((node.line, node.column))
            if entry.need is not None:
                self._needing.append(entry)
            try:
                budget.spend(entry.ports)
            except TargetError as error:
                self._problems.fail(node.line, node.column, str(error))
            if len(entries) > MOST_ENTRIES or hosts > MOST_HOSTS:
                text = f"the file lists more than {MOST_ENTRIES} entries or {MOST_HOSTS} hosts; name networks instead"
                self._problems.fail(node.line, node.column, text)

    def _late_checks(self) -> None:
        """What only the whole file can tell."""
        problems = self._problems
        if not self._ports_given and self._defaults.ports is None:
            for line, column in self._portless:
                problems.add(line, column, "the target names no port; write one, such as host:443 or port: 443")
        for entry in self._needing:
            ports = entry.ports if entry.ports is not None or self._ports_given else self._defaults.ports
            if ports and (text := need_problem(entry, ports)):
                problems.add(entry.line, entry.column, text)
        if not problems.count and not self._entries:
            line = self._places.get("targets", 1)
            problems.add(line, 1, 'the file names no targets; write "targets:" and below it "- localhost:22"')
        problems.check()


def _kind(node: YamlNode) -> str:
    return "empty" if isinstance(node, Scalar) and (node.null or not node.text) else node.kind


def _wrong_top(head: Any, walker: Walker) -> str:
    """What to say where the file begins with something other than a mapping."""
    if is_list(head):
        if head.flow_style:
            return 'the file is a plain list; write {"targets": in front of it and } after it'
        below = ", below the ---" if walker.marked else ""
        return f'the file is a plain list; write "targets:" on a line above it{below}'
    if getattr(head, "value", "") == "":  # "---" alone, or nothing but comments
        return 'the file says nothing; write "targets:" and below it "- localhost:22"'
    text = 'the file is plain text; write "targets:" and below it "- localhost:22"'
    return f"{text}; to sweep a list of hosts: scanner sweep -i FILE -p PORTS"
