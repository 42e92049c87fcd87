"""The lab itself: its scenes are what they say, according to a prober that shares nothing with the scanner."""

import csv
import io
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests import needs
from tests.lab.check import mismatches, misses
from tests.lab.run import ROOT, Running, run, running
from tests.lab.scene import Oracle, Truth, addresses
from tests.lab.scenes import SCENES

pytestmark = pytest.mark.lab

#: The small scenes that lose nothing: there the plain prober must find exactly the truth.
_EXACT = [
    "attached-small",
    "basic",
    "chain",
    "chain-hush",
    "cold",
    "everything",
    "full",
    "icmp",
    "loop",
    "shield",
    "slow",
]

#: How many seconds the plain prober waits in scenes where answers take time; elsewhere half a second.
_PATIENT = {"slow": ("1.5", "400"), "cold": ("1.5",)}


def _probe(lab, name, *options):
    outcome = lab(name).run("python", "-m", "tests.lab.plain", name, *options)
    assert outcome.status == 0, outcome.stderr
    return list(csv.DictReader(io.StringIO(outcome.stdout)))


@pytest.mark.thinned(2)
@pytest.mark.parametrize("name", _EXACT)
def test_scene_is_what_it_says(lab, name):
    assert mismatches(SCENES[name], _probe(lab, name, *_PATIENT.get(name, ("0.5",)))) == []


@pytest.mark.parametrize(("name", "percent"), [("loss5-small", 5), ("loss20-small", 20)])
def test_loss_is_as_much_as_it_says(lab, name, percent):
    """One SYN for each of 2000 targets, 200 of them silent: six standard deviations around the mean."""
    states = Counter(row["state"] for row in _probe(lab, name, "0.6", "1000"))
    mean = 1800 * percent / 100
    slack = 6 * (mean * (1 - percent / 100)) ** 0.5
    assert mean - slack < states["timeout"] - 200 < mean + slack
    assert states["unreachable"] == states["error"] == 0


def test_policer_lets_some_through_and_drops_a_burst(lab):
    states = Counter(row["state"] for row in _probe(lab, "policer-small", "0.3", "4200"))
    assert states["refused"] + states["open"] >= 50
    assert states["timeout"] >= 1000


def test_limited_routers_answer_some_rejects_and_swallow_others(lab):
    states = Counter(row["state"] for row in _probe(lab, "chain-limited", "0.6", "400"))
    assert states["unreachable"] >= 2
    assert states["timeout"] >= 100
    assert states["refused"] == 2 * 99


def test_far_kernel_answers_for_sixteen_million_hosts(lab):
    command = "import socket, sys\nfor host in ('10.0.0.0', '10.200.3.4', '10.255.255.255', 'fd00:10:ffff::9'):\n"
    command += (
        " s = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET)\n print(s.connect_ex((host, 80)))"
    )
    assert lab("eight").run("python", "-c", command).stdout.split() == ["111"] * 4


def test_command_is_an_ordinary_user(lab):
    """It gets no capability, so what passes here passes for any user."""
    status = lab("one").run("cat", "/proc/self/status").stdout
    assert re.findall(r"Cap(?:Prm|Eff|Bnd):\s*(\w+)", status) == ["0" * 16] * 3


def test_exit_status_and_streams_are_the_commands(lab):
    outcome = lab("one").run("sh", "-c", "echo out; echo err >&2; exit 7")
    assert (outcome.status, outcome.stdout, outcome.stderr) == (7, "out\n", "err\n")


_WAITING = """\
import signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.exit(9))
print("ready", flush=True)
signal.pause()
"""


def test_signals_reach_the_command_itself(lab):
    lab("one")
    with running("one", ["python", "-c", _WAITING]) as process:
        assert process.stdout.readline() == b"ready\n"
        process.signal(signal.SIGINT)
        assert process.wait()[0] == 9


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_nothing_stays_behind_after_a_kill(lab, tmp_path):
    lab("one")
    with (tmp_path / "err").open("wb") as stderr:
        process = Running("slow", ["sh", "-c", "echo ready; exec sleep 60"], subprocess.PIPE, stderr, 60)
    assert process.stdout.readline() == b"ready\n"
    nodes = _children(process.pid)
    handles = [os.pidfd_open(pid) for pid in nodes]
    assert len(nodes) == 2  # the far side and the wire
    process.signal(signal.SIGKILL)
    process.wait()
    for handle in handles:
        assert select.select([handle], [], [], 20)[0], "a node outlives its lab"
        os.close(handle)
    assert not any(_alive(pid) for pid in nodes)


