"""`python -m tests.mutate NAME...`: changes one decision at a time and runs its tests; what no test notices is shown.

By hand, and after `pip install -e '.[mutation]'`: a module has up to some hundreds of changes (see `mutants.py`), and
each takes as long as its tests (`mutated.py`). Only modules that decide something are listed, each with the tests that
are quick and about it. It all happens in a copy, so an interruption leaves no changed source behind. The exit status is
1 where anything survived, or no test could say; what may survive, and why, is in `benchmarks/README.md`.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent


class Decider(NamedTuple):
    """A module under `scanner/engine`, and its tests under `tests/engine`: modules, or classes of them."""

    module: str
    tests: list[str]


DECIDERS = {
    "verdict": Decider("flight/verdict.py", ["verdict", "examine"]),
    "deadlines": Decider("flight/deadlines.py", ["deadlines"]),
    "stands": Decider("truth/stands.py", ["stands", "next_attempt", "loss_estimate"]),
    "loss_estimate": Decider("truth/loss_estimate.py", ["loss_estimate", "stands"]),
    "flips": Decider("truth/flips.py", ["flips"]),
    "later_answers": Decider("truth/later_answers.py", ["later_answers"]),
    "cohorts": Decider("truth/cohorts.py", ["cohorts", "cohort_series", "path", "backing", "flips"]),
    "cohort_series": Decider("truth/cohort_series.py", ["cohort_series", "cohorts", "sending"]),
    "backing": Decider("truth/backing.py", ["backing"]),
    "path": Decider("truth/path.py", ["path", "sending", "backing", "location", "special_answers"]),
    "braking": Decider("truth/braking.py", ["braking", "sending", "path"]),
    "network_evidence": Decider("truth/network_evidence.py", ["network_evidence", "location"]),
    "next_attempt": Decider("truth/next_attempt.py", ["next_attempt"]),
    "special_answers": Decider("truth/special_answers.py", ["special_answers"]),
    "denial_rule": Decider(
        "truth/denial_rule.py",
        [
            "denial_rule::TestTheBest",
            "denial_rule::TestTheRule",
            "denial_rule::TestTheShare",
            "denial_rule::TestAWayThatIsGone",
            "denial_rule::TestTheDoubtOfAnAnswer",
            "denied_trials",
        ],
    ),
    "regions": Decider("truth/regions.py", ["regions::TestRegions"]),
    "pace": Decider("brakes/pace.py", ["pace"]),
    "rate_law": Decider("brakes/rate_law.py", ["rate_law"]),
    "bucket": Decider("brakes/bucket.py", ["bucket", "pace"]),
    "unconfirmed": Decider("brakes/unconfirmed.py", ["unconfirmed"]),
    "due_trials": Decider("due_trials.py", ["due_trials", "gates"]),
}


class Mutant(NamedTuple):
    """One change: of which kind, as the lines of a diff, and what became of it (`mutated.py`)."""

    kind: str
    lines: list[str]
    became: str


def mutants(decider: Decider) -> Iterator[Mutant]:
    """Makes every change, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in ("scanner", "tests"):
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        command = [
            sys.executable,
            "-m",
            "tests.mutated",
            f"scanner/engine/{decider.module}",
            *map(_test, decider.tests),
        ]
        with subprocess.Popen(command, cwd=tree, stdout=subprocess.PIPE, encoding="utf-8") as running:
            assert running.stdout is not None
            for line in running.stdout:
                yield Mutant(**json.loads(line))
        if running.returncode:
            raise SystemExit(f"the tests of {decider.module} do not run: exit status {running.returncode}")


def _test(name: str) -> str:
    """The argument for pytest: a module under `tests/engine`, or a class of one."""
    module, *within = name.split("::")
    return "::".join([f"tests/engine/test_{module}.py", *within])


def score(name: str, found: list[Mutant]) -> str:
    """How many were made and noticed: operators and numbers, then statements."""
    parts = []
    for kind in ("operators", "statements"):
        became = Counter(mutant.became for mutant in found if mutant.kind == kind)
        survived, unloaded = became["survived"], became["does not load"]
        killed = became["killed"] + unloaded
        part = f"{became.total()} {kind}, {killed} killed ({unloaded} of them do not load), {survived} survived"
        trouble = became.total() - killed - survived
        parts.append(f"{part}, {trouble} in trouble" if trouble else part)
    return f"{name}: {'; '.join(parts)}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutate")
    parser.add_argument("names", nargs="+", choices=DECIDERS, metavar="NAME", help=", ".join(DECIDERS))
    told = 0
    for name in parser.parse_args().names:
        found = []
        for mutant in mutants(DECIDERS[name]):
            found.append(mutant)
            if mutant.became not in ("killed", "does not load"):
                told += 1
                heading = [] if mutant.became == "survived" else [mutant.became]
                print(*heading, *mutant.lines, "", sep="\n", flush=True)
        print(score(name, found), flush=True)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
