"""What somebody probably meant by an invalid host, target, exclude or port list. Only mistakes come here.

The rule: a remedy is named only if it works when typed in the place where it will be typed. So nothing is guessed for
its own sake. Each usual slip (`slip_forms.py`) yields a corrected text; what to write for that in this place goes
through one last gate (`typing_places.py`): the place's grammar must take it, and it must say no more than was written.
The first that passes is the remedy. Where none does, the strict grammar's own words stand if they pass too, else a
plain example.
"""

import re

from scanner.errors import TargetError
from scanner.targets.grammar.characters import described, odd, plain
from scanner.targets.grammar.octets import OctetList, octet_list
from scanner.targets.grammar.ports import strict_ports
from scanner.targets.grammar.remedies import MeantError, RemedyText, SlipError, UnspecifiedError
from scanner.targets.grammar.slip_forms import MAYBE_A_RANGE, SLASHED, alike, closed, forms, items, not_tcp, without_tcp
from scanner.targets.grammar.typing_places import EXCLUDE, HOST, PORTS, TARGET, TypingPlace, Written, vouched
from scanner.targets.grammar.urls import has_user_info, is_url, place_behind_at, places_in, protocol_of
from scanner.words.shown_text import shown

#: Nobody types more by hand, and a hostile text should cost nothing.
_LONGEST = 200
_ALL_ADDRESSES = re.compile(r"/0\]?(?=:|\Z)")
#: The most hosts of one URL, or targets of one text, that a message names.
_MOST_TOLD = 9


def host_slip(text: str, error: TargetError) -> TargetError:
    """The better words for a host alone. Any ports with it belong elsewhere."""
    return _slip(text, error, HOST)


def target_slip(text: str, error: TargetError) -> TargetError:
    """The better words for HOST:PORTS."""
    return _slip(text, error, TARGET)


def exclude_slip(text: str, error: TargetError) -> TargetError:
    """The better words for a host, or HOST:PORTS, that must never be touched."""
    return _slip(text, error, EXCLUDE)


def ports_slip(text: str, error: TargetError) -> TargetError:
    """The better words for a port list."""
    return _slip(text, error, PORTS)


def _slip(text: str, error: TargetError, place: TypingPlace) -> TargetError:
    try:
        return _best(text, error, place)
    except UnspecifiedError as found:
        return _last(found.of(shown(text)), place, text)


def _best(text: str, error: TargetError, place: TypingPlace) -> TargetError:
    if is_url(text):
        return _of_url(text, place)
    if has_user_info(text):
        write = place.of(*place_behind_at(text), text) or [f"{place.generic}, without what ends in the @"]
        return SlipError(f"{shown(text)} has user info in front of an @; write ", *write)
    if len(text) > _LONGEST or not text.strip():
        return _last(error, place, text)
    if isinstance(error, MeantError) and (known := _own(error, place, text, examples=False)):
        return known
    octets, ports = _octets_in(text, place)
    if octets:
        return _of_octets(octets, ports, text, place)
    strange = odd(text)
    what = f"holds {described(strange)}" if strange else ""
    said = f"{place.noun} {shown(text)}".strip()
    meant = plain(text)
    protocol, rest = not_tcp(meant)
    if protocol:
        write = _first(rest, meant, place)
        tail = [", or write ", *write, " for TCP"] if write else []
        return SlipError(f"{said} names {protocol}, and only TCP can be probed; leave it out", *tail)
    if write := _port_alone(without_tcp(meant), meant, place) if without_tcp(meant) != meant else []:
        return SlipError(f"{said} names a port, but no host; write ", *write)
    for why, candidate in forms(meant, typed=meant == text, spaced=meant == text.strip(" ")):
        if why is SLASHED and place is not TARGET:
            continue
        if write := place.write(candidate, meant):
            tail = [" for the range, or each alone"] if why is MAYBE_A_RANGE else _allowing(candidate, place)
            return SlipError(f"{said} {what or why}; write ", *write, *tail)
    if write := _each_alone(meant, place):
        return SlipError(f"{said} {what + ', and ' if what else ''}names several targets; write each alone: ", *write)
    return TargetError(f"{said} {what}; {_remove(strange)}") if strange else _last(error, place, text)


def _octets_in(text: str, place: TypingPlace) -> tuple[OctetList | None, str]:
    """A list of octets, and the ports behind it with their colon."""
    if place is PORTS:
        return None, ""
    host, colon, ports = text.strip().partition(":")
    found = octet_list(host)
    return (None, "") if found and found.host and place is TARGET and not colon else (found, colon + ports)


