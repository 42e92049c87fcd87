"""What travels as its source: made anew by whoever unpickles it, who needs to know nothing of where it comes from."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.api.machines.sent_source import SentSource
from scanner.errors import UsageError
from tests.cli.process import PATIENCE_S


def added(first: int, second: int = 1) -> int:
    """Names nothing from outside of itself."""
    from operator import add

    return add(first, second)


def test_it_is_the_same_function_here_and_there(tmp_path: Path) -> None:
    sent = SentSource(added)
    data = pickle.dumps(sent)
    assert (sent(1), pickle.loads(data)(1, second=2)) == (2, 3)
    assert b"tests" not in data
    program = "import pickle, sys; print(pickle.loads(bytes.fromhex(sys.argv[1]))(40, 2))"
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, data.hex()],
        cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_S, check=True,
    )  # fmt: skip
    assert told.stdout == "42\n"


def test_without_sources_nothing_can_be_sent() -> None:
    made: dict[str, object] = {}
    exec(compile("def bare(): pass", "no such file", "exec"), made)
    with pytest.raises(UsageError, match="install its wheel"):
        pickle.dumps(SentSource(made["bare"]))  # type: ignore[arg-type]
