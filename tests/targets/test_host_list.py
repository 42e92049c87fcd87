"""Host and exclude lists, with one word on each line; `test_list_line.py` has those with several."""

from pathlib import Path

import pytest

from scanner.errors import TargetError
from scanner.targets.file.host_list import read_excludes, read_hosts
from scanner.targets.grammar.host_values import HostName


def test_hosts_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text("# ours\r\nlocalhost   # here\n\n  10.0.0.0/30\nweb[1-2]\n")
    assert [host.text for host in read_hosts(str(path)) if isinstance(host, HostName)] == ["localhost", "web1", "web2"]
    assert len(read_hosts(str(path))) == 4


def test_all_mistakes_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text("a\n  127.1\nb c!\nd\x01\n::1:80:x # no\n")
    with pytest.raises(TargetError) as caught:
        read_hosts(str(path))
    assert [line.split(":")[1:3] for line in caught.value.problems] == [["2", "3"], ["3", "3"], ["4", "2"], ["5", "1"]]


@pytest.mark.parametrize(("text", "told"), [("", "empty"), ("# nothing\n", "lists no hosts"), ("a\0", "binary")])
def test_useless_files(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "hosts"
    path.write_text(text)
    with pytest.raises(TargetError, match=told):
        read_hosts(str(path))


def test_what_an_empty_file_lacks(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text(" \n")
    with pytest.raises(TargetError, match="the file is empty; write a list of hosts"):
        read_hosts(str(path))
    with pytest.raises(TargetError, match="the file is empty; write a list of excludes"):
        read_excludes(str(path))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Hosts may have been meant: `-i 10.0.0.0/24`. What to write then differs from a target file's."""
    with pytest.raises(TargetError, match="no such file; check the name, or write hosts without -i"):
        read_hosts(str(tmp_path / "none"))
    with pytest.raises(TargetError, match="no such file; check the name, or write hosts with --exclude"):
        read_excludes(str(tmp_path / "none"))


def test_excludes(tmp_path: Path) -> None:
    path = tmp_path / "excludes"
    path.write_text("10.0.0.0/8, *:25,80 # mail\n[::1]:22\n")
    assert [each.ports for each in read_excludes(str(path))] == [None, (25, 80), (22,)]
