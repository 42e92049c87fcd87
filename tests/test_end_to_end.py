"""Whole runs of `scanner` on a loopback of their own: the basic answers, and the same ones when this machine is short,
interrupted, or probes itself. (Losses, delays, ICMP and stalls on networks: tests/lab.)"""

import csv
import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import needs
from tests.cli.process import PATIENCE_S, wait_for
from tests.namespace import SILENT, Namespace, namespace

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux network namespaces")

BOTH = ("127.0.0.1", "::1")
OPEN = range(3000, 3005)


@pytest.fixture(scope="module")
def net() -> Iterator[Namespace]:
    with namespace() as made:
        yield made


@pytest.fixture(scope="module")
def listeners(net: Namespace) -> Iterator[None]:
    with net.listening(*(f"{host}:{port}" for host in BOTH for port in OPEN)):
        yield


def rows_of(done: "subprocess.CompletedProcess[str]") -> list[dict[str, str]]:
    assert "Traceback" not in done.stderr
    return list(csv.DictReader(done.stdout.splitlines()))


def truth(port: int) -> str:
    return "timeout" if port in SILENT else "open" if port in OPEN else "refused"


def hold(rows: list[dict[str, str]], ports: range | list[int], hosts: tuple[str, ...] = BOTH) -> None:
    """A row for each target, its state right, and one attempt for what answers."""
    told = sorted((row["address"], int(row["port"]), row["state"]) for row in rows)
    assert told == sorted((host, port, truth(port)) for host in hosts for port in ports)
    assert {(row["attempts"], row["doubt"]) for row in rows if row["state"] != "timeout"} <= {("1", "")}


def warnings_in(done: "subprocess.CompletedProcess[str]") -> list[str]:
    return [line for line in done.stderr.splitlines() if line.startswith("warning")]


