"""`--dry-run` without any network, not even a loopback: it says what would be probed or what is wrong, and asks nobody.

The kernel may be asked for an interface's number and whether a source address is ours, and the C library for a service
that our own table lacks (`services.py`), which it may ask of a daemon of this machine. No name is looked up.
"""

import re
import subprocess
from pathlib import Path

import pytest

from tests import needs
from tests.cli.process import COMMAND, PATIENCE_S, environment

LIST = """
defaults: {timeout: 1s, port: 443}
exclude: [host.invalid, "*:25", "old.invalid:22"]
targets:
  - localhost:22
  - "web[01-03].invalid:25,26"
  - host.invalid
  - 10.0.0.0/24:80,443
  - "[2001:db8::1]:22"
  - "[::1]:80"
  - {host: db1.invalid, port: 5432, addresses: one, need: 1, expect: {open: 5432}}
"""
#: Files that only a lookup of a name reads.
_LOOKUP = re.compile(r"/etc/(?:hosts|resolv\.conf|gai\.conf|host\.conf)")


def dry_run(folder: Path, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    """A dry run in a namespace in which nothing is up. What it asked the kernel for is held to be harmless."""
    needs.require("user namespaces", "unshare", "strace")
    log = folder / "log"
    tracer = ["strace", "-f", "-qq", "-o", str(log), "-e", "trace=socket,connect,sendto,sendmsg,sendmmsg,openat,open"]
    done = subprocess.run(
        ["unshare", "-Urn", *tracer, *COMMAND, *words, "--dry-run"],
        cwd=folder,
        env=environment(),
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    calls = log.read_text(encoding="utf-8").splitlines()
    assert len(calls) > 10
    opened = {family for call in calls for family in re.findall(r"socket\((\w+), \w+", call)}
    assert opened <= {"AF_UNIX", "AF_NETLINK", *(["AF_INET", "AF_INET6"] if "-S" in words else [])}
    sent = [call for call in calls if re.search(r"(?:connect|sendto|sendm?msg)\(", call)]
    assert not [call for call in sent if "AF_UNIX" not in call and "nlmsg_type=RTM_GETLINK" not in call]
    assert not [call for call in calls if _LOOKUP.search(call)]
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the list."""
    (tmp_path / "targets.yaml").write_text(LIST, encoding="utf-8")
    return tmp_path


def counted(said: str, what: str) -> int:
    """The number behind a word of the answer."""
    (found,) = re.findall(rf"^{what}: +([0-9,]+)", said, re.MULTILINE)
    return int(found.replace(",", ""))


def test_a_list_with_names_and_excluded_names(folder: Path) -> None:
    done = dry_run(folder, "scan", "targets.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert counted(done.stdout, "targets") == 1 + 3 + 512 + 2 + 1
    assert counted(done.stdout, "names") == 5
    assert counted(done.stdout, "addresses") == 258
    assert counted(done.stdout, "excluded") == 4


def test_all_mistakes_of_a_list(folder: Path) -> None:
    (folder / "bad.yaml").write_text("targets:\n- host.invalid:0\n- {host: a b, port: 1}\n- h.invalid\n", "utf-8")
    done = dry_run(folder, "scan", "bad.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.findall(r"^bad\.yaml:(\d+):", done.stderr, re.MULTILINE) == ["2", "3", "4"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "targets"),
    [
        (("-4",), 1 + 3 + 512 + 1),
        (("-6",), 1 + 3 + 2 + 1),
        (("-v",), 519),
        (("--explain", "--canary", "--rate", "100"), 519),
        (("--exclude", "db1.invalid,10.0.0.0/25"), 519 - 1 - 256),
        (("--exclude-file", "never.txt"), 519 - 1 - 2),
        (("-o", "report.json", "-f", "csv"), 519),
    ],
)
def test_options(folder: Path, options: tuple[str, ...], targets: int) -> None:
    (folder / "never.txt").write_text("localhost\n10.0.0.9\n", encoding="utf-8")
    before = sorted(path.name for path in folder.iterdir())
    done = dry_run(folder, "scan", "targets.yaml", *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert counted(done.stdout, "targets") == targets
    assert sorted(path.name for path in folder.iterdir()) == sorted([*before, "log"])


@pytest.mark.slow
@pytest.mark.parametrize("source", ["127.0.0.1", "192.0.2.77", "::1", "2001:db8::77"])
def test_a_source_address_is_ours_or_a_mistake(folder: Path, source: str) -> None:
    """Which of them are, in a namespace without any, is for the kernel to say."""
    done = dry_run(folder, "scan", "targets.yaml", "-S", source)
    assert done.returncode in (0, 2)
    if done.returncode == 2:
        assert f"'{source}' is not an address of this machine" in done.stderr
    else:
        assert counted(done.stdout, "names") == 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("10.0.0.0/30", "host.invalid", "localhost", "-p", "22,80"),
        ("10.0.0.0/30", "host.invalid", "-p", "22", "--discover"),
        ("host.invalid", "--discover"),
        ("host.invalid", "other.invalid", "-p", "22", "--exclude", "other.invalid"),
        ("fe80::1%lo", "10.0.0.1", "-p", "22"),
        ("-i", "-", "-p", "22"),
    ],
)
def test_sweeps(folder: Path, words: tuple[str, ...]) -> None:
    done = dry_run(folder, "sweep", *words, stdin="host.invalid\n10.0.0.1\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "estimate:" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [("fe80::1%nosuch", "-p", "22"), ("host.invalid", "-p", "htps"), ("host.invalid", "-p", "0")]
)
def test_sweeps_that_cannot_be(folder: Path, words: tuple[str, ...]) -> None:
    done = dry_run(folder, "sweep", *words)
    assert (done.returncode, done.stdout) == (2, "")
