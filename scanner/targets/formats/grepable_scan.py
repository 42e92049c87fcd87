"""nmap's grepable output (`-oG`; masscan has it too): a line for each host, with the ports that were found open.

`Host: 192.0.2.1 (db1.example.net)<TAB>Ports: 22/open/tcp//ssh///, 53/open|filtered/udp///<TAB>Ignored State: ...`. In
what nmap knows of a service (a version, an owner) it writes | for /, so a port begins only where `, 22/` stands
(nmap's output.cc, printportoutput). A line with `Status:` says that a host is up. masscan begins with `Timestamp:`,
and has lines of its own for banners (src/out-grepable.c).
"""

import re

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.found_open import FoundOpen
from scanner.targets.formats.input_text import InputText
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import shown

_LINE = re.compile(r"(?:Timestamp: [0-9]+\t+)?Host: (\S+) \(([^()\t]*)\)(?:\t(.*))?")
_LOOKS = re.compile(r"(?:Timestamp: [0-9]+\t+)?Host: \S+ \([^()\t]*\)\t+(?:Ports?|Status|Protocols): ")
_BETWEEN_PORTS = re.compile(r",\s+(?=[0-9]+/)")
#: The last field ends in a slash too: a port cut off shows.
_PORT = re.compile(r"([0-9]+)/([a-z|]+)/([a-z]+)/(?:.*/)?")
_BEGUN = re.compile(r"^# (?:Nmap|Masscan) .*scan initiated", re.MULTILINE)
_DONE = re.compile(r"^# (?:Nmap|Masscan) (?:run completed|done)", re.MULTILINE)


def looks_like_gnmap(source: InputText) -> bool:
    """Whether its first line that is no comment is such a line."""
    return bool(source.lines) and _LOOKS.match(source.lines[0]) is not None


def read_gnmap(source: InputText, wish: InputWish) -> TargetFile:
    """The open TCP ports, an entry for each line. Errors: TargetError with every mistake."""
    found = FoundOpen(source, wish)
    with no_collection():
        for number, line in enumerate(source.text.split("\n"), 1):
            if line and not line.isspace() and not line.startswith("#"):
                _read_line(Scalar(number, 1, ""), line, found)
    if len(_BEGUN.findall(source.text)) > len(_DONE.findall(source.text)):
        found.warn("the scan did not come to its end: what it did not reach is not in its report")
    return found.finish()


def _read_line(place: Scalar, line: str, found: FoundOpen) -> None:
    match = _LINE.fullmatch(line.rstrip())
    if match is None:
        text = (
            f"{shown(line)} is not a line of nmap's grepable output; expected Host: ADDRESS (NAME), a tab, Ports: ..."
        )
        found.wrong(place, text)
        return
    fields = [field.partition(": ") for field in (match[3] or "").split("\t")]
    ports = [text for name, _, text in fields if name == "Ports"]
    if not ports and not fields[0][0]:
        found.wrong(place, "the line ends before it says anything of its host; remove it, or give a whole file")
    taken: list[str] = []
    for port in (each for text in ports for each in _BETWEEN_PORTS.split(text)):
        said = _PORT.fullmatch(port)
        if said is None:
            text = f"{shown(port)} is not a port with its state, such as 22/open/tcp//ssh///; give a file that is whole"
            found.wrong(place, text)
        elif found.is_open(place, said[1], said[3], said[2]):
            taken.append(said[1])
    found.add(place, match[1], taken, name=match[2])
