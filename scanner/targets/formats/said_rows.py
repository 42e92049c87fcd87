"""What a row of a table says by the roles of its columns: texts at once, cells with their places when needed.

Of several columns with one role the first that says anything counts, by the row: a rule without a name may have a
description.
"""

from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.port_cells import is_nothing
from scanner.targets.formats.table_heads import TableColumns
from scanner.targets.formats.table_rows import TableRow

#: The longest way to say nothing: `keiner`.
_LONGEST = 6


class SaidRow:
    """A `row`, read through the columns of its table."""

    __slots__ = ("_places", "row")

    def __init__(self, row: TableRow, columns: TableColumns) -> None:
        self.row = row
        self._places: dict[str, int] = {}
        places = self._places
        texts = row.texts
        for role, columns_of_it in columns.places.items():
            for at in columns_of_it:
                if at < len(texts) and (text := texts[at]) and (len(text) > _LONGEST or not is_nothing(text)):
                    places[role] = at
                    break

    def text(self, role: str) -> str:
        """What it says; empty where it says nothing."""
        at = self._places.get(role)
        return "" if at is None else self.row.texts[at]

    def cell(self, role: str) -> Scalar:
        """The same with its place. Errors: KeyError where it says nothing."""
        return self.row.cell(self._places[role])

    def first_of(self, *roles: str) -> str:
        """The first of these roles of which it says anything, or empty."""
        for role in roles:
            if role in self._places:
                return role
        return ""
