"""What the texts of a target file look like, as regular expressions for editors: the grammar of `grammar/` in brief.

They are written for three readers at once: Python (`re`), JavaScript as editors run it (with the flag `u`), and
JavaScript without it. So there is nothing here that only one of them has: `\\Z`, `\\p`, possessive quantifiers,
characters beyond U+FFFF, needless escapes.

A pattern takes all that the parser takes, and refuses what can be told by its shape. What only the parser can tell
(whether there is such a service, which end of a range is the larger one, whether a network has host bits set) is left
to it; docs/targets.md lists that, and a test holds the patterns to the list.
"""


def _whole(pattern: str) -> str:
    """The pattern for a text from its beginning to its end. (To Python, `$` is also in front of a last line end.)"""
    return f"^(?:{pattern})$(?!\\n)"


def _listed(item: str) -> str:
    """One or several, with commas between them and blanks around them, up to the end of the text."""
    return rf"\s*(?:{item}\s*(?:,\s*(?=\S)|$))+"


_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_V4 = rf"(?:{_OCTET}\.){{3}}{_OCTET}"
_V4_BITS, _V6_BITS = "(?:[12]?[0-9]|3[0-2])", "(?:1[01][0-9]|12[0-8]|[1-9]?[0-9])"
_V4_EXCLUDED = f"{_V4}(?:/{_V4_BITS}|-{_V4}|-{_OCTET})?"
#: What lies in 0.0.0.0/8 as a whole is never probed, and so is no target; what reaches beyond it is.
_V4_TARGET = rf"{_V4}-(?!0\.){_V4}|(?!0\.){_V4}(?:/{_V4_BITS}|-{_OCTET})?|0\.0\.0\.0/[0-7]"
_GROUP, _DOTTED = "[0-9A-Fa-f]{1,4}", r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
#: Eight groups, or fewer and once `::`; a dotted end stands for two of them.
_V6_ONE = (
    rf"(?:(?:{_GROUP}:){{6}}(?:{_GROUP}:{_GROUP}|{_DOTTED})"
    rf"|(?!:*(?:{_GROUP}:+){{6}}(?:{_GROUP}:+{_GROUP}|[0-9]+\.))"
    rf"(?:{_GROUP}(?::{_GROUP})*)?::(?:(?:{_GROUP}:)*(?:{_DOTTED}|{_GROUP}))?)(?:%[A-Za-z0-9_.-]+)?"
)
#: The parser looks at the other end of a range.
_V6 = f"{_V6_ONE}(?:/{_V6_BITS}|-[0-9A-Fa-f.:]+(?:%[A-Za-z0-9_.-]+)?)?"
_V6_TARGET = rf"(?![0:]+(?:/128)?(?:$|\])){_V6}"

_WORD = "[A-Za-z0-9_.-]"
_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
#: A resolver would take these for numbers.
_NUMERIC = rf"(?:(?:{_WORD}*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?|[0-9._-]+|[0-9]+[eE][0-9]+)(?!{_WORD})"
_LENGTH = rf"(?:{_WORD}{{1,253}}|{_WORD}{{253}}\.)(?!{_WORD})"
_NAME = rf"(?!{_NUMERIC})(?={_LENGTH}){_LABEL}(?:\.{_LABEL})*\.?"
#: Characters beyond ASCII, but for blanks and punctuation, which are there by mistake.
_LETTER = r"[^\x00-\u00a9\u2000-\u206f\u3000-\u3004\ufeff]"
_INTERNATIONAL = f"{_WORD}*{_LETTER}(?:{_WORD}|{_LETTER})*"


_NUMBERS_IN_BRACKETS = r"\[[0-9]{1,9}-[0-9]{1,9}\]"
_AROUND = f"(?:[A-Za-z0-9_./%-]|{_LETTER})*"
_NUMBERED = f"{_AROUND}(?:{_NUMBERS_IN_BRACKETS}{_AROUND})+"
_NUMBERED_V6 = (
    rf"(?=[^:]*:[^:]*:)[0-9A-Fa-f:./-]*(?:{_NUMBERS_IN_BRACKETS}[0-9A-Fa-f:./-]*)+(?:%[A-Za-z0-9_.-]+)?(?:/{_V6_BITS})?"
)
_NAMES = f"{_NAME}|{_INTERNATIONAL}|{_NUMBERED}"

