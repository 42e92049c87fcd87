"""`scanner merge` as people and pipelines call it: the reports of parts in, one report and one exit status out."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.cli import status
from scanner.cli.app import run_command
from scanner.reports.reading import ReportRow
from tests.cli.process import run
from tests.reports.reading.made_rows import read_back

#: Runs a command in the folder, in this process: status, stdout, stderr.
Ran = Callable[..., tuple[int, str, str]]

_LIST = "ab" * 32
_NOON, _ONE = "2026-01-31T12:00:00.000Z", "2026-01-31T13:00:00.000Z"
_COUNTS = {"timeouts": 1, "unverified": 0, "lossy": 0, "neighbour_pending": 0, "denied_in_doubt": 0, "flipped": 0,
           "sentinels": 20, "sentinels_lost": 0, "loss_below": 0.15, "verified": True, "heard": True, "stopped": [],
           "skipped": 2}  # fmt: skip


def row(port: int, state: str = "open", **more: Any) -> dict[str, Any]:
    usual = {"open": "syn-ack", "refused": "conn-refused", "timeout": "no-response"}
    return {"name": None, "host": "10.0.0.1", "address": "10.0.0.1", "port": port, "state": state,
            "reason": usual[state], "attempts": 1, "expect": "open", "met": state == "open", "vantage": "fra",
            "time": _NOON} | more  # fmt: skip


def report(path: str, rows: list[dict[str, Any]], shard: str | None = None, **scan: Any) -> str:
    options = {"command": "scan", "targets": ["t.yaml"]} | ({"shard": shard} if shard else {})
    said = {"started": _NOON, "finished": _ONE, "vantage": "fra", "version": "0.1.0", "seed": 7, "shard": shard,
            "list_digest": _LIST, "options": options, "complete": True} | _COUNTS  # fmt: skip
    document = {"schema": "scanner-report/1", "results": rows, "scan": said | scan}
    Path(path).write_text(json.dumps(document), "utf-8")
    return path


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ran:
    monkeypatch.chdir(tmp_path)

    def scanner(*words: str) -> tuple[int, str, str]:
        ended = status.guarded(lambda: run_command(list(words)))
        said = capfd.readouterr()
        return ended, said.out, said.err

    return scanner


@pytest.fixture
def shards(ran: Ran) -> list[str]:
    """Three of them, with every row as expected."""
    ports = [1, 4], [2], [3]
    return [report(f"s{at}.json", list(map(row, ports[at - 1])), f"{at}/3") for at in (1, 2, 3)]


def told(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))["scan"]
    return found


def rows_of(path: str) -> list[ReportRow]:
    return sorted(read_back(Path(path)))


def test_all_shards_are_a_whole_scan(ran: Ran, shards: list[str]) -> None:
    assert ran("merge", *shards, "-o", "all.json") == (
        0, "", "merged 3 reports: 4 rows; expectations: 4 met, 0 not met\n",
    )  # fmt: skip
    scan = told("all.json")
    assert (scan["complete"], scan["shard"], scan["list_digest"], scan["seed"]) == (True, None, _LIST, 7)
    assert (scan["vantage"], scan["started"], scan["finished"], scan["elapsed_s"]) == ("fra", _NOON, _ONE, 3600.0)
    assert (scan["counts"]["open"], scan["timeouts"], scan["sentinels"], scan["skipped"]) == (4, 3, 60, 2)
    assert (scan["loss_below"], scan["verified"]) == (0.15, True)
    assert scan["options"] == {"command": "scan", "targets": ["t.yaml"]}
    assert [source["shard"] for source in scan["sources"]] == ["1/3", "2/3", "3/3"]
    report("whole.json", list(map(row, [1, 2, 3, 4])))
    assert ran("diff", "whole.json", "all.json")[0] == 0


def test_a_missing_shard_is_told_and_the_rest_is_written(ran: Ran, shards: list[str]) -> None:
    ended, _, said = ran("merge", "s1.json", "s3.json", "-o", "all.json", "-o", "all.csv")
    assert ended == 3
    assert said.startswith("warning: shard 2 of 3 from vantage fra is missing\n")
    scan = told("all.json")
    assert (scan["complete"], scan["warnings"]) == (False, ["shard 2 of 3 from vantage fra is missing"])
    assert len(rows_of("all.csv")) == 3
    assert ran("merge", "s2.json", "-f", "list")[0] == 3
    assert ran("merge", "all.json", "s2.json", "-f", "list")[0] == 3


def test_the_latest_row_of_a_target_stands(ran: Ran, shards: list[str]) -> None:
    report("again.json", [row(2, "timeout", time=_ONE)], "2/3")
    ended, out, said = ran("merge", "again.json", *shards, "--sort", "-f", "csv", "--fields", "host,port,state")
    assert (ended, out) == (1, "host,port,state\n" + "".join(
        f"10.0.0.1,{port},{'timeout' if port == 2 else 'open'}\n" for port in (1, 2, 3, 4)
    ))  # fmt: skip
    assert said.startswith("1 row dropped: other reports have later ones of the same targets\n")
    ran("merge", "again.json", *shards, "-o", "all.json")
    assert "timeouts" not in told("all.json"), "what was counted of a row that is gone says nothing"
    assert ran("merge", "again.json", *shards, "--only", "open", "-f", "list")[0] == 1, "what is not shown counts, too"


def test_vantages_stay_side_by_side(ran: Ran, shards: list[str]) -> None:
    report("nyc.json", [row(port, vantage="nyc") for port in (1, 2, 3, 4)], vantage="nyc")
    assert ran("merge", *shards, "nyc.json", "-o", "all.json")[0] == 0
    assert told("all.json")["vantage"] is None
    assert len(rows_of("all.json")) == 8
    assert ran("merge", "all.json", "s1.json", "-o", "more.json")[0] == 0, "what was merged is whole from both"
    assert len(told("more.json")["sources"]) == 5


@pytest.mark.parametrize("name", ["s1.csv", "s1.jsonl"])
def test_what_cannot_say_of_which_list_it_is_is_merged_with_a_word(name: str, ran: Ran, shards: list[str]) -> None:
    ran("convert", "s1.json", "-o", name)
    ended, _, said = ran("merge", name, "s2.json", "s3.json", "-o", "all.json")
    assert ended == 0
    why = f"warning: {name} does not say of which list and shard (only json and db reports do): merged unseen"
    assert said.startswith(f"{why}, as shard 1 of 3 from vantage fra\nmerged 3")
    assert "list_digest" not in told("all.json")
    ended, _, said = ran("merge", name, "s2.json", "-o", "all.json")
    assert ended == 3
    assert said.startswith(
        f"{why}\nwarning: shards 1, 3 of 3 from vantage fra are missing, unless {name} is of this scan\n"
    )
    report("again.json", [row(1)], "3/3")
    assert ran("merge", name, "s2.json", "again.json", "-o", "all.json")[0] == 3, "it shares a row with another shard"
    assert ran("merge", name, "-f", "list")[0] == 0


def test_strangers_are_refused_unless_forced(ran: Ran, shards: list[str]) -> None:
    report("other.json", [row(9)], list_digest="cd" * 32)
    Path("all.json").write_text("last night's")
    before = {name: Path(name).read_bytes() for name in os.listdir()}
    ended, out, said = ran("merge", *shards, "other.json", "-o", "all.json")
    assert (ended, out) == (2, "")
    assert said.startswith("error: other.json is of another list than s1.json: their list_digest differ")
    assert said.endswith("(--force merges them all the same)\n")
    assert {name: Path(name).read_bytes() for name in os.listdir()} == before
    ended, _, said = ran("merge", *shards, "other.json", "-o", "all.json", "--force")
    assert ended == 0
    (warning,) = told("all.json")["warnings"]
    assert warning.startswith("merged all the same (--force): other.json is of another list")
    assert f"warning: {warning}\n" in said


def test_a_part_that_was_cut_off_is_told(ran: Ran, shards: list[str]) -> None:
    report("s2.json", [], "2/3", complete=False)
    ended, _, said = ran("merge", *shards, "-o", "all.json")
    assert (ended, said.splitlines()[0]) == (3, "warning: s2.json: was not finished, so rows may be missing")
    assert told("all.json")["complete"] is False
    report("again.json", [row(2)], "2/3")
    assert ran("merge", *shards, "again.json", "-o", "all.json")[0] == 0


def test_columns_that_tell_rows_apart_are_missed(ran: Ran, shards: list[str]) -> None:
    ran("convert", "s1.json", "--fields", "host,port,state", "-o", "some.csv")
    _, _, said = ran("merge", "some.csv", "s2.json", "-f", "list")
    assert "warning: some.csv has no name, address, vantage, time: which rows" in said


_NEED = {"label": "web", "name": "web", "count": 2, "addresses": "all"}


def test_what_an_entry_needs_is_judged_over_all_shards(ran: Ran) -> None:
    for at, state in ((1, "open"), (2, "timeout"), (3, "open")):
        report(f"s{at}.json", [row(at, state, name="web", met=None)], f"{at}/3", needs=[_NEED])
    ended, out, _ = ran("merge", "s1.json", "s2.json", "s3.json", "-o", "all.json", "-f", "csv", "--fields",
                        "host,port,state,met")  # fmt: skip
    assert (ended, out.splitlines()[1:]) == (
        0,
        [f"10.0.0.1,{at},{'timeout' if at == 2 else 'open'},true" for at in (1, 2, 3)],
    )
    assert told("all.json")["needs"] == [_NEED]
    assert ran("merge", "s1.json", "s2.json", "s3.json", "--only", "unmet", "-f", "list") == (
        0, "", "merged 3 reports: 3 rows; expectations: 3 met, 0 not met\n",
    )  # fmt: skip
    ended, _, said = ran("merge", "s1.json", "s2.json", "-o", "some.json")
    assert ended == 3
    assert "1 row with an expectation cannot be judged (met is empty): an entry needs some of its targets, and" in said
    report("s3.json", [row(3, "refused", name="web", met=None)], "3/3", needs=[_NEED])
    ended, _, said = ran("merge", "s1.json", "s2.json", "s3.json", "-f", "list")
    assert ended == 1
    assert "warning: web needs 2 targets as expected, and has 1\n" in said


def test_what_an_entry_needs_is_judged_anew_where_rows_are_replaced(ran: Ran) -> None:
    report("old.json", [row(at, name="web") for at in (1, 2)], needs=[_NEED])
    new = [row(1, "timeout", name="web", time=_ONE), row(2, name="web", met=False, time=_ONE)]
    report("new.json", new, needs=[_NEED], complete=False)
    assert ran("merge", "old.json", "new.json", "-o", "all.json")[0] == 1
    assert [each.met for each in rows_of("all.json")] == [False, True]


def test_of_an_entry_that_needs_some_there_is_no_row(ran: Ran) -> None:
    for at in (1, 2):
        report(f"s{at}.json", [row(at)], f"{at}/2", needs=[_NEED])
    ended, _, said = ran("merge", "s1.json", "s2.json", "-f", "list")
    assert ended == 1
    assert "warning: web needs 2 targets as expected, and has 0\n" in said


def test_doubt_is_no_success_where_a_scan_was_strict(ran: Ran) -> None:
    options = {"command": "scan", "strict": True}
    for at in (1, 2):
        report(f"s{at}.json", [row(at, name="web", met=None, doubt="lossy")], f"{at}/2", needs=[_NEED])
    assert ran("merge", "s1.json", "s2.json", "-f", "list")[0] == 0
    report("s1.json", [row(1, name="web", met=None, doubt="lossy")], "1/2", needs=[_NEED], options=options)
    assert ran("merge", "s1.json", "s2.json", "-f", "list")[0] == 1


def test_what_a_report_left_out_may_have_been_what_was_needed(ran: Ran) -> None:
    for at in (1, 2):
        report(f"s{at}.json", [row(at, name="web", met=None)] * (at == 1), f"{at}/2", needs=[_NEED],
               options={"only": "unmet"})  # fmt: skip
    ended, _, said = ran("merge", "s1.json", "s2.json", "-f", "list")
    assert ended == 3
    assert (
        "1 row with an expectation cannot be judged (met is empty): an entry needs some of its targets, and --" in said
    )


@pytest.mark.parametrize(
    ("needs", "tells"),
    [([], "only json and db reports say so"), ([_NEED | {"name": None, "label": "t.yaml:4"}], "t.yaml:4 needs some")],
)  # fmt: skip
def test_what_cannot_be_judged_is_no_success(needs: list[Any], tells: str, ran: Ran) -> None:
    for at in (1, 2):
        report(f"s{at}.json", [row(at, name="web", met=None)], f"{at}/2", needs=needs)
    ended, _, said = ran("merge", "s1.json", "s2.json", "-f", "list")
    assert ended == 3
    assert "2 rows with an expectation cannot be judged" in said
    assert tells in said


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        ((), "no REPORT was given; write scanner merge REPORT... -o FILE"),
        (("s1.json", "s2.json"), "into what? Write -o FILE, or -f FORMAT for stdout"),
        (("s1.json", "s1.json", "-f", "csv"), "'s1.json' is given twice; write it once"),
        (("s1.json", "./s1.json", "-f", "csv"), "'./s1.json' is given twice, also as 's1.json'; write it once"),
        (("-", "-", "-f", "csv"), "standard input can be read only once"),
        (("s1.json", "none.csv", "-f", "csv"), "none.csv: cannot be read: No such file or directory"),
        (("s1.json", "torn.csv", "-o", "old.json"), "torn.csv:2: 2 fields, where the header has 3"),
        (("s1.json", "odd.json", "-o", "old.json"), "odd.json: scan.shard is not as scanner writes it: '4/3' is not"),
        (("s1.json", "need.json", "-o", "old.json"), "need.json: scan.needs is not as scanner writes it"),
        (("s1.json", "part.json", "-o", "old.json"), "part.json: scan.sources is not as scanner writes it"),
        (("s1.json", "s2.json", "-o", "s2.json"), "-o 's2.json': would replace an input file"),
        (("s1.json", "-f", "table", "--fields", "port"), "--fields chooses the columns of csv and jsonl"),
    ],
)
def test_trouble_is_status_2_and_touches_nothing(
    words: tuple[str, ...], tells: str, ran: Ran, shards: list[str]
) -> None:
    Path("torn.csv").write_text("host,port,state\na,1")
    report("odd.json", [], "4/3")
    report("need.json", [], needs=[{"name": "web"}])
    report("part.json", [], sources=[{"vantage": "fra", "list_digest": _LIST, "options": ["vantage"]}])
    Path("old.json").write_text("last night's")
    before = {name: Path(name).read_bytes() for name in os.listdir()}
    ended, out, said = ran("merge", *words)
    assert (ended, out) == (2, "")
    assert tells in said
    assert {name: Path(name).read_bytes() for name in os.listdir()} == before


def test_shards_of_machines_with_names_of_their_own(ran: Ran) -> None:
    for at in (1, 2):
        report(
            f"w{at}.json", [row(at, name="web", met=None, vantage=f"w{at}")], f"{at}/2", vantage=f"w{at}", needs=[_NEED]
        )
    ended, _, said = ran("merge", "w1.json", "w2.json", "-o", "all.json")
    assert ended == 0
    assert said.startswith(
        "warning: the shards are from several vantages (w1, w2), which are merely hosts' names, and are taken as parts"
    )
    assert [each.met for each in rows_of("all.json")] == [True, True]


def test_a_shard_run_again_on_another_machine_has_its_rows_once(ran: Ran) -> None:
    report("m1.json", [row(1, vantage="m1")], "1/2", vantage="m1")
    report("m2.json", [row(2, "timeout", vantage="m2")], "2/2", vantage="m2", complete=False)
    report("m9.json", [row(2, vantage="m9", time=_ONE), row(3, vantage="m9", time=_ONE)], "2/2", vantage="m9")
    ended, out, said = ran(
        "merge", "m2.json", "m1.json", "m9.json", "--sort", "-f", "csv", "--fields", "port,state,vantage"
    )
    assert (ended, out.splitlines()[1:]) == (0, ["1,open,m1", "2,open,m9", "3,open,m9"])
    assert "1 row dropped" in said


def test_vantages_that_were_typed_are_places_of_their_own(ran: Ran, open_port: int) -> None:
    """Half a scan from here and half a scan from there are no scan, whatever this host is called."""
    Path("t.yaml").write_text(f"targets: [{{host: 127.0.0.1-4, port: {open_port}, expect: any}}]\n")
    for place, shard in (("fra", "1/2"), ("nyc", "2/2")):
        ran("scan", "t.yaml", "-q", "-r", "0", "--shard", shard, "--vantage", place, "-o", f"{place}.json")
        ran("scan", "t.yaml", "-q", "-r", "0", "--shard", shard, "-o", f"here-{place}.json")
    assert told("fra.json")["options"]["vantage"] == "fra"
    assert "vantage" not in told("here-fra.json")["options"]
    ended, _, said = ran("merge", "fra.json", "nyc.json", "-o", "all.json")
    assert ended == 3
    assert "warning: shard 2 of 2 from vantage fra is missing\n" in said
    assert "warning: shard 1 of 2 from vantage nyc is missing\n" in said
    assert ran("merge", "here-fra.json", "here-nyc.json", "-o", "all.json")[0] == 0


def test_scans_that_were_started_hours_apart_are_told(ran: Ran, shards: list[str]) -> None:
    """One of them may be last night's."""
    report("s3.json", [row(3)], "3/3", started="2026-01-31T14:00:00.000Z")
    ended, _, said = ran("merge", *shards, "-o", "all.json")
    when = "2026-01-31T12:00:00.000Z to 2026-01-31T14:00:00.000Z"
    assert (ended, said) == (
        0, f"merged 3 reports, of scans started from {when}: 4 rows; expectations: 4 met, 0 not met\n",
    )  # fmt: skip
    report("s3.json", [row(3)], "3/3", started="2026-01-31T13:59:59.000Z")
    assert "started" not in ran("merge", *shards, "-o", "all.json")[2]


