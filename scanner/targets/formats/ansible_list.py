"""Ansible's inventories, INI, YAML and JSON: each host an entry, called by its name in the inventory, tagged with its
groups and those above them.

What is probed is where Ansible would connect: `ansible_host` or else the host's own name, `ansible_port` or else the
ports of the command line. Hosts that it reaches without the network (`ansible_connection: local`, containers) have
nothing to probe, and are counted. Templates are not worked out: a host whose address is one is a mistake. Of the
folders `group_vars` and `host_vars` beside an inventory nothing is read; `ansible-inventory --list` knows what is in
them.
"""

from collections import Counter
from collections.abc import Iterator

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.ansible_groups import Inherited, Inventory, InventoryHost
from scanner.targets.formats.ansible_ini import InventoryLines, has_sections, is_inventory_text
from scanner.targets.formats.ansible_tree import InventoryTree, is_inventory, is_playbook
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.listing import Listing, plain_name
from scanner.targets.formats.tree_reader import TreeReader
from scanner.targets.grammar.host_values import Host
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import many, shown

#: Connection plugins that open a TCP connection to the host; of a collection's, the last word counts.
_OVER_TCP = frozenset(
    ("", "ssh", "smart", "paramiko", "paramiko_ssh", "libssh", "winrm", "psrp", "network_cli", "netconf", "httpapi")
)
_PLAYBOOK = "this is a playbook, which does not say where its hosts are; scan the inventory that it runs on"
_NOTHING = "write hosts below a [group], or read what ansible-inventory --list prints"


def looks_like_ansible(source: InputText) -> bool:
    """Whether it is an inventory, or a playbook in its place."""
    if is_inventory_text(source.lines):
        return True
    return is_inventory(source.root) or is_playbook(source.root)


def read_ansible(source: InputText, wish: InputWish) -> TargetFile:
    """Its hosts. Errors: TargetError with every mistake."""
    inventory = Inventory(source.problems)
    with no_collection():
        if has_sections(source.lines):
            InventoryLines(source.problems, inventory).read(source.text)
        else:
            root = source.tree()
            if is_playbook(root):
                source.problems.fail(root.line, root.column, _PLAYBOOK)
            InventoryTree(TreeReader(source.problems), inventory).read(root)
        source.problems.check()
        return _HostLister(Listing(source.problems, wish), wish.ports_given).listed(inventory)


class _HostLister:
    """Makes entries of hosts: one of each, but one of all that a pattern stands for and that nothing tells apart."""

    def __init__(self, listing: Listing, ports_given: bool) -> None:
        self._listing = listing
        self._ports_given = ports_given
        self._told: set[int] = set()
        self._portless: list[Scalar] = []
        self._own_ports = 0
        self._elsewhere: Counter[str] = Counter()

    def listed(self, inventory: Inventory) -> TargetFile:
        """All hosts of an inventory."""
        heritage = inventory.heritage()
        run: list[tuple[InventoryHost, Inherited]] = []
        for host in inventory.hosts.values():
            inherited = heritage.of(host)
            if run and not (run[0][0].pattern is host.pattern and _are_alike(run[0], (host, inherited))):
                self._add(run)
                run = []
            run.append((host, inherited))
        if run:
            self._add(run)
        self._say_the_rest()
        return self._listing.finish(_NOTHING)

    def _add(self, run: list[tuple[InventoryHost, Inherited]]) -> None:
        """Lists hosts that have everything but their names in common."""
        first, inherited = run[0]
        variables = {**inherited.variables, **first.variables}
        connection = self._value(variables, "ansible_connection")
        if connection is None:
            return
        plugin = connection.text.rpartition(".")[2]
        if plugin not in _OVER_TCP:
            self._elsewhere[plugin] += len(run)
            return
        address = self._value(variables, "ansible_ssh_host", "ansible_host")
        port = self._value(variables, "ansible_ssh_port", "ansible_port")
        if address is None or port is None:
            return
        ports = self._ports(port, len(run)) if port.text else None
        if ports is None:
            self._portless += [first.pattern] * len(run)
            if not self._ports_given:
                return
        tags = inherited.tags
        if address.text:
            for host, _ in run:
                self._listing.add(host.pattern, self._listing.host(address), ports, name=host.name, tags=tags)
        else:
            name = first.name if len(run) == 1 else first.pattern.text
            self._listing.add(first.pattern, tuple(self._hosts(run)), ports, name=name, tags=tags)

    def _hosts(self, run: list[tuple[InventoryHost, Inherited]]) -> Iterator[Host]:
        for host, _ in run:
            yield from self._listing.host(Scalar(host.pattern.line, host.pattern.column, host.name))

    def _ports(self, port: Scalar, hosts: int) -> tuple[int, ...]:
        self._own_ports += hosts
        if port.text.isdecimal():
            return self._listing.strict_ports(port)
        self._wrong_once(port, f"ansible_port is {shown(port.text)}; write the number of a port")
        return ()

    def _value(self, variables: dict[str, Scalar], *names: str) -> Scalar | None:
        """The first of these variables that is set, an empty text where none is; None where it is a template."""
        cell = next((variables[name] for name in names if name in variables), Scalar(0, 0, ""))
        if "{{" in cell.text or "{%" in cell.text:
            name = next(name for name in names if name in variables)
            told = f"{name} is {shown(cell.text)}, a template, which is not worked out; write its value"
            self._wrong_once(cell, told)
            return None
        return cell

    def _wrong_once(self, cell: Scalar, text: str) -> None:
        """A variable of a group is wrong once, however many hosts have it."""
        if id(cell) not in self._told:
            self._told.add(id(cell))
            self._listing.wrong(cell, text)

    def _say_the_rest(self) -> None:
        portless = len(self._portless)
        if portless and not self._ports_given:
            told = "1 host names" if portless == 1 else f"{portless:,} hosts name"
            text = f"{told} no port (ansible_port); say which to probe with -p PORTS (Ansible's own is -p 22)"
            self._listing.wrong(self._portless[0], text)
        if self._own_ports and self._ports_given:
            told = many(self._own_ports, "host")
            self._listing.warn(f"{told} with an ansible_port: that is what is probed there, and -p elsewhere")
        if self._elsewhere:
            told = many(self._elsewhere.total(), "host")
            kinds = ", ".join(plain_name(plugin) for plugin, _ in self._elsewhere.most_common(3))
            self._listing.warn(
                f"{told} left out that Ansible reaches without the network (ansible_connection: {kinds})"
            )


def _are_alike(one: tuple[InventoryHost, Inherited], other: tuple[InventoryHost, Inherited]) -> bool:
    return one[1] is other[1] and one[0].variables == other[0].variables