class TestTheBasicAnswers:
    """A listener, the same port without it, and somebody who says nothing."""

    def scan(self, net: Namespace, *words: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
        """The exit status, the only row, and what the report says of the scan."""
        done = net.scanner("scan", *words, "-f", "json")
        report = json.loads(done.stdout)
        (row,) = report["results"]
        return done.returncode, row, report["scan"]

    def test_open_then_refused(self, net: Namespace) -> None:
        with net.listening("127.0.0.1:5000"):
            status, row, _ = self.scan(net, "127.0.0.1:5000")
        assert (status, row["state"], row["reason"], row["met"]) == (0, "open", "syn-ack", True)
        assert row["rtt_ms"] > 0
        status, row, _ = self.scan(net, "127.0.0.1:5000")
        assert errno.ECONNREFUSED == 111
        assert (status, row["state"], row["reason"], row["met"]) == (1, "refused", "conn-refused", False)

    def test_a_silent_address_is_a_timeout_after_its_three_seconds(self, net: Namespace) -> None:
        status, row, scan = self.scan(net, f"127.0.0.1:{SILENT[0]}", "-t", "3s", "-r", "0")
        assert (status, row["state"], row["reason"], row["attempts"]) == (1, "timeout", "no-response", 1)
        assert row["rtt_ms"] is None
        assert scan["elapsed_s"] >= 3.0

    def test_each_attempt_waits_its_timeout(self, net: Namespace) -> None:
        _, row, scan = self.scan(net, f"[::1]:{SILENT[0]}", "-t", "200ms", "-r", "2")
        assert (row["state"], row["attempts"]) == ("timeout", 3)
        assert scan["elapsed_s"] >= 0.6


PORTS = [*range(1980, 2005), *range(3000, 3010)]
SWEEP = ("sweep", *BOTH, "-p", "1980-2004,3000-3009", "-t", "200ms", "-f", "csv")


@pytest.mark.usefixtures("listeners")
class TestTheSameAnswers:
    def test_with_room_for_all(self, net: Namespace) -> None:
        done = net.scanner(*SWEEP)
        hold(rows_of(done), PORTS)
        assert (done.returncode, warnings_in(done)) == (0, [])

    @pytest.mark.parametrize(
        "poller",
        ["epoll", pytest.param("poll", marks=pytest.mark.slow), pytest.param("select", marks=pytest.mark.slow)],
    )
    def test_with_few_descriptors(self, net: Namespace, poller: str) -> None:
        """Hundreds of targets, more of them silent than there are descriptors."""
        sweep = ("sweep", *BOTH, "-p", "1850-2029,3000-3009", "-t", "200ms", "-f", "csv", "--poller", poller)
        done = net.scanner(*sweep, before=("sh", "-c", 'ulimit -n 64; exec "$@"', "-"))
        hold(rows_of(done), [*range(1850, 2030), *range(3000, 3010)])
        (warning,) = warnings_in(done)
        assert "ulimit -n" in warning

    @pytest.mark.parametrize("taken", [1000, 1200])
    def test_with_select_and_high_descriptors_only(self, net: Namespace, taken: int) -> None:
        """select(2) has no room from 1024 on; what happens to be free below is all there is."""
        import resource  # POSIX has it

        fds: list[int] = []
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 2048)), hard))
            while not fds or fds[-1] < taken:
                fds.append(os.open(os.devnull, os.O_RDONLY))
            done = net.scanner(*SWEEP, "--poller", "select", pass_fds=fds)
        finally:
            for fd in fds:
                os.close(fd)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        hold(rows_of(done), PORTS)
        (warning,) = warnings_in(done)
        assert "--poller" in warning

    @pytest.mark.parametrize(
        ("call", "inject"),
        [
            ("connect", "error=EINTR:when=2+2"),
            pytest.param("connect", "error=EINTR:when=3+7", marks=pytest.mark.slow),
            ("socket", "error=EMFILE:when=5+7"),
            pytest.param("socket", "error=ENFILE:when=9..30", marks=pytest.mark.slow),
            pytest.param("connect", "error=ENOBUFS:when=20+30", marks=pytest.mark.slow),
            pytest.param("connect", "error=EADDRNOTAVAIL:when=25+9", marks=pytest.mark.slow),
        ],
    )
    def test_with_system_calls_that_fail(self, net: Namespace, call: str, inject: str, tmp_path: Path) -> None:
        """strace keeps every second connect() from the kernel, or takes a descriptor away now and then."""
        needs.require("strace")
        log = tmp_path / "log"
        tracer = ("strace", "-f", "-qq", "-o", str(log), "-e", f"trace={call}", "-e", f"inject={call}:{inject}")
        done = net.scanner(*SWEEP, before=tracer)
        assert "INJECTED" in log.read_text()
        hold(rows_of(done), PORTS)
        assert len(warnings_in(done)) <= 1


def test_the_ends_of_an_attached_network_are_skipped_and_counted(tmp_path: Path) -> None:
    attach = "ip link add here type veth peer name there; ip address add 10.9.0.1/30 dev here; ip link set here up"
    with namespace("veth") as net:
        net.run("sh", "-ec", attach, check=True)
        words = ("sweep", "10.9.0.0/30", "-p", "1", "-t", "50ms", "-r", "0", "-o", "o.json", "-f", "csv")
        done = net.scanner(*words, cwd=tmp_path)
    assert sorted(row["address"] for row in rows_of(done)) == ["10.9.0.1", "10.9.0.2"]
    assert "2 addresses skipped: network or broadcast of an attached network" in done.stderr.splitlines()
    assert json.loads((tmp_path / "o.json").read_text())["scan"]["skipped"] == 2