def test_what_convert_made_of_shards_is_still_these_shards(ran: Ran) -> None:
    for at, state in ((1, "open"), (2, "timeout"), (3, "open")):
        report(f"s{at}.json", [row(at, state, name="web", met=None)], f"{at}/3", needs=[_NEED])
    ran("convert", "s1.json", "s2.json", "-o", "two.json")
    ended, _, said = ran("merge", "two.json", "s3.json", "-o", "all.json")
    assert (ended, said) == (0, "merged 2 reports: 3 rows; expectations: 3 met, 0 not met\n")
    scan = told("all.json")
    assert (scan["complete"], scan["list_digest"], scan["needs"], scan["seed"]) == (True, _LIST, [_NEED], 7)
    assert ran("merge", "two.json", "-o", "all.json")[2].startswith("warning: shard 3 of 3 from vantage fra is missing")


def _append(ran: Ran, *shards: str, day: int = 1, vantage: str = "", **scan: Any) -> None:
    """Scans of these shards, one a minute, into scans.db; without a vantage each on a host of its own."""
    for shard in shards:
        at = int(shard[0])
        place = vantage or f"w{at}"
        options = {"vantage": vantage} if vantage else {}
        times = {"started": f"2026-01-{day:02}T12:{at:02}:00.000Z", "finished": f"2026-01-{day:02}T12:{at:02}:30.000Z"}
        rows = [row(at, vantage=place, time=times["finished"])]
        report("x.json", rows, shard, **{"vantage": place, "options": options} | times | scan)
        ran("convert", "x.json", "-o", "scans.db")


