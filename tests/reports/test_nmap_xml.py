"""nmap's XML, as ndiff and python-libnmap read it, and as its DTD wants it."""

import subprocess
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libnmap.parser import NmapParser
from lxml import etree

from scanner.errors import ReportError
from scanner.model import FIELDS, Request, Result
from scanner.reports import Look, ScanInfo, make_report, open_report, record_end_of
from scanner.reports.nmap_run import HostCounts, last_words
from tests import needs
from tests.reports.made import FullDisk, Sunk, batches, place, result, results, visible

T = "2026-11-27T13:00:00.123Z"
INFO: dict[str, Any] = {"started": T, "finished": "2026-11-27T13:00:09Z", "elapsed_s": 8.877}
#: Our state, nmap's.
STATES = [
    ("open", "open"), ("refused", "closed"), ("timeout", "filtered"), ("unreachable", "filtered"), ("error", "unknown")
]  # fmt: skip


def written(path: Path, *rows: list[Result], **info: Any) -> Path:
    report = open_report("xml", str(path))
    for batch in rows:
        report.write(batch)
    report.finish(ScanInfo(**INFO | info))
    return path


def orders(host: str = "db1.example.net", **more: Any) -> Request:
    return Request(host, **{"name": "orders", "expect": "open", "tags": ("prod", "t-1")} | more)


def mixed() -> list[Result]:
    """Every state, both families, a name, a sender, two rows of one port, two ports far apart in time."""
    db1 = place("10.0.0.5", source="10.0.0.1")
    return [
        result(db1, 5432, "open", request=orders(), rtt_ms=0.5, time=T),
        result("fe80::1%eth0", 22, "unreachable", "admin-prohibited", icmp_from="fe80::2", doubt="lossy", time=T),
        result(db1, 1, "timeout", request=orders(), attempts=2, lost_syns=1, time="2026-11-27T13:00:07.999Z"),
        result(db1, 1, "timeout", request=Request("db1", expect="blocked", order=1), attempts=2, time=T),
        result("10.0.0.9", 40000, "refused", time="no time"),
        result("10.0.0.8", 22, "error", "EACCES", request=Request("10.0.0.8", expect="refused")),
    ]


def rows_of(script: Any) -> list[dict[str, Any]]:
    """The rows in full that are in this script, or elsewhere below: the fields that have a value."""
    return [
        {each.get("key"): each.text if each.tag == "elem" else [tag.text or "" for tag in each] for each in table}
        for table in script.iterfind(".//table[@key='row']")
    ]


def test_python_libnmap_reads_what_the_rows_say(tmp_path: Path) -> None:
    report = NmapParser.parse_fromfile(str(written(tmp_path / "o.xml", mixed())))
    seen = [
        (host.address, host.status, sorted(host.hostnames), each.port, each.state, each.reason, each.reason_ip)
        for host in report.hosts
        for each in host.services
    ]
    assert seen == [
        ("10.0.0.5", "up", ["db1", "db1.example.net"], 1, "filtered", "no-response", ""),
        ("10.0.0.5", "up", ["db1", "db1.example.net"], 5432, "open", "syn-ack", ""),
        ("fe80::1%eth0", "unknown", [], 22, "filtered", "admin-prohibited", "fe80::2"),
        ("10.0.0.9", "up", [], 40000, "closed", "conn-refused", ""),
        ("10.0.0.8", "unknown", [], 22, "unknown", "EACCES", ""),
    ]
    database = report.hosts[0].get_service(5432)
    assert (database.service, database.protocol) == ("postgresql", "tcp")
    assert report.hosts[1].ipv6 == "fe80::1%eth0"
    assert (report.hosts_total, report.hosts_up, report.hosts_down) == (4, 2, 0)
    assert (report.hosts[0].starttime, report.hosts[0].endtime) == ("1795784400", "1795784407")
    assert report.hosts[2].starttime == ""


