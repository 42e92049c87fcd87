"""`--journal` as people use it: processes that are killed, stopped or run out of room, and the same command again."""

import json
import os
import re
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from scanner.scanning.journal.journal_file import JournalFile
from scanner.scanning.journal.journal_frames import OPENING, FrameKind, framed
from tests.cli.process import COMMAND, PATIENCE_S, run
from tests.namespace import Namespace, namespace
from tests.workers import until, workers_of

#: Of each host 15 ports refuse, and 15 say nothing.
HOSTS, PORTS = "127.0.0.1-20", "1985-2014"
SWEEP = ["sweep", HOSTS, "-p", PORTS, "-t", "200ms", "--rate", "1000", "-q", "-f", "jsonl"]
TARGETS = 600


@pytest.fixture(scope="module")
def net() -> Iterator[Namespace]:
    with namespace() as made:
        yield made


def verdict(row: dict[str, Any]) -> tuple[str, int, str, str]:
    return row["address"], row["port"], row["state"], row["doubt"] or ""


def rows_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def is_finished(path: Path) -> bool:
    """Whether the next run begins anew."""
    file = JournalFile(str(path), new=False)
    try:
        return file.frames()[-1].kind is FrameKind.FINISHED
    finally:
        file.close()


def killed(net: Namespace, path: Path, lines: int, number: int = signal.SIGKILL, *more: str) -> list[dict[str, Any]]:
    """What a run had said when it was killed: so many rows. None, where its scan was over by then, be it that the
    process had not ended yet: the next begins anew."""
    process = net.start(*COMMAND, *SWEEP, "--journal", path, *more)
    assert process.stdout is not None
    seen = [line for _ in range(lines) if (line := process.stdout.readline())]
    process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE_S)
    status = {signal.SIGKILL: -signal.SIGKILL, signal.SIGINT: 130, signal.SIGTERM: 143}[signal.Signals(number)]
    assert process.returncode in (status, 0), said
    return [] if is_finished(path) else rows_of("".join(seen))


def check_goes_on(net: Namespace, path: Path, unbroken: set[Any], seen: list[dict[str, Any]], *more: str) -> None:
    done = net.scanner(*SWEEP, "--journal", path, *more)
    assert done.returncode == 0, done.stderr
    rows = rows_of(done.stdout)
    assert len(rows) == TARGETS
    assert {verdict(row) for row in rows} == unbroken
    told = {(row["address"], row["port"]): row for row in rows}
    asked_again = [(row, told[row["address"], row["port"]]) for row in seen if told[row["address"], row["port"]] != row]
    assert not asked_again  # to the millisecond


@pytest.fixture(scope="module")
def unbroken(net: Namespace) -> set[Any]:
    found = {verdict(row) for row in rows_of(net.scanner(*SWEEP).stdout)}
    assert len(found) == TARGETS
    assert {state for _, _, state, _ in found} == {"refused", "timeout"}
    return found


def test_killed_in_mid_scan_the_same_command_goes_on(net: Namespace, tmp_path: Path, unbroken: set[Any]) -> None:
    path = tmp_path / "j"
    seen = killed(net, path, 120)
    assert len(seen) >= 120
    check_goes_on(net, path, unbroken, seen)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_killed_again_and_again(net: Namespace, tmp_path: Path, unbroken: set[Any], number: int) -> None:
    path = tmp_path / "j"
    seen: list[dict[str, Any]] = []
    for lines in (1, 50, 200, 333, 450, 590):
        rows = killed(net, path, lines, number)
        if number == signal.SIGKILL:
            seen = [*seen, *rows] if rows else []
    check_goes_on(net, path, unbroken, seen)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_killed_again_and_again_with_more_or_fewer_processes(
    net: Namespace, tmp_path: Path, unbroken: set[Any], number: int
) -> None:
    """How many share a scan may change from run to run."""
    path = tmp_path / "j"
    seen: list[dict[str, Any]] = []
    for lines, count in ((1, "2"), (50, "3"), (200, "1"), (333, "2"), (450, "4"), (590, "2")):
        rows = killed(net, path, lines, number, "--processes", count)
        if number == signal.SIGKILL:
            seen = [*seen, *rows] if rows else []
    check_goes_on(net, path, unbroken, seen, "--processes", "2")


