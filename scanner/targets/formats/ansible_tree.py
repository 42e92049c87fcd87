"""Ansible inventories as documents: YAML as people write it, JSON as `ansible-inventory --list` and dynamic inventories
print it. A document in, what it says put into an `Inventory`.

A group is a mapping of `hosts`, `children` and `vars` (a list is its hosts). In YAML, hosts and children are mappings,
to variables and to groups; in JSON they are lists of names, and the variables of hosts stand in `_meta: hostvars`.
(ansible/ansible, `lib/ansible/plugins/inventory/yaml.py` and `script.py`.) Both are taken everywhere.
"""

from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.formats.ansible_groups import VARIABLES, Inventory
from scanner.targets.formats.input_text import keys_of, text_in, value_of
from scanner.targets.formats.tree_reader import TreeReader
from scanner.words.shown_text import did_you_mean, shown

#: Of a group: what makes a mapping one, and all that it takes.
_MEMBERS = frozenset(("hosts", "children"))
_GROUP = _MEMBERS | {"vars"}
#: So many groups tell enough.
_LOOKED_AT = 40
#: What plays have, and our own targets have not.
_PLAY = frozenset(
    ("tasks", "roles", "pre_tasks", "post_tasks", "handlers", "gather_facts", "become", "vars_files", "import_playbook",
     "remote_user", "strategy", "serial")
)  # fmt: skip


def is_playbook(root: YamlNode | None) -> bool:
    """Whether it is a list of plays: these name hosts too, but do not say where those are."""
    if not isinstance(root, SequenceNode) or not root.items:
        return False
    keys = keys_of(root.items[0])
    return "import_playbook" in keys or ("hosts" in keys and bool(keys & _PLAY))


def is_inventory(root: YamlNode | None) -> bool:
    """Whether it is an inventory: hosts' variables as `--list` has them, or groups and nothing else."""
    if not isinstance(root, MappingNode):
        return False
    if value_of(root, "_meta", "hostvars") is not None:
        return True
    found = False
    for key, value in root.pairs:
        keys = keys_of(value)
        if not isinstance(key, Scalar) or not (_is_empty(value) or (keys and keys <= _GROUP)):
            return False
        members = [value_of(value, each) for each in _MEMBERS & keys]
        if key.text != "all" and any(isinstance(each, Scalar) and not each.null for each in members):
            return False
        found = found or bool(members)
    return found


def seems_inventory(root: YamlNode | None) -> bool:
    """Whether it is one but for a key with a slip, or sets up a plugin that makes one."""
    if not isinstance(root, MappingNode):
        return False
    if text_in(root, "plugin") or isinstance(value_of(root, "all"), MappingNode):
        return True
    groups = [value for _, value in root.pairs[:_LOOKED_AT] if not _is_empty(value)]
    keys = [keys_of(group) for group in groups]
    if not all(isinstance(group, MappingNode) for group in groups) or not any(each & _GROUP for each in keys):
        return False
    return all(key in _GROUP or did_you_mean(key, _GROUP) for each in keys for key in each)


class InventoryTree:
    """Reads one document into an inventory."""

    def __init__(self, tree: TreeReader, inventory: Inventory) -> None:
        self._tree = tree
        self._inventory = inventory
        self._seen: set[tuple[str, int]] = set()

    def read(self, root: YamlNode) -> None:
        """All of it. Wrong types and unknown keys are noted."""
        hostvars: YamlNode | None = None
        for key, node in self._tree.pairs(root, "an inventory"):
            if key.text == "_meta":
                hostvars = self._tree.fields(node, "_meta").get("hostvars")
            elif key.text == "plugin" and isinstance(node, Scalar):
                text = "this sets up an inventory plugin; scan what ansible-inventory -i FILE --list prints"
                self._tree.wrong(key, text)
                return
            else:
                self._read_group(key, node)
        for key, node in self._tree.pairs(hostvars, "hostvars"):
            host = self._inventory.hosts.get(key.text)
            if host is not None:  # Ansible knows none that are in no group
                host.take(self._variables(node))

    def _read_group(self, key: Scalar, node: YamlNode) -> None:
        """One group. An alias may bring the same one along many ways: it is the same each time."""
        group = self._inventory.group(key.text, key)
        if (key.text, id(node)) in self._seen or _is_empty(node):
            return
        self._seen.add((key.text, id(node)))
        if isinstance(node, SequenceNode):
            self._read_hosts(key.text, node)
            return
        for part, value in self._tree.pairs(node, f"the group {shown(key.text)}"):
            if part.text == "hosts":
                self._read_hosts(key.text, value)
            elif part.text == "children":
                for child, below in self._members(value, "children"):
                    group.take_child(child.text, child)
                    if below is not None:
                        self._read_group(child, below)
            elif part.text == "vars":
                group.take(self._variables(value))
            else:
                near = did_you_mean(part.text, sorted(_GROUP))
                text = f"{shown(part.text)} is not a key of a group;{near} write hosts, children or vars"
                self._tree.wrong(part, text)

    def _read_hosts(self, group: str, node: YamlNode) -> None:
        for pattern, variables in self._members(node, "hosts"):
            self._inventory.add_hosts(pattern, group, self._variables(variables))

    def _members(self, node: YamlNode, what: str) -> list[tuple[Scalar, YamlNode | None]]:
        """Names, with what stands below them: of a mapping, of a list, of a single name."""
        if isinstance(node, Scalar) and not node.null:
            return [(node, None)]
        if isinstance(node, SequenceNode):
            return [(each, None) for each in self._tree.texts(node, what)]
        return list(self._tree.pairs(node, what))

    def _variables(self, node: YamlNode | None) -> dict[str, Scalar]:
        """Those that say where a host is."""
        found: dict[str, Scalar] = {}
        if node is None or _is_empty(node):
            return found
        for key, value in self._tree.pairs(node, "the variables"):
            if key.text in VARIABLES:
                text = self._tree.text(_unwrapped(value), key.text)
                if text is not None:
                    found[key.text] = text
        return found


def _unwrapped(node: YamlNode) -> YamlNode:
    """A text that Ansible marks as one never to be taken for a template (`{"__ansible_unsafe": "db1"}`)."""
    inner = value_of(node, "__ansible_unsafe")
    return inner if inner is not None and text_in(node, "__ansible_unsafe") else node


def _is_empty(node: YamlNode | None) -> bool:
    return isinstance(node, Scalar) and node.null
