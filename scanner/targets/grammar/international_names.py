"""Host names beyond ASCII, in ASCII (IDNA, RFC 3490), provided that they lead to one host, the one a reader sees."""

from scanner.errors import TargetError
from scanner.targets.grammar.bad_hosts import bad_name
from scanner.words.shown_text import shown

_UNCLEAR = "\u00df\u03c2\u115f\u1160\u3164\uffa0"


def ascii_form(text: str) -> str:
    """The name in ASCII, which is not necessarily a host name. Errors: TargetError.

    The characters that IDNA 2003 and 2008 write differently would lead to two different hosts, and letters that show
    nothing (the Hangul fillers) to one that nobody can read. Parts begin and end as in RFC 5891, 4.2.3.
    """
    import unicodedata  # few target lists need it

    for char in text:
        if not char.isascii() and (unicodedata.category(char)[0] not in "LM" or char in _UNCLEAR):
            raise TargetError(f"the host name {shown(text)} holds {shown(char)}; write its ASCII (xn--) form")
    for label in text.split("."):
        if label and unicodedata.category(label[0])[0] == "M":
            raise TargetError(f"the part {shown(label)} of the host name begins with a combining mark; remove that")
        if label.startswith("-") or label.endswith("-"):
            raise TargetError(bad_name(text))
    try:
        return text.encode("idna").decode("ascii")
    except UnicodeError:
        raise TargetError(f"the host name {shown(text)} has no ASCII form (IDNA); write a valid name") from None
