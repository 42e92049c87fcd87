"""What somebody probably meant by a host, target, exclude or port list that is none. Only mistakes come here.

The rule: a remedy is named only if it works when typed. So nothing is guessed for its own sake: each usual slip
(`slipforms.py`) yields a corrected text, the strict grammar is asked whether it takes that, and the first that it takes
is the remedy. Where none is taken, the strict grammar's own words stand, or the odd character is named.
"""

from collections.abc import Callable

from scanner.errors import TargetError
from scanner.targets.characters import described, odd, plain
from scanner.targets.grammar import split_target, strict_exclude, strict_excludes, strict_target
from scanner.targets.hint import shown
from scanner.targets.hosts import strict_host
from scanner.targets.ports import strict_ports
from scanner.targets.slipforms import MAYBE_A_RANGE, SLASHED, forms, not_tcp, with_brackets, without_tcp
from scanner.targets.urls import Place, has_user_info, is_url, place_behind_at, places_in

#: A remedy is typed by hand; nobody types more, and a hostile text should cost nothing.
_LONGEST = 200

#: Says what to write for a host and its ports (either may be empty), or nothing where it cannot.
Wording = Callable[[str, str], str]


def host_slip(text: str, error: TargetError) -> TargetError:
    """The better words for a host alone. Where ports stand with it, they belong elsewhere."""
    return _slip(text, error, strict_host, _host_apart, "the host")


def target_slip(text: str, error: TargetError) -> TargetError:
    """The better words for HOST:PORTS."""
    return _slip(text, error, strict_target, _host_and_ports, "")


def exclude_slip(text: str, error: TargetError) -> TargetError:
    """The better words for a host, or HOST:PORTS, never to touch."""
    return _slip(text, error, strict_excludes, _host_or_both, "the exclude")


def ports_slip(text: str, error: TargetError) -> TargetError:
    """The better words for a port list."""
    return _slip(text, error, strict_ports, _ports_apart, "the port")


def _slip(text: str, error: TargetError, parse: Callable[[str], object], wording: Wording, noun: str) -> TargetError:
    if is_url(text):
        return TargetError(_of_url(text, places_in(text), wording))
    if has_user_info(text):
        write = wording(*place_behind_at(text)) or f"{noun or 'HOST:PORTS'} alone"
        return TargetError(f"{shown(text)} has user info in front of an @; write {write}")
    if len(text) > _LONGEST or not text.strip():
        return error
    strange = odd(text)
    what = f"holds {described(strange)}" if strange else ""
    said = f"{noun} {shown(text)}".strip()
    meant = plain(text)
    protocol, rest = not_tcp(meant)
    if protocol:
        write = _taken(rest, parse, wording) or _port_alone(rest, parse)
        tail = f", or write {write} for TCP" if write else ""
        return TargetError(f"{said} names {protocol}, and only TCP can be probed; leave it out{tail}")
    if write := _port_alone(without_tcp(meant), parse) if without_tcp(meant) != meant else "":
        return TargetError(f"{said} names a port, but no host; write {write}")
    for why, candidate in forms(meant, typed=meant == text):
        if why is SLASHED and parse is not strict_target:
            continue
        if write := _taken(candidate, parse, wording):
            tail = " for the range, or each alone" if why is MAYBE_A_RANGE else ""
            return TargetError(f"{said} {what or why}; write {write}{tail}")
    return TargetError(f"{said} {what}; {_remove(strange)}") if strange else error


def _taken(candidate: str, parse: Callable[[str], object], wording: Wording) -> str:
    """What to write where the grammar takes this candidate; empty where it does not."""
    candidate = candidate.strip()
    if parse is strict_target or not _fits(parse, candidate):
        if not _fits(strict_target, candidate):
            return ""
        host, ports = split_target(candidate)
        return wording(host, ports or "")
    return candidate


def _port_alone(ports: str, parse: Callable[[str], object]) -> str:
    """What to write for ports without a host; empty where they are none, or ports are what is wanted."""
    if parse is strict_ports or not _fits(strict_ports, ports):
        return ""
    if parse is strict_host:
        return f"a host here, and the port with -p {ports}"
    return f"*:{ports}" if parse is strict_excludes else f"HOST:{ports}, such as localhost:{ports}"


def _of_url(text: str, places: list[Place], wording: Wording) -> str:
    words = [wording(host, port) for host, port in places]
    if not words or not all(words):
        return f"{shown(text)} is a URL; write HOST:PORT, such as db1.example.net:443"
    if len(words) > 1:
        return f"{shown(text)} is a URL of {len(words)} hosts; write each alone: {' and '.join(words[:9])}"
    scan = f"; for scan and trace write {_joined(*places[0])}" if wording is _host_apart else ""
    return f"{shown(text)} is a URL; write {words[0]}{scan}"


def _host_and_ports(host: str, ports: str) -> str:
    both = _joined(host, ports or "PORTS")
    return both if _fits(strict_target, _joined(host, _real(ports))) else ""


def _host_or_both(host: str, ports: str) -> str:
    if not _fits(strict_exclude, host.strip("[]")):
        return ""
    alone = host.strip("[]")
    return f"{_joined(host, ports)}, or {alone} for all ports" if _real(ports) == ports else alone


def _host_apart(host: str, ports: str) -> str:
    host = host.strip("[]")
    if not _fits(strict_host, host) or not _fits(strict_ports, _real(ports)):
        return ""
    if not ports:
        return host
    return f"{host} here, and the port with -p {ports} (in a target file: port: {ports})"


def _ports_apart(host: str, ports: str) -> str:
    return ports if host.lower() != "top" and _fits(strict_ports, ports) else ""


def _joined(host: str, ports: str) -> str:
    return f"{with_brackets(host)}:{ports}"


def _real(ports: str) -> str:
    """A port to try in place of one that nobody knows."""
    return ports if ports and ports != "PORTS" else "1"


def _fits(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except TargetError:
        return False
    return True


def _remove(char: str) -> str:
    return "remove it" if not char.isprintable() or char.isspace() else "write letters, digits, hyphens and dots"
