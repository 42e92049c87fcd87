"""`python -m tests.mutate NAME...`: changes one decision at a time and runs its tests; what no test notices is shown.

By hand, and after `pip install -e '.[mutation]'`: each change takes about two seconds, and a module has up to some
hundreds of them. Only modules that decide something are listed, each with the tests that are quick and about it. It all
happens in a copy, so an interruption leaves no changed source behind. The exit status is 1 where anything survived;
what may, and why, is in `benchmarks/README.md`.
"""

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent


class Decider(NamedTuple):
    """A module under `scanner/engine`, and its tests under `tests/engine`."""

    module: str
    tests: list[str]


DECIDERS = {
    "verdict": Decider("flight/verdict.py", ["verdict", "examine"]),
    "deadlines": Decider("flight/deadlines.py", ["deadlines"]),
    "stands": Decider("truth/stands.py", ["stands", "next_attempt", "loss_estimate"]),
    "loss_estimate": Decider("truth/loss_estimate.py", ["loss_estimate", "stands"]),
    "flips": Decider("truth/flips.py", ["flips"]),
    "cohorts": Decider("truth/cohorts.py", ["cohorts", "cohort_series", "path", "backing", "flips"]),
    "pace": Decider("brakes/pace.py", ["pace"]),
    "rate_law": Decider("brakes/rate_law.py", ["rate_law"]),
    "bucket": Decider("brakes/bucket.py", ["bucket", "pace"]),
}

_SETTINGS = """[cosmic-ray]
module-path = {module}
timeout = 30.0
excluded-modules = []
test-command = {command}
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = [{same}]
"""

#: Operators that change nothing: `is` for `==` between small numbers, and the reverse between members of an enum.
_SAME = "core/ReplaceComparisonOperator_((Eq|NotEq|Lt|LtE|Gt|GtE)_Is(Not)?|Is_Eq|IsNot_NotEq)$"

_QUICKLY = ["-m", "pytest", "-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "addopts="]


class Mutant(NamedTuple):
    """One change, as the lines of a diff, and whether a test noticed it."""

    lines: list[str]
    killed: bool


def mutants(decider: Decider) -> list[Mutant]:
    """Makes every change the tool knows, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in ("scanner", "tests"):
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        module = tree / "scanner" / "engine" / decider.module
        tests = [f"tests/engine/test_{name}.py" for name in decider.tests]
        command = [sys.executable, *_QUICKLY, *tests]
        subprocess.run(command, cwd=tree, check=True, stdout=subprocess.DEVNULL)  # also compiles what stays the same
        for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*"):
            compiled.unlink()
        settings = {"module": str(module.relative_to(tree)), "command": shlex.join(command), "same": _SAME}
        text = _SETTINGS.format_map({key: json.dumps(value) for key, value in settings.items()})
        (tree / "settings.toml").write_text(text)
        _tool(tree, "cosmic-ray", "init", "settings.toml", "session.sqlite")
        _tool(tree, "cr-filter-operators", "session.sqlite", "settings.toml")
        _tool(tree, "cosmic-ray", "exec", "settings.toml", "session.sqlite")
        dumped = _tool(tree, "cosmic-ray", "dump", "session.sqlite").splitlines()
        results = [json.loads(line)[1] for line in dumped]
        return [_mutant(result) for result in results if result["worker_outcome"] != "skipped"]


def _tool(tree: Path, tool: str, *words: str) -> str:
    command = [str(Path(sys.executable).with_name(tool)), *words]
    return subprocess.run(command, cwd=tree, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def _mutant(result: dict[str, str]) -> Mutant:
    lines = [line for line in result["diff"].splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return Mutant(lines, result["test_outcome"] == "killed")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutate")
    parser.add_argument("names", nargs="+", choices=DECIDERS, metavar="NAME", help=", ".join(DECIDERS))
    survived = 0
    for name in parser.parse_args().names:
        found = mutants(DECIDERS[name])
        left = [mutant for mutant in found if not mutant.killed]
        for mutant in left:
            print(*mutant.lines, "", sep="\n")
        print(f"{name}: {len(found)} mutants, {len(found) - len(left)} killed, {len(left)} survived", flush=True)
        survived += len(left)
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