@pytest.mark.slow
def test_a_finished_one_begins_anew_and_says_so(net: Namespace, tmp_path: Path) -> None:
    words = ["sweep", HOSTS, "-p", "1-3", "--journal", tmp_path / "j", "-o", tmp_path / "r.json", "--no-progress"]
    first = net.scanner(*words)
    assert "journal" not in first.stderr.replace(str(tmp_path), "")
    again = net.scanner(*words)
    assert "journal: the scan in it was finished; this is a new one\n" in again.stderr
    assert "resumed" not in json.loads((tmp_path / "r.json").read_text())["scan"]
    assert (tmp_path / "j").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_what_a_stopped_one_says_and_what_the_report_tells_of_all_runs(net: Namespace, tmp_path: Path) -> None:
    words = [*SWEEP, "--journal", tmp_path / "j", "-o", tmp_path / "r.json", "--no-progress"]
    words.remove("-q")
    process = net.start(*COMMAND, *words)
    assert process.stdout is not None
    for _ in range(100):
        process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "to go on from here: the same command again (--journal " in said
    done = net.scanner(*words)
    assert done.returncode == 0
    assert f" of {TARGETS} targets done" in done.stderr
    scan = json.loads((tmp_path / "r.json").read_text())["scan"]
    assert scan["resumed"] == 1
    assert scan["timeouts"] == TARGETS // 2
    assert scan["complete"]
    assert scan["elapsed_s"] > 0.5
    assert "to go on from here" not in done.stderr


@pytest.mark.slow
def test_a_scan_of_names_and_expectations_goes_on(net: Namespace, tmp_path: Path) -> None:
    """Of an entry that needs some of its targets, rows of both runs count together."""
    (tmp_path / "t.yaml").write_text(
        "targets:\n- {host: localhost, ports: 1985-2014, expect: refused}\n"
        "- {name: some, host: 127.0.0.1-20, ports: 1985-1999, expect: refused, need: 290}\n"
    )
    words = ["scan", str(tmp_path / "t.yaml"), "-t", "200ms", "--rate", "300", "-q", "-f", "jsonl"]
    whole = net.scanner(*words)
    process = net.start(*COMMAND, *words, "--journal", tmp_path / "j")
    for _ in range(1):
        assert process.stdout is not None
        process.stdout.readline()
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    done = net.scanner(*words, "--journal", tmp_path / "j")
    assert done.returncode == whole.returncode == 1
    assert sorted((verdict(row), row["name"] or "", row["met"]) for row in rows_of(done.stdout)) == sorted(
        (verdict(row), row["name"] or "", row["met"]) for row in rows_of(whole.stdout)
    )


@pytest.mark.slow
def test_a_disk_that_is_full_stops_it_and_room_lets_it_go_on(
    net: Namespace, tmp_path: Path, unbroken: set[Any]
) -> None:
    path = tmp_path / "j"
    done = net.scanner(
        *SWEEP, "--journal", path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
    )
    assert done.returncode == 3
    assert (
        "cannot be written: File too large; what is in it stays, and the scan stops here; the same command goes on"
        in done.stderr
    )
    assert path.stat().st_size <= 9000
    check_goes_on(net, path, unbroken, [])


@pytest.mark.slow
def test_a_report_that_found_no_room_is_had_without_probing(net: Namespace, tmp_path: Path) -> None:
    """The journal, which is smaller, had room."""
    words = [*SWEEP[:-3], "--journal", tmp_path / "j", "-o", tmp_path / "r.jsonl", "--no-progress"]
    done = net.scanner(*words, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (80_000, 80_000)))
    assert done.returncode == 3
    assert "to have what is missing, and probe nothing again: the same command again (--journal " in done.stderr
    dropped = net.dropped
    done = net.scanner(*words)
    assert done.returncode == 0
    assert f"resuming: {TARGETS} of {TARGETS} targets done" in done.stderr
    assert len(rows_of((tmp_path / "r.jsonl").read_text())) == TARGETS
    assert net.dropped == dropped
    assert "to have what is missing" not in done.stderr


#: `scanner`, on a disk that has no room for frames of these kinds once rows have come: for none at all, or (`once`) for
#: the first of each.
_NO_ROOM = """
import errno, os, sys
kinds, once, real = set(map(int, sys.argv[1].split(","))), sys.argv[2] == "once", os.pwrite
come = []
def pwrite(descriptor, data, at):
    kind = data[4]
    if kind == 3:
        come.append(kind)
    if come and kind in kinds:
        if once:
            kinds.discard(kind)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return real(descriptor, data, at)
os.pwrite = pwrite
from scanner.cli import main
del sys.argv[1:3]
sys.exit(main())
"""


