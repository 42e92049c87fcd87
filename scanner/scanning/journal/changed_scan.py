"""What differs between the scan that a journal is of and the one that is asked for, in its user's words.

What decides (`identity`) is compared: digests where it is long. What was typed (`said`) is not, for the same can be
said in several ways; but where a digest differs, it tells which option has changed. So nobody reads digests, and of a
list it is said that it changed only where nothing that was typed explains it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scanner.words.shown_text import shown

_MOST_NAMED = 6
_LONGEST = 60
#: What decides, by what it is called.
COMMAND, LIST, WORDING, EXCLUDES = "command", "list", "wording", "excludes"
FAMILY, ORDER, VANTAGE, TIMEOUT, SEED = "family", "order", "--vantage", "--timeout", "--seed"
#: Where these differ, it is one of these options, by their long names, or what the files say that were named.
_CHOOSES = ("ports", "tag", "name", "input-format", "columns", "skip-unsupported")
_OPTIONS = {LIST: _CHOOSES, WORDING: _CHOOSES, EXCLUDES: ("exclude", "exclude-file")}
_CHANGED = {
    LIST: "the list of targets changed",
    WORDING: "what the list says of its targets changed (their order, names, expectations, timeouts, tags)",
    EXCLUDES: "what is excluded changed",
}
_SHORT = {"ports": "-p"}
_WORDS = "targets"  # the arguments
#: What is known of what was typed.
TYPED = (_WORDS, *_CHOOSES, "exclude", "exclude-file", "vantage", "seed")
_FAMILIES = {0: "IPv4 and IPv6", 4: "IPv4 only (-4)", 6: "IPv6 only (-6)"}
_ORDERS = {True: "random (--shuffle)", False: "that of the list (--no-shuffle)"}


class AskedScan(NamedTuple):
    """A scan as it was asked for: what decides on its rows (`identity`), and what its user typed (`said`), by options'
    long names."""

    identity: Mapping[str, Any]
    said: Mapping[str, Any] = {}


def changed_text(before: AskedScan, now: AskedScan) -> str:
    """What to say where a scan is not the one that the journal is of; empty where it is."""
    texts = list(dict.fromkeys(text for name in _differing(before, now) for text in _change(name, before, now)))
    if not texts:
        return ""
    more = f", and {len(texts) - _MOST_NAMED} more" if len(texts) > _MOST_NAMED else ""
    return (
        f"is of an unfinished scan that differs from this one: {', '.join(texts[:_MOST_NAMED])}{more}; give what it "
        "was begun with, name another file, or remove it to begin anew"
    )


def _differing(before: AskedScan, now: AskedScan) -> Sequence[str]:
    one, other = before.identity, now.identity
    names = [name for name in dict.fromkeys((*other, *one)) if one.get(name) != other.get(name)]
    consequences = {WORDING} if LIST in names else set()
    if "--source" in names:
        consequences.add(FAMILY)  # an address is of one family
    if "--discover" in names and all(before.said.get(each) == now.said.get(each) for each in (_WORDS, *_CHOOSES)):
        consequences |= {LIST, WORDING}  # the ports that it asks first are in there
    return [name for name in names if name not in consequences]


def _change(name: str, before: AskedScan, now: AskedScan) -> Iterable[str]:
    was, is_now = before.identity.get(name), now.identity.get(name)
    if name in _CHANGED:
        return _of_options(name, before, now) or [_CHANGED[name]]
    if name == FAMILY:
        return [f"the address family is {_FAMILIES[is_now or 0]}, and was {_FAMILIES[was or 0]}"]
    if name == ORDER:
        return [f"the order of probing is {_ORDERS[bool(is_now)]}, and was {_ORDERS[bool(was)]}"]
    if name == COMMAND:
        return [f"the command is {is_now}, and was {was}"]
    if name == VANTAGE and "vantage" not in now.said:
        if "vantage" in before.said:
            return [f"--vantage is not given, and was {was}"]
        return [f"this host's name is {is_now}, and was {was}, as all rows say (--vantage {shown(str(was))} goes on)"]
    if name == SEED and was is not None and "seed" not in before.said:
        return [f"{name} is {_value(is_now)}, and was {was} (chosen by chance)"]
    if name == TIMEOUT and None in (was, is_now):
        return [f"{name} is {_value(is_now)}, and was {_value(was)} (by default neighbours may take longer)"]
    return [f"{name} is {_value(is_now)}, and was {_value(was)}"]


def _of_options(name: str, before: AskedScan, now: AskedScan) -> list[str]:
    was, is_now = before.said, now.said
    texts = [
        f"{_SHORT.get(option, f'--{option}')} is {_value(is_now.get(option))}, and was {_value(was.get(option))}"
        for option in _OPTIONS[name]
        if was.get(option) != is_now.get(option)
    ]
    if texts and name == LIST and was.get(_WORDS) != is_now.get(_WORDS):
        texts.append(_CHANGED[LIST])
    return texts


def _value(value: Any) -> str:
    if value is None or value is False or value in ("", []):  # 0 is a value
        return "not given"
    if value is True:
        return "given"
    if isinstance(value, float):
        return f"{value:g}s"
    text = ",".join(map(str, value)) if isinstance(value, list | dict) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