class TestLocalPorts:
    """A namespace each: the range of source ports is narrow there."""

    @pytest.mark.thinned(4)
    @pytest.mark.parametrize(("first", "last"), [(40000, 40001), (40000, 40009), (40001, 40016)])
    @pytest.mark.parametrize("poller", ["epoll", "poll"])
    def test_a_port_never_meets_itself(self, first: int, last: int, poller: str) -> None:
        """Every one of these ports is the kernel's choice of source for a probe of that very port sooner or later."""
        with namespace() as net:
            net.local_ports(first, last)
            for _ in range(3):
                done = net.scanner("sweep", *BOTH, "-p", f"{first}-{last}", "-f", "csv", "--poller", poller)
                hold(rows_of(done), range(first, last + 1))

    @pytest.mark.slow
    def test_a_single_source_port_that_is_the_target_is_an_error_at_worst(self) -> None:
        with namespace() as net:
            net.local_ports(40000, 40000)
            done = net.scanner("scan", "127.0.0.1:39999-40001", "-f", "csv")
            told = {(row["port"], row["state"], row["reason"]) for row in rows_of(done)}
        refused = {(port, "refused", "conn-refused") for port in ("39999", "40001")}
        assert told == refused | {("40000", "error", "EADDRNOTAVAIL")}

    def test_silent_attempts_do_not_use_up_the_ports_to_their_target(self) -> None:
        with namespace() as net:
            net.local_ports(40000, 40002)
            done = net.scanner("sweep", *BOTH, "-p", f"{SILENT[0]},22", "-t", "100ms", "-r", "6", "-f", "csv")
        rows = rows_of(done)
        hold(rows, [SILENT[0], 22])
        assert {row["attempts"] for row in rows if row["state"] == "timeout"} == {"7"}

    @pytest.mark.slow
    def test_a_target_to_which_no_port_is_free_waits_for_one(self, tmp_path: Path) -> None:
        """Somebody else holds every local port to it: the others go on, and it is probed once there is one."""
        hold_all = """
import socket, struct, sys
held = [socket.create_connection(("127.0.0.1", 3000)) for _ in range(4)]
print("ready", flush=True)
sys.stdin.read()
for sock in held:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
"""
        with namespace() as net:
            net.local_ports(40000, 40003)
            with net.listening("127.0.0.1:3000"):
                with net.program(hold_all):
                    targets = f"127.0.0.1:3000,22,{SILENT[0]}"
                    words = ("scan", targets, "-t", "1s", "-o", "o.csv", "-q")
                    scan = net.start(sys.executable, "-m", "scanner", *words, cwd=tmp_path)
                    wait_for(tmp_path / "o.csv.partial", "conn-refused")
                scan.communicate(timeout=PATIENCE_S)
        with (tmp_path / "o.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        hold(rows, [3000, 22, SILENT[0]], ("127.0.0.1",))
        assert [row["port"] for row in rows[:2]] == ["22", "3000"]

    @pytest.mark.slow
    def test_targets_whose_ports_stay_taken_hold_up_nobody_and_end(self) -> None:
        """Two of them, and silent ones whose path is watched: known responders are asked beside them each time."""
        hold_all = """
import socket, sys
held = [socket.create_connection(("127.0.0.1", port)) for port in (3000, 3001) for _ in range(8)]
print("ready", flush=True)
sys.stdin.read()
"""
        silent = SILENT[:3]
        with namespace() as net:
            net.local_ports(40000, 40007)
            with net.listening("127.0.0.1:3000", "127.0.0.1:3001"), net.program(hold_all):
                targets = f"127.0.0.1:3000-3001,22-23,{silent[0]}-{silent[-1]}"
                done = net.scanner("scan", targets, "-t", "300ms", "-r", "2", "-f", "csv", timeout=30)
        rows = rows_of(done)
        hold([row for row in rows if row["state"] != "error"], [22, 23, *silent], ("127.0.0.1",))
        last = {(row["port"], row["reason"]) for row in rows[-2:]}
        assert last == {("3000", "EADDRNOTAVAIL"), ("3001", "EADDRNOTAVAIL")}
        assert warnings_in(done) == []
