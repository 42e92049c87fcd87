"""Bad usage: status 2, one clear message on stderr, nothing probed and nothing written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner import __version__
from scanner.cli import status
from scanner.cli.app import COMMANDS, run_command, scanner
from tests.cli.process import run


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In an empty folder, which must be empty in the end."""
    monkeypatch.chdir(tmp_path)
    yield
    assert not list(tmp_path.iterdir())


def refusal(words: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a bad command line, which must be all that happens."""
    assert status.guarded(lambda: run_command(words.split())) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


SWEEP = "sweep 127.0.0.1 -p 1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("scna x:1", "did you mean 'scan'?"),
        ("targets.yaml", "did you mean 'scanner scan targets.yaml'?"),
        ("localhost:22", "did you mean 'scanner scan localhost:22'?"),
        ("10.0.0.0/24", "did you mean 'scanner sweep 10.0.0.0/24 -p PORTS'?"),
        ("10.0.0.5/24", "'scanner scan HOST:PORT'? "),
        ("0.0.0.0", "write 127.0.0.1:PORTS if this host is meant"),
        ("[::]:22", "write [::1]:22 if this host is meant"),
        ("0.0.0.0/8", "never probed"),
        ("--foo", "--foo"),
        ("scan", "no TARGET was given; name a file with a list"),
        ("sweep -p 80", "no HOST"),
        ("sweep 127.0.0.1", "-p is missing"),
        ("sweep 127.0.0.1 -p", "-p"),
        (f"{SWEEP} --concurency 5", "--concurrency"),
        (f"{SWEEP} -c 0", "1 to"),
        (f"{SWEEP} -c -5", "-5"),
        (f"{SWEEP} -c 1.5", "whole number"),
        (f"{SWEEP} -c ٣", "whole number"),
        (f"{SWEEP} --rate 0", "above 0"),
        (f"{SWEEP} --rate nan", "above 0"),
        (f"{SWEEP} --rate inf", "above 0"),
        (f"{SWEEP} --rate=-1", "above 0"),
        (f"{SWEEP} --host-rate 0.0", "above 0"),
        (f"{SWEEP} -t 0", "too short"),
        (f"{SWEEP} -t -1", "duration"),
        (f"{SWEEP} -t nan", "duration"),
        (f"{SWEEP} -t 1e400", "duration"),
        (f"{SWEEP} -t 500", "500ms"),
        (f"{SWEEP} -t 99999999s", "hour"),
        (f"{SWEEP} -r -1", "retries"),
        (f"{SWEEP} -r 1000", "retries"),
        (f"{SWEEP} --expect closed", "refused"),
        (f"{SWEEP} --only opn", "'--only': 'opn' is not a valid state; did you mean open?"),
        (f"{SWEEP} --poller kpoll", "epoll"),
        (f"{SWEEP} -f yaml", "csv"),
        (f"{SWEEP} -4 -6", "cannot be combined"),
        (f"{SWEEP} -q -v", "cannot be combined"),
        (f"{SWEEP} -S 192.0.2.77", "not an address of this machine"),
        (f"{SWEEP} -S localhost", "numeric"),
        (f"{SWEEP} -S 127.1", "numeric"),
        (f"{SWEEP} -S 0.0.0.0", "leave -S out"),
        (f"{SWEEP} 0.0.0.0", "never probed"),
        ("sweep 0.0.0.0/0 -p 22", "add --allow-any"),
        ("scan 0.0.0.0/0:22", "add --allow-any"),
        ("scan [::/0]:22", "add --allow-any"),
        ("trace 0.0.0.0:22", "write 127.0.0.1:22 if this host is meant"),
        ("trace 0.0.0.0/0:22", "too many to trace"),
        (f"{SWEEP} -S 127.0.0.1 -6", "cannot be combined"),
        (f"{SWEEP} -o report.txt", "csv:report.txt"),
        (f"{SWEEP} -o missing/report.csv", "does not exist"),
        (f"{SWEEP} -o a.csv -o a.csv", "same file"),
        (f"{SWEEP} -o a.csv -o json:./a.csv", "same file"),
        (f"{SWEEP} -o csv:- -f json", "stdout"),
        (f"{SWEEP} -o csv:.", "folder"),
        (f"{SWEEP} --exclude 10.0.0.1/24", "10.0.0.0/24"),
        (f"{SWEEP} --exclude-file missing.txt", "missing.txt"),
        ("sweep -i - --exclude-file - -p 1", "once"),
        ("sweep 127.0.0.1 -p 80-22", "22-80"),
        ("sweep 127.0.0.1 -p top100", "write top:100"),
        ("sweep - -p 22", "write -i -"),
        ("sweep 127.0.0.1 -p 0", "0"),
        ("sweep 10.0.0.1/24 -p 22", "10.0.0.0/24"),
        ("scan - -", "once"),
        ("sweep 127.0.0.1 -oX out.xml -p 1", "-o FILE"),
        ("sweep -iL hosts.txt -p 1", "-i FILE"),
    ],
)  # fmt: skip
def test_bad_usage(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    message = refusal(words, capsys)
    assert said in message
    assert "Traceback" not in message
    assert message.count("\n") <= 2


def test_same_as_a_process() -> None:
    done = run("sweep", "127.0.0.1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: -p is missing")


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], [], ["help"], ["scan", "--help"], ["help", "scan"], ["sweep", "-h"], ["help", "-h"]]
)
def test_help_is_on_stdout(words: list[str]) -> None:
    done = run(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: scanner")


def test_version() -> None:
    assert run("--version").stdout == f"scanner {__version__}\n"


def test_every_command_is_listed_and_there() -> None:
    help_text = CliRunner().invoke(scanner, ["--help"]).output
    for name, line in COMMANDS.items():
        assert f"  {name} " in help_text
        assert line in help_text
        assert CliRunner().invoke(scanner, [name, "--help"]).exit_code == 0


@pytest.mark.parametrize(
    ("words", "same"), [(["help"], ["--help"]), (["help", "sweep"], ["sweep", "--help"]), ([], ["-h"])]
)
def test_help_is_the_same_however_it_is_asked_for(words: list[str], same: list[str]) -> None:
    assert run(*words).stdout == run(*same).stdout


def test_help_on_what_is_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no command 'swep'; did you mean 'sweep'?" in refusal("help swep", capsys)
