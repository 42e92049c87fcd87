"""nmap's XML (nmap.dtd, version 1.05), for the programs that read nmap's reports: ndiff, python-libnmap and others.

An address is a <host>, since readers know hosts by their address: so the rows wait until the end (`address_rows.py`
says in how much memory), and are then written host by host: a million take 2 s, or 9 s if each is its host's only one.
A port's state takes nmap's words: open; closed for refused; filtered for timeout and unreachable; unknown for error.
`reason` and `reason_ip` are ours. Where several rows tell of a port, it has the state of the last entry's; in one scan
all agree.

**What nmap has no attribute for** (expectation, doubt, tags, round trip...) is in a <postscript> after each host, which
has all its rows in full (`nmap_ports.py`). That is where the DTD has room for more, and what those readers pass over.
A <script> of each port would be nearer, but ndiff (7.93) breaks down over two scripts at a port, and over one
that differs, or that is in one report only, where the port's state does not differ.

**A row without an address** (a name that has none) is no <host>: the DTD asks for an address, and several hosts without
one would be the same host to readers. As with nmap, the name is a <target status="skipped" reason="invalid">. Its rows
are scripts of a <prescript>, a line each for people: ndiff shows where these differ.

On a full disk the report is cut back to the last whole host or its rows, as far as the outlet can take back (256 KB:
about 2,000 ports of one host; within a longer one it stays torn).
"""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from itertools import islice

from scanner.model import ANSWERED, Reason, Result
from scanner.reports.address_rows import AddressRow, AddressRows, Details, by_port
from scanner.reports.nmap_ports import NmapPorts, elem
from scanner.reports.nmap_run import HostCounts, epoch_s, head_of, last_words
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.report import ScanInfo
from scanner.reports.xml_text import end_after, xml_text

#: Lines that are put together before they are written.
_TOGETHER = 500
_BETWEEN = '</ports>\n</host>\n<postscript><script id="scanner" output="">\n'
_AFTER = "</script></postscript>\n"

#: What the report may end after, when the disk is full.
record_end = end_after(b"</host>", b"</script></postscript>", b"</prescript>", b'<debugging level="0"/>')


class NmapReport:
    """Results as nmap's XML, written at the end."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._rows = AddressRows()
        self._hosts = HostCounts()
        self._ports = NmapPorts(self._rows)
        self._last_second: tuple[int, int | None] = 0, None

    def write(self, results: list[Result]) -> None:
        self._rows.add(results)

    def flush(self) -> None:
        """Nothing waits that could be written: an address may yet get more rows."""

    def finish(self, info: ScanInfo) -> None:
        if not self._outlet.ended:
            self._write_all(info)
            self._outlet.finish(last_words(info, info.complete, self._hosts))

    def abandon(self, info: ScanInfo) -> None:
        if not self._outlet.ended and not self._outlet.failed:
            self._write_all(info)
        self._outlet.abandon(last_words(info, False, self._hosts))

    def _write_all(self, info: ScanInfo) -> None:
        """Writes everything but the end; what was written is given up."""
        self._outlet.write(head_of(info, sorted(self._rows.ports)))
        for text in self._without_address():
            self._outlet.write(text)
        for address in self._rows.addresses():
            for text in self._host(address):
                self._outlet.write(text)

    def _host(self, address: str) -> Iterator[str]:
        rows, kept = self._rows.pop(address), self._rows
        state, reason = host_state(address, [kept.details[row[2]] for row in rows])
        self._hosts.add(state)
        family, numeric = "ipv6" if ":" in address else "ipv4", xml_text(address)
        head = (
            f'<host{self._span(rows)}><status state="{state}" reason="{xml_text(reason)}" reason_ttl="0"/>\n'
            f'<address addr="{numeric}" addrtype="{family}"/>\n{self._hostnames(rows, address)}<ports>\n'
        )
        port, table, own = self._ports.port, self._ports.table, elem("address", address)
        if len(rows) == 1:  # most hosts of the widest sweeps
            yield f"{head}{port(rows[0])}{_BETWEEN}{table(rows[0], own)}{_AFTER}"
            return
        yield head
        yield from joined(port(group[-1]) for group in by_port(rows))
        yield _BETWEEN
        yield from joined(table(row, own) for row in rows)
        yield _AFTER

    def _span(self, rows: list[AddressRow]) -> str:
        """From the first verdict to the last, as attributes, as far as these times can be read."""
        times = sorted(when for each in {row[3] for row in rows} if (when := self._second(each)) is not None)
        return f' starttime="{times[0]}" endtime="{times[-1]}"' if times else ""

    def _second(self, number: int) -> int | None:
        """A time in whole seconds; the last one that was asked for is at hand."""
        if number != self._last_second[0]:
            self._last_second = number, epoch_s(self._rows.times[number])
        return self._last_second[1]

    def _hostnames(self, rows: list[AddressRow], address: str) -> str:
        """What users called this address, where that is a name."""
        requests = self._rows.requests
        hosts = {requests[number].host for number in {row[1] for row in rows}} - {"", address}
        names = sorted(host for host in hosts if not _is_address(host))
        if not names:
            return "<hostnames/>\n"
        said = "".join(f'<hostname name="{xml_text(name)}" type="user"/>' for name in names)
        return f"<hostnames>{said}</hostnames>\n"

    def _without_address(self) -> Iterator[str]:
        """The names that have no address, then a script with the rows of each."""
        rows: dict[str, list[AddressRow]] = {}
        for row in self._rows.pop(""):
            rows.setdefault(self._rows.requests[row[1]].host, []).append(row)
        names = sorted(rows)  # the order in which ndiff goes through them
        yield from (f'<target specification="{xml_text(name)}" status="skipped" reason="invalid"/>\n' for name in names)
        if names:
            yield "<prescript>\n"
            yield from (self._ports.name(name, rows[name]) for name in names)
            yield "</prescript>\n"


def joined(lines: Iterable[str]) -> Iterator[str]:
    """The same text in fewer and longer pieces."""
    rest = iter(lines)
    while piece := "".join(islice(rest, _TOGETHER)):
        yield piece


def host_state(address: str, found: Iterable[Details]) -> tuple[str, str]:
    """nmap's word for a host, and why: up where it answered, down where the kernel found no such neighbour (which it
    says itself, without a sender) and nothing contradicts that, else unknown."""
    first: Details | None = None
    absent = True
    for each in found:
        if each.state in ANSWERED or each.icmp_from == address:
            return "up", each.reason
        first = first or each
        absent = absent and each.reason == Reason.HOST_UNREACH and not each.icmp_from
    return "down" if absent else "unknown", first.reason if first else ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
