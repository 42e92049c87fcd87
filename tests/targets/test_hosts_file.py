"""Which names this host's own file has."""

import os
from pathlib import Path

from scanner.targets.names.hosts_file import named_here

TEXT = """127.0.0.1 localhost
# 10.0.0.9 gone
::1\tip6-localhost  Loop6 # and not this

10.0.0.1 db db.example
10.0.0.2
"""


def test_names_and_aliases_in_any_case(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text(TEXT)
    asked = ["LOCALHOST", "loop6", "Db.Example", "gone", "this", "10.0.0.1", "other"]
    assert named_here(asked, str(tmp_path / "hosts")) == {"localhost", "loop6", "db.example"}


def test_names_beyond_ascii_as_the_resolver_is_asked_for_them(tmp_path: Path) -> None:
    """It gets their ASCII form, so that form pins or blocks them."""
    (tmp_path / "hosts").write_text("0.0.0.0 xn--bcher-kva.example\n0.0.0.0 Straße.example\n0.0.0.0 xn--bcher-kva\n")
    asked = ["Bücher.Example", "bÜcher", "straße.example", "ü" * 70, "é..x", "xn--BCHER-kva.example"]
    found = named_here(asked, str(tmp_path / "hosts"))
    assert found == {"bücher.example", "bücher", "xn--bcher-kva.example"}


def test_what_is_no_file_has_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in ("missing", "fifo", "."):
        assert named_here(["localhost"], str(tmp_path / path)) == set()