_PORT = "(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
_NUMBERS = f"{_PORT}(?:-{_PORT})?"
_TOP = "[Tt][Oo][Pp]:(?=[0-9]{1,5}(?![0-9]))0*(?:1000|[1-9][0-9]{0,2})"
#: It has a letter, or else it is a number that went wrong; and it is none of other tools' words: 443/tcp, tcp/443, all.
_SERVICE = (
    "(?=[0-9_.+/*-]*[A-Za-z])(?![0-9-]+/|[Tt][Cc][Pp]/|[Uu][Dd][Pp]/|[Aa][Ll][Ll](?![A-Za-z0-9_.+/*-]))"
    "[A-Za-z0-9][A-Za-z0-9_.+/*-]*"
)
_PORT_ITEM = f"(?:{_NUMBERS}|-|{_TOP}|{_SERVICE})"

_BRACKETS_OR_NONE = r"(?=\[[^\[\]]*\]$|[^\[\]]*$)"
HOST = _whole(rf"{_V4_TARGET}|{_NAMES}|{_NUMBERED_V6}|{_BRACKETS_OR_NONE}\[?{_V6_TARGET}\]?")
PORTS = _whole(_listed(_PORT_ITEM))
#: HOST or HOST:PORTS.
TARGET = _whole(rf"(?:{_V4_TARGET}|{_NAMES}|\[{_V6_TARGET}\])(?::{_listed(_PORT_ITEM)})?")
#: What only a TARGET with ports has: a colon outside of brackets.
WITH_PORTS = r"^(?:\[(?=[^\]]*:)[^\]]*\]|(?!\[[^\]]*:)[^:]*):"
_EXCLUDED_PORTS = rf":\s*{_PORT_ITEM}(?:\s*,\s*{_NUMBERS})*"
EXCLUDES = _whole(
    _listed(rf"(?:(?:{_V4_EXCLUDED}|{_NAMES}|\[{_V6}\])(?:{_EXCLUDED_PORTS})?|\*{_EXCLUDED_PORTS}|{_V6})")
)


def _amount(*limits: tuple[str, str]) -> str:
    """A decimal number: for each pair, digits in front of the point that go with any behind it, and those that go with
    zeros only."""
    return "|".join(rf"(?:{digits})(?:\.[0-9]*)?|{last}(?:\.0*)?" for digits, last in limits)


#: 1 ms to 1 hour. Below 1, and so in front of a bare point, each unit has a smallest fraction.
_MILLISECONDS = _amount(("[1-9][0-9]{0,5}|[12][0-9]{6}|3[0-5][0-9]{5}", "3600000"))
_THOUSANDTHS = r"0?\.0{0,2}[1-9][0-9]*"
_SECONDS = _amount(("[1-9][0-9]{0,2}|[12][0-9]{3}|3[0-5][0-9]{2}", "3600")) + f"|{_THOUSANDTHS}"
_SIXTY = _amount(("[1-9]|[1-5][0-9]", "60"))
_MINUTES = rf"{_SIXTY}|0?\.0{{0,3}}[1-9][0-9]*|0?\.0000(?:[2-9]|1[7-9]|16+[7-9])[0-9]*"
#: Without a unit they are seconds, and then no more than a minute.
_BARE = f"{_SIXTY}|{_THOUSANDTHS}"
DURATION = _whole(
    rf"\s*(?:(?:{_MILLISECONDS})\s*[Mm][Ss]|(?:{_SECONDS})\s*[Ss](?:[Ee][Cc])?"
    rf"|(?:{_MINUTES})\s*[Mm](?:[Ii][Nn])?|{_BARE})\s*"
)
RETRIES = _whole("[0-9]|[1-9][0-9]|100")
NEED = _whole("100000|[1-9][0-9]{0,4}")

#: What is not printable up to U+FFFF: controls, formats, line and word separators, halves of characters, private use.
_UNPRINTABLE = (
    r"\x00-\x1f\x7f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u3000\ud800-\uf8ff\ufeff\ufff0-\ufffb\ufffe\uffff"
)
LINE = f"^[^{_UNPRINTABLE}]*$(?!\\n)"
#: It is not empty, and no blank is at either end.
VANTAGE = f"^(?! )[^{_UNPRINTABLE}]*[^ {_UNPRINTABLE}]$(?!\\n)"
#: It is not empty, and joins with others in one cell.
TAG = f"^[^;{_UNPRINTABLE}]+$(?!\\n)"
