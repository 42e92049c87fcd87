"""`scan` and `sweep` with reports in nmap's XML and in JUnit's: files, stdout, and after a signal."""

import signal
from pathlib import Path

import pytest
from junitparser import JUnitXml
from libnmap.parser import NmapParser

from tests.cli.process import PATIENCE_S, run, start, wait_for


def services(text: str) -> list[tuple[str, int, str]]:
    """Address, port and state, as python-libnmap reads them."""
    hosts = NmapParser.parse(text).hosts
    return [(host.address, each.port, each.state) for host in hosts for each in host.services]


def verdicts(text: str) -> list[tuple[str, bool]]:
    """Each case and whether it passed, as junitparser reads them."""
    return [(case.name, case.is_passed) for suite in JUnitXml.fromstring(text.encode()) for case in suite]


@pytest.mark.parametrize(
    ("command", "on_stdout", "file"), [("scan", "junit", "o.xml"), ("sweep", "xml", "nightly-junit.xml")]
)
def test_one_in_a_file_and_the_other_on_stdout(
    command: str, on_stdout: str, file: str, tmp_path: Path, open_port: int, closed_port: int
) -> None:
    ports = f"{open_port},{closed_port}"
    hosts = [f"127.0.0.1:{ports}"] if command == "scan" else ["127.0.0.1", "-p", ports, "--expect", "open"]
    done = run(command, *hosts, "-f", on_stdout, "-o", file, cwd=tmp_path)
    assert done.returncode == 1
    texts = [done.stdout, (tmp_path / file).read_text()]
    junit, nmap = texts if on_stdout == "junit" else texts[::-1]
    assert services(nmap) == sorted([("127.0.0.1", open_port, "open"), ("127.0.0.1", closed_port, "closed")])
    assert sorted(verdicts(junit)) == sorted(
        [(f"127.0.0.1:{open_port} expected open", True), (f"127.0.0.1:{closed_port} expected open", False)]
    )


def test_a_signal_leaves_what_was_found(tmp_path: Path, closed_port: int, silent_port: int) -> None:
    (tmp_path / "o.xml").write_text("last night's")
    process = start(
        *("scan", f"127.0.0.1:{closed_port},{silent_port}", "-t", "60s"),
        *("-o", "o.csv", "-o", "o.xml", "-o", "junit.xml", "-f", "xml"),
        cwd=tmp_path,
    )
    wait_for(tmp_path / "o.csv.partial", "conn-refused")
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    for text in (stdout, (tmp_path / "o.xml.partial").read_text()):
        assert services(text) == [("127.0.0.1", closed_port, "closed")]
        assert 'exit="error"' in text
    assert verdicts((tmp_path / "junit.xml.partial").read_text()) == [(f"127.0.0.1:{closed_port} expected open", False)]
    assert (tmp_path / "o.xml").read_text() == "last night's"
