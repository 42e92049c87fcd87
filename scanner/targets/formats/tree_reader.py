"""Reading a document of somebody else's part by part: a mapping, a list, a text where one belongs, or a mistake with
its place.

Merge keys (`<<: *common`) count as if they were written out; what stands in the mapping itself comes first. Nothing at
all, and `null`, are an empty mapping or list and no text. Aliases make parts come by many times, so all that is handed
out counts, and there is an end to it.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from scanner.targets.file.problems import Problems
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.words.shown_text import shown

#: Twice as many parts as the largest document has.
_MOST_PARTS = 3_000_000
_LONGEST_KEY = 60
#: difflib's ratio: `prots` for ports has 0.8, other keys of the same documents have less.
_NEAR = 0.79


class TreeReader:
    """Hands out the parts of one document; `problems` takes the mistakes. `what` names a part in messages."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._left = _MOST_PARTS

    def wrong(self, node: YamlNode, text: str) -> None:
        """Notes a mistake: what is wrong at this part, and what to write."""
        self._problems.add(node.line, node.column, text)

    def spend(self, node: YamlNode, parts: int) -> None:
        """Counts parts that are looked at. Errors: TargetError after too many."""
        self._left -= parts
        if self._left < 0:
            text = "written out, this document is too long (its aliases repeat too much); split it"
            self._problems.fail(node.line, node.column, text)

    def pairs(self, node: YamlNode | None, what: str) -> list[tuple[Scalar, YamlNode]]:
        """The keys of a mapping and their values, each key once."""
        if node is None or _is_nothing(node):
            return []
        if not isinstance(node, MappingNode):
            self.wrong(node, f"{what} is {node.kind}; write a mapping")
            return []
        self.spend(node, len(node.pairs))
        plain = [(key, value) for key, value in node.pairs if isinstance(key, Scalar)]
        texts = {key.text for key, _ in plain}
        if len(texts) == len(node.pairs) and "<<" not in texts:
            return plain
        return self._resolved(node, what)

    def _resolved(self, node: MappingNode, what: str) -> list[tuple[Scalar, YamlNode]]:
        """The pairs of a mapping that has other keys than plain ones."""
        found: dict[str, tuple[Scalar, YamlNode]] = {}
        merges: list[YamlNode] = []
        for key, value in self._keyed(node, what):
            if key.text == "<<":
                merges.append(value)
            elif key.text in found:
                at = found[key.text][0].line
                self.wrong(key, f"the key {shown(key.text)} is already on line {at}; write it once")
            else:
                found[key.text] = (key, value)
        if merges:
            self._merge(merges, found, what)
        return list(found.values())

    def fields(self, node: YamlNode | None, what: str) -> dict[str, YamlNode]:
        """The same as values by key."""
        return {key.text: value for key, value in self.pairs(node, what)}

    def items(self, node: YamlNode | None, what: str) -> list[YamlNode]:
        """The items of a list."""
        if node is None or _is_nothing(node):
            return []
        if not isinstance(node, SequenceNode):
            self.wrong(node, f"{what} is {node.kind}; write a list")
            return []
        self.spend(node, len(node.items))
        return node.items

    def text(self, node: YamlNode | None, what: str) -> Scalar | None:
        """The text there; None where there is none, or something else, which is noted."""
        if node is None or _is_nothing(node):
            return None
        if not isinstance(node, Scalar):
            self.wrong(node, f"{what} is {node.kind}; write a single value")
            return None
        return node

    def texts(self, node: YamlNode | None, what: str) -> list[Scalar]:
        """The texts of a list."""
        items = self.items(node, what)
        found = [item for item in items if isinstance(item, Scalar) and not item.null]
        if len(found) < len(items):
            for item in items:
                self.text(item, f"an item of {what}")
        return found

    def misspelt(self, node: YamlNode, known: Iterable[str]) -> bool:
        """Notes keys that are none of these, but nearly: what stands below them would be passed over in silence.
        Whether there were any."""
        keys, found = tuple(known), False
        for key, _ in node.pairs if isinstance(node, MappingNode) else ():
            if isinstance(key, Scalar) and key.text not in keys and (near := _near(key.text[:_LONGEST_KEY], keys)):
                self.wrong(key, f"the key {shown(key.text)} is unknown; did you mean {shown(near)}?")
                found = True
        return found

    def _keyed(self, node: MappingNode, what: str) -> Iterator[tuple[Scalar, YamlNode]]:
        for key, value in node.pairs:
            if isinstance(key, Scalar):
                yield key, value
            else:
                self.wrong(key, f"a key of {what} is {key.kind}; write a string")

    def _merge(self, merges: list[YamlNode], found: dict[str, tuple[Scalar, YamlNode]], what: str) -> None:
        """Adds what merge keys bring, the first of equal keys (YAML's merge key language-independent type)."""
        seen: set[int] = set()
        waiting = list(reversed(merges))
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, SequenceNode):
                self.spend(node, len(node.items))
                waiting += reversed(node.items)
            elif isinstance(node, MappingNode):
                self.spend(node, len(node.pairs))
                for key, value in self._keyed(node, what):
                    if key.text == "<<":
                        waiting.append(value)
                    else:
                        found.setdefault(key.text, (key, value))
            elif not _is_nothing(node):
                self.wrong(node, f"<< takes a mapping, and this is {node.kind}; write an alias such as *common")


@lru_cache(4096)
def _near(word: str, keys: tuple[str, ...]) -> str:
    """The key that is nearest to this word; empty where none is near. Documents have the same keys over and over."""
    import difflib  # slow, and the first unknown key may never come

    found = difflib.get_close_matches(word, keys, 1, _NEAR)
    return found[0] if found else ""


def _is_nothing(node: YamlNode) -> bool:
    return isinstance(node, Scalar) and node.null
