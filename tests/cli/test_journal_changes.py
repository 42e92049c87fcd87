"""What `--journal` says where the command is not the one that an unfinished scan was begun with, and where it is.

Nothing is probed: such a journal is one of a finished scan without its last frame.
"""

import re
import socket
from pathlib import Path

import pytest

from scanner.scanning.journal.journal_frames import FrameKind, framed
from tests.cli.process import run_here
from tests.namespace import namespace

SWEEP = ["sweep", "127.0.0.1-5", "-p", "1-3", "--vantage", "here"]
LIST = """\
exclude: [127.0.0.9]
targets:
- {name: web, host: 127.0.0.1, port: 1, tags: [a]}
- {name: mail, host: 127.0.0.2, port: 2, tags: [b]}
- 127.0.0.3
"""
SCAN = ["scan", "t.yaml", "-p", "7", "--exclude-file", "x.txt"]
_LAST = len(framed(FrameKind.FINISHED, b"", 0))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With journals of both scans, unfinished: `sweep` and `scan`."""
    made = tmp_path_factory.mktemp("unfinished")
    (made / "t.yaml").write_text(LIST)
    (made / "x.txt").write_text("127.0.0.8\n")
    with namespace() as net:
        for words in (SWEEP, SCAN):
            path = made / words[0]
            assert net.scanner(*words, "-q", "--journal", path, cwd=made).returncode in (0, 1)
            path.write_bytes(path.read_bytes()[:-_LAST])
    return made


def refusal(folder: Path, *words: str) -> str:
    """The message, without what all have in common."""
    path = folder / words[0]
    before, files = path.read_bytes(), sorted(folder.iterdir())
    texts = set()
    for more in (["-o", "r.csv"], ["--dry-run"]):
        done = run_here(*words, "--journal", words[0], *more, cwd=folder)
        assert (done.returncode, done.stdout) == (2, "")
        texts.add(done.stderr)
    assert (path.read_bytes(), sorted(folder.iterdir())) == (before, files)
    (text,) = texts
    head = f"error: --journal '{words[0]}': is of an unfinished scan that differs from this one: "
    tail = "; give what it was begun with, name another file, or remove it to begin anew\n"
    assert text.startswith(head)
    assert text.endswith(tail)
    return str(text[len(head) : -len(tail)])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (["-r", "3"], "--retries is 3, and was 1"),
        (["-r", "0"], "--retries is 0, and was 1"),
        (["-t", "300ms"], "--timeout is 0.3s, and was not given (by default neighbours may take longer)"),
        (["--expect", "open"], "--expect is open, and was not given"),
        (["--exclude", "127.0.0.3"], "--exclude is 127.0.0.3, and was not given"),
        (["-p", "7"], "-p is 1-3,7, and was 1-3"),
        (["--canary"], "--canary is given, and was not given"),
        (["--discover"], "--discover is given, and was not given"),
        (["--shard", "1/2"], "--shard is 1/2, and was not given"),
        (["--no-shuffle"], "the order of probing is that of the list (--no-shuffle), and was random (--shuffle)"),
        (["-4"], "the address family is IPv4 only (-4), and was IPv4 and IPv6"),
        (["-S", "127.0.0.9"], "--source is 127.0.0.9, and was not given"),
        (["127.0.0.6"], "the list of targets changed"),
        (["127.0.0.6", "-p", "7"], "-p is 1-3,7, and was 1-3, the list of targets changed"),
    ],
)
def test_of_a_sweep_it_is_told_what_changed(folder: Path, change: list[str], told: str) -> None:
    assert refusal(folder, *SWEEP, *change) == told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (["-p", "8"], "-p is 7,8, and was 7"),
        (["--tag", "a"], "--tag is a, and was not given"),
        (["--name", "m*"], "--name is m*, and was not given"),
        (["--exclude", "10.0.0.0/8"], "--exclude is 10.0.0.0/8, and was not given"),
        (["--expect", "refused"], "--expect is refused, and was open"),
        (["--vantage", "there"], f"--vantage is there, and was {socket.gethostname()}"),
        (["--dns-timeout", "2"], "--dns-timeout is 2s, and was not given"),
        (["--shuffle"], "the order of probing is random (--shuffle), and was that of the list (--no-shuffle)"),
        (
            ["--shuffle", "--seed", "0"],
            "the order of probing is random (--shuffle), and was that of the list (--no-shuffle), --seed is 0, and was "
            "not given",
        ),
    ],
)
def test_of_a_scan_it_is_told_what_changed(folder: Path, change: list[str], told: str) -> None:
    assert refusal(folder, *SCAN, *change) == told


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("t.yaml", LIST.replace("port: 2", "port: 3"), "the list of targets changed"),
        (
            "t.yaml",
            LIST.replace("tags: [a]", "tags: [c]"),
            "what the list says of its targets changed (their order, names, expectations, timeouts, tags)",
        ),
        ("t.yaml", LIST.replace("0.9", "0.10"), "what is excluded changed"),
        ("x.txt", "127.0.0.7", "what is excluded changed"),
        ("t.yaml", LIST + "defaults: {retries: 4}\n", "what the list says of its targets changed"),
    ],
)
def test_of_files_it_is_told_what_changed(folder: Path, name: str, text: str, told: str) -> None:
    before = (folder / name).read_text()
    (folder / name).write_text(text)
    try:
        assert told in refusal(folder, *SCAN)
    finally:
        (folder / name).write_text(before)


@pytest.mark.parametrize(
    ("words", "done"),
    [
        (SWEEP, "15 of 15"),
        ([*SWEEP, "--retries", "1", "--rate", "5", "--strict", "--explain", "--only", "refused"], "15 of 15"),
        ([*SWEEP, "--shuffle"], "15 of 15"),
        ([*SCAN, "--retries", "1", "--expect", "open", "--no-shuffle"], "3 of 3"),
        ([*SCAN, "--vantage", socket.gethostname()], "3 of 3"),
    ],
)
def test_what_is_said_otherwise_and_means_the_same_goes_on(folder: Path, words: list[str], done: str) -> None:
    before = (folder / words[0]).read_bytes()
    dry = run_here(*words, "--journal", words[0], "--dry-run", cwd=folder)
    assert dry.returncode == 0, dry.stderr
    (line,) = [line for line in dry.stdout.splitlines() if line.startswith("journal:")]
    assert line.startswith(f"journal:   would go on: {done} targets done, begun 20")
    assert (folder / words[0]).read_bytes() == before


def test_of_a_seed_that_nobody_typed_it_is_told_so(folder: Path) -> None:
    assert re.fullmatch(r"--seed is 0, and was \d+ \(chosen by chance\)", refusal(folder, *SWEEP, "--seed", "0"))


def test_of_a_host_with_another_name_it_is_told_how_to_go_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    was = socket.gethostname()
    monkeypatch.setattr(socket, "gethostname", lambda: "other")
    assert (
        refusal(folder, *SCAN)
        == f'this host\'s name is other, and was {was}, as all rows say (--vantage "{was}" goes on)'
    )
    assert refusal(folder, *SWEEP[:-1], "there") == "--vantage is there, and was here"
    assert refusal(folder, *SWEEP[:-2]) == "--vantage is not given, and was here"


def test_a_dry_run_tells_of_what_is_new_and_what_is_finished(folder: Path, tmp_path: Path) -> None:
    finished = tmp_path / "finished"
    finished.write_bytes((folder / "sweep").read_bytes() + framed(FrameKind.FINISHED, b"", 0))
    for path, told in (
        (tmp_path / "new", "would be begun"),
        (finished, "would begin anew: the scan in it was finished"),
    ):
        dry = run_here(*SWEEP, "--journal", path, "--dry-run", cwd=tmp_path)
        assert f"\njournal:   {told}\n" in dry.stdout
    assert not (tmp_path / "new").exists()