def _of_octets(octets: OctetList, ports: str, typed: str, place: TypingPlace) -> TargetError:
    """What to write for them. Two numbers may be octets, or ports: then both are told."""
    said = f"{place.noun} {shown(typed)} lists octets, as nmap does".strip()
    several = len(octets.words) > 1
    behind = "" if several and place is HOST else ports  # that would be told with each of them
    parts: Written = []
    for word in octets.words:
        write = place.write(f"{word}{behind}", typed, further=False)
        if not write:
            parts = []
            break
        parts += [*([" and "] if parts else []), *write, *_allowing(f"{word}{behind}", place)]
    either = place.write(f"{octets.host}:{octets.ports}", typed) if octets.host and not ports else []
    if either:
        said += ", or has a , where the colon belongs"
    each = ["each alone: "] if several and parts else []
    if not parts:
        parts = ["networks, or ranges such as ", RemedyText("10.0.0.1-50"), " or ", RemedyText("10.0.[0-5].[1-20]")]
    return SlipError(f"{said}; write ", *each, *parts, *([", or ", *either] if either else []))


def _allowing(text: str, place: TypingPlace) -> Written:
    """What else has to be typed to probe every address there is (`plan.py`)."""
    everything = place in (HOST, TARGET) and _ALL_ADDRESSES.search(text)
    return [" with --allow-any (in Python allow_any=True), if every address there is is meant"] if everything else []


def _each_alone(text: str, place: TypingPlace) -> Written:
    """Several targets in one text."""
    words = items(closed(text).replace(",", " ").replace(";", " "))
    if place is not TARGET or not 1 < len(words) <= _MOST_TOLD or ":" not in words[0] or not alike(words):
        return []
    if not all(vouched(place.parse, word, text) for word in words):
        return []
    parts: Written = []
    for word in words:
        parts += [*([" and "] if parts else []), RemedyText(word)]
    return parts


def _first(text: str, typed: str, place: TypingPlace) -> Written:
    """What to write for what is left of a text once the other protocol is gone."""
    for _, candidate in forms(text, typed=True, spaced=False):
        if write := place.write(candidate, typed):
            return write
    return _port_alone(text, typed, place)


def _port_alone(ports: str, typed: str, place: TypingPlace) -> Written:
    """What to write for ports without a host; nothing where they are not ports, or ports are what is wanted."""
    ports = closed(ports.strip())
    return place.ports_alone(ports) if place is not PORTS and vouched(strict_ports, ports, typed) else []


def _last(error: TargetError, place: TypingPlace, typed: str) -> TargetError:
    """The strict grammar's error where nothing else was found."""
    if not isinstance(error, MeantError):
        return error
    return _own(error, place, typed) or TargetError(f"{error.problem}; write {place.generic}")


def _own(error: MeantError, place: TypingPlace, typed: str, *, examples: bool = True) -> TargetError | None:
    """The strict grammar's error with those of its remedies that hold in this place; None where none does."""
    parts: Written = []
    before = ""
    for lead, text in error.options:
        if "such as" in lead and not examples:
            continue
        if write := place.write(text, plain(typed), further=False):
            parts += [*([", or "] if parts else []), lead if lead != before else "", *write]
            before = lead
    return SlipError(f"{error.problem}; write ", *parts, error.tail) if parts else None


def _of_url(text: str, place: TypingPlace) -> TargetError:
    said = f"{shown(text)} is a URL"
    if protocol := protocol_of(text):
        said += f" of {protocol}, and only TCP can be probed"
    places = places_in(text)
    words = [place.of(host, port, text) for host, port in places]
    if not words or not all(words):
        return SlipError(f"{said}; write {place.generic}")
    if len(words) == 1:
        scan = ["; for scan and trace write ", *TARGET.of(*places[0], text)] if place is HOST else []
        return SlipError(f"{said}; write ", *words[0], *(scan if len(scan) > 1 else []))
    if whole := place.joined(places, text):
        return SlipError(f"{said} with {len(words)} hosts; write ", *whole)
    parts: Written = []
    for write in words[:_MOST_TOLD]:
        parts += [*([" and "] if parts else []), *write]
    more = [f" and {len(words) - _MOST_TOLD} more"] if len(words) > _MOST_TOLD else []
    return SlipError(f"{said} of {len(words)} hosts; write each alone: ", *parts, *more)


def _remove(char: str) -> str:
    return "remove it" if not char.isprintable() or char.isspace() else "write letters, digits, hyphens and dots"
