"""Settings that give away a password: `password=...`, `api_token: ...`, `Kennwort ...`. No message shows what follows.

Lists of targets are made of configuration files, inventories and connection strings, and whatever is wrong with a line
of those is quoted. Where a password ends nobody can tell, for it may hold blanks, quotes and delimiters: so nothing
behind the setting's name is shown. Some of these names are names of hosts too (`token:22`, `secret 8200`): ports show.
"""

import re
from functools import cache

#: No host is called so.
_SURE = r"pass(?:word|wd|phrase|wort|code)|pwd|kennwort|mot_?de_?passe|contrase[nñ]a|wachtwoord|senha"
_MAYBE = r"pass|secret|token|key|credentials?|auth|authorization|bearer|cookie|session|psk|geheimnis"
#: One of these stands in each of them, once its case is folded: most texts need no second look. None holds an i, which
#: has capitals that fold to something else.
_ROOTS = re.compile(
    "pass|pwd|kennwort|contrase|wachtwoord|senha|secret|token|key|credent|auth|bearer|cook|sess|psk|geheimn"
)
#: What stands between a name and its value.
_TO = r"""["'\])]*+\s*+"""
_PORTS = r"[0-9][0-9,-]*+(?![^\s;,])"
_STARS = "***"


@cache
def _setting() -> re.Pattern[str]:
    """A name and what leads to its value. (Slow to compile, and most runs need none of it.)"""
    return re.compile(
        rf"(?i)(?:(?:{_SURE}|{_MAYBE})[0-9]*+{_TO}=|(?:{_SURE}){_TO}:|(?:{_MAYBE}){_TO}:(?!\s*+{_PORTS}|//))\s*+(?=\S)"
        rf"|(?:(?:{_SURE}|\bbearer)|(?<=[a-z0-9]_)(?:{_MAYBE}))[\"']?\s++(?!{_PORTS})(?=\S)"
    )


@cache
def _in_message() -> re.Pattern[str]:
    return re.compile(rf"""(?i)((?:{_SURE})=)[^\s"']++""")


def gives_secret(text: str) -> bool:
    """Whether it names a password, a token or the like, and goes on with what may be its value."""
    return _found(text) is not None


def without_secret(text: str) -> str:
    """The text with `***` for all that follows the first such name."""
    found = _found(text)
    return text if found is None else text[: found.end()] + _STARS


def _found(text: str) -> re.Match[str] | None:
    return _setting().search(text) if _may_name_one(text) else None


def _may_name_one(text: str) -> bool:
    return _ROOTS.search(text.casefold()) is not None


def without_password(text: str) -> str:
    """Several words of which one may be `password=...`, with `***` for the value up to a blank or quote: for texts
    that somebody made of what users wrote, and that go on behind it."""
    return _in_message().sub(rf"\1{_STARS}", text) if "=" in text and _may_name_one(text) else text
