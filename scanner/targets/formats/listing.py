"""Where the reader of a format puts what it finds: checked by the grammar, with its place, within bounds.

A reader knows where its format keeps hosts, ports and names, and nothing more: what a host is, what is wrong with it,
how much is too much, and what TCP cannot verify are the same for all of them. Texts go in with their places (`Scalar`),
entries of a `TargetFile` come out, or a TargetError with every mistake.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from scanner.errors import TargetError
from scanner.targets.entry import Entry, StatedSettings
from scanner.targets.file.odd_words import MASKS
from scanner.targets.file.problems import Problems
from scanner.targets.file.read_text import MOST_HOSTS
from scanner.targets.file.target_file import MOST_ENTRIES, InputWish, LeftOutItem, TargetFile, left_out_in_short
from scanner.targets.file.yaml_nodes import Scalar, YamlNode
from scanner.targets.formats.port_cells import is_any, port_cell
from scanner.targets.grammar.addresses import v4_number
from scanner.targets.grammar.host_ports import HostsAndPorts
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.parsers import parse_ports, secret_problem
from scanner.targets.grammar.ports import PortBudget
from scanner.targets.grammar.typed_words import file_host, file_target
from scanner.words.shown_text import many, shown
from scanner.words.user_info import masked

_APART = re.compile(r"[\s,;]+")
#: A range with blanks around its dash is one host, not two.
_RANGE = re.compile(r"(?<=[0-9a-fA-F:])\s+[-\u2013]\s+(?=[0-9a-fA-F:])")
_LONGEST_NAME = 300
#: Longer tags are not worth keeping.
_SHORT = 60
#: What begins so is never "every host"; most words do.
_OF_ADDRESSES = frozenset("123456789")
#: Every netmask and wildcard mask ends so, and few addresses.
_MASK_ENDS = (
    ".0", "255", "254", "252", "248", "240", "224", "192", "128", ".1", ".3", ".7", ".15", ".31", ".63", "127",
)  # fmt: skip
#: What is open to every address, as firewalls say it.
EVERYWHERE = frozenset((
    "0.0.0.0/0", "::/0", "any4", "any6", "0.0.0.0", "0/0", "0.0.0.0/0.0.0.0", "any-ipv4", "any-ipv6", "any_ipv4",
    "any_ipv6", "all_ipv4", "all_ipv6", "internet", "virtualnetwork", "azureloadbalancer",
))  # fmt: skip


class Listing:
    """What one file asks for, as far as it has been read. `finish()` hands it out.

    `skips`: what TCP cannot verify is no mistake in this format: its users did not write it down to be tested.
    """

    def __init__(self, problems: Problems, wish: InputWish, *, skips: bool = False) -> None:
        self._problems = problems
        self._ports_given = wish.ports_given
        self._may_be_empty = wish.may_be_empty
        self._skips = skips or wish.skip_unsupported
        self._entries: list[Entry] = []
        self._left_out: list[LeftOutItem] = []
        self._warnings: list[str] = []
        self._budget = PortBudget()
        self._hosts = 0
        self._shared: dict[tuple[float | None, str | None, tuple[str, ...] | None], StatedSettings] = {}

    @property
    def ports_given(self) -> bool:
        """Whether targets without ports have those of the command line."""
        return self._ports_given

    def add(
        self,
        cell: YamlNode,
        hosts: tuple[Host, ...],
        ports: tuple[int, ...] | None,
        *,
        name: str = "",
        tags: Iterable[str] = (),
        expect: str | None = None,
        timeout: float | None = None,
    ) -> None:
        """Takes an entry, which stands at this cell. Nothing is taken where no host or port is left (empty); ports None
        are those of the command line. `name` and `tags` may be any text; `timeout` in seconds."""
        if not hosts or ports == ():
            return
        if ports is None and not self._ports_given:
            self.wrong(cell, "the target names no port; write one, or use -p PORTS")
            return
        said = (timeout, expect or None, plain_tags(tags) or None)
        stated = self._shared.get(said)
        if stated is None:
            stated = self._shared[said] = StatedSettings(timeout=timeout, expect=said[1], tags=said[2])
        label, line, column = self._problems.origin(cell.line, cell.column)
        self._entries.append(Entry(hosts, ports, stated, name=plain_name(name), label=label, line=line, column=column))
        self._hosts += len(hosts)
        try:
            self._budget.spend(ports)
        except TargetError as error:
            self._problems.fail(cell.line, cell.column, str(error))
        if len(self._entries) > MOST_ENTRIES or self._hosts > MOST_HOSTS:
            text = f"the file lists more than {MOST_ENTRIES} entries or {MOST_HOSTS} hosts; name networks instead"
            self._problems.fail(cell.line, cell.column, text)

    def wrong(self, cell: YamlNode, text: str) -> None:
        """Notes a mistake: what is wrong at this cell, and what to write."""
        self._problems.add(cell.line, cell.column, text)

    def where(self, cell: YamlNode) -> str:
        """A cell's place as messages write it."""
        return self._problems.where(cell.line, cell.column)

    def hosts(self, cell: Scalar) -> tuple[Host, ...]:
        """The hosts that a cell names, one or several, apart by blanks, commas or semicolons; empty where it names none
        that is valid (that is noted), or every address there is (that is left out)."""
        text = _RANGE.sub("-", cell.text.strip())
        if is_everywhere(text):
            self.leave_out(cell, f"{shown(text)} as the destination")
            return ()
        if _APART.search(text) is None:
            return self.host(cell if text == cell.text else Scalar(cell.line, cell.column, text))
        if secret := secret_problem(text):
            self.wrong(cell, secret)
            return ()
        words = [word for word in _APART.split(text) if word]
        found: list[Host] = []
        for word in _with_masks(words) or [text]:
            if is_everywhere(word):
                self.leave_out(cell, f"{shown(word)} as the destination")
            else:
                found += self.host(Scalar(cell.line, cell.column, word))
        return tuple(found)

    def host(self, cell: Scalar) -> tuple[Host, ...]:
        """The host (or hosts, of a pattern) that a cell is; empty where it is none, which is noted."""
        try:
            return file_host(cell.text)
        except TargetError as error:
            self.wrong(cell, str(error))
            return ()

    def ports(self, cell: Scalar) -> tuple[int, ...] | None:
        """The TCP ports that a cell names, in any usual spelling (`port_cells.py`); None where it names none, empty
        where all of them are left out, or wrong (which is noted)."""
        if secret := secret_problem(cell.text):
            self.wrong(cell, secret)
            return ()
        said = port_cell(cell.text)
        for other in said.others:
            self.leave_out(cell, f"port {shown(other)}")
        if not said.named:
            return None
        return self.strict_ports(Scalar(cell.line, cell.column, said.ports)) if said.ports else ()

    def strict_ports(self, cell: Scalar) -> tuple[int, ...]:
        """The ports that a cell names in our own grammar; empty where it is wrong, which is noted."""
        try:
            return parse_ports(cell.text)
        except TargetError as error:
            self.wrong(cell, str(error))
            return ()

    def target(self, cell: Scalar) -> HostsAndPorts | None:
        """What `HOST:PORTS` names, the ports None for HOST alone; None where it is invalid, which is noted."""
        try:
            return file_target(cell.text)
        except TargetError as error:
            self.wrong(cell, str(error))
            return None

    def leave_out(self, cell: YamlNode, what: str) -> None:
        """Notes something that no TCP connection can verify, such as `udp port 53`."""
        if not self._skips:
            told = f"{what} is not verifiable by TCP; remove it, or leave all such out with --skip-unsupported"
            self.wrong(cell, told)
        self._left_out.append(LeftOutItem(self.where(cell), what))
        if len(self._left_out) > MOST_ENTRIES:
            text = f"the file lists more than {MOST_ENTRIES} items that TCP cannot verify; leave them out of it"
            self._problems.fail(cell.line, cell.column, text)

    def warn(self, text: str) -> None:
        """Notes what whoever relies on the answers should know; each text is told once."""
        if text not in self._warnings:
            self._warnings.append(text)

    def finish(self, nothing: str = "write one target a line, such as localhost:22") -> TargetFile:
        """All that was found. Errors: TargetError with every mistake; where there is none and no target either, it says
        what to write (`nothing`), unless the list may be empty: then that is a warning."""
        self._problems.check()
        if not self._entries:
            left = many(len(self._left_out), "item")
            but = f" but {left} that TCP cannot verify" if self._left_out else ""
            if self._may_be_empty:
                self.warn(f"the file names no targets{but}")
                return TargetFile([], left_out=self._left_out, warnings=self._warnings)
            for warning in self._warnings:  # why that is so
                self._problems.add(1, 1, warning)
            self._problems.fail(1, 1, f"the file names no targets{but}; {nothing}")
        if self._left_out:
            self.warn(left_out_in_short(self._left_out))
        return TargetFile(self._entries, left_out=self._left_out, warnings=self._warnings)


