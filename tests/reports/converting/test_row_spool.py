"""Rows that wait: all of them, in their order, by turns; and a folder that has no room for them."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import ReportError
from scanner.reports.converting import RowSpool
from scanner.reports.reading import ReportRow
from tests.reports.reading.made_rows import rows

_ROW = ReportRow(host="10.0.0.1", port=22, state="open")


@settings(max_examples=25)
@given(st.lists(st.lists(rows, max_size=4), max_size=4))
def test_what_came_in_comes_out(batches: list[list[ReportRow]]) -> None:
    with RowSpool() as spool:
        for batch in batches:
            spool.add(batch)
        assert list(spool.batches()) == batches
        assert list(spool.batches()) == batches
        assert {type(row) for batch in spool.batches() for row in batch} <= {ReportRow}


def test_parts_are_read_by_turns() -> None:
    with RowSpool() as spool:
        ends = [0]
        for port in (1, 2, 3):
            spool.add([_ROW._replace(port=port)])
            ends.append(spool.end)
        parts = [spool.batches(*part) for part in pairwise(ends)]
        assert [next(part)[0].port for part in reversed(parts)] == [3, 2, 1]


def test_lone_surrogates_are_kept() -> None:
    with RowSpool() as spool:
        spool.add([_ROW._replace(name="\ud800")])
        assert next(spool.batches())[0].name == "\ud800"


def test_a_folder_without_room_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    large = [_ROW._replace(name="x" * (9 << 20))]
    with RowSpool() as spool, pytest.raises(ReportError, match=r"temporary file: No such file.*TMPDIR names another"):
        spool.add(large)
