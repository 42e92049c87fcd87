"""JSON that other scanners wrote, read record by record with the place of each. A text in, plain values out.

These files are long and plain: a record a line (JSONL), or a list of records, whose commas some writers put where JSON
has none (masscan before 1.0.6, src/out-json.c). The YAML tree of other formats would hold millions of nodes for them.
Numbers stay texts, as they are written: none is too large, and 443 and "443" are the same port.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from scanner.errors import TargetError
from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import Scalar
from scanner.words.shown_text import shown

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
_BETWEEN = re.compile(r"[\s,\[\]]*")
_BLANK = re.compile(r"\s*")
#: How old versions of masscan end their list. It is no JSON.
_MASSCAN_END = re.compile(r"\{\s*finished\s*:\s*1\s*\}")
_KINDS = {dict: "an object", list: "a list", str: "a text or number", bool: "true or false", type(None): "null"}


class JsonText:
    """One text, read from its start to its end. Mistakes go to `problems`; what is no JSON ends the reading."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._text = text
        self._problems = problems
        self._at = 0
        self._counted, self._line, self._line_start = 0, 1, 0

    def records(self) -> Iterator[tuple[Scalar, dict[str, Any]]]:
        """Each object with its place, also those in lists. Errors: TargetError."""
        text, deep = self._text, 0
        while True:
            match = _BETWEEN.match(text, self._at)
            assert match
            between, self._at = match[0], match.end()
            deep += between.count("[") - between.count("]") if "[" in between or "]" in between else 0
            if self._at >= len(text):
                break
            if end := _MASSCAN_END.match(text, self._at):
                self._at = end.end()
                continue
            place, value = self._place(), self._value()
            if isinstance(value, dict):
                yield place, value
            else:
                told = f"this is {_KINDS[type(value)]}, where a result should stand; write an object, or remove it"
                self._problems.add(place.line, place.column, told)
        if deep > 0:
            self._fail(
                len(text.rstrip()), "the list is not closed: the file was cut off; write ] to take what is there"
            )

    def members(self, *streamed: str) -> Iterator[tuple[str, Scalar, Any]]:
        """Each key of the one object that the text is, the place of its value, and its value. A list under one of the
        `streamed` keys comes item by item, each as a value of that key. Errors: TargetError."""
        self._take("{")
        while self._next() != "}":
            key = self._value()
            self._take(":")
            if key in streamed and self._next() == "[":
                self._take("[")
                while self._next() != "]":
                    yield key, self._place(), self._value()
                    if self._next() != "]":
                        self._take(",")
                self._take("]")
            else:
                self._next()
                yield str(key), self._place(), self._value()
            if self._next() != "}":
                self._take(",")
        self._take("}")
        if self._next():
            self._fail(self._at, "the JSON goes on after its end; give each report as a file of its own")

    def _value(self) -> Any:
        try:
            value, self._at = _DECODER.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            self._fail(
                error.pos, f"not JSON ({error.msg}); check quotes, commas and brackets, or whether it was cut off"
            )
        except (RecursionError, ValueError):
            self._fail(self._at, "this is nested too deeply for a report of a scanner; give the file as it was written")
        return value

    def _next(self) -> str:
        match = _BLANK.match(self._text, self._at)
        assert match
        self._at = match.end()
        return self._text[self._at : self._at + 1]

    def _take(self, char: str) -> None:
        found = self._next()
        if found != char:
            what = f"found {shown(found)}" if found else "the file ends"
            self._fail(self._at, f"not JSON ({what} where {shown(char)} should stand); check whether it was cut off")
        self._at += 1

    def _place(self) -> Scalar:
        """Where reading stands. Every character is counted once, however long the lines."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._line_start = self._text.rfind("\n", self._counted, self._at) + 1 or self._line_start
        self._counted = self._at
        return Scalar(self._line, self._at - self._line_start + 1, "")

    def _fail(self, at: int, text: str) -> None:
        start = self._text.rfind("\n", 0, at) + 1
        self._problems.fail(self._text.count("\n", 0, at) + 1, at - start + 1, text)


def first_record(beginning: str) -> dict[str, Any]:
    """The first object of a text of records, as far as it lies within the beginning; else an empty one."""
    if not beginning.startswith(("{", "[")):
        return {}
    try:
        return next(JsonText(beginning, Problems("")).records(), (None, {}))[1]
    except TargetError:
        return {}


def text_at(record: dict[str, Any], key: str) -> str:
    """The text or number there; empty where there is none, or something else."""
    value = record.get(key)
    return value if isinstance(value, str) else ""
