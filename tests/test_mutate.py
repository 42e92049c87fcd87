"""What counts as noticed in mutation testing: a test that failed, or a run that did not end; nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutate import ROOT, Mutant, score
from tests.mutated import QUICKLY, outcome


@pytest.mark.parametrize(
    ("status", "expected"),
    [(0, "survived"), (1, "killed"), (-14, "killed"), (-11, "killed"), (2, "trouble"), (3, "trouble"), (5, "trouble")],
)
def test_what_an_exit_status_says(status: int, expected: str) -> None:
    assert outcome(status) == (f"trouble: exit status {status}" if expected == "trouble" else expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ("def test(): pass", "survived"),
        ("def test(): assert False", "killed"),
        ("import os\ndef test(): os.kill(os.getpid(), 14)", "killed"),
        ("def helper(): pass", "trouble: exit status 5"),
        ("import pytest\n@pytest.mark.slow\ndef test(): assert False", "trouble: exit status 5"),
        ("raise ValueError", "trouble: exit status 2"),
        ("def test(): raise KeyboardInterrupt", "trouble: exit status 2"),
    ],
)
def test_what_pytest_makes_of_tests(tests: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(tests)
    command = [sys.executable, "-m", "pytest", *QUICKLY, f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, check=False, timeout=60)
    assert outcome(done.returncode) == expected, done.stdout.decode() + done.stderr.decode()


def test_trouble_is_no_kill_in_the_score() -> None:
    became = ["killed", "killed", "does not load", "survived", "trouble: exit status 5"]
    found = [Mutant("operators", [], each) for each in became]
    expected = "it: 5 operators, 3 killed (1 of them do not load), 1 survived, 1 in trouble; 0 statements, 0 killed"
    assert score("it", found).startswith(expected)