@pytest.mark.parametrize("vantage", ["fra", ""])
def test_shards_of_one_database_are_those_of_one_night(vantage: str, ran: Ran) -> None:
    _append(ran, "1/3", "2/3", "3/3", vantage=vantage)
    assert ran("merge", "scans.db", "-o", "all.json")[0] == 0
    assert [source["shard"] for source in told("all.json")["sources"]] == ["1/3", "2/3", "3/3"]
    _append(ran, "1/3", "2/3", day=2, vantage=vantage)
    ended, _, said = ran("merge", "scans.db", "-o", "all.json")
    assert ended == 3
    assert "warning: shard 3 of 3" in said
    assert {each.time[:10] for each in rows_of("all.json")} == {"2026-01-02"}
    assert ran("diff", "scans.db")[0] == 0, "with the same shard's scan before"


def test_a_database_has_the_shards_of_several_vantages(ran: Ran) -> None:
    for place in ("fra", "nyc"):
        _append(ran, "1/2", "2/2", vantage=place)
    assert ran("merge", "scans.db", "-o", "all.json")[0] == 0
    assert sorted((each.vantage, each.port) for each in rows_of("all.json")) == [
        (place, port) for place in ("fra", "nyc") for port in (1, 2)
    ]


def test_reports_for_people_say_what_is_missing(ran: Ran, shards: list[str]) -> None:
    assert ran("merge", "s1.json", "s3.json", "-f", "table")[1].endswith("incomplete: parts of it are missing\n")
    assert "**Parts of it are missing: what was not" in ran("merge", "s1.json", "s3.json", "-f", "md")[1]


