"""Processes of a scan that are stopped for some seconds (SIGSTOP, Ctrl-Z): every verdict is right, and no doubt comes
of it. The scene answers late, so that the stop lies before the first answer, or among those that are on their way."""

import csv
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.lab.run import running
from tests.workers import until, workers_of

pytestmark = [pytest.mark.lab, pytest.mark.slow]

_REST = ("-t", "2s", "-q", "-o")  # a busy machine may be late
_STATES = {"open": 4, "refused": 376, "timeout": 20}


@pytest.mark.parametrize("after", [0.3, 1.0])  # of probing: answers take 0.85 s and more
@pytest.mark.parametrize("who", ["only", "parent", "worker", "all"])
def test_who_is_stopped_changes_no_answer_and_no_doubt(lab, tmp_path, who, after):
    scene, report = lab("slow").scene, tmp_path / "OUT.csv"
    many, count = ([], 0) if who == "only" else (["--processes", "2"], 2)
    command = ["scanner", "sweep", *scene.hosts, "-p", scene.ports, "--rate", "100", *_REST, str(report), *many]
    with running(scene.name, command, patience=120) as process:
        until(lambda: Path(f"{report}.partial").exists() and len(_workers(process.pid)) == count, "no scan")
        workers = _workers(process.pid)
        pids = {"worker": workers[:1], "all": [process.pid, *workers]}.get(who, [process.pid])
        time.sleep(after)  # these wait for nothing: they are when it is stopped, and for how long
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(3.0)
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        assert process.wait()[0] == 0
    with report.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row["state"] for row in rows) == _STATES
    assert {row["doubt"] for row in rows if row["state"] == "timeout"} == {""}


def _workers(pid):
    """Not the children that are the scene."""
    return [
        each for each in workers_of(pid) if b"scanner.scanning.processes" in Path(f"/proc/{each}/cmdline").read_bytes()
    ]
