"""How many sockets fit in memory, as the kernel's files tell."""

from pathlib import Path as File

import pytest

from scanner.machine.memory import sockets_in_memory


def _said(root: File, meminfo: str, tcp_mem: str) -> int | None:
    (root / "sys/net/ipv4").mkdir(parents=True)
    (root / "meminfo").write_text(meminfo)
    (root / "sys/net/ipv4/tcp_mem").write_text(tcp_mem)
    return sockets_in_memory(str(root))


@pytest.mark.parametrize(
    ("available", "pages", "room"),
    [
        ("MemTotal: 9999 kB\nMemAvailable:  6400000 kB\n", "1 383868 575802\n", 100_000),
        ("MemAvailable:  6400000 kB\n", "9000 12000 18000\n", 6000),
        ("MemAvailable: 6400000 kB\n", "", 100_000),
        ("MemTotal: 6400000 kB\n", "9000\t12000\t18000\n", 6000),
        ("MemAvailable: 1 kB\n", "0 0 0\n", 1),
        ("MemAvailable:\nMemAvailable: many kB\n", "a b c\n", None),
        ("", "1 2\n", None),
    ],
)
def test_the_less_of_what_is_available_and_of_what_tcp_may_have(
    tmp_path: File, available: str, pages: str, room: int | None
) -> None:
    assert _said(tmp_path, available, pages) == room


def test_where_nobody_tells_nothing_is_known(tmp_path: File) -> None:
    assert sockets_in_memory(str(tmp_path)) is None
