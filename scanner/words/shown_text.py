"""How messages show a user's own text, and "did you mean". Messages that quote a user are made with these functions.

They are kept in one place so that no message carries a control character to a terminal, a megabyte of junk, or a
password.
"""

from collections.abc import Iterable

from scanner.words.plain import plain
from scanner.words.user_info import hidden

_LONGEST = 60


def shown(text: str) -> str:
    """The text in double quotes, one line, printable, cut at 60 characters, user info hidden (`user_info.py`)."""
    text = hidden(text)
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
    return f'"{plain(cut)}"'


def many(count: int, noun: str, nouns: str = "") -> str:
    """`1 target`, `12 targets`; `nouns` is the plural where adding an s will not do."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def named(names: list[str], most: int) -> str:
    """`a, b, c and 4 more`: the first of several names, as they are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` did you mean "https"?` for the known word nearest to this one, however each is cased (to follow a `;`), or
    empty."""
    import difflib  # only a mistake needs it

    spelled = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word[:_LONGEST].lower(), list(spelled), 1, 0.7)
    return f" did you mean {shown(spelled[near[0]])}?" if near else ""


def hosts_answer(answering: int, hosts: int) -> str:
    """`20 of 254 hosts answer`."""
    return f"{answering:,} of {hosts:,} hosts answer"
