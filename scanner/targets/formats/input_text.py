"""One input as it was read: its bytes, and what several formats want to know of it, each found out once.

Formats are told apart by these: the first lines that say anything, and the tree of what may be YAML or JSON.
"""

import re
from functools import cached_property

from scanner.errors import TargetError
from scanner.targets.file.foreign_tree import ForeignWalker
from scanner.targets.file.json_tree import json_tree
from scanner.targets.file.problems import Problems
from scanner.targets.file.read_text import file_label, read_bytes, text_of_bytes
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.formats.json_shape import has_more_parts, is_cut_off
from scanner.words.no_collection import no_collection

_MOST_LINES = 40
_MOST_CHARS = 64 * 1024
_SAYS = re.compile(r"^[^\S\n]*+([^\s#][^\n]*)", re.MULTILINE)


class InputText:
    """`path` as it was typed (`-` is stdin), `data` its bytes; `problems` takes the mistakes of whoever reads it.

    Errors of all that is asked here: TargetError for what is no text, or too large.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self.problems = Problems(file_label(path))

    @classmethod
    def of(cls, path: str) -> "InputText":
        """Reads a file, or stdin for `-`."""
        return cls(path, read_bytes(path, Problems(file_label(path))))

    @cached_property
    def text(self) -> str:
        """All of it, with LF line ends."""
        return text_of_bytes(self.data, self.problems)

    @cached_property
    def beginning(self) -> str:
        """What it begins with, blank space apart."""
        return self.text[:_MOST_CHARS].lstrip()

    @cached_property
    def lines(self) -> list[str]:
        """The first lines that say anything, without blank ones and `#` comments, each stripped."""
        found = (match[1].rstrip() for match in _SAYS.finditer(self.text, 0, _MOST_CHARS))
        return [line for line, _ in zip(found, range(_MOST_LINES), strict=False)]

    @cached_property
    def _tree(self) -> YamlNode | TargetError:
        problems = Problems(self.problems.path)
        try:
            if has_more_parts(self.text, ForeignWalker.widest):
                problems.fail(1, 1, ForeignWalker.too_wide.format(ForeignWalker.widest))
            with no_collection():
                tree = json_tree(self.text, ForeignWalker.deepest, ForeignWalker.widest)
                tree = tree or ForeignWalker(self.text, problems).document()
            problems.check()
        except TargetError as error:
            return self._torn() if is_cut_off(self.text) else error
        return tree

    def _torn(self) -> TargetError:
        end = len(self.text.rstrip())
        line, column = self.text.count("\n", 0, end) + 1, end - self.text.rfind("\n", 0, end)
        return TargetError(f"{self.problems.where(line, column)}: the JSON was cut off here; get the whole of it again")

    @property
    def root(self) -> YamlNode | None:
        """The tree of all of it as YAML (so JSON too); None where it is neither."""
        return self._tree if isinstance(self._tree, YamlNode) else None

    def tree(self) -> YamlNode:
        """The same; TargetError with the place where it is neither."""
        if isinstance(self._tree, TargetError):
            raise self._tree
        return self._tree

    @property
    def keys(self) -> frozenset[str]:
        """The keys of its top level, where that is a mapping; of the first item, where that is a list of mappings."""
        root = self.root
        if isinstance(root, SequenceNode) and root.items:
            root = root.items[0]
        return keys_of(root)

    @property
    def is_list(self) -> bool:
        """Whether its top level is a list."""
        return isinstance(self.root, SequenceNode)


def keys_of(node: YamlNode | None) -> frozenset[str]:
    """The keys of a mapping; none of anything else."""
    if not isinstance(node, MappingNode):
        return frozenset()
    return frozenset(key.text for key, _ in node.pairs if isinstance(key, Scalar))


def value_of(node: YamlNode | None, *keys: str) -> YamlNode | None:
    """What stands in a mapping, and in the mappings within it, under these keys; None where nothing does. (The first,
    where a key stands there twice.)"""
    for wanted in keys:
        pairs = node.pairs if isinstance(node, MappingNode) else ()
        node = next((value for key, value in pairs if isinstance(key, Scalar) and key.text == wanted), None)
    return node


def text_in(node: YamlNode | None, *keys: str) -> str:
    """The text there; empty where there is none, or something else than a text, or nothing (`null`)."""
    found = value_of(node, *keys)
    return found.text if isinstance(found, Scalar) and not found.null else ""
