"""Characters that nobody sees, or that look like another one: what messages call them, and what was meant by them.

They come from word processors, chats, wikis and spreadsheets: dashes, quotes, no-break and zero-width spaces.
"""

import unicodedata

#: Unicode gives control characters no name of their own, only aliases.
_CONTROLS = {
    0x00: "NULL", 0x07: "BELL", 0x08: "BACKSPACE", 0x09: "TAB", 0x0A: "LINE FEED", 0x0B: "VERTICAL TAB",
    0x0C: "FORM FEED", 0x0D: "CARRIAGE RETURN", 0x1A: "SUBSTITUTE", 0x1B: "ESCAPE", 0x1C: "FILE SEPARATOR",
    0x1D: "GROUP SEPARATOR", 0x1E: "RECORD SEPARATOR", 0x1F: "UNIT SEPARATOR", 0x7F: "DELETE", 0x85: "NEXT LINE",
    0xFEFF: "BYTE ORDER MARK",
}  # fmt: skip


def named(char: str) -> str:
    """A character's name and number: `ZERO WIDTH NON-JOINER (U+200C)`."""
    name = _CONTROLS.get(ord(char)) or unicodedata.name(char, "the character")
    return f"{name} (U+{ord(char):04X})"


def described(char: str) -> str:
    """The same, with the kind of character where that is not plain to see."""
    category = unicodedata.category(char)
    if char in "\r\n":
        return f"a line break, {named(char)}"
    if category == "Cc" and char != "\t":
        return f"a control character, {named(char)}"
    return f"an invisible character, {named(char)}" if category == "Cf" else named(char)


#: Not dashes to Unicode (category Pd), but to readers: minus, hyphen bullet, modifier minus.
_DASHES = "\u2212\u2043\u02d7"
_QUOTES = "\"'`\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a"
_MEANT = {"\u3002": ".", "\u3001": ",", "\u2044": "/", "\u2215": "/", "\u2236": ":"}


def odd(text: str) -> str:
    """The first character that no host or port list may hold, TABs and the like included; or empty."""
    return next((char for char in text if not ("\x20" <= char <= "\x7e" or unicodedata.category(char)[0] in "LM")), "")


def plain(text: str) -> str:
    """The text as it was probably meant: ASCII for its look-alikes, nothing for what is invisible."""
    return "".join(map(_meant, text)).strip(_QUOTES + " ")


def _meant(char: str) -> str:
    if "\x20" <= char <= "\x7e":
        return char
    category = unicodedata.category(char)
    if category == "Pd" or char in _DASHES:
        return "-"
    if category[0] == "Z" or char in "\t\n\v\f\r\x1c\x1d\x1e\x85":
        return " "
    if category in ("Cc", "Cf"):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category[0] in "LM":
        return char  # a name may be written in any script (IDNA)
    likeness = _MEANT.get(char) or unicodedata.normalize("NFKC", char)
    return likeness if likeness.isascii() else char
