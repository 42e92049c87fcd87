"""The text format of Prometheus (its page "Exposition formats"): labels, and families of samples under HELP and TYPE.

A label's value may be any text, in which `\\`, `"` and LF are escaped. What is not printable is shown as an escape
before that (`words/plain.py`), so a value is always one visible line: who copies it into an alert has all of it, and
no reader on the way stumbles over a NUL or a lone surrogate.
"""

from collections.abc import Iterable, Iterator

from scanner.words.plain import plain


def label_value(text: str) -> str:
    """A text as the value of a label, in its quotes.

    >>> label_value('say "hi"')
    '"say \\\\"hi\\\\""'
    """
    if not text.isprintable():
        text = plain(text)
    if '"' in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def labels(**values: str) -> str:
    """Labels as they stand in the braces of a sample."""
    return ",".join(f"{name}={label_value(text)}" for name, text in values.items())


def family(name: str, meaning: str, blocks: Iterable[Iterable[str]]) -> Iterator[str]:
    """The text of one gauge: HELP, TYPE, its samples, block by block; nothing where there are none.

    `meaning` is our own text: a line without a backslash.
    """
    head = f"# HELP {name} {meaning}\n# TYPE {name} gauge\n"
    for block in blocks:
        if text := "".join(block):
            yield head + text
            head = ""
