"""YAML events to small trees of strings: the only module that imports yaml.

Why events and not `yaml.load`: loading turns `22:22` into 1342 and `no` into False, keeps the last of two equal
keys, unfolds alias bombs, and in C crashes on 30,000 nested brackets. The event stream does none of that, says
where each scalar stands, and costs a quarter. It is walked here with a limit on depth, so that neither parser
gets to read far into a hostile file. Anchors, aliases and tags are refused, and noted as mistakes; in files of other
programs, where their users write them, they are followed, and never unfolded (`foreign_tree.py`).

libyaml reads the events where PyYAML includes it (its wheels do): seven times as fast as the plain Python parser, with
the same places (tests run both). Neither can be stopped within one event, so nothing that makes an event costly reaches
them: `yaml_text.py` sees to that, and to what JSON writes and YAML refuses.

The nodes are those of `yaml_nodes.py`; what keys mean is not this module's business.
"""

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import yaml

from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.file.yaml_text import (
    Chunks,
    Escapes,
    Half,
    check_directives,
    is_bracketed,
    row_at,
    syntax_hint,
    without_tabs,
)
from scanner.words.shown_text import shown

#: The longest text: all 65,535 ports one by one take 382,000 characters.
_LONGEST = 500_000
#: What the core schema calls null if unquoted (YAML 1.2.2, 10.3.2): nothing was written.
_NULLS = ("", "~", "null", "Null", "NULL")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def is_mapping(event: Any) -> bool:
    """Whether a mapping begins with this event."""
    return isinstance(event, yaml.MappingStartEvent)


def is_list(event: Any) -> bool:
    """Whether a list begins with this event."""
    return isinstance(event, yaml.SequenceStartEvent)


