"""Names that ad blockers and hosts files lead to 0.0.0.0 or `::`, on a host where something listens: whole runs.

Linux takes these addresses for the very host that connects to them, so a probe would find what listens here.
"""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import needs
from tests.cli.process import COMMAND, PATIENCE_S, environment

pytestmark = pytest.mark.lab

PORT = 2222
_HOSTS = """127.0.0.1 localhost
0.0.0.0 ads.example
:: ads6.example
0.0.0.0 both.example
:: both.example
0.1.2.3 net.example
::ffff:0.0.0.0 clothes.example
0.0.0.0 half.example
::1 half.example
"""
#: In a network and with an /etc/hosts of its own, beside listeners: the hosts file, the port, a command.
_INSIDE = """
import socket, subprocess, sys
hosts, port, *command = sys.argv[1:]
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
held = [socket.create_server(("", int(port)), family=family) for family in (socket.AF_INET, socket.AF_INET6)]
sys.exit(subprocess.run(command).returncode)
"""


def scanner(folder: Path, *words: object, before: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[str]":
    needs.require("unshare", "ip", "IPv6", "mount")
    hosts = folder / "hosts"
    hosts.write_text(_HOSTS)
    inside = ["unshare", "-Urnm", sys.executable, "-c", _INSIDE, str(hosts), str(PORT)]
    return subprocess.run(
        [*inside, *before, *COMMAND, *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        env=environment(),
    )


def rows(done: "subprocess.CompletedProcess[str]") -> list[tuple[str, ...]]:
    assert "Traceback" not in done.stderr
    columns = "host", "address", "state", "reason", "attempts"
    return [tuple(row[each] for each in columns) for row in csv.DictReader(done.stdout.splitlines())]


NAMES = ["ads.example", "ads6.example", "both.example", "net.example", "clothes.example"]


@pytest.mark.parametrize("more", [(), ("--exclude", "127.0.0.0/8")])
def test_such_names_are_errors(tmp_path: Path, more: tuple[str, ...]) -> None:
    needs.require("strace")
    log = tmp_path / "log"
    tracer = ("strace", "-f", "-qq", "-o", str(log), "-e", "trace=connect")
    targets = [f"{name}:{PORT}" for name in NAMES]
    done = scanner(tmp_path, "scan", *targets, f"localhost:{PORT}", *more, "-4", "-f", "csv", "-q", before=tracer)
    told = {row for row in rows(done) if row[0] != "localhost"}
    found = {name: "no-address" if name == "ads6.example" else "unspecified-address" for name in NAMES}
    assert told == {(name, "", "error", reason, "0") for name, reason in found.items()}
    assert done.returncode == 1
    sent = re.findall(rf"connect\(.*sin6?_port=htons\({PORT}\).*", log.read_text())
    assert bool(sent) is not bool(more)
    assert all('"127.0.0.1"' in call for call in sent)


def test_of_both_families_too(tmp_path: Path) -> None:
    done = scanner(tmp_path, "sweep", *NAMES, "half.example", "-p", PORT, "-f", "csv", "-q")
    expected = [(name, "", "error", "unspecified-address", "0") for name in [*NAMES, "half.example"]]
    assert sorted(rows(done)) == sorted([*expected, ("half.example", "::1", "open", "syn-ack", "1")])
    assert done.returncode == 0


def test_one_good_address_may_be_enough(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(f"targets:\n- {{host: half.example, port: {PORT}, addresses: one}}\n")
    done = scanner(tmp_path, "scan", path, "-f", "csv", "-q")
    assert [row["met"] for row in csv.DictReader(done.stdout.splitlines())] == ["true", "true"]
    assert done.returncode == 0


@pytest.mark.parametrize("family", [(), ("-4",), ("-6",)])
def test_a_trace_says_so(tmp_path: Path, family: tuple[str, ...]) -> None:
    done = scanner(tmp_path, "trace", f"both.example:{PORT}", *family, "-f", "json")
    (trace,) = json.loads(done.stdout)["traces"]
    assert (trace["address"], trace["hops"]) == (None, [])
    assert (trace["end"]["state"], trace["end"]["reason"]) == ("error", "unspecified-address")
    text = scanner(tmp_path, "trace", f"both.example:{PORT}", *family)
    assert "unspecified-address" in text.stdout


def test_the_table_says_why(tmp_path: Path) -> None:
    done = scanner(tmp_path, "scan", f"ads.example:{PORT}")
    assert "error (unspecified-address), expected open" in done.stdout


def test_what_a_range_loses_is_counted(tmp_path: Path) -> None:
    words = ("sweep", "::-::1", "[0-127].0.0.1", "-p", PORT, "--exclude", "1.0.0.0-126.255.255.255", "-f", "json")
    done = scanner(tmp_path, *words)
    report = json.loads(done.stdout)
    assert sorted(row["address"] for row in report["results"]) == ["127.0.0.1", "::1"]
    assert report["scan"]["skipped"] == 2
    assert "2 addresses skipped: unspecified (0.0.0.0/8, ::)" in done.stderr.splitlines()


def test_an_excluded_name_must_lead_somewhere(tmp_path: Path) -> None:
    """Else nobody knows what not to touch."""
    done = scanner(tmp_path, "scan", f"localhost:{PORT}", "--exclude", "both.example")
    assert done.returncode == 2
    assert "both.example" in done.stderr
    assert "(unspecified-address)" in done.stderr
