"""A word of the command line: a target file, or HOST:PORTS?"""

import re
from pathlib import Path

import pytest

from scanner.errors import TargetError
from scanner.targets.file.sources import is_file, pairs_apart, read_argument
from scanner.targets.file.target_file import InputWish

AS_IS, WITH_PORTS = InputWish(), InputWish(ports_given=True)


@pytest.mark.parametrize(
    ("word", "file"),
    [
        ("-", True),
        ("targets.yaml", True),
        ("TARGETS.YML", True),
        ("some/where/t.json", True),
        ("there", True),  # it exists
        ("not-there", False),
        ("localhost:22", False),
        ("a\0b", False),
        ("", False),
    ],
)
def test_what_is_a_file(word: str, file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there").write_text("targets: [a:1]")
    assert is_file(word) is file


def test_a_file_that_is_called_like_a_target_is_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("localhost:22").write_text("targets: [a:1, a:2]\nexclude: b")
    entries, excludes, *_ = read_argument("localhost:22", AS_IS)
    assert [each.ports for each in entries] == [(1,), (2,)]
    assert len(excludes) == 1


def test_words() -> None:
    (entry,), excludes, *_ = read_argument("localhost:22", AS_IS)
    assert (entry.ports, entry.where, excludes) == ((22,), '"localhost:22"', ())
    (entry,), *_ = read_argument("localhost", WITH_PORTS)
    assert entry.ports is None


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("localhost", '"localhost" is not a file, and names no port; write localhost:PORTS, or the path'),
        ("no/such/list", "(and there is no such file)"),
        ("list.txt:x", "(and there is no such file)"),
        ("localhost:0", "port 0 is out of range"),
        ("https://example.net", "is a URL; write example.net:443"),
    ],
)
def test_words_that_are_neither(word: str, told: str) -> None:
    with pytest.raises(TargetError) as caught:
        read_argument(word, AS_IS)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("words", "left", "remedies"),
    [
        (["localhost", "22"], [], ["localhost:22"]),
        (["localhost", "22,80-90"], [], ["localhost:22,80-90"]),
        (["a:1", "localhost", "22", "b:2"], ["a:1", "b:2"], ["localhost:22"]),
        (["[::1]", "22"], [], ["[::1]:22"]),
        (["a:1", "22"], [], ["a:1,22"]),
        (["localhost", "22", "80", "b:1"], ["b:1"], ["localhost:22,80"]),
        (["::1", "22"], [], ["[::1]:22"]),
        (["10.0.0.0/30", "ssh"], [], ["10.0.0.0/30:ssh"]),
        (["22", "localhost"], ["22", "localhost"], []),
        (["localhost", "https"], [], ["localhost:https"]),
        (["db1", "web"], ["db1", "web"], []),
        (["t.yaml", "22"], ["t.yaml", "22"], []),
    ],
)
def test_host_and_ports_in_two_words(words: list[str], left: list[str], remedies: list[str]) -> None:
    """`telnet localhost 22` is what hands know."""
    rest, problems = pairs_apart(words)
    assert rest == left
    assert [problem.partition("; write ")[2] for problem in problems] == remedies
    assert all(read_argument(remedy, AS_IS)[0] for remedy in remedies)


def test_a_word_that_may_be_a_service_is_a_host_where_ports_are_given() -> None:
    assert pairs_apart(["localhost", "https"], ports_given=True) == (["localhost", "https"], [])


@pytest.mark.parametrize("word", ["127.0.0.1", "127.0.0.1:22", "[::1]:22", "::1", "10.0.0.0/30", "10.0.0.0/30:22"])
def test_an_address_is_an_address_whatever_files_there_are(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(word).parent.mkdir(exist_ok=True)
    Path(word).write_text("targets: [a:1, a:2]")
    if word != "::1":
        (entry,), *_ = read_argument(word, WITH_PORTS)
        assert entry.label == f'"{word}"'
    assert len(read_argument(f"./{word}", WITH_PORTS)[0]) == 2
    if ":" not in word:
        with pytest.raises(TargetError, match=re.escape(f"write {word}:PORTS, or ./{word} for the file")):
            read_argument(word, AS_IS)


def test_only_files() -> None:
    with pytest.raises(TargetError, match="there is no such file"):
        read_argument("localhost:22", AS_IS, only_files=True)