@pytest.mark.parametrize(("kinds", "often"), [("6", "once"), ("4", "always"), ("3", "always")])
def test_what_finds_no_room_once_all_is_probed_costs_nothing(
    net: Namespace, tmp_path: Path, kinds: str, often: str
) -> None:
    """The last frames: how far it was (4), that it is finished (6), and where a scan is short, its rows (3)."""
    words = ["sweep", "127.0.0.1", "-p", "1-3", "--journal", tmp_path / "j", "-q", "-o", tmp_path / "r.csv"]
    done = net.run(sys.executable, "-c", _NO_ROOM, kinds, often, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "r.csv").read_text().count("\n") == 1 + 3
    assert is_finished(tmp_path / "j")


def test_one_that_cannot_be_finished_is_told_and_exit_3(net: Namespace, tmp_path: Path) -> None:
    words = ["sweep", "127.0.0.1", "-p", "1-3", "--journal", tmp_path / "j", "-q", "-o", tmp_path / "r.csv"]
    done = net.run(sys.executable, "-c", _NO_ROOM, "6", "always", *words)
    assert done.returncode == 3
    assert "cannot be written: No space left on device; all reports are written, but the same " in done.stderr
    assert (tmp_path / "r.csv").read_text().count("\n") == 1 + 3
    assert "\njournal:   would be begun\n" in net.scanner(*words, "--dry-run").stdout


@pytest.mark.slow
def test_whose_reader_is_gone_beside_another_report_is_not_finished_and_told(
    net: Namespace, tmp_path: Path, unbroken: set[Any]
) -> None:
    path = tmp_path / "j"
    process = net.start(*COMMAND, *SWEEP, "--journal", path, "-o", tmp_path / "r.jsonl")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(PATIENCE_S) == 0
    assert process.stderr is not None
    assert "warning: the reader of stdout went away, so the journal " in process.stderr.read()
    assert len((tmp_path / "r.jsonl").read_text().splitlines()) == TARGETS
    check_goes_on(net, path, unbroken, [])


@pytest.mark.slow
def test_whose_reader_is_gone_is_not_finished(net: Namespace, tmp_path: Path, unbroken: set[Any]) -> None:
    """What nobody has read is not lost: the same command tells all of it."""
    path = tmp_path / "j"
    process = net.start(*COMMAND, *SWEEP, "--journal", path)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(PATIENCE_S) == 141
    check_goes_on(net, path, unbroken, [])


@pytest.mark.slow
def test_whose_reader_is_gone_has_kept_what_its_processes_had_probed(net: Namespace, tmp_path: Path) -> None:
    """Some of it was still on its way from them. Every port refuses at once, so hardly a probe is in flight."""
    words = ["sweep", HOSTS, "-p", "1-1000", "--rate", "4000", "--processes", "2", "--journal", tmp_path / "j", "-q",
             "-f", "csv"]  # fmt: skip
    before = attempts(net)
    process = net.start(*COMMAND, *words)
    assert process.stdout is not None
    for _ in range(2000):
        assert process.stdout.readline()
    process.stdout.close()
    assert process.wait(PATIENCE_S) == 141
    probed = attempts(net) - before
    told = re.search(r"\njournal: +would go on: ([\d,]+) of 20,000 ", net.scanner(*words, "--dry-run").stdout)
    assert told is not None
    assert 2000 < probed < 20_000
    assert probed - int(told[1].replace(",", "")) <= 40


def attempts(net: Namespace) -> int:
    """Connections that were begun there so far."""
    names, numbers = re.findall(r"^Tcp: (.*)$", net.run("cat", "/proc/net/snmp", check=True).stdout, re.MULTILINE)
    return int(dict(zip(names.split(), numbers.split(), strict=True))["ActiveOpens"])


def test_whose_reader_is_gone_and_that_lacks_its_last_rows_is_not_said_to_have_all(
    net: Namespace, tmp_path: Path
) -> None:
    words = ["sweep", "127.0.0.1", "-p", "1-3", "--journal", tmp_path / "j", "-f", "csv", "-o", tmp_path / "r.csv"]
    process = net.start(sys.executable, "-c", _NO_ROOM, "3", "always", *words)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(PATIENCE_S) == 3
    assert process.stderr is not None
    said = process.stderr.read()
    assert "cannot be written: No space left on device; the scan is complete all the same" in said
    assert "to go on from here: the same command again" in said
    assert "probes nothing" not in said
    assert "remove it" not in said


