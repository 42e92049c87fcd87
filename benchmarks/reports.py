"""Microseconds per row that each report format takes, the csv module's own writer beside them; whole conversions, and
merging.

A row's cost is that of writing it, with its share of the end: a format that gathers rows speaks only then. Formats are
those of the program (`FORMATS`), in turns, in files of a folder of their own. Nothing is probed.
"""

import argparse
import csv
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bench

from scanner.model import FIELDS, Note, Place, Request, Result, State
from scanner.reports import FORMATS, Look, ScanInfo, make_report, open_report

_PORTS = 1000
_BATCH = 256
_CHOSEN = tuple(reversed(FIELDS))
_VERDICTS = (
    (State.OPEN, "syn-ack", 0.25), (State.REFUSED, "conn-refused", 0.125), (State.TIMEOUT, "no-response", None),
)  # fmt: skip


def _results(count: int, first: int = 0) -> list[Result]:
    """What a sweep finds, from the given row on: hosts by turns, three verdicts."""
    request = Request(name="net", expect="open", tags=("a", "b"), vantage="here")
    places = [
        Place(f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}", 2, note=Note("10.9.9.9"))
        for i in range(1 + first // _PORTS, 2 + (first + count) // _PORTS)
    ]
    found = []
    for i in range(first, first + count):
        state, reason, rtt_ms = _VERDICTS[i % 3]
        when = f"2026-01-31T12:{i // 60_000 % 60:02}:{i // 1000 % 60:02}.{i % 1000:03}Z"
        place, port = places[i % len(places)], 1 + (i - first) // len(places)
        found.append(Result(place, port, request, state, reason, "", rtt_ms, 1, when, "", state is State.OPEN))
    return found


def _written(fmt: str, path: Path, rows: list[Result], fields: tuple[str, ...] = ()) -> float:
    """Microseconds per row."""
    path.unlink(missing_ok=True)
    began = time.perf_counter()
    if fields:
        from scanner.reports import open_outlet

        outlet = open_outlet(str(path))
        report = make_report(fmt, outlet, str(path), look=Look(), command="scan", fields=fields)
        outlet.begin()
    else:
        report = open_report(fmt, str(path))
    for at in range(0, len(rows), _BATCH):
        report.write(rows[at : at + _BATCH])
    report.finish(ScanInfo())
    return (time.perf_counter() - began) / len(rows) * 1e6


def _by_csv_module(path: Path, rows: list[Result]) -> float:
    began = time.perf_counter()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            writer.writerow([getattr(row, field) for field in FIELDS])
        file.flush()
        os.fsync(file.fileno())
    return (time.perf_counter() - began) / len(rows) * 1e6


def _writers(count: int, rounds: int, folder: Path) -> None:
    rows = _results(count)
    subjects: dict[str, Callable[[], float]] = {
        fmt: lambda fmt=fmt: _written(fmt, folder / f"out.{fmt}", rows)
        for fmt in FORMATS  # type: ignore[misc]
    }
    for fmt in ("csv", "jsonl"):
        subjects[f"{fmt} --fields"] = lambda fmt=fmt: _written(fmt, folder / "chosen", rows, _CHOSEN)  # type: ignore[misc]
    subjects["csv.writer"] = lambda: _by_csv_module(folder / "module.csv", rows)
    found = bench.alternate(subjects, rounds)
    print(f"{count:,} rows, us per row; --fields: all of them in another order")
    for name, values in found.items():
        print(f"  {name:14} {bench.spread(values, 'us')}  / csv {bench.ratio(values, found['csv'])}", flush=True)


def _conversions(count: int, folder: Path) -> None:
    print(f"scanner convert, {count:,} rows")
    start = folder / "start.csv"
    # Of a process that is started, the system counts the memory of the one that starts it, so that must stay small.
    report = open_report("csv", str(start))
    for at in range(0, count, 10 * _PORTS):
        report.write(_results(min(10 * _PORTS, count - at), at))
    report.finish(ScanInfo())
    for source, target, *more in (
        ("start.csv", "one.jsonl"), ("one.jsonl", "two.csv"), ("start.csv", "three.csv", "--sort"),
        ("start.csv", "four.html"),
    ):  # fmt: skip
        words = ["convert", str(folder / source), "-o", str(folder / target), *more]
        cost = bench.timed([*bench.SCANNER, *words])
        size = (folder / target).stat().st_size / 1e6
        print(
            f"  {' '.join([source, target, *more]):28} {cost.seconds:6.1f} s ({cost.cpu:.1f} s of processor)"
            f"  {cost.rss_mb:6.1f} MB peak  {size:,.0f} MB written",
            flush=True,
        )


def _merging(count: int, folder: Path) -> None:
    """Two reports of half the rows each: shards, and the same targets once more."""
    print(f"scanner merge, two reports of {count // 2:,} rows each")
    half = count // 2
    for name, first in (("a.csv", 0), ("b.csv", half), ("again.csv", 0)):
        report = open_report("csv", str(folder / name))
        for at in range(0, half, 10 * _PORTS):
            report.write(_results(min(10 * _PORTS, half - at), first + at))
        report.finish(ScanInfo())
    for other, *more in (("b.csv",), ("again.csv",), ("b.csv", "--sort")):
        words = ["merge", str(folder / "a.csv"), str(folder / other), "-o", str(folder / "merged.csv"), *more]
        cost = bench.timed([*bench.SCANNER, *words], statuses=(1,))  # two thirds are not as expected
        size = (folder / "merged.csv").stat().st_size / 1e6
        print(
            f"  {' '.join(['a.csv', other, *more]):28} {cost.seconds:6.1f} s ({cost.cpu:.1f} s of processor)"
            f"  {cost.rss_mb:6.1f} MB peak  {size:,.0f} MB written",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--writer-rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    bench.header("reports")
    with tempfile.TemporaryDirectory() as folder:
        _conversions(given.rows, Path(folder))
        _merging(given.rows, Path(folder))
        _writers(given.writer_rows, given.rounds, Path(folder))


if __name__ == "__main__":
    main()
