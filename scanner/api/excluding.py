"""What a report's scan was to leave out, of what it says of itself: asked for targets that the report does not have."""

import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scanner.errors import TargetError
from scanner.targets.make_plan import excludes_from
from scanner.targets.space.excluder import Excluder

__all__ = ["excluding"]

_SILENT = "the host answered nothing, and was passed over"


def excluding(scan: Mapping[str, Any]) -> Callable[[str, str, int], str]:
    """`scan` is the part of that name of a JSON report. Returns a function of a host, its numeric address or an empty
    text, and a port: why they were left out, or empty.
    """
    options, silent = scan.get("options"), scan.get("silent_hosts")
    family = options.get("family") if isinstance(options, dict) else None
    words = scan.get("excludes") or (options.get("exclude") if isinstance(options, dict) else None)
    excluded, passed_over = _excluder(words), _excluder(silent.get("ranges") if isinstance(silent, dict) else None)

    def why(host: str, address: str, port: int) -> str:
        if _covers(excluded, host, address, port):
            return "excluded"
        if _covers(passed_over, host, address, port):
            return _SILENT
        return f"the report has only IPv{family}" if _is_other_family(family, address or host) else ""

    return why


def _excluder(words: Any) -> Excluder:
    """Of texts as `--exclude` takes them. What cannot be read was never obeyed: a report may say what it likes."""
    texts = [word for word in words if isinstance(word, str)] if isinstance(words, Sequence) else []
    try:
        return Excluder(excludes_from(texts))
    except TargetError:
        return Excluder([])


def _is_other_family(family: Any, host: str) -> bool:
    """Whether `-4` or `-6` left out the host, which may be a name: that is of none."""
    other = {4: socket.AF_INET6, 6: socket.AF_INET}.get(family) if isinstance(family, int) else None
    try:
        return other is not None and bool(socket.inet_pton(other, host.partition("%")[0]))
    except (OSError, ValueError):
        return False


def _covers(excluder: Excluder, host: str, address: str, port: int) -> bool:
    if port in excluder.everywhere:
        return True
    named = excluder.at_name(host)
    if named is None or port in named:
        return True
    numeric, _, _ = (address or host).partition("%")
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            number = int.from_bytes(socket.inet_pton(family, numeric))
        except (OSError, ValueError):
            continue
        ports = excluder.at_address((int(family), 0), number)
        return ports is None or port in ports
    return False