def test_python_libnmap_reads_what_was_run(tmp_path: Path) -> None:
    options = {"command": "sweep", "hosts": ["10.0.0.0/30", "a b"], "ports": "1-3", "rate": 10.0}
    rows = [result("10.0.0.1", port, "refused") for port in (3, 1, 2, 443)]
    report = NmapParser.parse_fromfile(str(written(tmp_path / "o.xml", rows, options=options)))
    assert (report.started, report.endtime, report.elapsed) == (1795784400, 1795784409, 8.88)
    assert (report.version, report.xmlversion, report.scan_type) == ("scanner 0.1.0", "1.05", "connect")
    assert report.commandline == "scanner sweep 10.0.0.0/30 'a b' --ports 1-3 --rate 10.0"
    assert (report.numservices, report.get_raw_data()["_scaninfo"]["services"]) == (4, "1-3,443")
    assert report.summary == "1 addresses (1 up, 0 down) in 8.88 seconds"
    assert 'exit="success"' in (tmp_path / "o.xml").read_text()


def ndiff(*words: str | Path) -> tuple[int, str]:
    needs.require("ndiff")
    done = subprocess.run(["ndiff", *words], capture_output=True, encoding="utf-8", timeout=30, check=False)
    assert not done.stderr
    return done.returncode, done.stdout


def test_ndiff_reads_what_the_rows_say(tmp_path: Path) -> None:
    unknown = result("", 25, "error", "no-address", request=Request("nosuch.example", name="mail", expect="open"))
    nothing, some = written(tmp_path / "a.xml"), written(tmp_path / "b.xml", [*mixed(), unknown])
    status, text = ndiff("--xml", nothing, some)
    assert status == 1
    seen = {
        (host.find("address").get("addr"), int(port.get("portid"))): port.find("state").get("state")  # type: ignore
        for host in ElementTree.fromstring(text).iter("host")
        for port in host.iter("port")
    }
    nmaps = dict(STATES)
    assert seen == {(row.address, row.port): nmaps[row.state] for row in mixed()}
    assert "scanner nosuch.example: port 25: mail: error (no-address), expected open" in ndiff(nothing, some)[1]


def test_ndiff_sees_a_difference_only_where_there_is_one(tmp_path: Path) -> None:
    unlike = [
        Result(row.place, row.port, row.request, row.state, row.reason, "192.0.2.1", 7.0, 9, "", "flipped", not row.met)
        for row in reversed(mixed())
    ]
    before = written(tmp_path / "a.xml", mixed())
    assert ndiff(before, written(tmp_path / "b.xml", unlike)) == (0, "")
    shut = [row for row in mixed() if row.port != 5432] + [result("10.0.0.5", 5432, "refused", request=orders())]
    status, text = ndiff(before, written(tmp_path / "c.xml", shut))
    assert status == 1
    assert [line for line in text.splitlines() if line[:1] in ("+", "-")] == [
        "-5432/tcp open   postgresql",
        "+5432/tcp closed postgresql",
    ]


def test_ndiff_compares_it_with_nmaps_own(tmp_path: Path) -> None:
    """Which has no scripts."""
    ours = written(tmp_path / "a.xml", [result("10.0.0.1", 22, "timeout", request=orders(host="")), *mixed()])
    root = ElementTree.parse(ours)
    for script in root.findall("postscript"):
        root.getroot().remove(script)
    root.write(tmp_path / "b.xml")
    assert "script" not in (tmp_path / "b.xml").read_text()
    assert ndiff(ours, tmp_path / "b.xml") == (0, "")


@pytest.mark.parametrize("complete", [True, False])
def test_it_is_what_the_dtd_says(complete: bool, tmp_path: Path) -> None:
    needs.require("nmap.dtd")
    unknown = [result("", port, "error", "no-address", request=Request("nosuch.example")) for port in (25, 26)]
    dtd = etree.DTD("/usr/share/nmap/nmap.dtd")
    for number, rows in enumerate(([], mixed(), unknown)):
        path = written(tmp_path / f"{number}.xml", rows, complete=complete)
        assert dtd.validate(etree.parse(str(path))), dtd.error_log


