"""How large the kernel's neighbour table is, as Linux shows it."""

from pathlib import Path as File

import pytest

from scanner.machine.neighbour_table import table_size


def sizes(folder: File, **families: str) -> int:
    for family, text in families.items():
        file = folder / family / "neigh" / "default" / "gc_thresh3"
        file.parent.mkdir(parents=True)
        file.write_text(text)
    return table_size(str(folder))


def test_the_smaller_table_counts(tmp_path: File) -> None:
    assert sizes(tmp_path, ipv4="4096\n", ipv6="512\n") == 512


def test_one_family_only(tmp_path: File) -> None:
    assert sizes(tmp_path, ipv4="8192\n") == 8192


def test_this_machine_can_be_asked() -> None:
    assert table_size() > 0


@pytest.mark.parametrize("text", ["", "\n", "many\n", "-1\n"])
def test_a_table_that_does_not_say(tmp_path: File, text: str) -> None:
    assert sizes(tmp_path, ipv4=text) == 1024
