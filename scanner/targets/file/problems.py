"""All the mistakes in one file, gathered so that the user sees them at once, each with its place."""

from typing import NoReturn

from scanner.errors import MOST_TOLD, TargetError
from scanner.words.plain import plain

#: After this many the file is not what it should be, and reading on (with "did you mean" for each) wastes time.
_ENOUGH = 500
#: The same for words of the command line, all of which are reported.
ENOUGH_WORDS = 100


class Problems:
    """Mistakes in one file, ordered by place; lines and columns count from 1."""

    def __init__(self, path: str) -> None:
        self.path = plain(path)
        self.count = 0
        self._found: list[tuple[int, int, str]] = []
        self._silenced: set[int] = set()
        self._unsaid = 0

    def add(self, line: int, column: int, text: str) -> None:
        """Note a mistake; `text` says what is wrong and what to write."""
        if line in self._silenced:
            self._unsaid += 1
        else:
            self.count += 1
            if len(self._found) < MOST_TOLD:
                self._found.append((line, column, text))
        if self._enough:
            raise self.error()

    @property
    def _enough(self) -> bool:
        """Silenced mistakes count as well: they took time too."""
        return self.count + self._unsaid >= _ENOUGH

    def silence(self, line: int) -> None:
        """Note no more mistakes in this line: they would follow from one that is noted already."""
        self._silenced.add(line)

    def where(self, line: int, column: int) -> str:
        """A place as messages write it."""
        return f"{self.path}:{line}:{column}"

    def origin(self, line: int, column: int) -> tuple[str, int, int]:
        """The same as an entry has it, which stands there: label, line, column."""
        return self.path, line, column

    def fail(self, line: int, column: int, text: str) -> NoReturn:
        """Note a mistake after which reading cannot go on, and raise all."""
        self.add(line, column, text)
        raise self.error()

    def error(self) -> TargetError:
        """The error that reports all of them."""
        lines = [f"{self.where(line, column)}: {text}" for line, column, text in sorted(self._found)]
        if self.count > len(lines):
            rest = f"{self.count - len(lines)} more"
            lines.append(f"{self.path}: and {'at least ' if self._enough else ''}{rest}")
        return TargetError(*lines)

    def check(self) -> None:
        """Raise if there were any."""
        if self.count:
            raise self.error()
