"""The warnings of a scan, gathered from lists that grow separately. Pure."""

from collections.abc import Iterable


class WarningLines:
    """Plain lines, each once, in the order they were gathered, so that the new ones are always at the end."""

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)

    def gather(self, lines: Iterable[str]) -> list[str]:
        """Add what is new in these. Returns all lines so far."""
        self._lines += [each for each in lines if each not in self._lines]
        return list(self._lines)
