"""The words of a line of plain text: each host (or target, or URL), and the ports behind it. Pure.

A word that can only be ports belongs to the host before it: `db1 5432`, `10.0.0.1 22 80`. A service is one where it is
the second and last word of its line (`db1 https`): further on it may as well be a host. `10.0.0.1 - 10.0.0.50` is one
word, and so is `8000 - 8010`. A netmask behind an address stays with it, so that it is not taken for a host.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from scanner.targets.file.odd_words import MASKS
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.grammar.addresses import v4_number, v6_number
from scanner.targets.grammar.host_ports import is_target
from scanner.targets.grammar.ports import is_ports
from scanner.targets.grammar.urls import is_url, places_in, protocol_of

#: A comment begins a line, or follows a blank: a URL's fragment does neither. Others than # begin a line.
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*|^\s*(?://|;).*")
_ADDRESS = r"(?:[0-9]+\.[0-9.]+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"
_DASH = r"\s+[-\u2013]\s+"
#: A URL with settings behind it: `jdbc:sqlserver://db1:1433;user=sa;password=...`. Between other URLs a ; parts them.
_WITH_SETTINGS = r"[A-Za-z](?:[A-Za-z0-9+.-]|:(?!//))*+://[^\s;]++(?:;[A-Za-z_][\w.]*+=[^\s;]*+)++;?+"
_WORD = re.compile(
    rf"(?<!\S){_ADDRESS}{_DASH}{_ADDRESS}(?!\S)|(?<!\S)[0-9]+{_DASH}[0-9]+(?![^\s,;])|{_WITH_SETTINGS}"
    r"|[^\s,;]++(?:,[^\s,;]++)*+"
)
_SPREAD = re.compile(_DASH)
_PORTS = r"(?:(?i:tcp|udp)/)?[0-9]{1,5}(?:-[0-9]{1,5})?(?:/(?i:tcp|udp))?"
_NUMBERS = re.compile(rf"{_PORTS}(?:,{_PORTS})*+")
#: A protocol behind ports: `db1 5432 tcp`; and of a target: `db1:5432/tcp`.
_PROTOCOL = re.compile(r"(?i)tcp|udp")
_OF_TARGET = re.compile(rf"([^\s:]+|\[\S+\]):({_PORTS}(?:,{_PORTS})*+)")
#: What stands in front of a URL in a file of settings: `DB_URL=postgres://db/`.
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=[\"']?(?=[A-Za-z][A-Za-z0-9+.-]*://)")
#: Of a line, to tell what it is.
_ENOUGH = 50


class HostWords(NamedTuple):
    """A host, target or URL, and the word (or words, joined) of ports behind it, if there is any."""

    host: Scalar
    ports: Scalar | None


def said_in(line: str) -> str:
    """A line without its comment."""
    return _COMMENT.sub("", line) if "#" in line or ";" in line or "//" in line else line


def words_in(line: str) -> list[str]:
    """The words of a line without comment."""
    return _WORD.findall(line)


def _cell(number: int, match: re.Match[str]) -> Scalar:
    text = _SPREAD.sub("-", match[0])
    if "=" in text and (variable := _VARIABLE.match(text)):
        return Scalar(number, match.start() + variable.end() + 1, text[variable.end() :].rstrip("\"'"))
    return Scalar(number, match.start() + 1, text)


def host_words(number: int, line: str) -> Iterator[HostWords]:
    """What a line without comment names, in order."""
    words = (_cell(number, match) for match in _WORD.finditer(line))
    first = list(islice(words, 3))
    if len(first) == 2 and ":" not in first[0].text and is_ports(first[1].text):
        return iter((HostWords(first[0], first[1]),))
    return _in_pairs(chain(first, words))


def _in_pairs(words: Iterable[Scalar]) -> Iterator[HostWords]:
    host: Scalar | None = None
    ports: list[Scalar] = []
    closed = False  # a protocol ends the ports: of `53 udp 80` nobody knows whose it is
    for word in words:
        if host is None:
            host = word
        elif not closed and _NUMBERS.fullmatch(word.text):
            ports.append(word)
        elif not closed and len(ports) == 1 and "/" not in ports[0].text and is_protocol(word.text):
            ports, closed = [_with_protocol(ports[0], word.text)], True
        elif not ports and v4_number(word.text) in MASKS and v4_number(host.text) is not None:
            host = Scalar(host.line, host.column, f"{host.text} {word.text}")
        else:
            yield _paired(host, ports)
            host, ports, closed = word, [], False
    if host is not None:
        yield _paired(host, ports)


def is_protocol(word: str) -> bool:
    """Whether a word is a protocol, and so no host."""
    return _PROTOCOL.fullmatch(word) is not None


def _with_protocol(ports: Scalar, protocol: str) -> Scalar:
    """Each of these ports with the protocol behind them."""
    return Scalar(ports.line, ports.column, ",".join(f"{port}/{protocol}" for port in ports.text.split(",")))


def _paired(host: Scalar, ports: list[Scalar]) -> HostWords:
    """A host and its ports, which may be in one word with their protocol: `db1:5432/tcp`."""
    if not ports and (match := _own_ports(host.text)):
        return HostWords(
            Scalar(host.line, host.column, match[1]), Scalar(host.line, host.column + match.start(2), match[2])
        )
    return HostWords(host, _joined(ports))


def _own_ports(word: str) -> re.Match[str] | None:
    """The host and ports of a target whose ports have a protocol; None for all others."""
    return _OF_TARGET.fullmatch(word) if "/" in word and ":" in word and not is_url(word) else None


def _joined(words: list[Scalar]) -> Scalar | None:
    """Words of ports as one; None where there are none."""
    if not words:
        return None
    return Scalar(words[0].line, words[0].column, ",".join([word.text for word in words]))


def is_listed(line: str) -> bool:
    """Whether a line without comment is targets and nothing else. Several plain words may be anything."""
    words = [match[0] for match in islice(_WORD.finditer(line), _ENOUGH)]
    if not words or _NUMBERS.fullmatch(words[0]) or not all(map(_is_word, words)):
        return False
    return len(words) == 1 or any(not word.isalpha() for word in words) or is_ports(words[-1])


def _is_word(word: str) -> bool:
    if is_url(word):
        return bool(places_in(word) or protocol_of(word))
    word = _SPREAD.sub("-", word)
    if match := _own_ports(word):
        word = match[1]
    return _NUMBERS.fullmatch(word) is not None or is_target(word) or is_bare_v6(word)


def is_bare_v6(word: str) -> bool:
    """Whether a word is an IPv6 address without brackets."""
    return word.count(":") > 1 and v6_number(word.partition("%")[0]) is not None
