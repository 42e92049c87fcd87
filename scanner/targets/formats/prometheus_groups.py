"""Groups of targets as Prometheus has them, in file_sd files, http_sd bodies and `static_configs`: addresses that share
their labels.

What holds there (prometheus/prometheus, `scrape/target.go` and docs/configuration): an address is HOST:PORT, or HOST
alone with the port of its job's scheme, which the label `__scheme__` overrides. Labels that begin with `__` are
Prometheus's own business and stay with no target; a label without a value is none.
"""

from typing import NamedTuple

from scanner.targets.file.yaml_nodes import Scalar, YamlNode
from scanner.targets.formats.listing import Listing
from scanner.targets.formats.tree_reader import TreeReader
from scanner.targets.formats.url_cells import url_target
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.urls import is_url
from scanner.words.shown_text import shown

_SCHEME_PORTS = {"http": 80, "https": 443}


class ScrapeJob(NamedTuple):
    """What the job says about its targets: its `name`; the `scheme` that a port is known by, or empty. `moves`: its
    relabelling makes another address of each, so what has no port there is for an exporter to ask, by ping perhaps."""

    name: str = ""
    scheme: str = ""
    moves: bool = False


class _SharedPorts:
    """Hosts of a group that are asked on the same ports, and where the first of them stands."""

    def __init__(self, cell: Scalar) -> None:
        self.cell = cell
        self.texts: list[str] = []
        self.hosts: list[Host] = []

    def add(self, text: str, hosts: tuple[Host, ...]) -> None:
        """The hosts of an address as it is written."""
        self.texts.append(text.rpartition(":")[0] or text)
        self.hosts += hosts


def read_group(node: YamlNode, job: ScrapeJob, tree: TreeReader, listing: Listing) -> int:
    """Lists the targets of a group: an entry for all that share their ports. How many of them mean the machine that
    asks."""
    fields = tree.pairs(node, "a group of targets")
    labels: dict[str, str] = {"job": job.name} if job.name else {}
    targets: list[Scalar] = []
    for key, value in fields:
        if key.text == "targets":
            targets = tree.texts(value, "targets")
        elif key.text == "labels":
            labels |= _labels(value, tree)
        else:
            tree.wrong(key, f"{shown(key.text)} is not a key of a group of targets; write targets and labels")
    default = None if job.moves else _SCHEME_PORTS.get(labels.get("__scheme__", job.scheme).lower())
    tags = tuple(f"{key}={value}" for key, value in labels.items() if value and not key.startswith("__"))
    name = labels.get("job", "")
    by_ports: dict[tuple[int, ...] | None, _SharedPorts] = {}
    local = 0
    for cell in targets:
        if is_url(cell.text):
            url_target(cell, listing, name=name, tags=tags)
        elif (found := listing.target(cell)) is not None:
            hosts, ports = found
            if ports is None and job.moves:
                listing.leave_out(
                    cell, f"{shown(cell.text)} without a port, in a job whose relabelling moves addresses"
                )
                continue
            if ports is None and default:
                ports = parse_ports(str(default))
            shared = by_ports.get(ports) or by_ports.setdefault(ports, _SharedPorts(cell))
            shared.add(cell.text, hosts)
        local += _is_local(cell)
    if len(by_ports) == 1:  # as in most long lists
        ((ports, shared),) = by_ports.items()
        listing.add(shared.cell, tuple(shared.hosts), ports, name=name, tags=tags)
        return local
    for cell, hosts, ports in _joined(by_ports):
        listing.add(cell, hosts, ports, name=name, tags=tags)
    return local


def _labels(node: YamlNode, tree: TreeReader) -> dict[str, str]:
    pairs = tree.pairs(node, "labels")
    found = {key.text: value.text for key, value in pairs if isinstance(value, Scalar) and not value.null}
    if len(found) < len(pairs):
        for _, value in pairs:
            tree.text(value, "a label")
    return found


def _joined(
    by_ports: dict[tuple[int, ...] | None, _SharedPorts],
) -> list[tuple[Scalar, tuple[Host, ...], tuple[int, ...] | None]]:
    """The same with the ports of equal hosts in one: `a:80, b:80, a:443, b:443` is two hosts and two ports."""
    found: dict[tuple[str, ...], tuple[Scalar, tuple[Host, ...], list[int]]] = {}
    alone: list[tuple[Scalar, tuple[Host, ...], tuple[int, ...] | None]] = []
    for ports, shared in by_ports.items():
        if ports is None:
            alone.append((shared.cell, tuple(shared.hosts), None))
        else:
            key = tuple(shared.texts)
            found.setdefault(key, (shared.cell, tuple(shared.hosts), []))[2].extend(ports)
    joined = [(cell, hosts, parse_ports(",".join(map(str, ports)))) for cell, hosts, ports in found.values()]
    return joined + alone


def _is_local(cell: Scalar) -> bool:
    text = cell.text.partition("://")[2] or cell.text
    return text.startswith(("localhost:", "127.", "[::1]")) or text == "localhost"
