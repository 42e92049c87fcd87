"""URLs in lists of other people: the host and port that they lead to. What may be a password is never shown."""

from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.listing import Listing
from scanner.targets.grammar.urls import places_in, protocol_of
from scanner.words.shown_text import shown


def url_target(cell: Scalar, listing: Listing, *, name: str = "", tags: tuple[str, ...] = ()) -> None:
    """Puts what a URL leads to into the listing: its own port, or its scheme's."""
    if other := protocol_of(cell.text):
        listing.leave_out(cell, f"{other} ({shown(cell.text)})")
        return
    places = places_in(cell.text)
    if not places:
        text = f"{shown(cell.text)} is no URL with a host and a port; write HOST:PORTS"
        listing.wrong(cell, text)
    for host, port in places:
        hosts = listing.host(Scalar(cell.line, cell.column, host.strip("[]") if ":" in host else host))
        if not hosts:
            continue
        if port == "PORTS":
            scheme = cell.text.partition("://")[0]
            text = f"{shown(cell.text)} names no port, and {shown(scheme)} has none of its own; write HOST:PORTS"
            listing.wrong(cell, text)
        else:
            listing.add(cell, hosts, listing.strict_ports(Scalar(cell.line, cell.column, port)), name=name, tags=tags)
