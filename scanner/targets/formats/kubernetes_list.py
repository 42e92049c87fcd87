"""Kubernetes: Services and EndpointSlices as `kubectl get svc,endpointslices -A -o json` (or `-o yaml`) prints them: a
single object, a List of them, or a bare list.

An entry for each port of a Service and each kind of address that it has, since these are reached from different places:
cluster IPs from the cluster alone, load balancers and external IPs from outside. The tag `address=` tells them apart,
`namespace=` the namespaces. What an object does not say (the nodes of a node port, the addresses of a Service that has
not been given any) is counted in a warning. Fields and defaults are those of the API (kubernetes/api,
`core/v1/types.go`, `discovery/v1/types.go`).
"""

import re
from collections import Counter
from collections.abc import Iterable

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar, SequenceNode, YamlNode
from scanner.targets.formats.input_text import InputText, text_in
from scanner.targets.formats.kubernetes_ports import ObjectPort, ports_of
from scanner.targets.formats.listing import Listing, plain_name
from scanner.targets.formats.tree_reader import TreeReader
from scanner.targets.grammar.host_values import Host
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import many

_SERVICE_LABEL = "kubernetes.io/service-name"
_COMMAND = "kubectl get svc,endpointslices -A -o json"
_HEADLESS = "None"
_MANIFEST = (re.compile(r"^apiVersion: \S", re.MULTILINE), re.compile(r"^kind: [A-Z]", re.MULTILINE))
#: Where a second object of JSON begins, and no list holds both: a string has no line end.
_TWICE = re.compile(r"\}[ \t]*\n\s*+(\{)")
#: What is counted, and how it is told: one, several (where an s is not enough), why it is not taken.
_COUNTED = {
    "headless": ("headless service", "", "the addresses behind it are in EndpointSlices"),
    "unassigned": ("service without an address", "services without an address", "a running cluster gives it one"),
    "bare": ("service without ports", "services without ports", "nothing to probe"),
    "node": ("node port", "", "the nodes' addresses are not in here"),
    "unready": ("endpoint", "", "not ready"),
    "portless": ("EndpointSlice without ports", "EndpointSlices without ports", "nothing to probe"),
    "aliases": ("external name without ports", "external names without ports", "write -p PORTS to probe it"),
}


def looks_like_kubernetes(source: InputText) -> bool:
    """Whether it is an object of Kubernetes, or a list of such; or several documents, to be told that one is read."""
    root = source.root
    if root is None:
        return all(mark.search(source.beginning) for mark in _MANIFEST) or _is_json(source)
    if isinstance(root, SequenceNode) and root.items:
        root = root.items[0]
    return bool(text_in(root, "apiVersion") and text_in(root, "kind"))


def _is_json(source: InputText) -> bool:
    """Whether this begins as kubectl's JSON does, and goes on with more of it."""
    text = source.beginning
    return text.startswith("{") and all(f'"{key}":' in text for key in ("apiVersion", "kind")) and _twice(source) > 0


def _twice(source: InputText) -> int:
    """Where in the text a second object of JSON begins; 0 where none does."""
    match = _TWICE.search(source.text)
    return match.start(1) if match else 0


def read_kubernetes(source: InputText, wish: InputWish) -> TargetFile:
    """Its targets. Errors: TargetError with every mistake."""
    if source.root is None and (at := _twice(source)):
        line = source.text.count("\n", 0, at) + 1
        text = f"a second object begins: kubectl wrote here more than once; ask for all in one, {_COMMAND}"
        source.problems.fail(line, at - source.text.rfind("\n", 0, at), text)
    root = source.tree()
    listing = Listing(source.problems, wish, skips=True)
    reader = _KubernetesReader(TreeReader(source.problems), listing, wish.ports_given)
    with no_collection():
        if isinstance(root, SequenceNode):
            reader.read_list(root)
        else:
            reader.read_object(root)
    return reader.finish()


