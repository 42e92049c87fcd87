"""How soon the HTML report is there in a headless Chromium, and how fast it filters, sorts and scrolls.

For each number of rows a page is written, opened some times, and asked in turns. Times are those of the page's own
clock: loading up to the end of its script, everything else with the layout that it brings. Browser and page are in a
namespace of their own; nothing is probed.
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import bench

from scanner.model import Request, Result, State
from scanner.reports import ScanInfo, open_report
from tests.browser.browser import Browser, browser
from tests.reports.made import place

_PORTS = 100
_BATCH = 1000
_FOUND = ((State.OPEN, "syn-ack", ""), (State.TIMEOUT, "no-response", ""), (State.REFUSED, "conn-refused", ""),
          (State.UNREACHABLE, "admin-prohibited", "10.9.9.1"))  # fmt: skip
#: Milliseconds that a statement takes, with the layout after it.
_TIMED = """
const began = performance.now();
{statement};
document.body.offsetHeight;
return performance.now() - began;
"""
_FILTER = (
    "const input = document.getElementById('filter'); input.value = {words!r}; input.dispatchEvent(new Event('input'))"
)
_SCROLL = """
const box = document.getElementById('table-box');
for (let step = 1; step <= 50; step++) {
  box.scrollTop = step / 50 * box.scrollHeight;
  page.table.window.draw();
  document.body.offsetHeight;
}
"""
_ASKED = {
    "filter: a host": _FILTER.format(words="10.0.0.77"),
    "filter: a field and a state": _FILTER.format(words="port:80 -open"),
    "filter: all again": _FILTER.format(words=""),
    "sort by round trip": "document.querySelector('[data-field=rtt_ms]').click()",
    "50 jumps through all": _SCROLL,
    "the first order again": "page.table.press('rtt_ms'); page.table.press('rtt_ms')",
}


def _rows(count: int) -> Iterator[list[Result]]:
    """A list's rows in batches: hosts at a hundred ports, four verdicts, each verdict at a time of its own."""
    request = Request(name="web tier", expect="open", tags=("prod", "t-4711"), vantage="here")
    places = [place(f"10.{host >> 16}.{host >> 8 & 255}.{host & 255}", _PORTS) for host in range(count // _PORTS)]
    batch: list[Result] = []
    for number in range(count):
        state, reason, sender = _FOUND[(number * 7 + number // 1000) % 4]
        when = f"2026-01-31T12:{number // 60_000 % 60:02}:{number // 1000 % 60:02}.{number % 1000:03}Z"
        rtt = None if sender or state is State.TIMEOUT else number % 9973 / 100
        batch.append(
            Result(
                places[number % len(places)], 1 + number // len(places), request, state, reason, sender, rtt, 1, when,
                "", state is State.OPEN,
            )
        )  # fmt: skip
        if len(batch) == _BATCH:
            yield batch
            batch = []


def _measured(chromium: Browser, path: Path, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each thing, in rounds."""
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        chromium.ask("open", path.as_uri())
        found["load"].append(chromium.value("performance.getEntriesByType('navigation')[0].loadEventEnd"))
        for name, statement in _ASKED.items():
            found[name].append(chromium.run(_TIMED.replace("{statement}", statement)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000, 300_000])
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    bench.header("page", ("chromium", "--version"))
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        for count in given.rows:
            path = Path(folder, f"{count}.html")
            report = open_report("html", str(path))
            for batch in _rows(count):
                report.write(batch)
            report.finish(ScanInfo())
            print(f"{count:,} rows, {path.stat().st_size / 1e6:.1f} MB; ms")
            for name, values in _measured(chromium, path, given.rounds).items():
                print(f"  {name:28} {bench.spread(values, '')}", flush=True)


if __name__ == "__main__":
    main()