@pytest.mark.parametrize(("ours", "nmaps"), STATES)
def test_each_state_has_nmaps_word_and_keeps_ours(ours: str, nmaps: str, tmp_path: Path) -> None:
    root = ElementTree.parse(written(tmp_path / "o.xml", [result("10.0.0.1", 1, ours, "why")])).getroot()
    (port,) = root.iter("port")
    assert port.find("state").get("state") == nmaps  # type: ignore[union-attr]
    assert [row["state"] for row in rows_of(root)] == [ours]


def test_rows_of_a_name_without_an_address_are_no_host(tmp_path: Path) -> None:
    rows = [
        result("", 1, "error", "dns-timeout", request=Request("z.example")),
        result("", 443, "error", "no-address", request=orders(), time=T),
        result("", 22, "error", "no-address", request=orders(), doubt="unverified"),
    ]
    root = ElementTree.parse(written(tmp_path / "o.xml", rows)).getroot()
    assert not list(root.iter("host"))
    assert [each.attrib for each in root.iter("target")] == [
        {"specification": name, "status": "skipped", "reason": "invalid"} for name in ("db1.example.net", "z.example")
    ]
    first, second = root.iterfind("prescript/script")
    assert [(row["host"], row["port"], row["reason"]) for row in rows_of(first)] == [
        ("db1.example.net", "22", "no-address"),
        ("db1.example.net", "443", "no-address"),
    ]
    assert rows_of(first)[0]["tags"] == ["prod", "t-1"]
    assert (second.get("id"), second.get("output")) == ("scanner z.example", "port 1: error (dns-timeout)")


@pytest.mark.parametrize(
    ("rows", "state", "reason"),
    [
        ([("timeout", "no-response", ""), ("refused", "conn-refused", "")], "up", "conn-refused"),
        ([("unreachable", "port-unreach", "10.0.0.1")], "up", "port-unreach"),
        ([("unreachable", "host-unreach", "")] * 2, "down", "host-unreach"),
        ([("unreachable", "host-unreach", ""), ("timeout", "no-response", "")], "unknown", "host-unreach"),
        ([("unreachable", "host-unreach", "10.9.9.9")], "unknown", "host-unreach"),
        ([("error", "EACCES", "")], "unknown", "EACCES"),
    ],
)
def test_a_host_is_up_down_or_unknown(
    rows: list[tuple[str, str, str]], state: str, reason: str, tmp_path: Path
) -> None:
    made = [result("10.0.0.1", port, each, why, icmp_from=who) for port, (each, why, who) in enumerate(rows, 1)]
    root = ElementTree.parse(written(tmp_path / "o.xml", made)).getroot()
    assert root.find("host/status").attrib == {"state": state, "reason": reason, "reason_ttl": "0"}  # type: ignore
    counts = {"up": "0", "down": "0", "total": "1"} | ({state: "1"} if state != "unknown" else {})
    assert root.find("runstats/hosts").attrib == counts  # type: ignore[union-attr]


def test_where_rows_of_a_port_disagree_the_last_entry_has_its_say(tmp_path: Path) -> None:
    first, second = orders(), orders(order=1)
    rows = [
        result("10.0.0.1", 22, "open", request=first),
        result("10.0.0.1", 22, "timeout", request=second),
        result("10.0.0.1", 22, "refused", request=first),
    ]
    root = ElementTree.parse(written(tmp_path / "o.xml", rows)).getroot()
    assert [port.find("state").get("state") for port in root.iter("port")] == ["filtered"]  # type: ignore[union-attr]
    assert [row["state"] for row in rows_of(root)] == ["open", "refused", "timeout"]


def test_instants_that_are_not_known(tmp_path: Path) -> None:
    """A time without a zone is none; the end is at least after the day this was written."""
    read = NmapParser.parse_fromfile(str(written(tmp_path / "o.xml", started="2026-11-27T13:00:00", finished=None)))
    assert read.started == -1
    assert read.endtime > 1_750_000_000


