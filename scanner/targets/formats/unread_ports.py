"""Columns of a table that nobody reads, where its rules name no port: one of them may well hold the ports.

Then it is not `-p` that is lacking: every rule would be probed at a port that it does not name. So the mistake names
those columns, and one that is called like services and says ports is a mistake even beside `-p`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.listing import Listing
from scanner.targets.formats.rule_ports import ports_said
from scanner.targets.formats.rule_words import spelled
from scanner.targets.formats.table_head_rows import HeadRow
from scanner.targets.formats.table_rows import TableRow
from scanner.words.shown_text import shown

_MOST_NAMED = 10
_LONGEST = 200
#: After so many rules without ports it is told, while there is room for it among their mistakes.
_SOON = 20
_WORD = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: What columns of ports are called, among other words.
_CALLED = spelled("port ports service services dienst dienste application applications anwendung anwendungen app apps")
#: What makes a column another's: its ports are no destination's of TCP.
_OTHERS = spelled("udp source src quelle quell")
#: Objects of firewalls whose names say a protocol, or that they are predefined.
_OBJECT = re.compile(r"(?i)(?:tcp|udp|junos|service)[-_/]\w")


class UnreadPorts:
    """Looks at the cells that rules without ports have in columns that are not read. `finish()` tells it.

    `unread`: those of its columns, from 0, that may say ports."""

    def __init__(self, heads: HeadRow, unread: Sequence[int], listing: Listing) -> None:
        self._listing = listing
        self._line = heads.line
        self._is_text = bool(heads.delimiter)
        self._heads = heads.columns.heads
        self._unread = [at for at in unread if _OTHERS.isdisjoint(_words_of(self._heads[at]))]
        self._rows = 0
        #: By column: how many of the cells say ports, and how many do not.
        self._cells: dict[int, list[int]] = {}
        self._is_told = False

    def look(self, row: TableRow) -> None:
        """Notes what a rule that names no port has there."""
        for at in self._unread:
            if text := row.text(at):
                self._cells.setdefault(at, [0, 0])[not _says_ports(text[:_LONGEST])] += 1
        self._rows += 1
        if self._rows == _SOON and not self._listing.ports_given:
            self.finish()

    def finish(self) -> None:
        """Tell which columns may hold the ports."""
        if not self._cells or self._is_told:
            return
        called = [at for at in self._cells if not _CALLED.isdisjoint(_words_of(self._heads[at]))]
        surely = next((at for at in called if self._cells[at][0] >= max(1, self._cells[at][1])), None)
        if surely is not None:
            head = self._heads[surely]
            told = f"column {shown(head)} looks like ports or services and is not read; write "
            self._tell(surely, f"{told}{wish_for('service', head)}, or rename its head")
        elif not self._listing.ports_given:
            named = [at for at in self._cells if self._heads[at]]
            listed = ", ".join(shown(self._heads[at]) for at in named[:_MOST_NAMED]) or "those without a head"
            more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
            such = wish_for("service", self._heads[called[0]]) if called else "--columns port=HEAD"
            told = (
                f"rules name no port, and columns were not read: {listed}{more}; if one holds the ports, write {such}"
            )
            self._tell(next(iter([*called, *named, *self._cells])), told)

    def _tell(self, at: int, told: str) -> None:
        self._is_told = True
        self._listing.wrong(Scalar(self._line, 1 if self._is_text else at + 1, self._heads[at]), told)


def wish_for(role: str, head: str) -> str:
    """How to say on the command line what a column holds."""
    return f"--columns {role}={head if head.isalnum() else repr(head)}"


def _words_of(head: str) -> set[str]:
    return set(_WORD.findall(_CAMEL.sub(" ", head).lower()))


@lru_cache(maxsize=1024)
def _says_ports(text: str) -> bool:
    """Whether a cell names ports, services, or objects of a firewall that stand for such."""
    if all(_OBJECT.match(word) for word in re.split(r"[\s,;]+", text) if word):
        return True
    said = ports_said(text, True)
    return bool(said.ports or said.others) and not said.wrong
