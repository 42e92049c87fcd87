"""Which Pythons the project is for: what it declares, and those of a machine that the pipeline finds."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_all_that_is_declared_agrees(project: dict[str, Any]) -> None:
    """The classifiers name every version from the oldest on, and the tools are told of that one."""
    classifiers = " ".join(project["project"]["classifiers"])
    minors = [int(minor) for minor in re.findall(r"Python :: 3\.(\d+)", classifiers)]
    assert minors == list(range(minors[0], minors[0] + len(minors)))
    assert project["project"]["requires-python"] == f">=3.{minors[0]}"
    assert project["tool"]["mypy"]["python_version"] == f"3.{minors[0]}"
    assert project["tool"]["ruff"]["target-version"] == f"py3{minors[0]}"
    assert f"Python 3.{minors[0]} or newer" in (ROOT / "README.md").read_text(encoding="utf-8")


def fake_python(path: Path, version: str) -> None:
    """A command that answers as a Python of this version, or as none at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nprintf '{version}\\t%s\\n' \"$0\"\n" if version else "#!/bin/sh\nexit 127\n")
    path.chmod(0o755)


def found(path: Path) -> list[list[str]]:
    for tool in ("bash", "dirname", "sed", "grep", "sort", "awk"):
        (path / tool).symlink_to(str(shutil.which(tool)))
    script = [path / "bash", ROOT / ".ci" / "pythons"]
    done = subprocess.run(script, env=os.environ | {"PATH": str(path)}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.split("\t") for line in done.stdout.splitlines()]


def test_the_pipeline_finds_pythons_on_the_path(tmp_path: Path) -> None:
    """Each version once, from the oldest; a shim without a Python behind it does not count, nor does another tool."""
    for name, version in {"python3": "3.12", "python3.12": "3.12", "python3.100": "3.100", "python3.13": ""}.items():
        fake_python(tmp_path / name, version)
    fake_python(tmp_path / "python3-config", "3.99")
    assert found(tmp_path) == [["3.12", str(tmp_path / "python3")], ["3.100", str(tmp_path / "python3.100")]]


def test_the_pipeline_finds_those_of_pyenv_too(tmp_path: Path) -> None:
    fake_python(tmp_path / "bin" / "python3.12", "3.12")
    fake_python(tmp_path / "3.9.18" / "bin" / "python3", "")
    fake_python(tmp_path / "3.13.0" / "bin" / "python3", "3.13")
    pyenv = tmp_path / "bin" / "pyenv"
    pyenv.write_text(f'#!/bin/sh\n[ "$1" = prefix ] && echo {tmp_path}/"$2" || echo "3.9.18\n3.13.0"\n')
    pyenv.chmod(0o755)
    assert found(tmp_path / "bin") == [
        ["3.12", str(tmp_path / "bin" / "python3.12")],
        ["3.13", str(tmp_path / "3.13.0" / "bin" / "python3")],
    ]


def test_the_pipeline_finds_no_python_where_there_is_none(tmp_path: Path) -> None:
    assert found(tmp_path) == []
