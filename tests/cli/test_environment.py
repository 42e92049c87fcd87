"""The environment does not configure us, but for what the README names: no variable breaks or bends a scan or bar."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.cli.process import PATIENCE_S, on_terminal, run

#: Other programs' settings of tqdm, all of which it reads where nobody hinders it.
TQDM = [
    {"TQDM_MININTERVAL": "5s"},
    {"TQDM_LOCK_ARGS": "1"},
    {"TQDM_DISABLE": "1", "TQDM_POSITION": "3"},
    {"TQDM_POSITION": "3", "TQDM_DESC": "forged", "TQDM_LEAVE": "1", "TQDM_COLOUR": "red", "TQDM_UNIT_SCALE": "1"},
    {"TQDM_NCOLS": "x", "TQDM_TOTAL": "x", "TQDM_NROWS": "1", "TQDM_SMOOTHING": "", "TQDM_DELAY": "soon"},
    {"TQDM_WRITE_BYTES": "1", "TQDM_GUI": "1", "TQDM_INITIAL": "7", "TQDM_POSTFIX": "forged", "TQDM_ASCII": "ab"},
    {"TQDM_BAR_FORMAT": "{forged}", "TQDM_FILE": "/dev/null", "TQDM_DYNAMIC_NCOLS": "1", "TQDM_KWARGS": "1"},
]
WIDTHS = ["9" * 5000, "0" * 5000 + "80", "-1", "٣", "999999999", "1", "6"]
_BAR = re.compile(r" *\d+% \|[^|]*\| [01]/1, ETA [0-9:?]+, [0-9,?]+/s, 0 open")


def sweep(port: int, *more: str) -> tuple[str, ...]:
    return ("sweep", "127.0.0.1", "-p", str(port), "-t", "300ms", "-r", "0", *more)


def bars(shown: str) -> list[str]:
    """All drawings of the bar."""
    return [part for part in re.split("[\r\n]", shown) if "ETA" in part]


@pytest.mark.thinned(3)
@pytest.mark.parametrize("env", TQDM, ids=lambda env: ",".join(env))
def test_tqdms_variables_mean_nothing(env: Mapping[str, str], silent_port: int) -> None:
    status, shown, _ = on_terminal(*sweep(silent_port), env=env)
    assert status == 0
    assert bars(shown)
    assert all(_BAR.fullmatch(bar) for bar in bars(shown)), bars(shown)
    assert "1 timeout" in shown
    assert "\x1b[A" not in shown
    assert shown.count("HOST") == 1


def test_they_are_still_there_for_others() -> None:
    """Whoever runs us in a process of his own keeps his environment."""
    program = (
        "import os; before = os.environ; from scanner.cli.progress import open_progress, Silent\n"
        "bar = open_progress(True, ascii=True); assert not isinstance(bar, Silent); bar.close()\n"
        "assert os.environ is before and os.environ['TQDM_MININTERVAL'] == '5s'"
    )
    env = os.environ | {"TQDM_MININTERVAL": "5s"}
    subprocess.run([sys.executable, "-c", program], env=env, check=True, timeout=PATIENCE_S)


@pytest.mark.parametrize(
    "width",
    [pytest.param(width, marks=pytest.mark.slow if at % 3 else ()) for at, width in enumerate(WIDTHS)],
    ids=lambda width: f"{width[:5]}-{len(width)}",
)
def test_a_width_that_is_none_or_absurd(width: str, silent_port: int) -> None:
    env = {"COLUMNS": width, "LINES": width}
    for words, must in (
        (sweep(silent_port), rf"127\.0\.0\.1\x1b\[0m(  |\r\n +){silent_port}  .*timeout"),
        (("sweep", "--help"), "Usage: scanner sweep"),
    ):
        status, shown, said = on_terminal(*words, env=env)
        assert status == 0
        assert "internal error" not in shown + said
        assert re.search(must, shown, re.DOTALL)
    assert run("--help", env=env).returncode == 0
    assert run("sweep", "127.0.0.1", env=env).returncode == 2


@pytest.mark.thinned(2)
@pytest.mark.parametrize(
    "env",
    [
        {"_SCANNER_COMPLETE": "bash_source"},
        {"_SCANNER_COMPLETE": "bash_complete"},
        {"_SCANNER_COMPLETE": "x"},
        {"SCANNER_SWEEP_PORTS": "x", "SCANNER_PORTS": "x", "SCANNER_RATE": "x"},
        {"PYTHONWARNINGS": "error"},
        {"TERM": "\x1b[2J", "NO_COLOR": "\x1b", "LANG": "xx_YY", "LC_ALL": "C"},
    ],
    ids=lambda env: ",".join(f"{name}={value!a}" for name, value in env.items()),
)
def test_other_variables(env: Mapping[str, str], silent_port: int) -> None:
    status, shown, _ = on_terminal(*sweep(silent_port), env=env)
    assert status == 0
    assert "1 timeout" in shown
    assert run("sweep", "127.0.0.1", env=env).returncode == 2
