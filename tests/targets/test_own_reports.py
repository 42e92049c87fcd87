"""Our own reports as target lists: what was open, and a word for the formats that are not read back."""

from pathlib import Path

import pytest

from scanner.model import FIELDS
from scanner.targets.file.target_file import InputWish
from scanner.words.formulas import neutralise
from tests.targets.scanned import looks, taken, warned, wrong

HEAD = ",".join(FIELDS) + "\n"
ASKED = InputWish(format="report")


def row(host: str, port: int | str, state: str = "open", name: str = "", tags: str = "") -> str:
    return f"{name},{host},192.0.2.1,{port},,{state},x,,,1,,,{tags},edge1,2026-03-02T03:10:21.004Z,192.0.2.9,,0\n"


def test_open_rows_of_a_csv_are_expected_open(tmp_path: Path) -> None:
    name, tag = neutralise("=web"), neutralise("-old")
    text = HEAD + row("db1.example.net", 22, name=name, tags=f"prod;{tag}") + row("192.0.2.1", 23, "timeout")
    assert (name, tag) == ("'=web", "'-old")
    assert looks(tmp_path, text) == "report"
    assert taken(tmp_path, text) == ['2:1 db1.example.net:22 open "=web" prod -old']
    assert warned(tmp_path, text) == "1 port that the scan did not find open left out"


@pytest.mark.parametrize(
    "text",
    [
        "host,port,state\n2001:db8::1,22,open\n",
        "state,port,address\nopen,22,2001:db8::1\n",
        "\ufeffhost;port;state\r\n2001:db8::1;22;open\r\n",
        "host\tport\tstate\n2001:db8::1\t22\topen\n",
        '"host","port","state"\n"2001:db8::1","22","open"\n',
    ],
)
def test_columns_may_be_fewer_and_a_spreadsheet_may_have_saved_them(text: str, tmp_path: Path) -> None:
    assert looks(tmp_path, text) == "report"
    assert taken(tmp_path, text) == ["2:1 2001:db8::1:22 open"]


def test_a_name_with_several_addresses_is_one_target(tmp_path: Path) -> None:
    assert taken(tmp_path, HEAD + row("www.example.com", 80) * 2) == ["2:1 www.example.com:80 open"]


def test_a_name_that_was_open_at_some_addresses_is_probed_at_these(tmp_path: Path) -> None:
    """Expected open, a name is so at all of its addresses, which it was not."""
    shut = row("www.example.com", 80, "timeout").replace("192.0.2.1,", "192.0.2.2,")
    named = row("www.example.com", 80, name="shop", tags="prod") + row("www.example.com", 443)
    text = HEAD + shut + row("www.example.com", 80) + named + shut
    assert taken(tmp_path, text) == [
        '3:1 192.0.2.1:80 open "www.example.com"',
        '4:1 192.0.2.1:80 open "shop" prod',
        "5:1 www.example.com:443 open",
    ]
    told = "1 port open at some addresses of a name only: these addresses are taken, not the name"
    assert told in warned(tmp_path, text)


ROW = '{"name": "web", "host": "192.0.2.1", "address": "192.0.2.1", "port": 22, "state": "open", "tags": ["prod"]}'
SHUT = '{"name": null, "host": "192.0.2.1", "address": "192.0.2.1", "port": 23, "state": "refused", "tags": []}'
JSON = '{{"schema": "scanner-report/1", "results": [\n {}\n,{}\n], "scan": {{"complete": {}}}}}\n'


def test_json_and_jsonl_are_read(tmp_path: Path) -> None:
    text = JSON.format(ROW, SHUT, "true")
    assert looks(tmp_path, text) == looks(tmp_path, ROW) == "report"
    assert taken(tmp_path, text) == ['2:2 192.0.2.1:22 open "web" prod']
    assert taken(tmp_path, f"{ROW}\n{SHUT}\n") == ['1:1 192.0.2.1:22 open "web" prod']


