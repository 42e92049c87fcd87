"""Dask clusters for tests: a scheduler and its workers, each a process of its own, in a namespace of the test's.

A LocalCluster is what `dask scheduler` and `dask worker` start, without the command lines. Its workers have the names 0
and 1, and one that dies is started again. Nothing listens but on 127.0.0.1.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests import needs
from tests.cli.process import PATIENCE_S
from tests.namespace import Namespace
from tests.pages import DOCS, blocks, section

URL = "tcp://127.0.0.1:8786"
_CLUSTER = """
import json, sys
from distributed import LocalCluster, Security
sys.modules["scanner"] = None  # the scheduler's process has none
(scratch, *numbers), tls = sys.argv[1:5], sys.argv[5:]
count, threads, port = map(int, numbers)
security = Security(
    tls_ca_file=tls[0], tls_scheduler_cert=tls[1], tls_scheduler_key=tls[2], tls_worker_cert=tls[1],
    tls_worker_key=tls[2], tls_client_cert=tls[1], tls_client_key=tls[2], require_encryption=True,
) if tls else None
cluster = LocalCluster(
    n_workers=count, threads_per_worker=threads, processes=True, host="127.0.0.1", scheduler_port=8786,
    dashboard_address=None, worker_dashboard_address=None, local_directory=scratch, security=security,
    worker_port=port,
)
print("ready", flush=True)
def kept():
    there = cluster.scheduler.extensions
    return [*there["variables"].variables, *there["queues"].queues]
def said():
    return sum(queue.qsize() for queue in cluster.scheduler.extensions["queues"].queues.values())
for line in sys.stdin:
    pids = [worker.pid for worker in cluster.workers.values()]
    print(json.dumps({"pids": pids, "kept": kept(), "said": said()}), flush=True)
cluster.close()
"""
_QUIET = {"DASK_LOGGING__DISTRIBUTED": "critical", "DASK_DISTRIBUTED__DIAGNOSTICS__NVML": "False"}


class Cluster(NamedTuple):
    """One that runs; `process` is its scheduler's."""

    process: "subprocess.Popen[str]"

    def pids(self) -> list[int]:
        """Of the workers."""
        return [int(str(pid)) for pid in self._asked()["pids"]]

    def kept(self) -> set[str]:
        """What the scheduler has for scans, by name."""
        return set(map(str, self._asked()["kept"]))

    def said(self) -> int:
        """So many words wait there for whoever scans."""
        return int(str(self._asked()["said"]))

    def _asked(self) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))

    def kill(self) -> None:
        """The scheduler dies, at once."""
        self.process.send_signal(signal.SIGKILL)


class TlsSet(NamedTuple):
    """Paths: an authority's certificate, one that it signed, and that one's key."""

    ca: Path
    cert: Path
    key: Path


@contextlib.contextmanager
def dask_cluster(
    net: Namespace, scratch: Path, *, workers: int = 2, threads: int = 1, port: int = 0, tls: TlsSet | None = None,
    path: str = "",
) -> Iterator[Cluster]:  # fmt: skip
    """With so many workers. `port`: where the one that there is listens, whatever process it is; `path`: where they,
    and not who scans, look for modules first."""
    needs.require("distributed")
    more = {**_QUIET, **({"PYTHONPATH": path} if path else {})}
    words = [sys.executable, "-c", _CLUSTER, scratch, workers, threads, port, *(tls or ())]
    process = net.start("env", *(f"{name}={value}" for name, value in more.items()), *words, cwd=scratch)
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said == "ready\n", process.communicate(timeout=PATIENCE_S)[1]
        yield Cluster(process)
    finally:
        with contextlib.suppress(BrokenPipeError):
            process.communicate(timeout=PATIENCE_S)


def tls_set(folder: Path, *, password: str = "") -> TlsSet:
    """Made for this test, good for a day; the key behind a password, if there is one."""
    needs.require("openssl")
    ca, ca_key, cert, key = (folder / name for name in ("ca.pem", "ca.key", "node.pem", "node.key"))
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-batch"]
    for words in (
        ["req", "-x509", *new, "-days", "1", "-subj", "/CN=test authority", "-keyout", ca_key, "-out", ca],
        ["req", *new, "-subj", "/CN=node", "-keyout", key, "-out", folder / "node.csr"],
        ["x509", "-req", "-in", folder / "node.csr", "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "1",
         "-out", cert],
    ):  # fmt: skip
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=PATIENCE_S)
    if password:
        key, plain = folder / "locked.key", key
        locked = ["pkey", "-in", plain, "-aes256", "-passout", f"pass:{password}", "-out", key]
        subprocess.run(["openssl", *map(str, locked)], check=True, capture_output=True, timeout=PATIENCE_S)
    return TlsSet(ca, cert, key)


def other_scanner(folder: Path, version: str) -> str:
    """A folder where Python finds something else that is called scanner, and is of this version."""
    info = folder / f"scanner-{version}.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: scanner\nVersion: {version}\n")
    folder.joinpath("scanner").mkdir()
    folder.joinpath("scanner", "__init__.py").write_text('"""Reads tokens."""\n')
    return str(folder)


def kill(pid: int) -> None:
    """A worker dies, at once."""
    os.kill(pid, signal.SIGKILL)


def _page_command(beginning: str) -> str:
    """The one that begins so where docs/machines.md leads to a report; for a shell whose $0 is Python."""
    listed = blocks("sh", section("From two empty hosts to a report", DOCS["machines"]))
    (command,) = (line for block in listed for line in block.splitlines() if line.startswith(beginning))
    return command.replace("dask ", '"$0" -m dask ', 1).replace("python3 ", '"$0" ', 1)


#: A scheduler, a web server and a worker "fra" at 10.9.0.1, and a worker "nyc" at 10.9.0.2, in a network namespace of
#: its own, from where a firewall lets nobody reach the web server.
_TWO_PLACES = f"""
ip link add near type veth peer name far
ip addr add 10.9.0.1/24 dev near
ip link set near up
{_page_command("nft ")}
unshare -n sleep 300 & other=$!
until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do :; done
ip link set far netns $other
nsenter -n -t $other sh -ec 'ip link set lo up; ip addr add 10.9.0.2/24 dev far; ip link set far up'
cd "$1"
{_page_command("python3 -m http.server ")} & web=$!
{_page_command("dask scheduler ")} & scheduler=$!
{_page_command("dask worker tcp://10.9.0.1:8786 --host 10.9.0.1 ")} & fra=$!
nsenter -n -t $other {_page_command("dask worker tcp://10.9.0.1:8786 --host 10.9.0.2 ")} & nyc=$!
echo ready
cat >/dev/null
kill $fra $nyc $scheduler $other $web
wait
"""


@contextlib.contextmanager
def two_places(net: Namespace, scratch: Path) -> Iterator[None]:
    """Until the end of the block. The workers come some seconds later."""
    needs.require("distributed", "veth")
    more = (f"{name}={value}" for name, value in _QUIET.items())
    process = net.start("env", *more, "sh", "-ec", _TWO_PLACES, sys.executable, scratch)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield
    finally:
        process.communicate(timeout=PATIENCE_S)
