"""Ansible inventories as INI files: `[web]` and its hosts, `[prod:children]`, `[web:vars]`. Lines in, what they say put
into an `Inventory`.

It is not the INI of Python's `configparser`: a section comes by several times, a line is a host and its variables.
(ansible/ansible, `lib/ansible/plugins/inventory/ini.py`.)
"""

import re

from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.ansible_groups import VARIABLES, Inventory
from scanner.words.secret_words import gives_secret
from scanner.words.shown_text import did_you_mean, shown

_SECTION = re.compile(r"\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?")
_KINDS = ("hosts", "children", "vars")
_RANGE = re.compile(r"\[(?:[0-9]*:[0-9]+|[A-Za-z]:[A-Za-z])(?::[0-9]+)?\]")
_PAIR = re.compile(r"[A-Za-z_]\w*=")
#: What a first word has that is no host: other programs' settings (`key = value`), JSON, YAML, TOML.
_NO_HOST = re.compile(r"""[='"{},()<>/;]|:\Z|\A-""")
#: What no other program writes.
_UNIQUE = re.compile(r"\A\[[^:\]\s]+:(?:vars|children)\]|\A[^\s='\":{]+[ \t]+(?:\w+=\S+[ \t]+)*ansible_\w+=")
#: A comment, a word with quotes in it, or one that a quote is open in.
_WORD = re.compile(r"""\#.*|((?:[^\s"'\#\\]+|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)|\S+""")
_QUOTE = re.compile(r""""((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)""")
_COMMENT = re.compile(r"\s#.*")
_QUOTED_VALUE = "NAME=VALUE, the value in quotes where it has blanks"


def is_inventory_text(lines: list[str]) -> bool:
    """Whether these first lines of a file, without comments after `#`, are hosts in sections, or hosts that have
    variables or ranges as Ansible writes them. What only inventories have is enough, whatever else is wrong."""
    if any(_UNIQUE.search(line) for line in lines):
        return True
    marks, members = False, False
    for line in lines:
        section = _SECTION.fullmatch(line)
        if line.startswith(";"):
            continue
        if section:
            if section[2] or _NO_HOST.search(section[1]):
                return False
            marks = True
        else:
            words = line.partition("#")[0].split()
            if not words or _NO_HOST.search(words[0]):
                return False
            if len(words) > 1 and not _PAIR.match(words[1]):
                return False
            members = True
            marks = marks or bool(_RANGE.search(words[0]))
    return marks and members


def seems_inventory_text(lines: list[str]) -> bool:
    """Whether they are hosts in sections but for what is wrong in some of these lines: words that set no variable."""
    found = False
    for line in lines:
        words = line.partition("#")[0].split()
        if section := _SECTION.fullmatch(line):
            found = found or not _NO_HOST.search(section[1])
        elif words and not line.startswith(";") and (_NO_HOST.search(words[0]) or words[1:2] == ["="]):
            return False
    return found


def has_sections(lines: list[str]) -> bool:
    """Whether they are an INI file's, be it a bad one."""
    return is_inventory_text(lines) or any(map(_SECTION.fullmatch, lines))