@pytest.mark.slow
def test_in_a_database_the_scan_that_was_gone_on_with_comes_after_what_was_cut_short(
    net: Namespace, tmp_path: Path
) -> None:
    words = [*SWEEP[:-2], "--journal", tmp_path / "j", "-o", tmp_path / "s.db"]
    process = net.start(*COMMAND, *words, "-f", "jsonl")
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert net.scanner(*words).returncode == 0
    read = run("convert", tmp_path / "s.db", "-f", "csv")
    assert read.stdout.count("\n") == 1 + TARGETS
    assert run("diff", tmp_path / "s.db").returncode == 2  # there is no scan before it
    assert net.scanner(*words).returncode == 0
    difference = run("diff", tmp_path / "s.db")
    assert difference.returncode == 0, difference.stdout
    assert "not scanned" not in difference.stdout


@pytest.mark.slow
def test_two_at_once(net: Namespace, tmp_path: Path) -> None:
    process = net.start(*COMMAND, *SWEEP, "--journal", tmp_path / "j")
    assert process.stdout is not None
    process.stdout.readline()
    second = net.scanner(*SWEEP, "--journal", tmp_path / "j", "-o", tmp_path / "r.csv")
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    assert second.returncode == 2
    assert "another scan is writing it" in second.stderr
    assert not (tmp_path / "r.csv").exists()
    assert not (tmp_path / "r.csv.partial").exists()


@pytest.mark.slow
def test_how_fast_it_goes_and_what_is_reported_may_change(net: Namespace, tmp_path: Path) -> None:
    """(What may not, and what is told then: test_journal_changes.py.)"""
    path = tmp_path / "j"
    killed(net, path, 50)
    for change in (["--rate", "100000"], ["-c", "50"], ["--host-rate", "9999"], ["--only", "refused"]):
        assert killed(net, path, 50, signal.SIGKILL, *change)


@pytest.mark.slow
def test_one_that_is_removed_meanwhile_costs_no_row_and_is_told(net: Namespace, tmp_path: Path) -> None:
    path = tmp_path / "j"
    words = [*SWEEP, "--rate", "200", "--journal", path, "-o", tmp_path / "r.jsonl", "--no-progress"]
    words.remove("-q")
    for status, told in ((0, "was removed, moved or truncated while the scan ran: "), (130, "nothing to go on with: ")):
        process = net.start(*COMMAND, *words)
        assert process.stdout is not None
        process.stdout.readline()
        path.unlink()
        if status:
            process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == status
        assert told in said
        assert "to go on from here" not in said
        assert not path.exists()
    assert len((tmp_path / "r.jsonl").read_text().splitlines()) == TARGETS


@pytest.mark.slow
def test_what_came_before_all_its_processes_died_is_not_probed_again(net: Namespace, tmp_path: Path) -> None:
    """Every port refuses, so nothing is in doubt: then all that was told is kept."""
    words = ["sweep", HOSTS, "-p", "1-30", "--rate", "200", "--processes", "2", "--journal", tmp_path / "j", "-q",
             "-f", "jsonl", "-o", tmp_path / "r.jsonl"]  # fmt: skip
    process = net.start(*COMMAND, *words)
    assert process.stdout is not None
    assert process.stdout.readline()

    def is_over() -> bool:
        for worker in workers_of(process.pid):
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        return process.poll() is not None

    until(is_over, "it goes on without processes")
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3
    told = len(rows_of((tmp_path / "r.jsonl.partial").read_text()))
    assert f"\njournal:   would go on: {told} of {TARGETS} targets done" in net.scanner(*words, "--dry-run").stdout


@pytest.mark.slow
def test_a_scan_of_another_day_is_told_of_even_quietly(net: Namespace, tmp_path: Path) -> None:
    path = tmp_path / "j"
    killed(net, path, 50)
    file = JournalFile(str(path), new=False)
    first = file.frames()[0]
    begun = re.sub(
        rb'"started":"20..-..-..', b'"started":"2001-02-03', file.read_at(first.begin, first.end - first.begin)
    )
    rest = file.read_at(first.end, path.stat().st_size)
    file.close()
    path.write_bytes(OPENING + framed(FrameKind.SCAN, begun, 0) + rest)
    done = net.scanner(*SWEEP, "--journal", path, "-o", tmp_path / "r.json")
    assert done.returncode == 0
    assert done.stderr.startswith("warning: this scan was begun 2001-02-03 ")
    scan = json.loads((tmp_path / "r.json").read_text())["scan"]
    assert scan["warnings"][0].startswith("this scan was begun 2001-02-03 ")
    assert scan["started"].startswith("2001-02-03T")


