"""The warnings of a scan, gathered from lists that grow each for itself. Pure."""

from collections.abc import Iterable


class WarningLines:
    """Plain lines, each once, in the order in which they were gathered: whoever shows the new ones shows the end."""

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)

    def gather(self, lines: Iterable[str]) -> list[str]:
        """Takes what is new in these. Returns all lines so far."""
        self._lines += [each for each in lines if each not in self._lines]
        return list(self._lines)