class InventoryLines:
    """Reads the lines of one file into an inventory."""

    def __init__(self, problems: Problems, inventory: Inventory) -> None:
        self._problems = problems
        self._inventory = inventory
        self._group = "ungrouped"
        self._kind = "hosts"
        self._declared = {"all", "ungrouped"}
        self._children: list[Scalar] = []
        self._varied: list[Scalar] = []

    def read(self, text: str) -> None:
        """All lines. What is wrong with any is noted."""
        for number, line in enumerate(text.split("\n"), 1):
            stripped = line.strip()
            if stripped and stripped[0] not in "#;":
                self._line(Scalar(number, len(line) - len(line.lstrip()) + 1, stripped))
        for name in self._children:
            if name.text not in self._declared:
                guess = did_you_mean(name.text, self._declared)
                text = f"no section is called {shown('[' + name.text + ']')};{guess} add one, or remove this line"
                self._problems.add(name.line, name.column, text)
        for name in self._varied:
            if name.text not in self._declared:
                text = f"these are variables of the group {shown(name.text)}, which has no section of its own; add one"
                self._problems.add(name.line, name.column, text)

    def _line(self, line: Scalar) -> None:
        if line.text.startswith("[") and (match := _SECTION.fullmatch(line.text)):
            self._section(line, match[1], match[2] or "hosts")
        elif line.text.startswith("[") and line.text.endswith("]") and not _RANGE.search(line.text):
            text = f"{shown(line.text)} is not a section; write [NAME], [NAME:children] or [NAME:vars], without blanks"
            self._problems.add(line.line, line.column, text)
        elif self._kind == "vars":
            self._variable(line)
        elif self._kind == "children":
            name = Scalar(line.line, line.column, _COMMENT.sub("", line.text))
            self._inventory.group(self._group, line).take_child(name.text, name)
            self._children.append(name)
        else:
            self._hosts(line)

    def _section(self, line: Scalar, name: str, kind: str) -> None:
        self._group, self._kind = name, kind
        if kind not in _KINDS:
            text = f"sections of the kind {shown(kind)} are unknown; write [NAME], [NAME:children] or [NAME:vars]"
            self._problems.add(line.line, line.column, text)
            self._kind = "hosts"
        self._inventory.group(name, line)
        if kind == "vars":
            self._varied.append(Scalar(line.line, line.column, name))
        else:
            self._declared.add(name)

    def _variable(self, line: Scalar) -> None:
        key, equals, value = line.text.partition("=")
        if not equals:
            first = re.split(r"[:\s]", line.text, maxsplit=1)[0]  # what follows may be a password
            self._problems.add(line.line, line.column, f"{shown(first)} sets no variable; write NAME=VALUE")
        elif key.strip() in VARIABLES:
            text = _COMMENT.sub("", value).strip()
            cell = Scalar(line.line, line.column, _bare(text))
            self._inventory.groups[self._group].take({key.strip(): cell})

    def _hosts(self, line: Scalar) -> None:
        words = _words(line)
        if words is None:
            self._problems.add(line.line, line.column, "a quote in this line is never closed; close it")
            return
        variables: dict[str, Scalar] = {}
        for word in words[1:]:
            key, equals, value = word.text.partition("=")
            if word.text.startswith(";"):  # to Ansible a word as any other
                told = '";" begins a comment at the start of a line only; write # in front of it'
                self._problems.add(word.line, word.column, told)
                break
            if not equals and gives_secret(line.text):
                told = f"a word of this line, which may hold a password, sets no variable; write {_QUOTED_VALUE}"
                self._problems.add(word.line, word.column, told)
                break
            if not equals:
                self._problems.add(word.line, word.column, _unset(word.text))
            elif key in VARIABLES:
                variables[key] = Scalar(word.line, word.column, _bare(value))
        self._inventory.add_hosts(words[0], self._group, variables)


def _unset(word: str) -> str:
    if word.isdecimal():
        return f"{shown(word)} sets no variable; write ansible_port={shown(word)[1:-1]}, if it is the port"
    return f"{shown(word)} sets no variable; write NAME=VALUE, and each host on a line of its own"


def _words(line: Scalar) -> list[Scalar] | None:
    """The words of a line up to a comment, without the quotes in them, as a shell splits them; None where a quote is
    open at the end."""
    found: list[Scalar] = []
    for match in _WORD.finditer(line.text):
        word = match[0]
        if word[0] == "#":
            break
        if word[0] in "\"'" and match[1] is None:
            return None
        if '"' in word or "'" in word or "\\" in word:
            word = _QUOTE.sub(lambda quoted: quoted[1] or quoted[2] or quoted[3] or "", word)
        found.append(Scalar(line.line, line.column + match.start(), word))
    return found


def _bare(value: str) -> str:
    """A value without the quotes of a Python string, which Ansible reads it as."""
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value
