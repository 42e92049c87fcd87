"""A file named where a host belongs, as a process: exit 2 with the option to use, and nobody is asked for its name."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.process import run, run_here

CALLS = [
    (["sweep", "hosts.txt", "-p", "1"], "-i hosts.txt"),
    (["sweep", "127.0.0.1", "hosts.txt", "-p", "1"], "-i hosts.txt"),
    (["sweep", "./hosts.txt", "-p", "1"], "-i ./hosts.txt"),
    (["sweep", "/dev/stdin", "-p", "1"], "-i /dev/stdin"),
    (["sweep", "127.0.0.1", "-p", "1", "--exclude", "hosts.txt"], "--exclude-file hosts.txt"),
    (["sweep", "127.0.0.1", "-p", "1", "--exclude", "127.0.0.9,hosts.txt"], "--exclude-file hosts.txt"),
    (["sweep", "127.0.0.1", "-p", "1", "--exclude", "hosts.txt:22"], "--exclude-file hosts.txt"),
    (["sweep", "127.0.0.1", "-p", "1", "--exclude", "/dev/stdin"], "--exclude-file /dev/stdin"),
    (["sweep", "-i", "nested.txt", "-p", "1"], "-i hosts.txt"),
    (["sweep", "127.0.0.1", "-p", "1", "--exclude-file", "nested.txt"], "--exclude-file hosts.txt"),
    (["scan", "127.0.0.1:1", "--exclude", "hosts.txt"], "--exclude-file hosts.txt"),
    (["scan", "hosts.txt:1"], "write hosts.txt alone"),
    (["trace", "hosts.txt:1"], "scanner scan hosts.txt --explain"),
    (["trace", "hosts.txt"], "scanner scan hosts.txt --explain"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hosts.txt").write_text("127.0.0.1\n")
    (tmp_path / "nested.txt").write_text("127.0.0.1\nhosts.txt\n")
    return tmp_path


@pytest.mark.parametrize(("call", "instead"), CALLS, ids=[" ".join(call) for call, _ in CALLS])
def test_the_message_names_the_option(folder: Path, call: list[str], instead: str) -> None:
    for more in ((), ("--dry-run",)) if call[0] != "trace" else ((),):
        done = run_here(*call, *more, cwd=folder)
        assert (done.returncode, done.stdout) == (2, "")
        assert instead in done.stderr
        assert "Traceback" not in done.stderr


def test_the_remedies_work(folder: Path, closed_port: int) -> None:
    """Typed as they are told."""
    found = run("sweep", "-i", "hosts.txt", "-p", closed_port, "-f", "jsonl", cwd=folder)
    assert json.loads(found.stdout)["host"] == "127.0.0.1"
    words = ["sweep", "127.0.0.1-2", "-p", closed_port, "-f", "jsonl", "--exclude-file"]
    assert json.loads(run(*words, "hosts.txt", cwd=folder).stdout)["host"] == "127.0.0.2"
    with (folder / "hosts.txt").open() as stdin:
        assert json.loads(run(*words, "/dev/stdin", cwd=folder, stdin=stdin).stdout)["host"] == "127.0.0.2"


def test_a_pipe_of_the_shell(folder: Path) -> None:
    reader, writer = os.pipe()
    try:
        done = run("sweep", f"/dev/fd/{reader}", "-p", "1", pass_fds=[reader])
    finally:
        os.close(reader)
        os.close(writer)
    assert done.returncode == 2
    assert f"write -i /dev/fd/{reader}" in done.stderr


def test_folders_share_their_names_with_hosts(folder: Path, closed_port: int) -> None:
    (folder / "localhost").mkdir()
    for words in (
        ["scan", f"localhost:{closed_port}", "--expect", "any"],
        ["scan", "localhost", "-p", closed_port, "--expect", "any"],
        ["sweep", "localhost", "-p", closed_port],
    ):
        done = run(*words, "-4", "-f", "jsonl", cwd=folder)
        assert (done.returncode, json.loads(done.stdout)["address"]) == (0, "127.0.0.1"), done.stderr
    done = run("sweep", "127.0.0.1-2", "-p", closed_port, "--exclude", "localhost", "-f", "jsonl", cwd=folder)
    assert json.loads(done.stdout)["host"] == "127.0.0.2"


def test_an_address_is_an_address(folder: Path, closed_port: int) -> None:
    (folder / "127.0.0.1").write_text("")
    done = run("sweep", "127.0.0.1-2", "-p", closed_port, "--exclude", "127.0.0.1", "-f", "jsonl", cwd=folder)
    assert json.loads(done.stdout)["host"] == "127.0.0.2"


#: Stands in for the resolver, tells who was looked for, and knows an address for every name, as a wildcard does.
WILDCARD = """
import socket, sys
def everything(name, *_, **__):
    print("looked up:", name, file=sys.stderr)
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.77", 0))]
socket.getaddrinfo = everything
"""


@pytest.mark.slow
def test_nobody_is_asked_where_every_name_has_an_address(folder: Path, closed_port: int) -> None:
    """Under a wildcard the exclude would be 127.0.0.77, and what the file lists would be probed."""
    (folder / "sitecustomize.py").write_text(WILDCARD)
    env = {"PYTHONPATH": f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    seen = run("sweep", "some.name", "-p", closed_port, cwd=folder, env=env)
    assert "looked up: some.name" in seen.stderr
    for call, _ in CALLS:
        done = run(*call, cwd=folder, env=env)
        assert done.returncode == 2
        assert "looked up" not in done.stderr
