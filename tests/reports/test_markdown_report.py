"""The Markdown report, read back by a parser of GitHub's flavour."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Request, Result, State
from scanner.reports import ScanInfo
from scanner.reports.markdown_sections import MarkdownSection, kinds_text
from scanner.words.plain import plain
from tests.reports.made import batches, opened, result, results
from tests.reports.rendered import Rendered, rendered

LIMIT = 1024 * 1024
OPEN, BLOCKED = Request(name="web", expect="open", tags=("t", "prod")), Request(name="old", expect="blocked")


def written(path: Path, *rows: Result, info: ScanInfo | None = None) -> str:
    report, _ = opened("md", path)
    for batch in batches(list(rows)):
        report.write(batch)
        report.flush()
    report.finish(info or ScanInfo())
    return path.read_bytes().decode("utf-8")


def test_a_page_as_people_read_it(tmp_path: Path) -> None:
    rows = [
        *(result("10.0.0.1", port, "open", request=OPEN) for port in (80, 443)),
        *(result("10.0.0.1", port, "timeout", request=OPEN, doubt="lossy") for port in (8002, 8000, 8001, 9000)),
        result("10.0.0.2", 22, "unreachable", "admin-prohibited", OPEN, icmp_from="10.1.0.1"),
        *(
            result(f"10.0.0.{host}", 22, "unreachable", "host-prohibited", icmp_from=f"10.0.0.{host}")
            for host in (4, 3)
        ),
        result("10.0.0.5", 22, "unreachable", "host-prohibited", icmp_from="10.1.0.1"),
        result("10.0.0.6", 22, "timeout", request=BLOCKED),
        result("10.0.0.7", 22, "refused"),
    ]
    info = ScanInfo(
        started="2026-01-02T03:04:05Z", finished="2026-01-02T03:04:07Z", elapsed_s=2.0, vantage="box",
        warnings=["slow"], extra={"silent_hosts": {"count": 2, "ranges": ["10.0.0.8-9"]}},
    )  # fmt: skip
    assert (
        written(tmp_path / "a.md", *rows, info=info)
        == """\
# 3 of 8 targets as expected, 5 not

12 targets: 2 open, 1 refused, 5 timeout, 4 unreachable; 8 of them with an expectation.
Probed from `box`, `2026-01-02T03:04:05Z` to `2026-01-02T03:04:07Z`, in 2.0 s.

```text
warning: slow
in doubt: 4 verdicts, lossy: packets were being lost on the way
2 silent hosts passed over: 10.0.0.8-9
```

## Not as expected: 5 targets

| host       | ports          | found       | reason             | ICMP from  | expected | in doubt | name  | tags     |
| ---------- | -------------- | ----------- | ------------------ | ---------- | -------- | -------- | ----- | -------- |
| `10.0.0.1` | 8000-8002,9000 | timeout     | `no-response`      |            | `open`   | `lossy`  | `web` | `t prod` |
| `10.0.0.2` | 22             | unreachable | `admin-prohibited` | `10.1.0.1` | `open`   |          | `web` | `t prod` |

## Blocked: 4 targets

### unreachable `host-prohibited` by the host itself: 2 targets

| host         | ports |
| ------------ | ----- |
| `10.0.0.3-4` | 22    |

### timeout `no-response`: 1 target

| host       | ports | expected  | name  |
| ---------- | ----- | --------- | ----- |
| `10.0.0.6` | 22    | `blocked` | `old` |

### unreachable `host-prohibited` by `10.1.0.1`: 1 target

| host       | ports |
| ---------- | ----- |
| `10.0.0.5` | 22    |

## Open: 2 targets

| host       | ports  | expected | name  | tags     |
| ---------- | ------ | -------- | ----- | -------- |
| `10.0.0.1` | 80,443 | `open`   | `web` | `t prod` |

