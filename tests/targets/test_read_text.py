"""A user's file as text: what cannot be read, how that is said, and where in the file a mistake stands."""

import io
import os
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.file.problems import Problems
from scanner.targets.file.read_text import cleaned, decoded, read_text
from tests.targets.made import attempt, places, told


def refused(path: str) -> str:
    """What reading this path is told."""
    _, problems = attempt(read_text, path, Problems(path))
    return "\n".join(problems)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert refused(str(tmp_path / "none.yaml")).endswith("there is no such file; check the name, or write HOST:PORTS")
    assert refused(str(tmp_path)).endswith("is a directory; name a file in it")
    assert "cannot be read (embedded null byte)" in refused("a\0b")
    assert "cannot be read (Not a directory)" in refused(f"{__file__}/x")


def test_a_file_that_is_there_but_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permission denied and an I/O error, as root too."""
    path = tmp_path / "t.yaml"
    path.write_text("targets: [a:1]")
    for error in (PermissionError(13, "Permission denied"), OSError(5, "Input/output error")):

        def fail(*_: object, error: OSError = error) -> None:
            raise error

        monkeypatch.setattr("builtins.open", fail)
        assert refused(str(path)) == f"{path}: cannot be read ({error.strerror}); name a file that can"


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="Linux has a file that opens and cannot be read")
def test_a_file_that_opens_and_cannot_be_read() -> None:
    assert "cannot be read (Input/output error)" in refused("/proc/self/mem")


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no such device here")
def test_devices() -> None:
    """One without an end is read up to the limit; one without a beginning is empty."""
    assert "is bigger than 32 MB" in refused("/dev/zero")
    assert "is empty" in refused("/dev/null")


def test_the_biggest_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.file.read_text.MOST_BYTES", 14)
    assert read_text(_file(tmp_path, b"targets: [a:1]"), Problems("x")) == "targets: [a:1]"
    assert "bigger than" in told(tmp_path, "targets: [a:12]")[0]


def _file(folder: Path, data: bytes) -> str:
    (folder / "t.yaml").write_bytes(data)
    return str(folder / "t.yaml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_fifo_is_read_to_its_end(tmp_path: Path) -> None:
    """As `<(...)` of a shell makes one."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("targets: [a:1]",))
    writer.start()
    try:
        assert read_text(str(path), Problems("x")) == "targets: [a:1]"
    finally:
        writer.join(10)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a: \xff")))
    with pytest.raises(TargetError, match="<stdin>:1:4: the file is not UTF-8"):
        read_text("-", Problems("<stdin>"))
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(TargetError, match="there is no standard input"):
        read_text("-", Problems("<stdin>"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "1:1: the file is empty"),
        (b"\xef\xbb\xbf \r\n\t\n", "1:1: the file is empty"),
        (b"a\nb\0", "2:2: the file is binary"),
        ("targets: [a:1]".encode("utf-16"), "1:1: the file is UTF-16"),
        ("targets: [a:1]".encode("utf-16-le"), "1:1: the file is UTF-16; save it as UTF-8"),
        ("targets: [a:1]".encode("utf-16-be"), "1:1: the file is UTF-16"),
        ("# b\u00fccher \u2013 \u0431\ntargets: [a:1]\n".encode("utf-16-le"), "1:1: the file is UTF-16"),
        ("targets: [a:1]".encode("utf-32"), "1:1: the file is UTF-32; save it as UTF-8"),
        (b"\0\0\xfe\xff" + "a:1\n".encode("utf-32-be"), "1:1: the file is UTF-32"),
        ("targets: [a:1]".encode("utf-32-le"), "1:1: the file is UTF-32"),
        ("targets: [a:1]".encode("utf-32-be"), "1:1: the file is UTF-32"),
        (b"a\0b\0cd" * 9, "1:2: the file is binary"),
        (bytes(400), "1:1: the file is binary"),
        (b"a\0", "1:2: the file is binary"),
        ("# \u00fc\nb\u00fccher:1".encode("latin-1"), "1:3: the file is not UTF-8 (byte 0xfc)"),
        ("\u00fc\u00fc".encode() + b"\xff", "1:3: the file is not UTF-8 (byte 0xff)"),
        (b"\x89PNG\r\n\x1a\n", "1:1: the file is not UTF-8 (byte 0x89)"),
    ],
)
def test_what_is_no_text(data: bytes, said: str, tmp_path: Path) -> None:
    assert f"t.yaml:{said}" in refused(_file(tmp_path, data))


@given(st.text(alphabet="a\u00fc\n\x01\x7f\ufeff\u2028", max_size=30))
def test_each_line_with_forbidden_characters_is_told_once(text: str) -> None:
    problems = Problems("t")
    clean = cleaned(text, problems)
    wanted = [
        (number, 1 + min(line.find(char) for char in "\x01\x7f\ufeff" if char in line))
        for number, line in enumerate(text.split("\n"), 1)
        if set(line) & set("\x01\x7f\ufeff")
    ]
    assert places(problems) == wanted
    assert clean.count("\n") == text.count("\n")
    assert clean.replace("\ufffd", "") == "".join(char for char in text if char not in "\x01\x7f\ufeff")
    assert not set(clean) & set("\x01\x7f\ufeff")


@given(st.text(alphabet="a\u00fc\n\U0001f600", max_size=20))
def test_the_place_of_a_broken_byte_is_counted_in_characters(text: str) -> None:
    problems = Problems("t")
    with pytest.raises(TargetError):
        decoded(text.encode() + b"\xff!", problems)
    line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    assert places(problems) == [(line, column)]
