"""Invalid keys: misspelled ones, those of Prometheus's groups, and hosts that a space has turned into a key."""

from collections.abc import Iterable

from scanner.targets.file.odd_expects import outside
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, SequenceNode, YamlNode
from scanner.targets.grammar.host_ports import is_target
from scanner.words.shown_text import did_you_mean, shown

#: A list of such groups is a file that can be read as it is (`prometheus_list.py`); in ours they have no place.
_SD_GROUP = (
    "this groups addresses as Prometheus does in file_sd files; scan such a file itself, or write each address as an "
    "item of its own"
)
#: What others call the number of targets that are enough.
_ENOUGH = frozenset(("min", "minimum", "quorum", "at_least", "atleast", "min_targets", "needs", "needed"))


def unknown_key(key: str, known: Iterable[str], where: str) -> str:
    """The message for an invalid key."""
    known = list(known)
    if key == "<<":
        return "merge keys (<<) are not followed; write the settings out, or once for all under defaults:"
    guess = did_you_mean(key, known)
    return f"{shown(key)} is not a known key {where};{guess} write one of {', '.join(known)}"


def foreign_key(key: str, node: MappingNode, value: YamlNode, known: Iterable[str]) -> str:
    """What to say about a target's key that comes from elsewhere; else empty. `known`: the keys a target may have."""
    if key == "targets" and (address := _sd_address(node)):
        return f'{_SD_GROUP}: "- {address}"'
    if said := outside(key, value):
        return said
    if key.lower().replace("-", "_") in _ENOUGH:
        return f"{shown(key)} is not a known key in a target; write need: 2 where two targets as expected are enough"
    return _torn(key, node, value, known)


def _torn(key: str, node: MappingNode, value: YamlNode, known: Iterable[str]) -> str:
    """What to say about `- localhost: 22` and `- localhost:`, which YAML reads as a key and its value; else empty."""
    if len(node.pairs) > 1 or not isinstance(value, Scalar) or did_you_mean(key, known):
        return ""
    joined = f"{key}:{value.text or 443}"
    if not is_target(joined):
        return ""
    if not value.text:
        return f"{shown(key + ':')} names no port; write one right after the colon, such as {joined}"
    return f"{shown(key)} is not a valid key; write {shown(joined)} without the space"


def _sd_address(node: YamlNode) -> str:
    """An address from a Prometheus file_sd group (`targets: [db1:9100], labels: {job: x}`); empty if it is not one."""
    pairs = node.pairs if isinstance(node, MappingNode) else []
    group = next((value for key, value in pairs if isinstance(key, Scalar) and key.text == "targets"), None)
    if not isinstance(group, SequenceNode):
        return ""
    texts = [item.text for item in group.items if isinstance(item, Scalar)]
    return next(filter(_is_plain_target, texts), "localhost:9100")


def _is_plain_target(text: str) -> bool:
    """Whether it names a port and needs no quotes."""
    return len(text) < 100 and text[:1].isalnum() and ":" in text and is_target(text)