Not listed: 1 refused (`conn-refused`).
"""
    )


def headline(path: Path, *rows: Result, info: ScanInfo | None = None) -> str:
    return rendered(written(path, *rows, info=info)).headings[0][1]


def test_the_verdict_is_the_headline(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    good, bad = result("10.0.0.1", 1, "open", request=OPEN), result("10.0.0.1", 2, "timeout", request=OPEN)
    assert headline(path) == "No targets"
    assert headline(path, good) == "1 of 1 target as expected"
    assert headline(path, good, bad, bad) == "1 of 3 targets as expected, 2 not"
    assert headline(path, result("10.0.0.1", 1, "open"), result("10.0.0.1", 2, "refused")) == (
        "2 targets: 1 open, 1 refused"
    )
    info = ScanInfo(counts={"open": 3, "refused": 2}, expectations={True: 3, False: 2}, complete=False)
    assert headline(path, bad, info=info) == "Incomplete: 3 of 5 targets as expected, 2 not"


def test_what_only_shows_is_told(tmp_path: Path) -> None:
    info = ScanInfo(counts={"open": 3, "timeout": 1}, expectations={True: 3, False: 1}, options={"only": "unmet"})
    page = rendered(written(tmp_path / "a.md", result("10.0.0.1", 2, "timeout", request=OPEN), info=info))
    assert page.headings == [("h1", "3 of 4 targets as expected, 1 not"), ("h2", "Not as expected: 1 target")]
    assert page.paragraphs == ["4 targets: 3 open, 1 timeout.\nListed here: only unmet."]


def test_a_shard_says_that_it_is_not_the_list(tmp_path: Path) -> None:
    info = ScanInfo(counts={"open": 1}, extra={"shard": "2/3"})
    page = rendered(written(tmp_path / "a.md", result("10.0.0.1", 2, "open"), info=info))
    assert page.paragraphs == ["This is shard 2/3: the rest of the list is in the reports of the other shards."]


def test_an_early_end_is_told_and_stands_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("last night's")
    report, _ = opened("md", path)
    report.write([result("10.0.0.1", 2, "open")])
    report.abandon(ScanInfo())
    assert path.read_text() == "last night's"
    page = rendered((tmp_path / "a.md.partial").read_text())
    assert page.headings[0] == ("h1", "Incomplete: 1 target: 1 open")
    assert "It was stopped early: what was not probed is not counted." in page.paragraphs[0]


def test_strict_is_not_told_as_if_it_were_a_contradiction(tmp_path: Path) -> None:
    rows = [result("10.0.0.1", 1, "open", request=OPEN, met=met, doubt="intercepted") for met in (False, True)]
    unmet, met = rendered(written(tmp_path / "a.md", *rows)).tables
    assert (unmet[0]["expected"], met[0]["expected"]) == ("open beyond doubt", "open")


def test_an_unusual_way_to_be_open_is_told(tmp_path: Path) -> None:
    rows = [result("10.0.0.1", port, "open", reason) for port, reason in ((1, "syn-ack-reset"), (2, ""))]
    page = rendered(written(tmp_path / "a.md", *rows))
    assert [said for level, said in page.headings if level == "h3"] == [
        "open syn-ack: 1 target", "open syn-ack-reset: 1 target",
    ]  # fmt: skip
    assert rendered(written(tmp_path / "b.md", rows[0])).headings[-1][1] == "open syn-ack-reset: 1 target"


@pytest.mark.parametrize(
    ("hosts", "told"),
    [
        (["10.0.0.255", "10.0.0.9", "10.0.1.0", "10.0.0.254"], ["10.0.0.9", "10.0.0.254-10.0.1.0"]),
        (["fd00::10", "fd00::f", "10.0.0.9"], ["10.0.0.9", "fd00::f-fd00::10"]),
        (["fe80::1%eth0", "fe80::2%eth0"], ["fe80::1%eth0", "fe80::2%eth0"]),
        (["a1", "a2", ""], ["", "a1", "a2"]),
    ],
)
def test_neighbours_that_do_not_differ_share_a_row(hosts: list[str], told: list[str], tmp_path: Path) -> None:
    rows = [result(host, port, "timeout") for host in hosts for port in (22, 23)]
    (table,) = rendered(written(tmp_path / "a.md", *rows)).tables
    assert [row.get("host", "") for row in table] == told
    assert {row["ports"] for row in table} == {"22-23"}
    assert not [row for row in table if row.get("address")]


def test_neighbours_that_differ_have_a_row_each(tmp_path: Path) -> None:
    named = result("10.0.0.4", 22, "timeout", request=Request("db1"))
    rows = [
        result("10.0.0.1", 22, "timeout"),
        result("10.0.0.2", 23, "timeout"),
        named,
        result("10.0.0.5", 22, "timeout"),
    ]
    (table,) = rendered(written(tmp_path / "a.md", *rows)).tables
    assert [row["host"] for row in table] == ["10.0.0.1", "10.0.0.2", "db1", "10.0.0.5"]


def test_where_it_stops_is_told(tmp_path: Path) -> None:
    group = {
        "targets": 3, "traced": 3, "state": "timeout", "reason": "no-response", "at": "hop", "address": "10.1.0.1",
        "hop": 2,
    }  # fmt: skip
    witness = {"address": "10.0.0.1", "targets": 1, "ports": [443], "witness": "answers", "port": 22,
               "state": "refused", "reason": "conn-refused", "doubt": None, "asked": []}  # fmt: skip
    explain = {"groups": [group] * 50, "witnesses": [witness]}
    text = written(tmp_path / "a.md", info=ScanInfo(extra={"explain": explain}))
    lines = rendered(text).code[0].splitlines()
    assert lines[:2] == ["Where it stops:", "3 targets: silent after 10.1.0.1 (hop 2)"]
    assert lines[-3:] == [
        "and 30 more groups with 90 targets; a JSON report has all",
        "Silent targets:",
        "10.0.0.1:443  host answers (22 refused): only this port is silent",
    ]


def test_long_words_are_cut_and_long_lines_wrapped(tmp_path: Path) -> None:
    request = Request(name="n" * 5000, expect="open")
    info = ScanInfo(warnings=["word " * 1000, *(str(number) for number in range(100))])
    page = rendered(written(tmp_path / "a.md", result("10.0.0.1", 1, "timeout", request=request), info=info))
    assert page.tables[0][0]["name"] == "n" * 119 + "…"
    lines = page.code[0].splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[-1] == "and 61 more warnings"


def test_a_host_of_many_ports_and_several_vantages(tmp_path: Path) -> None:
    far = Request(vantage="far")
    rows = [result("10.0.0.1", port, "open") for port in range(1, 1000, 2)] + [
        result("10.0.0.1", 1, "open", request=far)
    ]
    (table,) = rendered(written(tmp_path / "a.md", *rows)).tables
    assert table[0]["ports"].startswith("1,3,5,")
    assert table[0]["ports"].endswith("… (500 ports)")
    assert [row["vantage"] for row in table] == ["", "far"]


@pytest.mark.parametrize(("word", "count"), [("x", 6000), ("`|" * 200, 500), ("漢" * 200, 700)])
def test_it_stays_below_the_limit_whatever_the_rows(word: str, count: int, tmp_path: Path) -> None:
    """And nothing is lost: what is not shown is counted, unmet ones first to be shown."""
    requests = [Request(f"{number}{word}", name=word, expect="open") for number in range(count)]
    rows = [
        result("10.0.0.1", 1, state, f"r{number % 500}{word}", request, icmp_from=word, met=met)
        for met, state in ((True, "open"), (True, "timeout"), (False, "error"))
        for number, request in enumerate(requests)
    ]
    text = written(tmp_path / "a.md", *rows, info=ScanInfo(warnings=[word] * 100, vantage=word))
    assert len(text.encode()) < LIMIT
    assert text.count("\n") > 100
    assert text.count("\n## ") == 3
    lefts = [line for line in text.splitlines() if line.startswith("Left out here: ")]
    left = [int(line.split()[3].replace(",", "")) for line in lefts]
    sections = text.split("\n## ")[1:]
    for section, left_out in zip(sections, left, strict=True):
        assert section.count("\n| `") + section.count("\n| &#124;") + section.count("\n| ``") + left_out >= count
    assert all("other" in line for line in lefts)


def test_what_has_no_room_is_neither_spelled_nor_lost() -> None:
    section = MarkdownSection(300)
    for number in range(1000):
        section.add(result("10.0.0.1", 1, "error", f"E{number}", Request(str(number))))
    assert (section.rows, section.left.total(), len(section.left)) == (1000, 700, 101)
    assert [text for keys, text in section.table(section.keys(), 0) if keys] == [""] * 300
    texts = [text for keys, text in section.table(section.keys(), 100) if keys]
    assert (len(texts), 0 < texts.count("") < 300) == (300, True)
    section.leave(section.keys())
    assert section.left.total() == 1000
    assert kinds_text(section.left).startswith("900 error, 1 error (`E300`), ")
    assert kinds_text(section.left).endswith(", 81 others")


def shown(page: Rendered) -> Counter[tuple[str, ...]]:
    """The rows of all tables: host, address, ports, doubt, name, tags, vantage."""
    fields = ("host", "address", "ports", "in doubt", "name", "tags", "vantage")
    return Counter(tuple(row.get(field, "") for field in fields) for table in page.tables for row in table)


@settings(max_examples=40)
@given(rows=st.lists(results(), max_size=8), said=st.lists(results(), max_size=2))
def test_any_text_comes_back_through_a_reader(  # type: ignore[no-untyped-def]
    rows: list[Result], said: list[Result], tmp_path_factory
) -> None:
    info = ScanInfo(warnings=[row.name for row in said], vantage="".join(row.vantage for row in said)[:50])
    page = rendered(written(tmp_path_factory.mktemp("md") / "a.md", *rows, info=info))
    listed, vantages = defaultdict(set), defaultdict(set)
    for row in rows:
        blocked = row.state in (State.TIMEOUT, State.UNREACHABLE)
        if row.met is not False and not blocked and row.state is not State.OPEN:
            continue
        sender = "itself" if row.icmp_from == row.address != "" else row.icmp_from
        table = ("unmet",) if row.met is False else ("blocked" if blocked else "open", row.state, row.reason, sender)
        told = row.host, row.address, row.doubt, row.name, row.tags, row.vantage
        listed[table, told, (row.state, row.reason, row.icmp_from, row.expect)].add(row.port)
        vantages[table].add(row.vantage)
    expected: Counter[tuple[str, ...]] = Counter()
    for (table, (host, address, doubt, name, tags, vantage), _), ports in listed.items():
        address = "" if address == host else address
        vantage = vantage if len(vantages[table]) > 1 else ""
        expected[*map(plain, (host, address, runs(ports), doubt, name, " ".join(tags), vantage))] += 1
    assert shown(page) == expected


def runs(ports: set[int]) -> str:
    firsts = [port for port in sorted(ports) if port - 1 not in ports]
    lasts = [port for port in sorted(ports) if port + 1 not in ports]
    return ",".join(
        str(first) if first == last else f"{first}-{last}" for first, last in zip(firsts, lasts, strict=True)
    )
