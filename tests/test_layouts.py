"""docs/json.md says how our JSON documents are laid out: each real one has the keys told there, and no others.

The documents come from the commands themselves, in a namespace of their own where some ports are silent.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.model import FIELDS
from scanner.reports.comparing.change import Kind, Standing
from tests.cli.process import run
from tests.namespace import SILENT, Namespace, namespace
from tests.pages import DOCS, code_of, named, rows

PAGE = DOCS["json"]
#: Told only where there was something like it.
OPTIONAL = {"silent_hosts", "explain", "sources", "needs", "resumed"}


@pytest.fixture(scope="module")
def net() -> Iterator[Namespace]:
    with namespace() as made:
        yield made


@pytest.fixture(scope="module")
def reports(net: Namespace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A scan, a sweep with `--discover`, both as one, a scan that needs some of its targets, that and its like from
    elsewhere as one, how they differ, their matrix, a trace; by name."""
    folder = tmp_path_factory.mktemp("reports")
    names = "scan", "sweep", "joined", "needing", "merged"
    scan, sweep, joined, needing, merged = (str(folder / f"{name}.json") for name in names)
    net.scanner("scan", "127.0.0.1:9", "-q", "-o", scan)
    net.scanner("sweep", "127.0.0.1-2", "-p", "9", "--discover", "-q", "-o", sweep)
    run("convert", scan, sweep, "-o", joined)
    there, listed = folder / "there.json", folder / "t.yaml"
    listed.write_text("targets: [{name: web, host: 127.0.0.1, ports: [9, 10], expect: refused, need: 1}]")
    for place, path in (("here", needing), ("there", there)):
        net.scanner("scan", listed, "-q", "--vantage", place, "-o", path)
    run("merge", needing, there, "-o", merged)
    documents = (scan, sweep, joined, needing, merged)
    found = {Path(path).stem: json.loads(Path(path).read_text("utf-8")) for path in documents}
    found["diff"] = json.loads(run("diff", scan, sweep, "-f", "json").stdout)
    found["matrix"] = json.loads(run("matrix", scan, sweep, "-f", "json").stdout)
    found["trace"] = json.loads(net.scanner("trace", "-n", "-q", "-f", "json", "127.0.0.1:9").stdout)
    return found


def keys_of(objects: list[dict[str, Any]]) -> set[str]:
    """All the keys that any of them has."""
    return {key for each in objects for key in each}


def inner(key: str, table: str) -> list[str]:
    """The keys that a row of the table tells in its meaning."""
    (meaning,) = [cells[1] for cells in rows(table, PAGE) if cells[0] == f"`{key}`"]
    return code_of(meaning)


def test_a_report(reports: dict[str, Any]) -> None:
    scan, sweep, joined, needing, merged = (
        reports[name]["scan"] for name in ("scan", "sweep", "joined", "needing", "merged")
    )
    told = named("`scan` key", PAGE)
    assert len(told) == len(set(told))
    assert keys_of([scan, sweep, joined, needing]) == set(told) - {"explain", "resumed"}
    assert {"sources", "needs", "list_digest", "timeouts"} <= set(merged) <= {*told}
    (need,) = needing["needs"]
    assert set(need) <= set(inner("needs", "`scan` key"))
    assert set(scan) == set(told) - OPTIONAL
    assert set(sweep) == set(told) - OPTIONAL | {"silent_hosts"}
    assert set(sweep["silent_hosts"]) == {"count", "ranges"} <= set(inner("silent_hosts", "`scan` key"))
    assert set(FIELDS) <= keys_of(reports["scan"]["results"])


@pytest.mark.slow
def test_what_is_explained(net: Namespace) -> None:
    done = net.scanner("scan", f"127.0.0.1:9,{SILENT.start}", "-t", "100ms", "-q", "--explain", "-f", "json")
    explained = json.loads(done.stdout)["scan"]["explain"]
    assert set(explained) == set(named("`explain` key", PAGE))
    assert explained["groups"]
    assert keys_of(explained["groups"]) == set(named("group key", PAGE))


def test_a_trace(reports: dict[str, Any]) -> None:
    traces = reports["trace"]["traces"]
    assert keys_of(traces) == set(named("trace key", PAGE))
    hops = [hop for trace in traces for hop in trace["hops"]]
    assert hops
    assert keys_of(hops) <= set(inner("hops", "trace key")) >= {"hop", "address", "name", "rtt_ms"}
    assert keys_of([trace["end"] for trace in traces]) <= set(inner("end", "trace key"))


def test_a_comparison(reports: dict[str, Any]) -> None:
    diff = reports["diff"]
    assert {*diff} - {"schema"} == set(named("diff key", PAGE))
    assert keys_of(diff["changes"]) == set(named("change key", PAGE))
    assert inner("change", "change key") == list(Kind)
    assert inner("standing", "change key") == [*filter(None, Standing)]


def test_a_matrix(reports: dict[str, Any]) -> None:
    matrix = reports["matrix"]
    assert {*matrix} - {"schema"} == set(named("matrix key", PAGE))
    assert keys_of(matrix["targets"]) == set(named("matrix target key", PAGE))
    assert keys_of(matrix["reports"]) <= set(inner("reports", "matrix key"))
    assert set(matrix["counts"]) <= set(inner("counts", "matrix key"))
    rows = [row for target in matrix["targets"] for seen in target["from"].values() for row in seen]
    assert keys_of(rows) == set(inner("from", "matrix target key"))


def test_a_history(net: Namespace, tmp_path: Path) -> None:
    net.scanner("scan", "127.0.0.1:9", "-q", "-o", tmp_path / "scans.db")
    history = json.loads(run("history", tmp_path / "scans.db", "127.0.0.1:9", "-f", "json").stdout)
    assert {*history} - {"schema"} == set(named("history key", PAGE))
    (period,) = history["periods"]
    assert {*period, *period["verdicts"][0]} == set(inner("periods", "history key"))
