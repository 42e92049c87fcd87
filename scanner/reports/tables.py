"""What both tables for people share: they gather while the scan runs, and speak once, at its end.

They differ in how they gather and what they say: `scan_table.py` follows the file, `sweep_table.py` the hosts.
"""

from abc import abstractmethod
from collections.abc import Iterable

from scanner.model import Result
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.painted import Look
from scanner.reports.passed_over import passed_over_line, shard_line
from scanner.reports.report import ScanInfo
from scanner.reports.trace_words import EXPLAINED, explain_lines

#: Up to this many targets with the same verdict on a host are listed one by one; more are merely counted.
LISTED = 25


class Table:
    """A report for people; a table overrides `render` and `write`."""

    def __init__(self, outlet: Outlet, look: Look) -> None:
        self._outlet = outlet
        self.look = look
        self.any_rows = False
        self.stopped = False  # early: there is more than was found

    def write(self, results: list[Result]) -> None:
        raise NotImplementedError

    @abstractmethod
    def render(self) -> Iterable[str]:
        """The lines for what was gathered."""

    def say(self, lines: Iterable[str]) -> None:
        """Writes lines."""
        for line in lines:
            self._outlet.write(line + "\n")

    def flush(self) -> None:
        self._outlet.flush_in_time()

    def finish(self, info: ScanInfo) -> None:
        if not self._outlet.ended:
            self._end(info, info.complete)
            self._outlet.finish()

    def abandon(self, info: ScanInfo) -> None:
        if not self._outlet.ended and not self._outlet.failed:
            self._end(info, complete=False)
        self._outlet.abandon()

    def _end(self, info: ScanInfo, complete: bool) -> None:
        self.stopped = not complete
        rendered = list(self.render())
        if self.look.terse and not self.any_rows:
            return
        self.say(rendered)
        beside = self.look.beside
        if not beside and (silent := passed_over_line(info.extra, sum(info.counts.values()))):
            self.say(["", *self.look.folded(silent)])
        if not beside and info.shard:
            self.say(["", *self.look.folded(shard_line(info.shard))])
        if explained := explain_lines(info.extra.get("explain", {})):
            lines = [part for line in explained for part in self.look.folded(self.look.text(line))]
            self.say(["", self.look.paint(EXPLAINED, "bold"), *lines])
        if not complete and not beside:
            why = "parts of it are missing" if info.lacks_parts else "stopped early"
            self.say([self.look.paint(f"incomplete: {why}", "bad")])


def address_key(address: str, host: str = "") -> tuple[bytes, str, str]:
    """A sort key: addresses by number, IPv4 before IPv6, names without an address last."""
    import socket

    numeric = address.partition("%")[0]
    for family, mark in ((socket.AF_INET, b"4"), (socket.AF_INET6, b"6")):
        try:
            return mark + socket.inet_pton(family, numeric), host, address
        except (OSError, ValueError):
            continue
    return b"7", host, address
