"""What a worker is asked of its code, in real processes that have ours, a stranger's of its name, or none."""

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import scanner
from scanner.api.machines.sent_source import SentSource
from scanner.api.machines.worker_code import WorkerCode, code_problems, own_code, told_code
from tests.cli.process import PATIENCE_S

HERE = Path(scanner.__file__).parent
OWN = WorkerCode("0.1.0", "a")


def asked(folder: Path, before: str = "", after: str = "") -> WorkerCode:
    """A new process that has this folder's packages, and of others none; `before` it is asked, and `after` that once
    more, it runs these."""
    program = f"import json, pickle, sys; question = bytes.fromhex(sys.stdin.read()); {before}\n"
    program += f"pickle.loads(question)()\n{after}\n" if after else ""
    program += "print(json.dumps(pickle.loads(question)()))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); {program}"],
        input=pickle.dumps(SentSource(told_code)).hex(), capture_output=True, text=True, timeout=PATIENCE_S, check=True,
    )  # fmt: skip
    return WorkerCode(*json.loads(done.stdout))


def copied(folder: Path) -> Path:
    """Our sources in a folder of their own, as they would be installed."""
    shutil.copytree(HERE, folder / "scanner", ignore=shutil.ignore_patterns("__pycache__"))
    info = folder / f"scanner-{scanner.__version__}.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: scanner\nVersion: {scanner.__version__}\n")
    return folder / "scanner"


def test_the_same_code_elsewhere_is_the_same(tmp_path: Path) -> None:
    copied(tmp_path)
    assert asked(tmp_path) == own_code()
    assert asked(tmp_path, "import os; os.chdir('/')") == own_code()


def test_another_state_of_it_is_not(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    with folder.joinpath("model", "__init__.py").open("a") as file:
        file.write("# another commit\n")
    code = asked(tmp_path)
    assert code.version == scanner.__version__
    assert code.digest not in ("", own_code().digest)


def test_what_is_installed_under_a_process_that_runs_does_not_count(tmp_path: Path) -> None:
    """What it has imported stays what it was."""
    folder = copied(tmp_path)
    upgrade = f"open({str(folder / 'errors.py')!r}, 'a').write('# upgraded')"
    assert asked(tmp_path, after=upgrade) == own_code()
    assert asked(tmp_path).digest != own_code().digest


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, WorkerCode()),
        ({"scanner/notes.py": "a folder like any other"}, WorkerCode()),
        ({"scanner.py": "raise SystemExit('run')"}, WorkerCode()),
        ({"scanner/__init__.pyc": "compiled", "scanner-0.1.0.dist-info/METADATA": "Name: scanner\nVersion: 0.1.0"},
         WorkerCode("0.1.0")),
    ],
)  # fmt: skip
def test_what_has_no_sources_that_could_be_compared(files: dict[str, str], told: WorkerCode, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert asked(tmp_path) == told


def test_a_strangers_package_is_told_and_not_imported(tmp_path: Path) -> None:
    package = tmp_path / "scanner"
    package.mkdir()
    package.joinpath("__init__.py").write_text("raise SystemExit('run')")
    code = asked(tmp_path)
    assert code.version == "of an unknown version"
    assert code.digest not in ("", own_code().digest)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (WorkerCode(), 'worker "fra" has no scanner, and 0.1.0 is needed; '),
        (WorkerCode("0.2.0", "b"), 'worker "fra" has scanner 0.2.0, and 0.1.0 is needed; '),
        (WorkerCode("0.1.0", "b"), 'worker "fra" has another scanner 0.1.0 than this host: its code is not the same; '),
        (WorkerCode("0.1.0"), 'worker "fra" has a scanner 0.1.0 without sources, or something else of that name; '),
    ],
)
def test_each_that_is_not_fit_is_named_with_the_remedy(code: WorkerCode, told: str) -> None:
    remedy = "install the wheel of this host there, and restart the worker (docs/machines.md)"
    found = {"tcp://a:1": code, "tcp://b:1": OWN}
    assert code_problems(found, {"tcp://a:1": "fra", "tcp://b:1": "nyc"}, OWN) == [told + remedy]


def test_who_joins_later_has_but_an_address() -> None:
    (told,) = code_problems({"tcp://a:1": WorkerCode("9\x1b[31m", "b")}, {}, OWN)
    assert told.startswith('worker "tcp://a:1" has scanner 9')
    assert "\x1b" not in told
