"""What the entries name, before anything is cut: ranges on lines of addresses, names, and whose they are.

Who asks is kept as a number (`requests.py`); excluded names, unprobed addresses (`unprobed.py`) and hosts of the other
family do not get this far.
"""

from collections.abc import Iterator

from scanner.errors import MOST_TOLD, TargetError
from scanner.targets.entry import Entry, Settings, settle_ports
from scanner.targets.grammar.addresses import V4, address_text
from scanner.targets.grammar.host_values import AddressRange, HostName
from scanner.targets.space.asked_names import AskedNames
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.line_cuts import NumberedRange
from scanner.targets.space.line_ranges import Line
from scanner.targets.space.parts import Share
from scanner.targets.space.port_table import PortFilter
from scanner.targets.space.requests import SourceNumber, Sources
from scanner.targets.space.unprobed import Unprobed, any_refused, is_any


class Gathered:
    """The ranges of all entries by line, each with its source, and the names of a share. `ends` as in `Unprobed`.

    Errors: TargetError for an entry without ports, or every address there is.
    """

    def __init__(
        self,
        entries: list[Entry],
        excluder: Excluder,
        settings: Settings,
        port_filter: PortFilter,
        ends: frozenset[int] | None,
        share: Share | None = None,
    ) -> None:
        self._share = Share(entries) if share is None else share
        self._excluder = excluder
        self._settings = settings
        self._filter = port_filter
        self.lines: dict[Line, list[NumberedRange]] = {}
        self.sources = Sources(entries, settings)
        #: For each source: whether it is a single host or range.
        self.alone = bytearray()
        self.names = AskedNames(Sources(entries, settings, named=True))
        self.unprobed = Unprobed(ends)
        #: Numeric hosts that were left out because of -4 or -6, and targets of excluded names.
        self.other_family = self.excluded = 0
        refused: list[str] = []
        for order, entry in enumerate(entries):
            self._entry(entry, order, refused)
        if refused:
            raise TargetError(*refused[:MOST_TOLD])

    def take_lines(self) -> Iterator[tuple[Line, list[NumberedRange]]]:
        """Every line with its ranges, which are no longer kept here then."""
        for line in list(self.lines):
            yield line, self.lines.pop(line)

    def _entry(self, entry: Entry, order: int, refused: list[str]) -> None:
        """Add one entry. `refused` gathers what to say where it names every address there is without permission."""
        ports = settle_ports(entry, self._settings)
        shared: SourceNumber | None = None
        for host in entry.hosts:
            if isinstance(host, HostName):
                self._name(host.text, ports, order)
                continue
            if is_any(host) and not self._settings.allow_any:
                refused.append(f"{entry.where}: {any_refused(host)}" if entry.line else any_refused(host))
            if self._settings.family and self._settings.family != (4 if host.family == V4 else 6):
                self.other_family += 1
                continue
            if host.text and host.text != _plain(host):
                source = self.sources.add(order, host.text, ports)
                self.alone.append(True)
            elif shared is None:
                source = shared = self.sources.add(order, "", ports)
                self.alone.append(len(entry.hosts) == 1)
            else:
                source = shared
            spans = self.lines.setdefault((host.family, host.scope), [])
            spans += [(first, last, source) for first, last in self.unprobed.left(host)]

    def _name(self, text: str, ports: tuple[int, ...], order: int) -> None:
        if not self._share.has_name(text):
            return
        excluded = self._excluder.at_name(text)
        left = () if excluded is None else self._filter.ports(ports, excluded)
        self.excluded += len(ports) - len(left)
        if left:
            self.names.add(text, left, order)


def _plain(host: AddressRange) -> str:
    """How this program itself writes a single address."""
    return "" if host.scope else address_text(host.family, host.first)
