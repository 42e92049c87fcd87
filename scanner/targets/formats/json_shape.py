"""What can be told of JSON that makes no tree, because it was cut off or is too large: the keys that it begins with,
whether its end is missing, whether it has too many parts.

Other programs write JSON indented or in one line, so its keys stand anywhere. A text in, plain values out. Pure.
"""

import json
import re

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"(\s*+:)?|[\[\]{}]')
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"')
#: Of a document, what is left behind the last part that is whole.
_REST = re.compile(r'"(?:[^"\\]|\\.)*+\\?|[\w.+-]*')


def is_json(text: str) -> bool:
    """Whether a text begins as JSON does."""
    return text.lstrip().startswith(("{", "["))


def first_keys(beginning: str) -> frozenset[str]:
    """The keys of the object that a JSON text is, or of those in the list that it is, as far as they lie within the
    beginning."""
    wanted = 2 if beginning.lstrip().startswith("[") else 1
    found: set[str] = set()
    depth = 0
    for match in _TOKEN.finditer(beginning):
        sign = match[0]
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif depth == wanted and match[2]:
            found.add(match[1])
    return frozenset(found)


def is_cut_off(text: str) -> bool:
    """Whether it is JSON up to its end, but for the end."""
    if not is_json(text):
        return False
    text = text.rstrip()
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return not error.msg.startswith("Extra data") and _REST.fullmatch(text, error.pos) is not None
    except (ValueError, RecursionError):
        pass
    return False


def has_more_parts(text: str, most: int) -> bool:
    """Whether a JSON text has more values and keys than this, as far as it takes a moment to tell."""
    if not is_json(text) or sum(map(text.count, ",:[{")) <= most:
        return False
    return sum(map(_STRING.sub("", text).count, ",:[{")) > most
