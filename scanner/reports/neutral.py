"""Text that a spreadsheet would run as a formula, made harmless in CSV, and back.

A cell that begins with `=`, `+`, `-` or `@` is a formula to spreadsheets, and may call programs; some skip
white space first, some take the full-width forms, and a leading TAB or CR is dropped on import (OWASP, "CSV
Injection"). A leading apostrophe makes it text. A text that already begins with apostrophes before such a
start gets one more: so `restore` undoes `neutralise` exactly, for every text.
"""

import re

_FORMULA = re.compile("'*(?:[\t\r\n]|\\s*[=+\\-@＝＋－＠])")  # noqa: RUF001 - the full-width forms are meant


def neutralise(text: str) -> str:
    """`text` with a leading `'` where a spreadsheet would run it.

    >>> neutralise("=1+1"), neutralise("web tier"), neutralise("'=1+1")
    ("'=1+1", 'web tier', "''=1+1")
    """
    return "'" + text if _FORMULA.match(text) else text


def restore(text: str) -> str:
    """The text that `neutralise` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text