@pytest.mark.slow
def test_the_order_is_that_it_began_with_and_a_shard_goes_on_as_one(net: Namespace, tmp_path: Path) -> None:
    words = [*SWEEP, "--shard", "2/2", "--journal", tmp_path / "j"]
    process = net.start(*COMMAND, *words, "--seed", "77")
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    done = net.scanner(*words, "-o", tmp_path / "r.json")
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "r.json").read_text())
    assert (report["scan"]["seed"], report["scan"]["shard"], report["scan"]["resumed"]) == (77, "2/2", 1)
    found = {(row["address"], row["port"]) for row in report["results"]}
    assert len(found) == len(report["results"]) == TARGETS // 2


@pytest.mark.slow
@pytest.mark.parametrize(("count", "most"), [("1", 100), ("2", 300)])
def test_with_discover_hosts_that_were_passed_over_are_not_asked_again(
    net: Namespace, tmp_path: Path, count: str, most: int
) -> None:
    """Nothing answers at all: what is asked is counted where it is dropped. By two processes, half a second's worth may
    be on its way to the journal, and more on a busy machine: `most` is 0.4 s of the rate, or 1.2 s."""
    words = ["sweep", "127.0.0.1-127.0.3.232", "-p", "2000", "--discover", "-r", "0", "-t", "100ms", "--rate", "250",
             "--exclude", "*:1-1999,*:2001-65535", "-q", "--processes", count, "--journal", tmp_path / "j"]  # fmt: skip
    before = net.dropped
    process = net.start(*COMMAND, *words)
    while net.dropped < before + 600:
        assert process.poll() is None
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    asked = net.dropped - before
    done = net.scanner(*words, "-o", tmp_path / "r.json")
    assert done.returncode == 0, done.stderr
    scan = json.loads((tmp_path / "r.json").read_text())["scan"]
    assert scan["silent_hosts"] == {"count": 1000, "ranges": ["127.0.0.1-127.0.3.232"]}
    assert 600 <= asked < 1000
    assert 1000 <= net.dropped - before < 1000 + most


def test_what_cannot_be_a_journal_is_told_before_anything_is_touched(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("targets: ['127.0.0.1:9']\n")
    (tmp_path / "link.csv").symlink_to("target.csv")
    (tmp_path / "link.db").symlink_to(tmp_path / "target.db")
    files = sorted(tmp_path.iterdir())
    for words, told in (
        (["t.yaml", "--journal", "t.yaml"], "--journal 't.yaml': is read as a list as well"),
        (["t.yaml", "--journal", "r.csv", "-o", "r.csv"], "--journal 'r.csv': is a report (-o) as well"),
        (
            ["t.yaml", "--journal", "r.csv.partial", "-o", "r.csv"],
            "is a file that is kept beside a report; name another",
        ),
        (["t.yaml", "--journal", "r.db-journal", "-o", "r.db"], "is a file that is kept beside a report; name another"),
        (["t.yaml", "--journal", "target.db-journal", "-o", "link.db"], "is a file that is kept beside a report; name"),
        (["t.yaml", "--journal", "target.csv.partial", "-o", "link.csv"], "is a file that is kept beside a report; "),
        (["t.yaml", "--journal", "target.csv", "-o", "link.csv"], "--journal 'target.csv': is a report (-o) as well"),
        (["t.yaml", "--journal", "."], "--journal '.': is a folder"),
        (["t.yaml", "--journal", "-"], "a stream cannot be"),
        (["t.yaml", "--journal", ""], "is not a file name"),
        (["127.0.0.1:9", "--journal", "t.yaml"], "is not a journal of ours, and stays as it is"),
    ):
        done = run("scan", *words, cwd=tmp_path)
        assert done.returncode == 2, (words, done.stderr)
        assert told in done.stderr
        assert sorted(tmp_path.iterdir()) == files
    done = run("scan", "t.yaml", "--journal", "j", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0
    assert not (tmp_path / "j").exists()
