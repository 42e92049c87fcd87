"""Lines of plain text that are refused as a whole, before their words are taken for hosts. Pure.

What may hold a password must not be shown word by word: commands with their options, settings, user info. A dash that
stands alone is a range, a port list, "no port" or a remark: nobody can tell, so what it may mean is written out.
"""

import re

from scanner.targets.file.odd_words import is_ports as is_numbers
from scanner.targets.formats.text_words import words_in
from scanner.targets.grammar.addresses import v4_number, v6_number
from scanner.targets.grammar.host_ports import is_target, with_brackets
from scanner.targets.grammar.ports import is_ports
from scanner.targets.grammar.urls import has_user_info, is_url
from scanner.words.secret_words import gives_secret

_DASHES = frozenset("-\u2013")
_ALONE = re.compile(r"(?<!\S)[-\u2013](?!\S)")
#: No host begins like an option.
_OPTION = re.compile(r"(?<!\S)--?[A-Za-z]")
#: Settings behind a URL, as JDBC has them: `jdbc:sqlserver://db1;password=...`.
_BEHIND_URL = re.compile(r"://[^\s;]*+;")
_MAY = "may hold a password; write HOST:PORTS alone"
_LONGEST = 100


def odd_line(line: str) -> str:
    """What is wrong with a line without its comment; empty where its words are to be read."""
    words = words_in(line) if " " in line or "\t" in line else [line]
    if len(words) > 1 and has_user_info(line) and any(has_user_info(word) and not is_url(word) for word in words):
        return "the line holds an @, in front of which may be a password; write HOST:PORTS, without user names"
    if _OPTION.search(line):
        return f"the line looks like a command, and {_MAY}"
    if _may_hold_secret(line, words):
        return f"the line {_MAY}"
    return _lone_dash(words) if _ALONE.search(line) else ""


def _may_hold_secret(line: str, words: list[str]) -> bool:
    """Whether it gives a password, or begins to. What stands in a URL is not shown anyway; but the password in the
    settings behind one may hold a blank, and go on in the next word."""
    if not gives_secret(_with_value(line)):
        return False
    if any("://" in word and _BEHIND_URL.search(word) and gives_secret(word) for word in words[:-1]):
        return True
    plain = " ".join(
        word.partition("://")[0] for word in words if ":" not in word or is_url(word) or not is_target(word)
    )
    return gives_secret(_with_value(plain))


def _with_value(text: str) -> str:
    return f"{text} ..." if text.rstrip().endswith(("=", ":")) else text


def _lone_dash(words: list[str]) -> str:
    at = next((at for at, word in enumerate(words) if word in _DASHES), -1)
    if at < 0:
        return ""
    before, behind = (words[at - 1] if at else ""), "".join(words[at + 1 : at + 2])
    bare = v4_number(before) is not None or v6_number(before) is not None
    host = with_brackets(before) if bare else before
    if not behind and is_target(f"{host}:-") and len(host) <= _LONGEST:
        return f'"-" behind a blank may mean that there is no port; for all 65,535 of them write {host}:-'
    meant = [f"{before}-{behind}"] if is_numbers(behind) and (bare or ":" in before) else []
    meant += [f"{host}:{behind}"] if is_ports(behind) else []
    if meant := [text for text in meant if len(text) <= _LONGEST and is_target(text)]:
        remark = "" if is_numbers(behind) else ", or # in front of a comment"
        return f'"-" stands between blanks; write {" or ".join(meant)}{remark}'
    return '"-" stands between blanks; write # in front of a comment, and no blanks in a range'
