"""What the benchmarks share: the machine's description, timing of processes, alternating runs, medians.

Each benchmark is a script of its own and prints what it measured with what on which machine. Networks come
from tests/lab: a benchmark enters a scene and runs its subjects there, one after the other in turns, so that a
wobble of the machine meets both; ratios are taken within one run only. No packet leaves the namespaces.
"""

import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.lab.build import enter  # noqa: E402
from tests.lab.kernel import LabError  # noqa: E402
from tests.lab.scenes import SCENES  # noqa: E402

SCANNER = [sys.executable, "-m", "scanner"]

# Some machines forbid Python to keep what it compiled. Each run would compile the scanner anew, for a fifth of a second
# that no user's second run has; so does the first run here, which is not measured.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


class Cost(NamedTuple):
    """What a process took: wall seconds, seconds of processor time, peak memory in 10^6 bytes."""

    seconds: float
    cpu: float
    rss_mb: float


def _first_line(*argv: str) -> str:
    if not shutil.which(argv[0]):
        return "not here"
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip().partition("\n")[0]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")


def header(title: str, *tools: tuple[str, ...]) -> None:
    """Print what is measured, on what: machine, kernel, Python, and the first line of each tool's version."""
    print(f"# {title}")
    print(f"machine: {os.cpu_count()} x {_processor()}, kernel {platform.release()}")
    print(f"python:  {platform.python_version()} ({platform.python_compiler()})")
    for tool in tools:
        print(f"{tool[0] + ':':8} {_first_line(*tool)}")
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    print(f"commit:  {commit.stdout.strip() or 'unknown'}\n", flush=True)


def enter_scene(name: str) -> None:
    """Make this process the near side of a scene; ends the benchmark with a plain word where that cannot be."""
    try:
        enter(SCENES[name])
    except LabError as error:
        sys.exit(f"no network to measure in: {error}")


def timed(argv: Sequence[str], *, statuses: tuple[int, ...] = (0,)) -> Cost:
    """Run a process to its end, its output thrown away. Another exit status than `statuses` ends the benchmark."""
    with open(os.devnull, "r+b") as null:
        began = time.perf_counter()
        process = subprocess.Popen(argv, cwd=ROOT, stdin=null, stdout=null, stderr=subprocess.PIPE)
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode not in statuses:
        sys.exit(f"{' '.join(argv)}: exit {process.returncode}\n{said.decode(errors='replace')[-2000:]}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def alternate(subjects: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Measure each subject once a round, in turns, after one unmeasured round; the values by subject."""
    values: dict[str, list[float]] = {name: [] for name in subjects}
    for turn in range(rounds + 1):
        for name, measure in subjects.items():
            value = measure()
            if turn:
                values[name].append(value)
    return values


def spread(values: Sequence[float], unit: str, digits: int = 2) -> str:
    """`1.23 s (1.20-1.31)`: the median and the extremes."""
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:,.{digits}f} {unit} ({low:,.{digits}f}-{high:,.{digits}f})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """The median of the ratios of the rounds, with the extremes."""
    return spread([mine / other for mine, other in zip(ours, theirs, strict=True)], "x")
