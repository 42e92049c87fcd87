"""The names of this process's own open files, and an open file of its own to what they lead to."""

import fcntl
import os
import socket
from pathlib import Path

import pytest

from scanner.machine.own_descriptors import opened_anew, own_descriptor, socket_of

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX files")
linux = pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="no /proc/self/fd here")


@posix
@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("-", 1), ("/dev/stdout", 1), ("/dev/stderr", 2), ("/dev/fd/7", 7), ("/proc/self/fd/1", 1), ("x", None),
        ("/dev/fd/7/x", None), ("dev/stdout", None), ("/dev/fd/", None),
    ],
)  # fmt: skip
def test_which_paths_name_one(path: str, number: int | None) -> None:
    assert own_descriptor(path) == number


@linux
def test_flags_of_what_is_opened_anew_are_nobody_elses() -> None:
    reader, writer = os.pipe()
    ours = opened_anew(writer)
    try:
        assert ours not in (-1, writer)
        assert fcntl.fcntl(ours, fcntl.F_GETFL) & os.O_NONBLOCK
        assert os.get_blocking(writer)
        os.write(ours, b"row\n")
        assert os.read(reader, 10) == b"row\n"
    finally:
        for each in {reader, writer, ours} - {-1}:
            os.close(each)


@linux
def test_what_cannot_be_opened_anew(tmp_path: Path) -> None:
    assert opened_anew(9999) == -1, "nothing is open there"
    file = tmp_path / "file"
    file.touch(0o600)
    descriptor = os.open(file, os.O_RDONLY)
    try:
        file.chmod(0o400)
        assert os.geteuid() == 0 or opened_anew(descriptor) == -1, "it may not be written"
    finally:
        os.close(descriptor)


def test_a_socket_outlives_the_descriptor_that_led_to_it() -> None:
    near, far = socket.socketpair()
    with far:
        ours = socket_of(near.fileno())
        near.close()
        with ours:
            ours.send(b"row\n", socket.MSG_DONTWAIT)
            assert far.recv(10) == b"row\n"
