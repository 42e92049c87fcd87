"""Text that a spreadsheet would run as a formula, made harmless in CSV, and back.

A cell that begins with `=`, `+`, `-` or `@` is a formula to spreadsheets, and may call programs; some skip white
space first, some accept other widths of these signs, and a leading TAB or CR is dropped on import (OWASP, "CSV
Injection"). A leading apostrophe makes it text.

Which part of a text becomes a cell is the importer's choice: where the list separator is `;`, the tags `x;=1+1` are
two cells, whatever RFC 4180 says about quotes. So the rule holds for the text and for what follows each separator in
it: wherever a cell may begin with a formula, an apostrophe is added. After a space only what is already a formula as it
stands counts (`a =1+1`, `a -b`): importers can split at spaces too, but `web - old` and `a -> b` are ordinary names.

A part that already begins with apostrophes before such a start also gets one more: so `restore` undoes
`neutralise` exactly, for every text; and since no part depends on its neighbours, joined texts (tags) may be
restored before or after they are split.
"""

import re

#: Where importers may end a line: everything that `str.splitlines` knows.
_LINE_ENDS = "\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029"
_SEPARATORS = f";,|:\t{_LINE_ENDS}"
#: The signs, their wide and small forms, and the minus sign; and what is dropped before them on import.
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
_STARTS = f"{_SIGNS}\t{_LINE_ENDS}"
#: What may precede them unseen: blanks, quotes (which another separator turns into quotes of its own), control
#: characters, and characters that show nothing (Unicode's Default_Ignorable_Code_Point, DerivedCoreProperties.txt).
_UNSEEN = (
    "'\" \x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CELL = f"(?<![^{_SEPARATORS}])(?!(?<=\r)\n)"  # CR LF is a single line end
_FORMULA = f"(?=[{_UNSEEN}]*[{_STARTS}])"
_SIGN = re.compile(f"[{_STARTS}]")
_BEHIND_SPACE, _AS_IT_STANDS = "(?<= )", f"(?='*[{_SIGNS}]+[\\w(\"'.$])"
_BARE = re.compile(f"{_CELL}{_FORMULA}|{_BEHIND_SPACE}{_AS_IT_STANDS}")
_MARKED = re.compile(f"{_CELL}'{_FORMULA}|{_BEHIND_SPACE}'{_AS_IT_STANDS}")


def neutralise(text: str) -> str:
    """`text` with a `'` wherever a cell that a spreadsheet would run may begin.

    >>> neutralise("=1+1"), neutralise("web - old"), neutralise("'=1+1"), neutralise("x;=1+1 =2")
    ("'=1+1", 'web - old', "''=1+1", "x;'=1+1 '=2")
    """
    return _BARE.sub("'", text) if _SIGN.search(text) else text  # most texts hold no sign, and that shows sooner


def restore(text: str) -> str:
    """The text that `neutralise` was given."""
    return _MARKED.sub("", text)
