"""The ports of Kubernetes's objects: those of TCP with their names, the others noted as what TCP cannot verify.

The protocol is TCP where none is said. In an EndpointSlice a port without a number means all ports there are, which is
nothing that can be verified. (kubernetes/api, `core/v1/types.go`, ServicePort; `discovery/v1/types.go`, EndpointPort.)
"""

from typing import NamedTuple

from scanner.targets.file.yaml_nodes import YamlNode
from scanner.targets.formats.listing import Listing, plain_name
from scanner.targets.formats.port_cells import is_tcp
from scanner.targets.formats.tree_reader import TreeReader
from scanner.words.shown_text import shown


class ObjectPort(NamedTuple):
    """A port, its `name` where the object has several; `ports` None for those of the command line.
    `has_node_port`: every node of the cluster listens on a port for it."""

    name: str
    ports: tuple[int, ...] | None
    has_node_port: bool = False


def ports_of(node: YamlNode | None, owner: str, tree: TreeReader, listing: Listing) -> list[ObjectPort]:
    """The TCP ports of an object. `owner`: what messages call it."""
    found: list[ObjectPort] = []
    for item in tree.items(node, "ports"):
        fields = tree.fields(item, "a port")
        number = tree.text(fields.get("port"), "port")
        protocol = tree.text(fields.get("protocol"), "protocol")
        if protocol is not None and not is_tcp(protocol.text):
            said = plain_name(f"{protocol.text.lower()} port {number.text if number else 'any'} of {owner}")
            listing.leave_out(item, said)
        elif number is None:
            listing.leave_out(item, f"any port of {plain_name(owner)}")
        elif not number.text.isdecimal():
            tree.wrong(number, f"port is {shown(number.text)}; write its number")
        else:
            name = tree.text(fields.get("name"), "name")
            node_port = tree.text(fields.get("nodePort"), "nodePort")
            has_node_port = node_port is not None and node_port.text not in ("", "0")
            ports = listing.strict_ports(number)
            found.append(ObjectPort(name.text if name else "", ports, has_node_port))
    return found if len(found) > 1 else [each._replace(name="") for each in found]
