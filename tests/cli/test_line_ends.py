"""Whatever ends the lines of a list, whole runs touch what the list says and nothing else."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.process import run

ENDS = pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
#: What its comment hides when the line end behind it is not seen: 127.0.0.3.
NEVER = ["# never touch these:", "127.0.0.3", ""]


@pytest.fixture
def never() -> Iterator[socket.socket]:
    """A listener that nobody may knock at."""
    with socket.create_server(("127.0.0.3", 0)) as listener:
        listener.setblocking(False)
        yield listener
        with pytest.raises(BlockingIOError):
            listener.accept()


def hosts_of(text: str) -> set[str]:
    return {json.loads(line)["host"] for line in text.splitlines()}


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


@pytest.mark.thinned(5)
@ENDS
@pytest.mark.parametrize("how", ["file", "stdin"])
def test_an_excluded_host_is_never_probed(tmp_path: Path, never: socket.socket, end: str, how: str) -> None:
    (tmp_path / "never.txt").write_bytes(end.join(NEVER).encode())
    words = ["sweep", "127.0.0.2-4", "-p", port_of(never), "-f", "jsonl", "--exclude-file"]
    if how == "file":
        done = run(*words, "never.txt", cwd=tmp_path)
    else:
        with (tmp_path / "never.txt").open("rb") as stdin:
            done = run(*words, "-", stdin=stdin)
    assert hosts_of(done.stdout) == {"127.0.0.2", "127.0.0.4"}


@ENDS
def test_excludes_of_a_target_file(tmp_path: Path, never: socket.socket, end: str) -> None:
    port = port_of(never)
    lines = ["# ours", "exclude: # never", "- 127.0.0.3 # old", "targets: # all", f"- 127.0.0.2-4:{port} # x", ""]
    (tmp_path / "t.yaml").write_bytes(end.join(lines).encode())
    assert hosts_of(run("scan", "t.yaml", "-f", "jsonl", cwd=tmp_path).stdout) == {"127.0.0.2", "127.0.0.4"}
    assert "excluded:  1 target\n" in run("scan", "t.yaml", "--dry-run", cwd=tmp_path).stdout


@ENDS
def test_no_host_of_a_list_vanishes(tmp_path: Path, closed_port: int, end: str) -> None:
    (tmp_path / "hosts.txt").write_bytes(end.join(["127.0.0.1 # a", "127.0.0.2", "#127.0.0.9", "127.0.0.4"]).encode())
    words = ["sweep", "-i", "hosts.txt", "-p", closed_port]
    assert hosts_of(run(*words, "-f", "jsonl", cwd=tmp_path).stdout) == {"127.0.0.1", "127.0.0.2", "127.0.0.4"}
    assert run(*words, "--dry-run", cwd=tmp_path).stdout.startswith("targets:   3\n")


@pytest.mark.thinned(3)
@pytest.mark.parametrize("char", ["\x85", "\u2028", "\u2029", "\v", "\f", "\x1c"])
def test_a_line_end_of_others_is_status_2(tmp_path: Path, never: socket.socket, char: str) -> None:
    """An editor shows 127.0.0.3 in a line of its own."""
    (tmp_path / "never.txt").write_text(f"127.0.0.2\n# never touch{char}127.0.0.3\n", encoding="utf-8")
    words = ["sweep", "127.0.0.2-4", "-p", port_of(never), "--exclude-file", "never.txt"]
    for more in ((), ("--dry-run",)):
        done = run(*words, *more, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("never.txt:2:14: the line holds ")
