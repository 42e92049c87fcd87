"""What is installed has all that the program reads: the files beside its modules too."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import scanner

ROOT = Path(__file__).parents[1]
FOLDER = Path(scanner.__file__).parent


def data_files() -> set[str]:
    """Everything in the package that is no module, relative to it."""
    files = (path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(FOLDER).as_posix() for path in files if path.suffix != ".py"}


def test_every_data_file_is_named_as_one() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    named = settings["tool"]["setuptools"]["package-data"]["scanner"]
    assert {path.relative_to(FOLDER).as_posix() for each in named for path in FOLDER.glob(each)} == data_files()
    assert {"services.txt", "reports/html/page.js", "reports/html/page.css"} <= data_files()


@pytest.mark.slow
def test_a_wheel_has_them(tmp_path: Path) -> None:
    """Built from a copy, by what the `test` extra installs: nothing is fetched."""
    source = tmp_path / "source"
    shutil.copytree(FOLDER, source / "scanner", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    program = f"from setuptools import build_meta; print(build_meta.build_wheel({str(tmp_path)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=source, capture_output=True, text=True, timeout=120, check=True
    )
    with zipfile.ZipFile(tmp_path / done.stdout.splitlines()[-1]) as wheel:
        assert {f"scanner/{name}" for name in data_files()} <= set(wheel.namelist())
