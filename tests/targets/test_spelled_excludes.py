"""What a scan was to leave out, as texts that mean the same."""

import pytest

from scanner.targets.grammar.spelled_excludes import spelled_excludes
from scanner.targets.make_plan import excludes_from


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("10.0.0.0/30", ["10.0.0.0-10.0.0.3"]),
        ("10.0.0.1", ["10.0.0.1"]),
        ("*:25", ["*:25"]),
        ("10.0.0.1:22,25,80-82,83", ["10.0.0.1:22,25,80-83"]),
        ("[fd00::1]:22", ["[fd00::1]:22"]),
        ("fd00::/126", ["fd00::-fd00::3"]),
        ("db1.test", ["db1.test"]),
    ],
)
def test_each_is_spelled_so_that_it_reads_back(typed: str, spelled: list[str]) -> None:
    texts = list(spelled_excludes(excludes_from([typed])))
    assert texts == spelled
    assert list(spelled_excludes(excludes_from(texts))) == texts
