"""Text that a spreadsheet would run as a formula, made harmless in CSV, and back.

A cell that begins with `=`, `+`, `-` or `@` is a formula to spreadsheets, and may call programs; some skip white
space first, some take other widths of these signs, and a leading TAB or CR is dropped on import (OWASP, "CSV
Injection"). A leading apostrophe makes it text.

Which part of a text becomes a cell is the importer's choice: where the list separator is `;`, the tags `x;=1+1` are
two cells, whatever RFC 4180 says of quotes. So the rule holds for the text and for what follows each separator in it:
wherever a cell may begin and a formula would, there is one apostrophe more. After a space only what is a formula as it
stands counts (`a =1+1`, `a -b`): splitting at spaces is offered too, but `web - old` and `a -> b` are ordinary names.

A part that already begins with apostrophes before such a start gets one more as well: so `restore` undoes
`neutralise` exactly, for every text; and since no part depends on its neighbours, joined texts (tags) may be
restored before they are split, or after.
"""

import re

#: Where importers end a line: all that `str.splitlines` knows.
_LINE_ENDS = "\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029"
_SEPARATORS = f";,|:\t{_LINE_ENDS}"
#: The signs, their wide and their small forms, and the minus sign; and what is dropped in front of them on import.
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
_STARTS = f"{_SIGNS}\t{_LINE_ENDS}"
#: What may stand in front of them unseen: blanks, quotes (which another separator makes quotes of its own), control
#: characters, and those that show nothing (Unicode's Default_Ignorable_Code_Point, DerivedCoreProperties.txt).
_UNSEEN = (
    "'\" \x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CELL = f"(?<![^{_SEPARATORS}])(?!(?<=\r)\n)"  # CR LF is one end of a line
_FORMULA = f"(?=[{_UNSEEN}]*[{_STARTS}])"
_SIGN = re.compile(f"[{_STARTS}]")
_BEHIND_SPACE, _AS_IT_STANDS = "(?<= )", f"(?='*[{_SIGNS}]+[\\w(\"'.$])"
_BARE = re.compile(f"{_CELL}{_FORMULA}|{_BEHIND_SPACE}{_AS_IT_STANDS}")
_MARKED = re.compile(f"{_CELL}'{_FORMULA}|{_BEHIND_SPACE}'{_AS_IT_STANDS}")


def neutralise(text: str) -> str:
    """`text` with a `'` wherever a cell may begin that a spreadsheet would run.

    >>> neutralise("=1+1"), neutralise("web - old"), neutralise("'=1+1"), neutralise("x;=1+1 =2")
    ("'=1+1", 'web - old', "''=1+1", "x;'=1+1 '=2")
    """
    return _BARE.sub("'", text) if _SIGN.search(text) else text  # most texts hold no sign, and that is found faster


def restore(text: str) -> str:
    """The text that `neutralise` was given."""
    return _MARKED.sub("", text)