def test_a_report_that_is_finished_early_is_not_a_success(tmp_path: Path) -> None:
    assert 'exit="error"' in written(tmp_path / "o.xml", complete=False).read_text()


def test_after_a_failed_write_nothing_is_added() -> None:
    disk = FullDisk(300_000)
    report = make_report("xml", Sunk(disk, 60.0), "o.xml", look=Look(), command="scan")
    report.write([result(f"10.0.{port >> 8}.{port & 255}", 22, "refused") for port in range(1, 2000)])
    with pytest.raises(ReportError, match="No space left on device"):
        report.finish(ScanInfo())
    held = disk.data
    assert held
    report.abandon(ScanInfo())
    assert disk.data == held


def test_a_scan_that_was_stopped_says_so(tmp_path: Path) -> None:
    report = open_report("xml", str(tmp_path / "o.xml"))
    report.write(mixed())
    report.abandon(ScanInfo(**INFO, warnings=["out of <luck>"]))
    read = NmapParser.parse_fromfile(str(tmp_path / "o.xml.partial"))
    assert len(read.hosts) == 4
    finished = read.get_raw_data()["_runstats"]["finished"]
    assert finished["exit"] == "error"
    assert finished["errormsg"] == "stopped before every target was reached; out of <luck>"
    assert not (tmp_path / "o.xml").exists()


def test_wherever_a_full_disk_cuts_it_the_end_still_fits(tmp_path: Path) -> None:
    rows = [*mixed(), result("", 25, "error", "no-address", request=Request("nosuch.example"))]
    data = written(tmp_path / "o.xml", rows).read_bytes()
    end = last_words(ScanInfo(), False, HostCounts()).encode()
    record_end, head = record_end_of("xml"), data.index(b"<target ")
    kept = {record_end(data[:cut]) for cut in range(head, len(data))}
    assert len(kept) == 10  # after the head, the names, four hosts and their rows
    for each in kept:
        ElementTree.fromstring(data[:each] + end)
    assert record_end(data[: head // 2]) == 0


def test_a_row_takes_little_while_it_waits(tmp_path: Path) -> None:
    at, request = place("10.0.0.1"), Request()
    report = open_report("xml", str(tmp_path / "o.xml"))
    tracemalloc.start()
    try:
        for _ in range(20):
            report.write([result(at, port, "refused", request=request, time=T, rtt_ms=0.1) for port in range(1, 1001)])
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    report.abandon(ScanInfo())
    assert held < 20_000 * 40


@settings(max_examples=30)
@given(st.lists(results(), max_size=4))
def test_hostile_text_is_text(rows: list[Result]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "o.xml", *batches(rows), options={"targets": [row.host for row in rows]})
        root = ElementTree.parse(path).getroot()
        NmapParser.parse_fromfile(str(path))
    assert sorted(map(comparable, rows_of(root))) == sorted(map(comparable, map(expected, rows)))
    ports = {
        (host.find("address").get("addr"), port.get("portid"))  # type: ignore[union-attr]
        for host in root.iter("host")
        for port in host.iter("port")
    }
    assert ports == {(visible(row.address), str(row.port)) for row in rows if row.address}


def comparable(row: dict[str, Any]) -> str:
    return repr(sorted(row.items()))


def expected(row: Result) -> dict[str, Any]:
    """The fields that have a value, as a reader should see them; the host only where it is not the address."""
    fields = {name: getattr(row, name) for name in FIELDS if name != "service"}
    fields |= {"host": row.request.host, "lost_syns": row.lost_syns or ""}
    fields["met"] = None if row.met is None else str(row.met).lower()
    fields["rtt_ms"] = None if row.rtt_ms is None else f"{row.rtt_ms:.3f}"
    fields["tags"] = [visible(tag) for tag in row.tags]
    return {
        name: value if name == "tags" else visible(str(value))
        for name, value in fields.items()
        if value not in (None, "", [])
    }
