"""The whole program under libraries that answer in the targets' place: it says so, and only then."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import environment
from tests.namespace import SILENT, Namespace, namespace
from tests.preload import built

pytestmark = pytest.mark.lab

PROXY, RESETTING, OPEN, REFUSED = 9050, 9051, 80, 81
HERE = "10.9.9.9"
WARNING = "warning: something between this program and the kernel answers in the targets' place"


_RESETS = """
import select, socket, struct, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
while sys.stdin not in (ready := select.select([server, sys.stdin], [], [])[0]):
    for each in ready:
        client = each.accept()[0]
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
"""


@pytest.fixture(scope="module")
def net() -> Iterator[Namespace]:
    with namespace("cc") as made:
        made.run("ip", "addr", "add", f"{HERE}/32", "dev", "lo", check=True)
        with made.listening(f"127.0.0.1:{PROXY}", f"{HERE}:{OPEN}", f"127.0.0.1:{OPEN}", f"::1:{OPEN}"):
            yield made


def run(net: Namespace, library: str, *words: object) -> Any:
    return net.scanner(*words, env=environment({"LD_PRELOAD": library} if library else {}))


@pytest.mark.thinned(2)
@pytest.mark.parametrize("host", [HERE, pytest.param("127.0.0.1", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("refuses", "was answered, and no SYN left this host"),
        ("connects", "was answered, and no SYN left this host"),
        ("other socket", f"is connected to 127.0.0.1:{PROXY}"),
        ("same socket", ""),
        ("unix socket", "is connected to no host at all"),
        ("elsewhere", f"is connected to 127.0.0.1:{PROXY}"),
    ],
)
def test_answers_in_the_targets_place_are_told(net: Namespace, tmp_path: Path, name: str, seen: str, host: str) -> None:
    library, report = built(tmp_path, name, PROXY), tmp_path / "report.json"
    done = run(net, library, "sweep", host, "-p", f"{REFUSED},{SILENT.start}", "-t", "500ms", "-q", "-o", report)
    told = [line for line in done.stderr.splitlines() if line.startswith(WARNING)]
    assert len(told) == 1, done.stderr
    assert f"(LD_PRELOAD={library} is set): the answers are not the targets'" in told[0]
    assert seen in told[0]
    assert f"warning: {json.loads(report.read_text())['scan']['warnings'][0]}" == told[0]


def test_a_proxy_that_answers_nothing(net: Namespace, tmp_path: Path) -> None:
    """A silent port is "refused" in no time: the proxy could not be reached."""
    library = built(tmp_path, "other socket", 9)
    done = run(net, library, "scan", f"{HERE}:{SILENT.start}", "-f", "csv")
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert row["state"] == "refused"
    assert WARNING in done.stderr


@pytest.mark.parametrize("host", [HERE, "127.0.0.1"])
@pytest.mark.parametrize("name", ["elsewhere", "same socket"])
def test_a_proxy_that_accepts_and_resets(net: Namespace, tmp_path: Path, name: str, host: str) -> None:
    """Such a socket has no peer any more."""
    with net.program(_RESETS, str(RESETTING)):
        library = built(tmp_path, name, RESETTING)
        done = run(net, library, "scan", f"{host}:300-350", "-f", "csv")
    assert WARNING in done.stderr, done.stdout
    assert f"the socket for {host}:" in done.stderr
    assert f"is connected to 127.0.0.1:{RESETTING}" in done.stderr


def test_a_trace_says_so_too(net: Namespace, tmp_path: Path) -> None:
    library = built(tmp_path, "other socket", PROXY)
    done = run(net, library, "trace", "-n", f"{HERE}:{REFUSED}")
    assert done.stderr.startswith(WARNING), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "harmless", "mptcp"])
def test_a_library_that_answers_nobody_is_no_news(net: Namespace, tmp_path: Path, name: str) -> None:
    """Multipath TCP lacks some extras, and its sockets are not used again in every kernel: the states are the same."""
    library = built(tmp_path, name, PROXY) if name else ""
    words = (HERE, "127.0.0.1", "::1", "-p", f"{OPEN},100-699,{SILENT.start}-{SILENT.start + 9}", "-t", "500ms")
    done = run(net, library, "sweep", *words, "-f", "csv")
    assert "warning" not in done.stderr
    found = Counter(row["state"] for row in csv.DictReader(io.StringIO(done.stdout)))
    assert found == {"open": 3, "refused": 1800, "timeout": 30}