class Walker:
    """Walks one YAML document. `root()` first, then `pairs()` or `items()` or `node()` as the file unfolds."""

    #: A target list needs five levels.
    deepest = 12
    #: The most pieces of one entry; a bracketed list of a million words would otherwise fill the memory.
    widest = 300_000
    #: What is said of more than that.
    too_wide = "one item holds more than {} parts; write several"
    #: Whether a last `---` with nothing behind it is no second document: programs write it.
    may_end_in_mark = False

    def __init__(self, text: str, problems: Problems) -> None:
        self._text = text
        self._problems = problems
        self._left = self.widest
        #: Whether the document begins with `---`.
        self.marked = False
        check_directives(text, problems)
        self._escapes = Escapes(text, problems)
        self._get: Callable[[], Any] = _parser(self._escapes.joined).get_event

    def root(self) -> Any:
        """The first event of the document's content."""
        event = self._next()
        while isinstance(event, (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
            self.marked = bool(getattr(event, "explicit", False))
            event = self._next()
        return event

    def place(self, event: Any) -> tuple[int, int]:
        """The line and column where an event stands."""
        return event.start_mark.line + 1, event.start_mark.column + 1

    def end(self) -> None:
        """Read to the end. A second document is a mistake."""
        event = self._next()
        while not isinstance(event, yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent) and not (self.may_end_in_mark and _is_nothing(self._next())):
                text = "a second document begins; put all targets into one, without a second ---"
                self._problems.fail(*self.place(event), text)
            event = self._next()

    def pairs(self, depth: int = 1) -> Iterator[tuple[YamlNode, Any]]:
        """After a mapping's start: each key, and the first event of its value, which the caller must walk."""
        while type(event := self._next()) is not yaml.MappingEndEvent:
            key = self.node(event, depth)
            yield key, self._next()

    def items(self) -> Iterator[Any]:
        """After a sequence's start: the first event of each item, which the caller must walk."""
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            yield event

    def node(self, event: Any, depth: int = 1) -> YamlNode:
        """The whole tree that begins with this event."""
        try:
            return self._node(event, depth)
        except yaml.YAMLError as error:
            self._fail_reading(error)

    def tree(self, event: Any) -> YamlNode:
        """The tree of one item of the file, with its own allowance of parts."""
        self._left = self.widest
        return self.node(event, 3)

    def _node(self, event: Any, depth: int) -> YamlNode:
        """The same, except that a syntax error is passed on as it is. Reading a file spends its time here: 2 us per
        event, 0.7 of it in the parser, so nothing is called needlessly."""
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        self._left -= 1
        if self._left < 0:
            self._problems.fail(line, column, self.too_wide.format(self.widest))
        kind = type(event)
        if kind is yaml.ScalarEvent:
            text = event.value
            if text.isascii() and len(text) <= _LONGEST and not (event.tag or event.anchor or self._escapes.any):
                return Scalar(line, column, text, text in _NULLS and event.implicit[0])
            return self._scalar(event, line, column)
        if kind is yaml.AliasEvent:
            return self._alias(str(event.anchor), line, column)
        self.enter(event, depth)
        below, node, following = depth + 1, self._node, self._get
        if kind is yaml.SequenceStartEvent:
            items: list[YamlNode] = []
            while type(event := following()) is not yaml.SequenceEndEvent:
                items.append(node(event, below))
            return SequenceNode(line, column, items)
        pairs: list[tuple[YamlNode, YamlNode]] = []
        while type(event := following()) is not yaml.MappingEndEvent:
            key = node(event, below)
            pairs.append((key, node(following(), below)))
        return MappingNode(line, column, pairs)

    def _alias(self, anchor: str, line: int, column: int) -> YamlNode:
        self._problems.add(line, column, f"the alias {shown('*' + anchor)}; {_ALIAS}")
        return YamlNode(line, column)

    def _scalar(self, event: Any, line: int, column: int) -> YamlNode:
        """A scalar with something special: a tag or anchor, great length, escapes or non-ASCII text."""
        text = event.value
        if event.tag or event.anchor:
            self._refuse_marks(event, line, column)
        if len(text) > _LONGEST:
            self._problems.fail(line, column, f"this string has more than {_LONGEST} characters; shorten it")
        if self._escapes.any:
            text = self._escapes.restored(event)
        if not text.isascii() and (half := self._escapes.half(event)):
            self._problems.add(half.line, half.column, _half(half))
            return YamlNode(line, column)
        return Scalar(line, column, text, text in _NULLS and event.implicit[0])

    def enter(self, event: Any, depth: int) -> None:
        """Check the head of a mapping or sequence."""
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if depth > self.deepest:
            self._problems.fail(line, column, _too_deep(self.deepest))
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
            event = self._get()
        except yaml.YAMLError as error:
            self._fail_reading(error)
        if event is None:
            self._problems.fail(1, 1, "the file ends too early; write a list of targets")
        return event

    def _fail_reading(self, error: yaml.YAMLError) -> NoReturn:
        if isinstance(error, yaml.MarkedYAMLError):
            self._fail_syntax(error)
        self._problems.fail(1, 1, f"the file is not valid YAML ({str(error)[:80]!r}); write a list of targets")

    def _fail_syntax(self, error: yaml.MarkedYAMLError) -> NoReturn:
        mark = error.problem_mark or error.context_mark
        if mark is None:
            self._problems.fail(1, 1, f"the file is not valid YAML ({error.problem}); write a list of targets")
        line, column = mark.line + 1, mark.column + 1
        if "escape code" in str(error.problem) and (half := self._escapes.half_near(line, column, mark.index)):
            self._problems.fail(half.line, half.column, _half(half))
        row = row_at(self._text, mark.index)
        if not is_bracketed(self._text) and (tab := row[: len(row) - len(row.lstrip())].find("\t") + 1):
            self._problems.fail(line, tab, "a tab indents this line, which YAML forbids; indent with spaces")
        if row[column - 1 : column] == "\t":
            self._problems.fail(line, column, "there is a tab here, where YAML wants a space; write spaces")
        if "nesting depth" in str(error.problem):
            self._problems.fail(line, column, _too_deep(self.deepest))
        what = error.problem or error.context
        if error.context_mark and error.context_mark.line < mark.line:
            what = f"{what}, in what begins on line {error.context_mark.line + 1}"
        hint = syntax_hint(f"{error.context} {error.problem}")
        self._problems.fail(line, column, f"this is not valid YAML ({what}); {hint}")


def _parser(text: str) -> Any:
    """A parser of this text. The plain Python one takes quadratic time over a stream, so it gets the whole text."""
    return _LOADER(without_tabs(text) if _LOADER is yaml.SafeLoader else Chunks(text))


def _is_nothing(event: Any) -> bool:
    return isinstance(event, yaml.ScalarEvent) and not (event.value or event.style or event.tag or event.anchor)


def _half(half: Half) -> str:
    return f"{shown(half.escape)} is half a character, the other half is missing; write the character itself"


_ALIAS = "anchors and aliases are not followed; write the value out, or in quotes if it is a string"


def _too_deep(levels: int) -> str:
    return f"brackets or lists are nested more than {levels} deep; write a flat list of targets"
