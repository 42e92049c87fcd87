"""YAML events to small trees of text: the only module that imports yaml.

Why events and not `yaml.load`: loading turns `22:22` into 1342 and `no` into False, keeps the last of two equal
keys, unfolds alias bombs, and in C it dies on 30,000 nested brackets. The event stream does none of that, says
where each scalar stands, and costs a quarter. It is walked here with a limit on depth, so that neither parser
gets to read far into a hostile file. Anchors, aliases and tags are refused, and noted as mistakes.

The tree: `Scalar`, `Sequence` and `Mapping`, each with its line and column (from 1). A mapping keeps its pairs
as a list, duplicates and all; what keys mean is none of this module's business.
"""

from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

from scanner.targets.hint import shown
from scanner.targets.problems import Problems

#: A target list needs five levels.
_DEEPEST = 12
#: The most pieces of one entry; a bracketed list of a million words would otherwise fill the memory.
_WIDEST = 300_000
#: The longest text: all 65,535 ports one by one are 382,000 characters.
_LONGEST = 500_000
_NULLS = ("null", "Null", "NULL", "~")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Node:
    """A piece of the file, at `line` and `column`."""

    __slots__ = ("column", "line")
    kind = "nothing"

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column


class Scalar(Node):
    """Text as typed. `null`: it is `null` or `~` without quotes, by which YAML's users mean "nothing"."""

    __slots__ = ("null", "text")
    kind = "a text"

    def __init__(self, line: int, column: int, text: str, null: bool = False) -> None:
        self.line = line
        self.column = column
        self.text = text
        self.null = null


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)
    kind = "a list"

    def __init__(self, line: int, column: int, items: list[Node]) -> None:
        super().__init__(line, column)
        self.items = items


class Mapping(Node):
    """Keys and values, in the order written."""

    __slots__ = ("pairs",)
    kind = "a mapping"

    def __init__(self, line: int, column: int, pairs: list[tuple[Node, Node]]) -> None:
        super().__init__(line, column)
        self.pairs = pairs


def is_mapping(event: Any) -> bool:
    """Whether a mapping begins with this event."""
    return isinstance(event, yaml.MappingStartEvent)


def is_list(event: Any) -> bool:
    """Whether a list begins with this event."""
    return isinstance(event, yaml.SequenceStartEvent)


class Walker:
    """Walks one YAML document. `root()` first, then `pairs()` or `items()` or `node()` as the file unfolds."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._text = text
        self._problems = problems
        self._left = _WIDEST
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)

    def root(self) -> Any:
        """The first event of the document's content."""
        event = self._next()
        while isinstance(event, (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
            event = self._next()
        return event

    def place(self, event: Any) -> tuple[int, int]:
        """The line and column where an event stands."""
        return event.start_mark.line + 1, event.start_mark.column + 1

    def end(self) -> None:
        """What follows the content: nothing, or a second document, which is a mistake."""
        event = self._next()
        while not isinstance(event, yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                text = "a second document begins; put all targets into one, without a second ---"
                self._problems.fail(*self.place(event), text)
            event = self._next()

    def pairs(self, depth: int = 1) -> Iterator[tuple[Node, Any]]:
        """After a mapping's start: each key, and the first event of its value, which the caller must walk."""
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self.node(event, depth)
            yield key, self._next()

    def items(self) -> Iterator[Any]:
        """After a sequence's start: the first event of each item, which the caller must walk."""
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            yield event

    def node(self, event: Any, depth: int = 1) -> Node:
        """The whole tree that begins with this event."""
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        self._left -= 1
        if self._left < 0:
            self._problems.fail(line, column, f"one item holds more than {_WIDEST} parts; write several")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, line, column)
        if isinstance(event, yaml.AliasEvent):
            self._problems.add(line, column, f"the alias {shown('*' + str(event.anchor))}; {_ALIAS}")
            return Node(line, column)
        self.enter(event, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(line, column, [self.node(each, depth + 1) for each in self.items()])
        pairs = [(key, self.node(value, depth + 1)) for key, value in self.pairs(depth + 1)]
        return Mapping(line, column, pairs)

    def _scalar(self, event: Any, line: int, column: int) -> Scalar:
        text = event.value
        if event.tag or event.anchor:
            self._refuse_marks(event, line, column)
        if len(text) > _LONGEST:
            self._problems.fail(line, column, f"this text has more than {_LONGEST} characters; write less")
        return Scalar(line, column, text, text in _NULLS and event.implicit[0])

    def tree(self, event: Any) -> Node:
        """The tree of one item of the file's, with its own allowance of parts."""
        self._left = _WIDEST
        return self.node(event, 3)

    def enter(self, event: Any, depth: int) -> None:
        """Check the head of a mapping or sequence."""
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if depth > _DEEPEST:
            self._problems.fail(line, column, _TOO_DEEP)
        if event.tag or event.anchor:
            self._refuse_marks(event, line, column)

    def _refuse_marks(self, event: Any, line: int, column: int) -> None:
        if event.anchor:
            self._problems.add(line, column, f"the anchor {shown('&' + event.anchor)}; {_ALIAS}")
        if event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._problems.add(line, column, f"the tag {shown(tag)} means nothing here; remove it")

    def _next(self) -> Any:
        try:
            return next(self._events)
        except yaml.MarkedYAMLError as error:
            self._fail_syntax(error)
        except yaml.YAMLError as error:
            self._problems.fail(1, 1, f"the file is no YAML ({str(error)[:80]!r}); write a list of targets")
        except StopIteration:
            self._problems.fail(1, 1, "the file ends too early; write a list of targets")

    def _fail_syntax(self, error: yaml.MarkedYAMLError) -> NoReturn:
        mark = error.problem_mark or error.context_mark
        if mark is None:
            self._problems.fail(1, 1, f"the file is no YAML ({error.problem}); write a list of targets")
        line, column = mark.line + 1, mark.column + 1
        row = self._row(line)
        if tab := row[: len(row) - len(row.lstrip())].find("\t") + 1:
            self._problems.fail(line, tab, "a tab indents this line, which YAML forbids; indent with spaces")
        if row[column - 1 : column] == "\t":
            self._problems.fail(line, column, "a tab stands here, where YAML wants a space; write spaces")
        if "nesting depth" in str(error.problem):
            self._problems.fail(line, column, _TOO_DEEP)
        what = error.problem or error.context
        if error.context_mark and error.context_mark.line < mark.line:
            what = f"{what}, in what begins in line {error.context_mark.line + 1}"
        self._problems.fail(line, column, f"this is no YAML ({what}); {_syntax_hint(error)}")

    def _row(self, line: int) -> str:
        """The text of a line, or empty beyond the end."""
        lines = self._text.split("\n", line)
        return lines[line - 1] if line <= len(lines) else ""


_ALIAS = "anchors and aliases are not followed; write the value out, or in quotes if it is a text"

_TOO_DEEP = f"brackets or lists are nested more than {_DEEPEST} deep; write a flat list of targets"


def _syntax_hint(error: yaml.MarkedYAMLError) -> str:
    where = f"{error.context} {error.problem}"
    if "alias" in where:
        return 'put a text that begins with * in quotes, such as "*:25"'
    if "sequence entries" in where:
        return 'put a lone - in quotes, such as ports: "-", and begin the items of a list in lines of their own'
    if "flow" in where or "block collection" in where or "key" in where:
        return 'check indentation, commas and brackets; put texts with [ ] or ": " in quotes, such as "[::1]:80"'
    return "check indentation, quotes and brackets"
