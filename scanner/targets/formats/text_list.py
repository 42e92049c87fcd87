"""Plain text: `host:ports`, `host port`, `host<TAB>port`, URLs, one or several a line, `#` comments.

What its words mean is told in `text_words.py`. In a line that names ports, a name without any behind them is more
likely a remark that lacks its # than a host, and a mistake. Two kinds of lists only look like this one: where no target
has ports, one message says so; and a hosts file gives addresses names, which as hosts would be resolved, and may lead
somewhere else.
"""

import re
from itertools import chain, pairwise

from scanner.targets.file.list_kinds import hosts_kind
from scanner.targets.file.odd_words import odd_name
from scanner.targets.file.other_lists import is_hosts_file
from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.listing import Listing
from scanner.targets.formats.odd_lines import odd_line
from scanner.targets.formats.text_words import (
    HostWords,
    host_words,
    is_bare_v6,
    is_listed,
    is_protocol,
    said_in,
)
from scanner.targets.formats.url_cells import url_target
from scanner.targets.grammar.host_ports import HostsAndPorts
from scanner.targets.grammar.host_values import Host, HostName
from scanner.targets.grammar.ports import is_ports
from scanner.targets.grammar.urls import is_url
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import many, shown

_NAME = "text"
_ARP = re.compile(r"\S+ \([0-9.]+\) at ")
_DOTS_AND_DIGITS = frozenset(".0123456789")
_NOTHING = HostWords(Scalar(0, 0, ""), None)


def looks_like_text(source: InputText) -> bool:
    """Whether the first lines that say anything are targets and nothing else."""
    lines = _said(source)
    return bool(lines) and (_is_arp(lines) or all(map(is_listed, lines))) and not is_hosts_file(lines, fewest=1)


def hardly_looks_like_text(source: InputText) -> bool:
    """Whether most of these lines are something else."""
    lines = _said(source)
    return sum(map(is_listed, lines)) * 2 < len(lines)


def _said(source: InputText) -> list[str]:
    return [said for line in source.lines if (said := said_in(line)).strip()]


def _is_arp(lines: list[str]) -> bool:
    return bool(lines) and _ARP.match(lines[0]) is not None


def read_text_list(source: InputText, wish: InputWish) -> TargetFile:
    """Its targets. Errors: TargetError with every mistake."""
    lines = _said(source)
    if _is_arp(lines):
        source.problems.fail(1, 1, "the file is output of arp -a, not a list; write the addresses alone, one a line")
    if wish.format != _NAME and is_hosts_file(lines, fewest=1):
        text = (
            "the file looks like a hosts file, an address and its names a line; write --input-format hosts -p PORTS to "
            "probe these addresses, or --input-format text if the names are hosts, too"
        )
        source.problems.fail(1, 1, text)
    reader = _TextReader(source, wish)
    with no_collection():
        for number, line in enumerate(source.text.split("\n"), 1):
            if line and not line.isspace():
                reader.line(number, said_in(line))
    return reader.finish()


def _odd(word: str, hosts: tuple[Host, ...], before: str, behind: str, with_ports: bool) -> str:
    """What is wrong with a name without ports between other words; empty where it may well be a host."""
    if not (before or behind) or not isinstance(hosts[0], HostName):
        return ""
    if with_ports:
        text = f"{shown(word)} follows a target in its line, and names no port; write # in front of a comment"
        return f"{text}, and each host with its ports"
    if _leads(word, before, behind):
        text = f"{shown(word)} names no port and stands in front of a target; write # in front of a comment"
        return f"{text}, and if this is a host, write it on a line of its own"
    error = odd_name(word, before, behind, hosts_kind()) if "." not in word or "." in word[-2:] else None
    return str(error) if error else ""


def _leads(word: str, before: str, behind: str) -> bool:
    """Whether a word is what a file of settings has in front of an address: `nameserver`, `https`."""
    plain = not _DOTS_AND_DIGITS.intersection(word) or is_ports(word)
    placed = ":" in behind or behind[:1].isdigit()
    return plain and placed and (not before or before.isalpha()) and word.lower() != "localhost"


class _TextReader:
    def __init__(self, source: InputText, wish: InputWish) -> None:
        self._listing = Listing(source.problems, wish)
        self._ports_given = wish.ports_given
        self._without: list[Scalar] = []
        self._with_ports = 0

    def line(self, number: int, line: str) -> None:
        """One line without its comment."""
        if odd := odd_line(line):
            self._listing.wrong(Scalar(number, len(line) - len(line.lstrip()) + 1, ""), odd)
            return
        before, with_ports = "", False
        for each, behind in pairwise(chain(host_words(number, line), (_NOTHING,))):
            around = (before, behind.host.text, with_ports)
            if not self._take(each, around):
                return
            before = each.host.text
            with_ports = with_ports or each.ports is not None or ":" in before

    def finish(self) -> TargetFile:
        """All of it."""
        if self._without and not self._with_ports:
            first, what = self._without[0], many(len(self._without), "host")
            text = f"the file names {what} and no port; add -p PORTS, or write HOST:PORTS in each line"
            self._listing.wrong(first, text)
        else:
            for cell in self._without:
                self._listing.wrong(cell, "the target names no port; write HOST:PORTS, or use -p PORTS")
        return self._listing.finish()

    def _take(self, words: HostWords, around: tuple[str, str, bool]) -> bool:
        """A host of a line, the words before and behind it, and whether ports were named before it. Whether the rest
        of the line can be read."""
        host, ports = words
        if is_url(host.text):
            self._url(words)
            return True
        if is_protocol(host.text):
            self._listing.wrong(host, f"{shown(host.text)} is a protocol, not a host; write HOST:PORTS")
            return True
        found = self._target(words)
        if found is None:
            return True
        hosts, own = found
        if ports is not None:
            if own is not None:
                self._listing.wrong(ports, f"{shown(host.text)} names its ports already; remove {shown(ports.text)}")
                return True
            own = self._listing.ports(ports) if "/" in ports.text else self._listing.strict_ports(ports)
        elif own is None and (odd := _odd(host.text, hosts, *around)):
            self._listing.wrong(host, odd)
            return False
        if own is None and not self._ports_given:
            self._without.append(host)
            return True
        self._with_ports += 1
        self._listing.add(host, hosts, own)
        return True

    def _url(self, words: HostWords) -> None:
        self._with_ports += 1
        if words.ports is not None:
            told = f"{shown(words.host.text)} is a URL, which has a port; remove {shown(words.ports.text)}"
            self._listing.wrong(words.ports, told)
        else:
            url_target(words.host, self._listing)

    def _target(self, words: HostWords) -> HostsAndPorts | None:
        """What the word names; None where it is invalid, which is noted."""
        host = words.host
        if (words.ports is not None or self._ports_given) and is_bare_v6(host.text):
            hosts = self._listing.host(host)
            return (hosts, None) if hosts else None
        return self._listing.target(host)
