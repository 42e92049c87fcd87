"""masscan's settings (`masscan.conf`, `--echo`, `paused.conf`): `range = 10.0.0.0/8`, `ports = 80,443,U:53`.

Its ranges times its ports are the targets, without an expectation: nothing was found there yet. What it must not touch
(`exclude`) is excluded here too. Files that it names are not followed: one that excludes hosts has to be given to us as
well, so it is a mistake and not passed over. Names are those that masscan 1.3.2 takes (src/main-conf.c); it cares
neither for case nor for - and _ in them. A protocol's letter holds for the ports behind it as well, as in nmap
(src/massip-rangesv4.c, rangelist_parse_ports).
"""

import re

from scanner.errors import TargetError
from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.listing import Listing
from scanner.targets.grammar.host_ports import Exclude
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.parsers import secret_problem
from scanner.targets.grammar.typed_words import file_excludes
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import many, shown

_LINE = re.compile(r"\s*+([A-Za-z][A-Za-z0-9_.-]*+)\s*+=\s*+([^#]*+)(?:#.*)?")
_RANGES = frozenset(("range", "ranges", "ip", "targetip", "dstip", "destip", "destinationip"))
_PORTS = frozenset(("ports", "port", "targetport", "dstport", "destport", "destinationport"))
_UDP = frozenset(("udpports", "udpport"))
_EXCLUDES = frozenset(("exclude", "excluderange", "excluderanges"))
_EXCLUDED_PORTS = frozenset(("excludeports", "excludeport"))
_FILES = {
    "excludefile": "name it with --exclude-file",
    "includefile": "give it to scanner sweep -p PORTS -i",
    "resume": "give it alone",
    "conf": "give it alone",
}
_LETTERS = {"t": "", "u": "udp", "s": "sctp", "i": "icmp", "o": "ip", "y": "sctp"}


def looks_like_settings(source: InputText) -> bool:
    """Whether most of its first lines are settings, none the head of a section, and one says what masscan scans."""
    if any(line.startswith("[") for line in source.lines):
        return False
    matches = [match for match in map(_LINE.fullmatch, source.lines) if match]
    keys = {_plain(match[1]) for match in matches}
    return len(matches) * 2 > len(source.lines) and bool(keys & _RANGES or "includefile" in keys)


def read_settings(source: InputText, wish: InputWish) -> TargetFile:
    """Its ranges times its ports, and its excludes. Errors: TargetError with every mistake."""
    with no_collection():
        return _MasscanSettings(source, wish).read()


def _plain(key: str) -> str:
    return re.sub(r"[-_.]", "", key).lower()


def _key_in(line: str) -> str:
    """Of a line that is no setting what may be the key of one: the value may be a password, as in `http-cookie`."""
    return re.split(r"[\s:=]", line.strip(), maxsplit=1)[0]


class _MasscanSettings:
    def __init__(self, source: InputText, wish: InputWish) -> None:
        self._source = source
        self._listing = Listing(source.problems, wish)
        self._ranges: list[tuple[Scalar, tuple[Host, ...]]] = []
        self._ports: dict[int, None] = {}
        self._named = False
        self._excludes: list[Exclude] = []
        self._passed_over: list[str] = []

    def read(self) -> TargetFile:
        """All of it: ports may come behind the ranges, and hold for each."""
        for number, line in enumerate(self._source.text.split("\n"), 1):
            if line.strip() and not line.lstrip().startswith(("#", ";", "//")):
                self._line(number, line)
        ports = tuple(self._ports) if self._named else None
        for cell, hosts in self._ranges:
            self._listing.add(cell, hosts, ports)
        if over := self._passed_over:
            told = ", ".join(dict.fromkeys(over[:5])) + (", ..." if len(over) > 5 else "")
            self._listing.warn(f"{many(len(over), 'setting')} of masscan not taken over: {told}")
        return self._listing.finish("write range = NETWORK and ports = PORTS")._replace(excludes=self._excludes)

    def _line(self, number: int, line: str) -> None:
        match = _LINE.fullmatch(line)
        if match is None:
            text = f"{shown(_key_in(line))} is not a setting of masscan; write NAME = VALUE, such as ports = 80,443"
            self._listing.wrong(Scalar(number, 1, line), text)
            return
        key, cell = _plain(match[1]), Scalar(number, match.start(2) + 1, match[2].rstrip())
        if key in _RANGES:
            self._ranges.append((cell, self._listing.hosts(cell)))
        elif key in _PORTS or key in _UDP:
            self._take_ports(cell, "udp" if key in _UDP else "")
        elif key in _EXCLUDES:
            self._exclude(cell)
        elif key in _EXCLUDED_PORTS:
            self._excludes.append(Exclude(None, self._listing.strict_ports(cell)))
        elif key in _FILES:
            text = f"the file {shown(cell.text)} is not followed; remove this line, and {_FILES[key]}"
            self._listing.wrong(cell, text)
        else:
            self._passed_over.append(shown(match[1]))

    def _take_ports(self, cell: Scalar, protocol: str) -> None:
        self._named = True
        if secret := secret_problem(cell.text):
            self._listing.wrong(cell, secret)
            return
        column = cell.column
        for item in cell.text.split(","):
            letter, colon, rest = item.strip().partition(":")
            if colon and letter.lower() in _LETTERS:
                protocol = _LETTERS[letter.lower()]
            else:
                rest = item.strip()
            place = Scalar(cell.line, column, rest)
            column += len(item) + 1
            if protocol:
                self._listing.leave_out(place, f"{protocol} port {shown(rest)}")
                continue
            if rest == "0" or rest.startswith("0-"):  # masscan's users write 0-65535 for all
                self._listing.warn("port 0 left out: no connection leads to it")
                if rest == "0":
                    continue
                place = Scalar(place.line, place.column, f"1{rest[1:]}")
            self._ports |= dict.fromkeys(self._listing.strict_ports(place))

    def _exclude(self, cell: Scalar) -> None:
        try:
            self._excludes += file_excludes(cell.text.replace(" ", ""))
        except TargetError as error:
            self._listing.wrong(cell, str(error))