def test_from_standard_input_into_several(ran: Ran, shards: list[str]) -> None:
    text = Path("s2.json").read_text()
    done = run("merge", "s1.json", "-", "s3.json", "-f", "list", "-o", "all.db", cwd=Path.cwd(), input=text)
    assert (done.returncode, done.stdout) == (0, "10.0.0.1:1\n10.0.0.1:4\n10.0.0.1:2\n10.0.0.1:3\n")
    assert ran("merge", "all.db", "-o", "again.json")[0] == 0
    assert (told("again.json")["complete"], told("again.json")["list_digest"]) == (True, _LIST)


def _parts(ran: Ran, whole: str, by: random.Random) -> list[str]:
    """A real report cut in three by hosts and ports, each in a format of its own, as shards would leave them."""
    document = json.loads(Path(whole).read_text("utf-8"))
    homes: dict[tuple[str, int], int] = {}
    for each in document["results"]:
        homes.setdefault((each["host"], each["port"]), by.randrange(3))
    found = []
    for at in range(3):
        rows = [each for each in document["results"] if homes[each["host"], each["port"]] == at]
        undecided = [each | ({"met": None} if each["name"] == "web" else {}) for each in rows]
        scan = document["scan"] | {"shard": f"{at + 1}/3"}
        path = f"part{at}.json"
        Path(path).write_text(json.dumps(document | {"results": undecided, "scan": scan}), "utf-8")
        found.append(path)
    Path("part1.db").unlink(missing_ok=True)
    ran("convert", found[1], "-o", "part1.db")
    return [found[0], "part1.db", found[2]]


