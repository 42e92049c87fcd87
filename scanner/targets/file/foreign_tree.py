"""Trees of documents that other programs write or read: YAML and JSON as they use it, each part with its place.

They are deeper and larger than a target list, and have anchors, aliases and tags of their own. An alias is the very
node that its anchor marks, so nothing grows by being named often; whoever walks through such a tree must bound what it
collects. All else is as in `yaml_tree.py`: duplicate keys are kept, and no value is anything but its text.
"""

from typing import Any

from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import YamlNode
from scanner.targets.file.yaml_tree import Walker
from scanner.words.shown_text import shown


class ForeignWalker(Walker):
    """Walks such a document. `document()` is all there is to ask for."""

    deepest = 64
    widest = 1_500_000
    too_wide = "the document is too large: it holds more than {:,} parts; split it"
    may_end_in_mark = True

    def __init__(self, text: str, problems: Problems) -> None:
        super().__init__(text, problems)
        self._marked: dict[str, YamlNode] = {}

    def document(self) -> YamlNode:
        """The tree of the whole document. Errors: TargetError with the place where it is no YAML, or too large."""
        head = self.root()
        if not hasattr(head, "anchor"):  # the end: there was nothing but comments
            self._problems.fail(1, 1, "the file says nothing; write a list of targets")
        tree = self.node(head)
        self.end()
        return tree

    def _node(self, event: Any, depth: int) -> YamlNode:
        node = super()._node(event, depth)
        if event.anchor:
            self._marked[event.anchor] = node
        return node

    def _alias(self, anchor: str, line: int, column: int) -> YamlNode:
        if anchor not in self._marked:
            self._problems.fail(line, column, f"the alias {shown('*' + anchor)} has no anchor above it; check its name")
        return self._marked[anchor]

    def _refuse_marks(self, event: Any, line: int, column: int) -> None:
        """They are their author's business."""
