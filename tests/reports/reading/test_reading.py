"""Reports read back: every row as it was, and everything else an error that names the place."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.model import FIELDS
from scanner.reports import ScanInfo
from scanner.reports.reading import ReportRow, open_stored
from tests.reports.reading.made_rows import read_back, results_of, rows, stored, without_service, words

FORMATS = ("csv", "json", "jsonl")
_HEAD = ",".join(FIELDS)
_ROW = ReportRow(
    name="db", host="10.0.0.1", address="10.0.0.1", port=22, service="ssh", state="open", reason="syn-ack",
    rtt_ms=0.25, attempts=1, expect="open", met=True, tags=("a", "b"), vantage="here", time="2026-01-31T12:00:00.000Z",
)  # fmt: skip
_LINE = "db,10.0.0.1,10.0.0.1,22,ssh,open,syn-ack,,0.250,1,open,true,a;b,here,2026-01-31T12:00:00.000Z,,,0"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.mark.parametrize("fmt", FORMATS)
@given(made=st.lists(rows, max_size=4))
def test_what_was_written_is_read(fmt: str, made: list[ReportRow], folder: Path) -> None:
    assert without_service(read_back(stored(fmt, folder, made))) == made


@given(made=st.lists(st.builds(ReportRow._replace, rows, group=words), max_size=4))
def test_json_keeps_what_explained_rows_have_in_common(made: list[ReportRow], folder: Path) -> None:
    assert without_service(read_back(stored("json", folder, made))) == made
    for fmt in ("csv", "jsonl"):
        assert {row.group for row in read_back(stored(fmt, folder, made))} <= {""}


def test_the_key_is_text_or_absent(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = {"host": "db1", "port": 22, "state": "timeout"}
    for group in ("x", None):
        path.write_text(json.dumps(row | {"group": group}) + "\n")
        assert [each.group for each in read_back(path)] == [group or ""]
    path.write_text(json.dumps(row | {"group": 5}) + "\n")
    with pytest.raises(UsageError, match="group is 5; expected str or null"):
        read_back(path)


@pytest.mark.parametrize("fmt", FORMATS)
def test_more_rows_than_a_batch(fmt: str, tmp_path: Path) -> None:
    made = [_ROW._replace(port=port, service="") for port in range(1, 3001)]
    assert without_service(read_back(stored(fmt, tmp_path, made))) == made


def test_what_a_report_says_of_its_scan_is_known_after_its_rows(tmp_path: Path) -> None:
    report = open_stored(str(stored("json", tmp_path, [_ROW], ScanInfo(vantage="fra", complete=False))))
    assert [row for batch in report.rows() for row in batch] == [_ROW]
    assert (report.scan["vantage"], report.complete) == ("fra", False)


def test_the_scan_part_may_come_first_and_on_many_lines(tmp_path: Path) -> None:
    whole = json.loads(stored("json", tmp_path, [_ROW, _ROW]).read_text())
    shuffled = {key: whole[key] for key in ("scan", "results", "schema")}
    path = tmp_path / "by-jq.json"
    path.write_text(json.dumps(shuffled, indent=4))
    assert read_back(path) == [_ROW, _ROW]
    path.write_text(json.dumps(whole, sort_keys=True) + "\n")  # jq -S -c
    assert read_back(path) == [_ROW, _ROW]


@pytest.mark.parametrize(("name", "complete"), [("o.csv", True), ("o.csv.partial", False)])
def test_a_report_that_was_not_finished_shows_by_its_name(name: str, complete: bool, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(f"{_HEAD}\n{_LINE}\n")
    report = open_stored(str(path))
    assert [row for batch in report.rows() for row in batch] == [_ROW]
    assert report.complete is complete


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (f"\ufeff{_HEAD}\r\n{_LINE}\r\n", _ROW),
        (f"{_HEAD}\n{_LINE.replace('true', 'TRUE')}\n", _ROW),
        ("state,port,host\nopen,22,db1\n", ReportRow(host="db1", port=22, state="open")),
        ("address,port,state,tags\n10.0.0.1,22,open,'=a;b\n", ReportRow(
            address="10.0.0.1", port=22, state="open", tags=("=a", "b"))),
        ('{"host": "db1", "port": 22, "state": "open"}\n', ReportRow(host="db1", port=22, state="open")),
        ("host,port,state\nfe80::1%eth0,22,open\n", ReportRow(
            host="fe80::1%eth0", address="fe80::1%eth0", port=22, state="open")),
        ("host,port,state\n0.0.0.0,22,open\n", ReportRow(host="0.0.0.0", port=22, state="open")),
        ('{"host": "10.0.0.1", "port": 22, "state": "open"}\n', ReportRow(
            host="10.0.0.1", address="10.0.0.1", port=22, state="open")),
    ],
)  # fmt: skip
def test_what_editors_and_chosen_fields_make_of_a_report(text: str, row: ReportRow, tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_bytes(text.encode())
    assert read_back(path) == [row]


_OBJECT = json.dumps({"host": "db1", "port": 22, "state": "open"})
_DOCUMENT = '{"schema": "scanner-report/1", "scan": {}, "results": [%s]}'


@pytest.mark.parametrize(
    ("text", "line", "tells"),
    [
        ("", None, "is empty"),
        ("\n \n", None, "is empty"),
        ("ip,port\n1.2.3.4,5\n", 1, "expected a report that can be read back"),
        ("<html>\n", 1, "expected a report that can be read back"),
        (f"{_HEAD},colour\n{_LINE},red\n", 1, "'colour' are of a newer version"),
        ("host,port,state,port\na,1,open,1\n", 1, "names a column twice"),
        ("host,port\na,1\n", 1, "no state"),
        ("port,state\n1,open\n", 1, "no host or address"),
        (f"{_HEAD}\n{_LINE}\n{_HEAD}\n", 3, "a second header line"),
        (f"{_HEAD}\n{_LINE}\n\n{_LINE}\n", 3, "an empty line"),
        (f"{_HEAD}\n{_LINE}\n{_LINE[:40]}", 3, "fields, where the header has 18"),
        (f"{_HEAD}\n{_LINE}\n{_LINE}", 3, "the report was cut off here"),
        (f'{_HEAD}\n"db\n', 2, "expected a CSV report"),
        (f"{_HEAD}\n{_LINE.replace(',22,', ',0x16,')}\n", 2, "port is '0x16'; expected 0 to 65535"),
        (f"{_HEAD}\n{_LINE.replace(',22,', ',65536,')}\n", 2, "port is '65536'"),
        (f"{_HEAD}\n{_LINE.replace(',open,syn', ',closed,syn')}\n", 2, "state is 'closed'; expected open, refused"),
        (f"{_HEAD}\n{_LINE.replace('10.0.0.1,22', 'db1,22')}\n", 2, "address is 'db1'; expected a numeric"),
        (f"{_HEAD}\n{_LINE.replace('10.0.0.1,22', '0.0.0.0,22')}\n", 2, "an address that can be probed"),
        (f"{_HEAD}\n{_LINE.replace('0.250', 'nan')}\n", 2, "rtt_ms is 'nan'"),
        (f"{_HEAD}\n{_LINE.replace('true', 'yes')}\n", 2, "met is 'yes'"),
        (f"{_HEAD}\n{_LINE.replace('1,open', '1,closed')}\n", 2, "expect is 'closed'"),
        (f"{_HEAD}\n{_LINE.replace('2026-01-31T', 'yesterday')}\n", 2, "ISO 8601"),
        (f'{_HEAD}\n"a\nb"{_LINE[2:]}\n{_LINE[:-1]}x\n', 4, "lost_syns is 'x'"),
        (f"{_OBJECT}\n{_OBJECT[:-3]}", 2, "the report was cut off here"),
        (f"{_OBJECT}\n\n{_OBJECT}\n", 2, "not JSON"),
        (f"{_OBJECT}\n[]\n", 2, "expected an object with the fields of a row, not list"),
        ('{"host": "a", "port": "22", "state": "open"}\n', 1, 'port is "22"; expected int'),
        ('{"host": "a", "port": true, "state": "open"}\n', 1, "port is true; expected int"),
        ('{"host": "a", "port": 70000, "state": "open"}\n', 1, "port is 70000"),
        ('{"host": "a", "port": 22, "state": "open", "rtt_ms": NaN}\n', 1, "not from 0 to 1,000,000,000"),
        ('{"host": "a", "port": 22, "state": "open", "rtt_ms": 1e999}\n', 1, "not from 0 to 1,000,000,000"),
        ('{"host": "a", "port": 22, "state": "open", "attempts": -1}\n', 1, "not from 0 to 1,000,000,000"),
        ('{"host": "a", "port": 22, "state": "open", "lost_syns": 1000000000}\n', 1, "not from 0 to 1,000,000,000"),
        ('{"host": "a", "port": 22, "state": "open", "tags": [1]}\n', 1, "tags are a list of texts"),
        ('{"host": "a", "port": 22, "state": "open", "colour": 1}\n', 1, "the field 'colour' is not one of a row"),
        ('{"port": 22, "state": "open"}\n', 1, "the row has no host or address"),
        (_DOCUMENT.replace("report/1", "report/2") % _OBJECT, 1, "'scanner-report/2', maybe of a newer version"),
        ('{\n"scheme": 1, "results": [], "scan": {}}', 2, "the key 'scheme' is not one of a report"),
        ('{\n"results": [], "scan": {}}', 2, 'there is no "schema"'),
        ('{\n"schema": "scanner-report/1", "results": []}', 2, "no key 'scan'"),
        (f'{{\n"schema": "scanner-report/1", "results": [\n {_OBJECT}\n,{_OBJECT}', 4, "was cut off here"),
        (f'{{\n"schema": "scanner-report/1", "results": [\n {_OBJECT}\n,{_OBJECT[:-4]}', 4, "was cut off here"),
        (f'{{\n"schema": "scanner-report/1", "results": [\n {_OBJECT}\n{_OBJECT}', 4, "a comma, or the end"),
        ('{\n"schema": "scanner-report/1", "results": {}}', 2, "expected an array"),
        ('{\n"schema": "scanner-report/1", "results": [NaN]}', 2, "NaN is not JSON"),
        (_DOCUMENT % _OBJECT + "\n{}", 2, "more after the end"),
        ('{"a": ' + "[" * 100_000, 1, "nested too deeply"),
        ('{"port": ' + "1" * 5000 + ', "state": "open"}\n', 1, "not JSON: nested too deeply, or a number of too many"),
        ('{"schema": ' + "1" * 5000 + ', "results": []}', 1, "a number of too many digits; expected a report"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_told_with_its_place(text: str, line: int | None, tells: str, tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_text(text, newline="")
    with pytest.raises(UsageError) as told:
        read_back(path)
    place = f"{path}:{line}: " if line else f"{path}: "
    assert str(told.value).startswith(place)
    assert tells in str(told.value)


@pytest.mark.parametrize("begun", [_HEAD + "\n", _OBJECT + "\n", '{"schema": "scanner-report/1", "results": ["'])
def test_a_line_without_an_end_is_not_read_to_its_end(begun: str, tmp_path: Path) -> None:
    path = tmp_path / "report"
    with path.open("wb") as file:
        file.write(begun.encode())
        file.truncate(2**33)  # sparse: nothing but zeros
    with pytest.raises(UsageError, match=r"more than \d+ MB|not JSON"):
        read_back(path)


@pytest.mark.parametrize(("made", "tells"), [(None, "No such file"), ("folder", "Is a directory")])
def test_a_file_that_cannot_be_read(made: str | None, tells: str, tmp_path: Path) -> None:
    path = tmp_path / "report"
    if made:
        path.mkdir()
    with pytest.raises(UsageError, match=f"report: cannot be read: {tells}"):
        open_stored(str(path))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_bytes(f"{_HEAD}\n".encode() + b"d\xff" + _LINE[2:].encode() + b"\n")
    with pytest.raises(UsageError, match=r"report:2: byte 2 is not UTF-8"):
        read_back(path)


def test_rows_of_a_named_entry_are_of_one_entry_whatever_is_expected_of_their_ports() -> None:
    said = [("web", "open"), ("web", "blocked"), ("", "open"), ("", "blocked"), ("web", "open")]
    made = [_ROW._replace(name=name, expect=expect, port=port, tags=()) for port, (name, expect) in enumerate(said, 1)]
    found = results_of(made)
    assert [result.request.order for result in found] == [1, 1, 2, 3, 1]
    assert [result.expect for result in found] == [expect for _, expect in said]
    assert found[0].request is found[4].request


@pytest.mark.parametrize("lenient", [True, False])
def test_of_what_is_as_expected_and_not_met_a_doubt_is_why_only_if_it_counted(lenient: bool) -> None:
    made = [
        _ROW._replace(state=state, expect="open", met=met, doubt="lossy", port=port)
        for port, (state, met) in enumerate([("open", False), ("open", True), ("refused", False), ("open", None)], 1)
    ]
    found = results_of(made, doubts_pass=lenient)
    assert [result.lacking for result in found] == [lenient, False, False, False]
    assert [result.met for result in found] == [False, True, False, None]
