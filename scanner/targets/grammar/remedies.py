"""Errors that know what they tell a user to type, so that the grammar of the place it is typed in can check it first.

The grammar of hosts and ports names remedies for its own part alone: `10.0.0.0/24` for `10.0.0.5/24`. There may be
more around it (`10.0.0.5/24:22`), and the place may want it written differently. So remedies stay apart from the words
around them until `slips.py` has put each through the grammar of the place, and until it is known whether YAML reads
them.
"""

import re
from collections.abc import Callable

from scanner.errors import TargetError

#: What YAML reads as the same text everywhere, even inside [ ]: words, perhaps with a single colon inside.
_PLAIN_YAML = re.compile(r"[A-Za-z0-9][\w./-]*(?::[\w./-]*[\w/])?")


class RemedyText(str):
    """The part of a message that is to be typed; the rest is prose."""

    __slots__ = ()

    @property
    def in_yaml(self) -> str:
        """The text as it stands in a YAML file, where `[`, `*`, `::` and commas need quotes."""
        return str(self) if _PLAIN_YAML.fullmatch(self) else f'"{self}"'


class SlipError(TargetError):
    """A target error in parts, some of which are remedies."""

    def __init__(self, *parts: str) -> None:
        self.parts = parts
        super().__init__("".join(parts))

    @property
    def in_yaml(self) -> str:
        """The text with remedies as YAML wants them."""
        return "".join(part.in_yaml if isinstance(part, RemedyText) else part for part in self.parts)


#: Words before a remedy ("the network ", "one such as "), and the remedy.
OptionText = tuple[str, str]


class MeantError(SlipError):
    """What is wrong, and what may have been meant; `tail` is what follows that."""

    def __init__(self, problem: str, *options: OptionText, tail: str = "") -> None:
        self.problem = problem
        self.options = options
        self.tail = tail
        super().__init__(*([*listed(f"{problem}; write ", options), tail] if options else [problem]))

    def moved(self, around: Callable[[str], str]) -> "MeantError":
        """The same, with each remedy put into the text around it."""
        return MeantError(self.problem, *((lead, around(text)) for lead, text in self.options), tail=self.tail)


class UnspecifiedError(MeantError):
    """Hosts that are nothing but unspecified addresses (`words/unspecified.py`); `what` says so."""

    def __init__(self, text: str, what: str, *options: OptionText) -> None:
        self._text = text
        self._what = what
        super().__init__(f"{text} {what}", *options, tail=" if this host is meant")

    def of(self, text: str) -> "UnspecifiedError":
        """The same, about another text that contains these hosts."""
        return UnspecifiedError(text, self._what, *self.options)

    def moved(self, around: Callable[[str], str]) -> "UnspecifiedError":
        """The same, with each remedy put into the text around it."""
        return UnspecifiedError(self._text, self._what, *((lead, around(text)) for lead, text in self.options))


def listed(before: str, options: tuple[OptionText, ...]) -> list[str]:
    """The parts of a sentence that lists the options: `write A, or B`."""
    parts = [before]
    for at, (lead, text) in enumerate(options):
        parts += [", or " if at else "", "" if at and lead == options[at - 1][0] else lead, RemedyText(text)]
    return parts


def yaml_text(error: TargetError) -> str:
    """What an error in a target file says."""
    return error.in_yaml if isinstance(error, SlipError) else str(error)
