"""Docker compose: the ports that services publish, from `docker compose config --format json` or a file as people write
it. The entries are called as the services are.

A compose file does not know its host. What is published at all of its addresses, or at 127.0.0.1, is probed here, as on
the machine that runs it, and a warning says so. Nothing is substituted or included: the output of `docker compose
config` is whole. Services that publish nothing are named, ports that are picked when they start counted.
(compose-spec/compose-spec, `05-services.md`.)
"""

from collections import Counter

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.formats.compose_ports import PublishedPort, published_port, publishes
from scanner.targets.formats.input_text import InputText, keys_of, value_of
from scanner.targets.formats.listing import Listing, plain_name
from scanner.targets.formats.tree_reader import TreeReader
from scanner.targets.grammar.parsers import parse_ports
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import many, named

#: Listening there is listening at all addresses, so at these as well.
_HERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
#: What tells a service from whatever else stands below `services:` elsewhere.
_SERVICE = frozenset(("image", "build", "container_name", "depends_on", "extends", "network_mode"))
_LOOKED_AT = 20
_FIRST_NAMED = 5
_NOTHING = "write what docker compose config --format json prints; only published ports can be probed from outside"
#: Keys of a service for which one with a slip may be meant, and others that are near them.
_KEYS = ("ports", "network_mode", "networks", "extends", "expose", "profiles")
#: What is counted, and how it is told: one, several (where an s is not enough), what is to be said.
_COUNTED = {
    "picked": ("port", "", "not taken: which one it is, is picked when its service starts"),
    "host": ("service", "", "not taken: network_mode host publishes whatever it listens on"),
    "none": ("service", "", "not taken: network_mode none leaves nothing to connect to"),
    "extends": ("service", "", "may publish more: extends is not followed"),
    "include": ("compose file", "", "not taken: include is not followed"),
}


def looks_like_compose(source: InputText) -> bool:
    """Whether one of its services is a container's, or publishes ports as only compose writes them."""
    services = value_of(source.root, "services") if "services" in source.keys and not source.is_list else None
    values = [value for _, value in services.pairs] if isinstance(services, MappingNode) else []
    return any(map(_is_service, values))


def _is_service(node: YamlNode) -> bool:
    """A mapping, or those that it merges: most of the service may be in these."""
    parts = [node, *_merged(node)]
    if not all(_is_image(value_of(part, "image")) for part in parts):
        return False
    ports = [value_of(part, "ports") for part in parts]
    if any(isinstance(each, SequenceNode) and any(map(publishes, each.items[:_LOOKED_AT])) for each in ports):
        return True
    return any(keys_of(part) & _SERVICE for part in parts)


def _merged(node: YamlNode) -> list[YamlNode]:
    """What stands below its merge key. What those merge in turn tells nothing more."""
    below = value_of(node, "<<")
    if isinstance(below, SequenceNode):
        return below.items[:_LOOKED_AT]
    return [] if below is None else [below]


def _is_image(node: YamlNode | None) -> bool:
    """Helm's values have mappings for images."""
    return node is None or isinstance(node, Scalar)


def read_compose(source: InputText, wish: InputWish) -> TargetFile:
    """Its published ports. Errors: TargetError with every mistake."""
    root = source.tree()
    reader = _ComposeReader(TreeReader(source.problems), Listing(source.problems, wish, skips=True))
    with no_collection():
        reader.read(root)
    return reader.finish()


class _ComposeReader:
    def __init__(self, tree: TreeReader, listing: Listing) -> None:
        self._tree = tree
        self._listing = listing
        self._counts: Counter[str] = Counter()
        self._silent: list[str] = []
        self._here = 0

    def read(self, root: YamlNode) -> None:
        """All of the file."""
        fields = self._tree.fields(root, "a compose file")
        self._counts["include"] = len(self._tree.items(fields.get("include"), "include"))
        for name, node in self._tree.pairs(fields.get("services"), "services"):
            if not self._tree.misspelt(node, _KEYS):
                self._service(name, self._tree.fields(node, "a service"))

    def _service(self, name: Scalar, fields: dict[str, YamlNode]) -> None:
        self._counts["extends"] += "extends" in fields
        mode = self._tree.text(fields.get("network_mode"), "network_mode")
        if mode is not None and mode.text in ("host", "none"):
            self._counts[mode.text] += 1
            return
        tags = tuple(f"profile={each.text}" for each in self._tree.texts(fields.get("profiles"), "profiles"))
        by_address: dict[str, list[PublishedPort]] = {}
        items = self._tree.items(fields.get("ports"), "ports")
        if not items:
            self._silent.append(plain_name(name.text)[:60])
        for item in items:
            port = published_port(item, self._tree)
            if port is None:
                continue
            if port.protocol:
                said = f"{port.protocol} port {port.ports or 'any'} of {name.text}"
                self._listing.leave_out(item, plain_name(said))
            elif not port.ports:
                self._counts["picked"] += 1
            else:
                by_address.setdefault(_HERE.get(port.ip, port.ip), []).append(port)
        for address, ports in by_address.items():
            self._add(name, address, ports, tags)

    def _add(self, name: Scalar, address: str, ports: list[PublishedPort], tags: tuple[str, ...]) -> None:
        """Lists the ports of a service at one address."""
        self._here += address.startswith("127.") or address == "::1"
        hosts = self._listing.host(Scalar(ports[0].cell.line, ports[0].cell.column, address))
        cells = [Scalar(port.cell.line, port.cell.column, port.ports) for port in ports]
        valid = ",".join(cell.text for cell in cells if self._listing.strict_ports(cell))
        if valid:
            self._listing.add(name, hosts, parse_ports(valid), name=name.text, tags=tags)

    def finish(self) -> TargetFile:
        """All that was found, with a word on what was not."""
        warn = self._listing.warn
        if self._here:
            warn("a compose file does not name its host: its ports are probed on this machine (127.0.0.1 or ::1)")
        if self._silent:
            told = many(len(self._silent), "service publishes no port", "services publish no port")
            warn(f"{told}: {named(self._silent, _FIRST_NAMED)}")
        for key, (noun, nouns, said) in _COUNTED.items():
            if count := self._counts[key]:
                warn(f"{many(count, noun, nouns)} {said}".rstrip())
        return self._listing.finish(_NOTHING)
