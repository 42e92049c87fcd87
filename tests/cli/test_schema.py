"""`scanner schema`: what it prints, the copy of it beside the example, and what becomes of a reader that leaves."""

import json
import re
import subprocess
import sys

import jsonschema

from tests.cli.process import COMMAND, PATIENCE_S, environment, run
from tests.pages import ROOT


def test_it_prints_a_schema_the_same_each_time() -> None:
    done = run("schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    jsonschema.Draft7Validator.check_schema(json.loads(done.stdout))
    assert run("schema", env={"PYTHONHASHSEED": "7", "COLUMNS": "40", "FORCE_COLOR": "1"}).stdout == done.stdout


def test_the_copy_in_the_tree_is_what_it_prints() -> None:
    """After a change: `scanner schema > targets.schema.json`."""
    assert (ROOT / "targets.schema.json").read_text(encoding="ascii") == run("schema").stdout


def test_the_example_names_that_copy() -> None:
    first = (ROOT / "targets.example.yaml").read_text(encoding="utf-8").splitlines()[0]
    match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert match
    assert (ROOT / match[1]).resolve() == ROOT / "targets.schema.json"
    assert first in run("schema", "--help").stdout


def test_words_behind_it_are_a_mistake() -> None:
    done = run("schema", "targets.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "targets.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    """It has shut its end before we write."""
    program = "import sys, subprocess; sys.stdin.close(); sys.exit(0)"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) as reader:
        reader.wait(PATIENCE_S)
        done = subprocess.run(
            [*COMMAND, "schema"], stdout=reader.stdin, stderr=subprocess.PIPE, timeout=PATIENCE_S, env=environment(),
            check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_full_disk_is_told() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = run("schema", stdout=full)
    assert done.returncode == 3
    assert "stdout could not be written: No space left on device" in done.stderr