class _KubernetesReader:
    def __init__(self, tree: TreeReader, listing: Listing, ports_given: bool) -> None:
        self._tree = tree
        self._listing = listing
        self._ports_given = ports_given
        self._counts: Counter[str] = Counter()
        self._others: Counter[str] = Counter()
        self._within = 0

    def read_list(self, node: YamlNode | None) -> None:
        """Several objects."""
        for item in self._tree.items(node, "the items"):
            self.read_object(item)

    def read_object(self, node: YamlNode) -> None:
        """One object, whatever its kind."""
        fields = self._tree.fields(node, "an object")
        kind = self._tree.text(fields.get("kind"), "kind")
        if kind is None:
            self._tree.wrong(node, f"this object names no kind; write what {_COMMAND} prints")
        elif kind.text == "Service":
            self._service(node, fields)
        elif kind.text == "EndpointSlice":
            self._slice(node, fields)
        elif "items" in fields and kind.text.endswith("List"):
            self._listed(fields["items"], kind.text.removesuffix("List"))
        else:
            self._others[kind.text] += 1

    def _listed(self, node: YamlNode, kind: str) -> None:
        """The items of a List; those of a ServiceList need not say that they are Services."""
        for item in self._tree.items(node, "items"):
            if kind in ("Service", "EndpointSlice") and not text_in(item, "kind"):
                fields = self._tree.fields(item, f"a {kind}")
                (self._service if kind == "Service" else self._slice)(item, fields)
            else:
                self.read_object(item)

    def _service(self, node: YamlNode, fields: dict[str, YamlNode]) -> None:
        spec = self._tree.fields(fields.get("spec"), "spec")
        status = self._tree.fields(fields.get("status"), "status")
        balancer = self._tree.fields(status.get("loadBalancer"), "loadBalancer")
        name, namespace = self._names(fields, "")
        ports = ports_of(spec.get("ports"), name, self._tree, self._listing)
        self._counts["node"] += sum(port.has_node_port for port in ports)
        within = self._tree.texts(spec.get("clusterIPs"), "clusterIPs")
        within = within or self._single(spec.get("clusterIP"), "clusterIP")
        kinds = {
            "cluster-ip": [each for each in within if each.text not in ("", _HEADLESS)],
            "load-balancer": [
                cell for each in self._tree.items(balancer.get("ingress"), "ingress") for cell in self._ingress(each)
            ],
            "external-ip": self._tree.texts(spec.get("externalIPs"), "externalIPs"),
        }
        if any(each.text == _HEADLESS for each in within):
            self._counts["headless"] += 1
        elif outside := self._single(spec.get("externalName"), "externalName"):
            kinds["external-name"] = outside
            if not ports and not self._ports_given:
                self._counts["aliases"] += 1
            elif not ports:
                ports = [ObjectPort("", None)]
        elif not any(kinds.values()):
            self._counts["unassigned"] += 1
        elif not spec.get("ports") or not self._tree.items(spec["ports"], "ports"):
            self._counts["bare"] += 1
        self._within += bool(kinds["cluster-ip"])
        for kind, cells in kinds.items():
            if cells:
                self._add(node, cells, ports, name, (f"namespace={namespace}", f"address={kind}"))

    def _slice(self, node: YamlNode, fields: dict[str, YamlNode]) -> None:
        name, namespace = self._names(fields, _SERVICE_LABEL)
        cells: list[Scalar] = []
        for item in self._tree.items(fields.get("endpoints"), "endpoints"):
            endpoint = self._tree.fields(item, "an endpoint")
            if text_in(endpoint.get("conditions"), "ready").lower() == "false":
                self._counts["unready"] += 1
            else:
                cells += self._tree.texts(endpoint.get("addresses"), "addresses")
        before = len(self._tree.items(fields.get("ports"), "ports"))
        ports = ports_of(fields.get("ports"), name, self._tree, self._listing)
        if cells and not before:
            self._counts["portless"] += 1
        self._within += bool(cells)
        self._add(node, cells, ports, name, (f"namespace={namespace}", "address=endpoint"))

    def _names(self, fields: dict[str, YamlNode], label: str) -> tuple[str, str]:
        """`namespace/name`, the name that of this label where there is one; and the namespace."""
        metadata = fields.get("metadata")
        own = self._tree.fields(metadata, "metadata")
        namespace = text_in(metadata, "namespace") or "default"
        labels = self._tree.fields(own.get("labels"), "labels") if label else {}
        said = self._tree.text(labels.get(label) or own.get("name"), "the name")
        return f"{namespace}/{said.text if said else ''}", namespace

    def _single(self, node: YamlNode | None, what: str) -> list[Scalar]:
        cell = self._tree.text(node, what)
        return [cell] if cell is not None and cell.text else []

    def _ingress(self, node: YamlNode) -> list[Scalar]:
        fields = self._tree.fields(node, "an ingress")
        return self._single(fields.get("ip"), "ip") or self._single(fields.get("hostname"), "hostname")

    def _add(
        self, node: YamlNode, cells: list[Scalar], ports: Iterable[ObjectPort], name: str, tags: tuple[str, ...]
    ) -> None:
        hosts: tuple[Host, ...] = tuple(host for cell in cells for host in self._listing.host(cell))
        for port in ports:
            called = f"{name}:{port.name}" if port.name else name
            self._listing.add(node, hosts, port.ports, name=called, tags=tags)

    def finish(self) -> TargetFile:
        """All that was found, with a word on what was not."""
        warn = self._listing.warn
        for key, (noun, nouns, why) in _COUNTED.items():
            if count := self._counts[key]:
                warn(f"{many(count, noun, nouns)} not taken: {why}")
        if self._others:
            kinds = ", ".join(plain_name(kind)[:60] for kind, _ in self._others.most_common(3))
            warn(f"{many(self._others.total(), 'object')} of other kinds ({kinds}) not taken")
        if self._within:
            warn("addresses of the cluster's own are among the targets: most clusters let only themselves reach these")
        return self._listing.finish(f"write what {_COMMAND} prints")
