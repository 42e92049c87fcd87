"""What an Ansible inventory says, whoever wrote it down in which format: hosts, groups, the variables that lead to a
host. Here too is what a host has from its groups: their names as tags, and the variables that it inherits.

The order of precedence is Ansible's (ansible/ansible, `lib/ansible/inventory/helpers.py` and `group.py`): a host's own
variables, then those of its groups, the deepest first, among equally deep ones that with the higher
`ansible_group_priority`, then the last in the alphabet. Every group is below `all`.
"""

from typing import NamedTuple

from scanner.errors import TargetError
from scanner.targets.file.problems import Problems
from scanner.targets.file.read_text import MOST_HOSTS
from scanner.targets.file.yaml_nodes import Scalar, YamlNode
from scanner.targets.formats.ansible_patterns import expanded, split_port
from scanner.words.shown_text import shown

#: The variables that say where a host is, and how it is reached. The rest is nobody's business here.
VARIABLES = frozenset(
    ("ansible_host", "ansible_ssh_host", "ansible_port", "ansible_ssh_port", "ansible_connection",
     "ansible_group_priority")
)  # fmt: skip
#: Of every host, these are the groups of all of them.
_NO_TAGS = ("all", "ungrouped")
#: Groups of all hosts together: a chain of a thousand groups gives each host at its end a thousand tags.
_MOST_TAGS = 2_000_000


class InventoryGroup:
    """A group, and where it was named first. `children`: the names of groups in it, and where they stand."""

    __slots__ = ("children", "name", "node", "variables")

    def __init__(self, name: str, node: YamlNode) -> None:
        self.name = name
        self.node = node
        self.children: dict[str, YamlNode] = {}
        self.variables: dict[str, Scalar] = {}

    def take_child(self, name: str, node: YamlNode) -> None:
        """A group in it, named at this place."""
        self.children.setdefault(name, node)

    def take(self, variables: dict[str, Scalar]) -> None:
        """Variables of it; the last word on each counts."""
        self.variables.update(variables)


class InventoryHost:
    """A host, and the pattern (with its place) that named it first; `groups`: those that hold it directly."""

    __slots__ = ("groups", "name", "pattern", "variables")

    def __init__(self, name: str, pattern: Scalar) -> None:
        self.name = name
        self.pattern = pattern
        self.groups: dict[str, None] = {}
        self.variables: dict[str, Scalar] = {}

    def join(self, group: str) -> None:
        """This group holds it directly."""
        self.groups[group] = None

    def take(self, variables: dict[str, Scalar]) -> None:
        """Variables of its own; the last word on each counts."""
        self.variables.update(variables)


class Inherited(NamedTuple):
    """What hosts have from their groups: `tags`, and `variables` by name."""

    tags: tuple[str, ...]
    variables: dict[str, Scalar]


class Inventory:
    """Takes in hosts and groups in any order, then says what hosts inherit."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self.groups: dict[str, InventoryGroup] = {}
        self.hosts: dict[str, InventoryHost] = {}
        self._left = MOST_HOSTS

    def group(self, name: str, node: YamlNode) -> InventoryGroup:
        """The group of this name, a new one where there was none."""
        if name not in self.groups:
            self.groups[name] = InventoryGroup(name, node)
        return self.groups[name]

    def add_hosts(self, pattern: Scalar, group: str, variables: dict[str, Scalar]) -> None:
        """The hosts of a pattern are in this group, and have these variables. What is wrong with it is noted."""
        text, port = split_port(pattern.text) if ":" in pattern.text else (pattern.text, "")
        try:
            names = expanded(text, self._left) if "[" in text or "]" in text else [text]
        except TargetError as error:
            self._problems.add(pattern.line, pattern.column, str(error))
            return
        self._left -= len(names)
        if self._left <= 0:
            text = f"the file lists more than {MOST_HOSTS} hosts; name networks instead"
            self._problems.fail(pattern.line, pattern.column, text)
        for name in names:
            host = self.hosts.get(name)
            if host is None:
                host = self.hosts[name] = InventoryHost(name, pattern)
                if port:
                    host.take({"ansible_port": Scalar(pattern.line, pattern.column, port)})
            host.join(group)
            if variables:
                host.take(variables)

    def heritage(self) -> "Heritage":
        """What hosts inherit, now that all groups are known. Errors: TargetError where groups contain themselves."""
        return Heritage(self.groups, self._problems)


class Heritage:
    """Works out what the hosts of the same groups have from them, once for each such set of groups."""

    def __init__(self, groups: dict[str, InventoryGroup], problems: Problems) -> None:
        self._groups = groups
        self._problems = problems
        self._parents: dict[str, list[str]] = {name: [] for name in groups}
        for name, group in groups.items():
            for child in group.children:
                self._parents.setdefault(child, []).append(name)
        self._depths = self._find_depths()
        self._known: dict[tuple[str, ...], Inherited] = {}
        self._left = _MOST_TAGS

    def of(self, host: InventoryHost) -> Inherited:
        """What this host inherits. Errors: TargetError where all hosts together have too many groups."""
        key = tuple(host.groups)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._worked_out(key)
        self._left -= len(found.tags)
        if self._left < 0:
            text = f"the hosts have more than {_MOST_TAGS} groups altogether; split the inventory"
            self._problems.fail(host.pattern.line, host.pattern.column, text)
        return found

    def _worked_out(self, direct: tuple[str, ...]) -> Inherited:
        names = {"all"}
        waiting = list(direct)
        while waiting:
            name = waiting.pop()
            if name not in names:
                names.add(name)
                waiting += self._parents.get(name, ())
        order = sorted(names, key=self._rank)
        variables: dict[str, Scalar] = {}
        for name in order:
            if name in self._groups:
                variables |= self._groups[name].variables
        return Inherited(tuple(name for name in order if name not in _NO_TAGS), variables)

    def _rank(self, name: str) -> tuple[int, int, str]:
        group = self._groups.get(name)
        said = group.variables.get("ansible_group_priority") if group else None
        priority = int(said.text) if said is not None and said.text.isdecimal() and len(said.text) < 10 else 1
        return self._depths.get(name, 1), priority, name

    def _find_depths(self) -> dict[str, int]:
        """The longest way from `all` down to each group. A group comes by when all that contain it have."""
        left = {name: len(parents) for name, parents in self._parents.items()}
        depths = {name: int(name != "all") for name in self._parents}
        waiting = [name for name, parents in left.items() if not parents]
        while waiting:
            name = waiting.pop()
            del left[name]
            for child in self._groups[name].children if name in self._groups else ():
                depths[child] = max(depths[child], depths[name] + 1)
                left[child] -= 1
                if not left[child]:
                    waiting.append(child)
        if left:
            self._fail_in_circle(left)
        return depths

    def _fail_in_circle(self, left: dict[str, int]) -> None:
        """Each of the groups left is contained in one of them: going up, one comes by again."""
        way: dict[str, None] = {}
        name = next(iter(left))
        while name not in way:
            way[name] = None
            name = next(parent for parent in self._parents[name] if parent in left)
        names = list(way)
        circle = [name, *reversed(names[names.index(name) :])]
        node = self._groups[circle[0]].children[circle[1]]
        told = shown(" > ".join(circle if len(circle) < 8 else [*circle[:3], "...", circle[-1]]))
        text = f"the group {shown(name)} contains itself ({told}); take one of these out of the other's children"
        self._problems.fail(node.line, node.column, text)
