"""Plain text: `host:ports`, `host port`, `host<TAB>port`, URLs, one or several a line, `#` comments.

A word that can only be ports belongs to the host before it: `db1 5432`, `10.0.0.1 22 80`. A service is one where it is
the second and last word of its line (`db1 https`): further on it may as well be a host.
"""

import re
from collections.abc import Iterator

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.listing import Listing
from scanner.targets.formats.url_cells import url_target
from scanner.targets.grammar.host_ports import is_target
from scanner.targets.grammar.ports import is_ports
from scanner.targets.grammar.urls import is_url
from scanner.words.no_collection import no_collection

#: A comment begins a line, or follows a blank: a URL's fragment does neither.
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_WORD = re.compile(r"[^\s,;]+(?:,[^\s,;]+)*")
_NUMBERS = re.compile(r"[0-9]{1,5}(?:-[0-9]{1,5})?(?:,[0-9]{1,5}(?:-[0-9]{1,5})?)*")


def looks_like_text(source: InputText) -> bool:
    """Whether the first lines that say anything are targets and nothing else."""
    lines = [_COMMENT.sub("", line) for line in source.lines]
    return bool(lines) and all(map(_is_listed, lines))


def read_text_list(source: InputText, wish: InputWish) -> TargetFile:
    """Its targets. Errors: TargetError with every mistake."""
    listing = Listing(source.problems, wish)
    with no_collection():
        for number, line in enumerate(source.text.split("\n"), 1):
            if line and not line.isspace():
                _read_line(number, line, listing)
    return listing.finish()


def _is_listed(line: str) -> bool:
    words = _WORD.findall(line)
    return bool(words) and not _NUMBERS.fullmatch(words[0]) and all(map(_is_word, words))


def _is_word(word: str) -> bool:
    return is_url(word) or _NUMBERS.fullmatch(word) is not None or is_target(word)


def _read_line(number: int, line: str, listing: Listing) -> None:
    for host, ports in _in_pairs(number, line):
        if is_url(host.text):
            url_target(host, listing)
            continue
        found = listing.target(host)
        if found is None:
            continue
        hosts, own = found
        if ports is None:
            listing.add(host, hosts, own)
        elif own is not None:
            listing.wrong(ports, f"{host.text} names its ports already; remove {ports.text}")
        else:
            listing.add(host, hosts, listing.strict_ports(ports))


def _in_pairs(number: int, line: str) -> Iterator[tuple[Scalar, Scalar | None]]:
    """Each host (or target, or URL) of a line, with the word of ports behind it."""
    if "#" in line:
        line = _COMMENT.sub("", line)
    words = [Scalar(number, match.start() + 1, match[0]) for match in _WORD.finditer(line)]
    if len(words) == 2 and is_ports(words[1].text) and ":" not in words[0].text:
        yield words[0], words[1]
        return
    before: Scalar | None = None
    ports: Scalar | None = None
    for word in words:
        if before is not None and _NUMBERS.fullmatch(word.text):
            ports = word if ports is None else Scalar(ports.line, ports.column, f"{ports.text},{word.text}")
            continue
        if before is not None:
            yield before, ports
        before, ports = word, None
    if before is not None:
        yield before, ports