#: As another user. (setpriv itself can still open everything when it starts its command, hence the shell.)
_SHED = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", 'exec "$@"', "-"]


def _python_for_all(folder: Path) -> str:
    """A Python that another user may run in `folder`."""
    for python in (sys.executable, os.path.realpath(sys.executable), "/usr/bin/python3"):
        asked = [*_SHED, python, "-B", "-c", "import sys, tests.lab.scenes; sys.exit(sys.version_info < (3, 11))"]
        if shutil.which(python) and subprocess.run(asked, cwd=folder, capture_output=True, check=False).returncode == 0:
            return python
    raise needs.LackError([needs.Lack("a Python 3.11 for all users", "there is none in /usr/bin", "python3", "")])


@pytest.mark.skipif(os.geteuid() != 0, reason="is an ordinary user already")
def test_lab_needs_no_root(lab):
    """The same as another user, from a folder they can read: they may not be able to see the checkout or its Python."""
    lab("loop")
    needs.require("setpriv", "user namespaces for ordinary users")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        shutil.copytree(ROOT / "tests" / "lab", Path(folder, "tests", "lab"))
        shutil.copy(ROOT / "tests" / "__init__.py", Path(folder, "tests"))
        python = _python_for_all(Path(folder))
        inside = ["--", "sh", "-c", f"id -u; exec {python} -B -m tests.lab.plain loop"]
        done = subprocess.run(
            [*_SHED, python, "-B", "-m", "tests.lab", "loop", *inside],
            cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = csv.DictReader(io.StringIO(done.stdout.split("\n", 1)[1]))
    assert mismatches(SCENES["loop"], rows) == []


def test_without_a_scene_there_is_a_list():
    done = subprocess.run(
        [sys.executable, "-m", "tests.lab"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert all(name in done.stdout for name in SCENES)


def test_unknown_scene_is_named_with_the_known_ones():
    outcome = run("nowhere", ["true"])
    assert outcome.status == 125
    assert "no scene 'nowhere'" in outcome.stderr
    assert "basic" in outcome.stderr


def test_checker_sees_each_kind_of_mistake():
    scene = SCENES["chain-hush"]
    right = [
        {"address": address, "port": str(port), "state": truth.state, "reason": truth.reason or "", "icmp_from": ""}
        for address, port in scene.targets()
        for truth in [Oracle(scene).truth(address, port)]
    ]
    assert mismatches(scene, right) == []
    wrong = [
        *right[1:],
        right[2],
        {**right[0], "address": "10.0.0.9"},
    ]
    wrong[5] = {**wrong[5], "state": "timeout", "reason": "no-response"}
    found = mismatches(scene, wrong)
    assert misses(found) == 4
    for what in ("not reported: 10.0.0.1:100", "reported twice", "never asked for: 10.0.0.9:100", "reported timeout"):
        assert any(what in line for line in found), (what, found)


def test_truth_takes_the_first_node_on_the_way():
    chain = Oracle(SCENES["chain"])
    assert chain.truth("10.0.0.1", 103) == Truth("timeout", "no-response", "")
    assert chain.truth("10.0.0.1", 215) == Truth("unreachable", "net-unreach", "172.31.2.2")
    assert chain.truth("fd00:10::1", 325) == Truth("unreachable", "host-unreach", "fd00:ff:3::2")
    assert chain.truth("10.0.0.1", 9) == Truth("refused", "conn-refused", "")


def test_addresses():
    assert list(addresses("10.0.0.254-10.0.1.1")) == ["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"]
    assert list(addresses("fd00::4/127")) == ["fd00::4", "fd00::5"]
    assert len(set(SCENES["attached"].targets())) == 4094