def test_parts_of_a_real_scan_are_that_scan_again(ran: Ran, open_port: int, closed_port: int) -> None:
    """Two entries of one target, and one that needs one of two."""
    twice = f"{{name: twice, host: 127.0.0.1, port: {open_port}}}"
    need = f"{{name: web, host: localhost, ports: [{open_port}, {closed_port}], need: 1}}"
    refused = f"{{host: 127.0.0.2-9, port: {closed_port}, expect: refused}}"
    Path("t.yaml").write_text(f"targets: [{twice}, {twice}, {need}, {refused}]\n")
    assert run("scan", "t.yaml", "-q", "-o", "whole.json", "-4", cwd=Path.cwd()).returncode == 0
    assert told("whole.json")["needs"] == [{"label": "web", "name": "web", "count": 1, "addresses": "all"}]
    assert len(rows_of("whole.json")) == 12
    for seed in range(10):
        assert ran("merge", *_parts(ran, "whole.json", random.Random(seed)), "-o", "all.json")[0] == 0
        assert rows_of("all.json") == rows_of("whole.json")
        assert ran("diff", "--strict", "whole.json", "all.json")[0] == 0


@pytest.mark.slow
def test_shards_of_a_real_list_are_one_scan(ran: Ran, open_port: int, closed_port: int) -> None:
    """What one scan of the list finds, three shards find together, what entries need included."""
    need = f"{{name: web, hosts: [127.0.0.1-9], port: {closed_port}, expect: refused, need: 8}}"
    twice = f"{{name: twice, host: 127.0.0.1, port: {open_port}}}"
    Path("t.yaml").write_text(f"targets: [{need}, {twice}, {twice}, 'localhost:{open_port}']\n")
    assert ran("scan", "t.yaml", "-q", "-4", "-o", "whole.json")[0] == 0
    for at in (1, 2, 3):
        assert ran("scan", "t.yaml", "-q", "-4", "--shard", f"{at}/3", "-o", f"s{at}.json", "-o", "s.db")[0] == 0
    assert ran("merge", "s1.json", "s2.json", "s3.json", "-o", "all.json")[0] == 0
    assert ran("diff", "--strict", "whole.json", "all.json")[0] == 0
    assert told("all.json")["warnings"] == []
    assert ran("merge", "s.db", "-o", "again.json")[0] == 0
    assert rows_of("again.json") == rows_of("all.json")
    assert ran("merge", "s1.json", "s3.json", "-o", "some.json")[0] == 3
