"""What a YAML file holds, as small trees of strings: a piece is a string, a list or a mapping, each with its place.

A mapping keeps its pairs as a list, duplicates and all. This module does not know what keys mean or who reads the file.
"""


class YamlNode:
    """A piece of the file, at `line` and `column`."""

    __slots__ = ("column", "line")
    kind = "nothing"

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column


class Scalar(YamlNode):
    """A string as typed. `null`: it is an unquoted `null`, `~` or empty, which is YAML's and JSON's "nothing"."""

    __slots__ = ("null", "text")
    kind = "a string"

    def __init__(self, line: int, column: int, text: str, null: bool = False) -> None:
        self.line = line
        self.column = column
        self.text = text
        self.null = null


class SequenceNode(YamlNode):
    """A list."""

    __slots__ = ("items",)
    kind = "a list"

    def __init__(self, line: int, column: int, items: list[YamlNode]) -> None:
        super().__init__(line, column)
        self.items = items


class MappingNode(YamlNode):
    """Keys and values, in the order written."""

    __slots__ = ("pairs",)
    kind = "a mapping"

    def __init__(self, line: int, column: int, pairs: list[tuple[YamlNode, YamlNode]]) -> None:
        super().__init__(line, column)
        self.pairs = pairs
