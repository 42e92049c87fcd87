"""This machine's limits: how many sockets there is room for, how the window shrinks and recovers, what is said."""

import errno
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scanner.machine import descriptors as module
from scanner.machine.descriptors import raise_descriptor_limit
from scanner.machine.lacking import Lacks

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX limits")


def room_under(soft: int, hard: int, *, inherited: Sequence[int] = ()) -> tuple[int, int]:
    """In a process with these limits of open files: the room found, and the soft limit afterwards."""
    program = (
        f"import resource as r; r.setrlimit(r.RLIMIT_NOFILE, ({soft}, {hard}))\n"
        "from scanner.machine.descriptors import raise_descriptor_limit as f\n"
        "print(f(), r.getrlimit(r.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30, pass_fds=inherited
    )
    room, limit = map(int, done.stdout.split())
    return room, limit


class TestDescriptors:
    def test_the_soft_limit_is_raised_to_the_hard_one(self) -> None:
        room, limit = room_under(50, 300)
        assert limit == 300
        assert 250 <= room < 300 - 3  # what is open, and a reserve, is not there to be used

    def test_what_is_open_already_is_not_there_to_be_used(self) -> None:
        """Descriptors that the process inherited count: thirty are thirty fewer."""
        held = [os.open(os.devnull, os.O_RDONLY) for _ in range(30)]
        try:
            assert room_under(50, 300)[0] - room_under(50, 300, inherited=held)[0] == 30
        finally:
            for fd in held:
                os.close(fd)

    def test_there_is_always_room_for_one(self) -> None:
        assert room_under(9, 9)[0] == 1


class TestUnknownLimits:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Limit  Soft Limit  Hard Limit  Units\nMax open files            300          4096      files\n", 300),
            ("Max open files            unlimited          unlimited      files\n", 1024),
            ("Max open\n", 1024),
            ("", 1024),
            (None, 1024),
        ],
    )
    def test_what_linux_shows_or_the_usual(
        self, tmp_path: Path, text: str | None, found: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if text is not None:
            (tmp_path / "limits").write_text(text)

        def refused(which: int) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        def instead(path: str, **how: Any) -> Any:
            assert path == "/proc/self/limits"
            return open(tmp_path / "limits", **how)

        monkeypatch.setattr("resource.getrlimit", refused)
        monkeypatch.setattr(module, "open", instead, raising=False)
        lacks = Lacks()
        assert max(1, found - 500) <= raise_descriptor_limit(lacks) < found
        assert lacks.notes == [
            f"no getrlimit() here (Operation not permitted): assumed as this process's limit on open files: {found}"
        ]

    def test_a_limit_that_cannot_be_raised_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(*words: object) -> None:
            raise PermissionError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr("resource.getrlimit", lambda which: (100, 4096))
        monkeypatch.setattr("resource.setrlimit", refused)
        lacks = Lacks()
        assert 1 <= raise_descriptor_limit(lacks) < 100
        assert lacks.notes == [
            "no setrlimit() here (Operation not permitted): this process may open no more than 100 files"
        ]