def is_everywhere(text: str) -> bool:
    """Whether a cell, or a word of one, means every host."""
    return text[:1] not in _OF_ADDRESSES and (is_any(text) or text.lower() in EVERYWHERE)


def _with_masks(words: list[str]) -> list[str]:
    """The words, a netmask together with the address before it: the grammar says what to write for both."""
    if not any(word.endswith(_MASK_ENDS) and v4_number(word) in MASKS for word in words[1:]):
        return words
    found = words[:1]
    for before, word in pairwise(words):
        if v4_number(word) in MASKS and v4_number(before) is not None:
            found[-1] = f"{before} {word}"
        else:
            found.append(word)
    return found


def plain_name(text: str) -> str:
    """A name of somebody else's as one printable line of sane length, without the passwords of its URLs."""
    text = masked(text)
    if text.isprintable() and len(text) <= _LONGEST_NAME:
        return text.strip()
    line = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(line.split())[:_LONGEST_NAME]


def plain_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags of somebody else's, each once, without what no tag may hold: `;` joins them in CSV reports."""
    return tuple(dict.fromkeys(filter(None, (_known(tag) if len(tag) < _SHORT else _plain_tag(tag) for tag in tags))))


def _plain_tag(tag: str) -> str:
    return plain_name(tag.replace(";", ","))


#: Lists say the same few over and over.
_known = lru_cache(maxsize=4096)(_plain_tag)