def test_keys_may_be_sorted_and_the_rows_empty(tmp_path: Path) -> None:
    text = f'{{"results": [{ROW}], "scan": {{"complete": true}}, "schema": "scanner-report/1"}}'
    assert looks(tmp_path, text) == "report"
    assert taken(tmp_path, text) == ['1:14 192.0.2.1:22 open "web" prod']
    assert "found nothing open" in wrong(tmp_path, '{"schema": "scanner-report/1", "results": [], "scan": {}}')[0]


def test_a_scan_that_was_stopped_is_told(tmp_path: Path) -> None:
    assert "did not come to its end" in warned(tmp_path, JSON.format(ROW, SHUT, "false"))
    assert "did not come to its end" not in warned(tmp_path, JSON.format(ROW, SHUT, "true"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + row("192.0.2.1", 22)[:-1], "2:1: the last line has no end: the report was cut off here"),
        (HEAD + row("192.0.2.1", 22) + "a,b\n", "3:1: the row has 2 cells, and the header 18"),
        (HEAD + row("192.0.2.1", "x"), '2:1: "x" is not the number of a port'),
        (HEAD + row("a", 22) + row("b", 22, "up"), '3:1: "up" is not a state; expected open, refused'),
        (HEAD + row("a", 22) + row("b", 22, "up"), "for a table of your own, write --input-format csv"),
        (HEAD + row("192.0.2.[1-9]", 22), '2:1: "192.0.2.[1-9]" is more than one host'),
        (HEAD + row('"a\nb"', 22) + row("x", "y"), '4:1: "y" is not the number of a port'),
        (HEAD + row("192.0.2.1", 22, "timeout"), "the file names no targets; the scan found nothing open"),
        (HEAD + row('"a', 22), "not CSV ("),
        (JSON.format(ROW, 5, "true"), "3:2: this is not a row of a report"),
        (JSON.format(ROW, SHUT, "true")[:-20], "4:"),
        (JSON.format(ROW, SHUT, "true")[:200], "check quotes, commas and brackets, or whether it was cut off"),
        (JSON.format(ROW, SHUT, "true") * 2, "the JSON goes on after its end; give each report as a file of its own"),
        (ROW.replace('"open"', "[]"), '1:1: "[]" is not a state'),
        (ROW.replace("22", "22.5"), '"22.5" is not the number of a port'),
    ],
)
def test_bad_reports_say_what_is_wrong(text: str, told: str, tmp_path: Path) -> None:
    assert told in "\n".join(wrong(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"SQLite format 3\0\x10\0\1\1", "a database; write scanner convert"),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="scanner" tests="4">', "a JUnit report"),
        (b'<!DOCTYPE html>\n<html lang="en">', "an HTML page"),
        (b"# HELP probe_success Whether a target is as expected\n", "a Prometheus report"),
        (b"# 3 of 4 targets as expected, 1 not\n\n4 targets: 3 open, 1 refused.\n", "a Markdown report"),
        (b"NAME  TARGET       STATE  REASON\nweb   192.0.2.1:22  open\n", "a table for people"),
        (b"HOST       PORT  STATE  SERVICE\n192.0.2.1  22    open   ssh\n", "a table for people"),
    ],
)
def test_what_cannot_be_read_back_says_what_to_give(text: bytes, what: str, tmp_path: Path) -> None:
    [problem] = wrong(tmp_path, text)
    assert what in problem
    assert "FILE.json" in problem


@pytest.mark.parametrize("text", ["host,port\n192.0.2.1,22\n", "host,port,state,owner\n192.0.2.1,22,open,me\n"])
def test_tables_of_others_are_not_taken_for_it(text: str, tmp_path: Path) -> None:
    assert looks(tmp_path, text) != "report"
    assert "this is not the header of a report" in wrong(tmp_path, text, ASKED)[-1]


def test_a_table_with_the_heads_of_a_report_and_other_states_says_how_it_is_read(tmp_path: Path) -> None:
    text = "host,port,state\n192.0.2.1,22,active\n192.0.2.2,23,inactive\n"
    first, _ = wrong(tmp_path, text)
    told = "expected open, refused, timeout, unreachable, error; for a table of your own, write --input-format csv"
    assert first == f'2:1: "active" is not a state; {told}'
    assert taken(tmp_path, text, InputWish(format="csv")) == ["2:1 192.0.2.1:22"]
