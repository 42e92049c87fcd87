"""nmap's XML (`-oX`; also ours and masscan's, which have its form): hosts with the ports that were found open.

nmap.dtd has it: <nmaprun> holds <host>s, each with an <address> (and the MAC's), <hostnames> and <ports>. A <hosthint>
looks like a host and only announces one. The parser is expat itself, since ElementTree keeps no lines.

XML can name other files and grow to any size by entities. No scanner writes them, and a DTD can do nothing else here,
so a file that has a DTD of its own is refused before anything of it is expanded. `<!DOCTYPE nmaprun>` alone is what
nmap writes, and Zenmap the address of nmap's DTD, which is never fetched.
"""

import re
from typing import NoReturn
from xml.parsers import expat

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.found_open import FoundOpen
from scanner.targets.formats.input_text import InputText
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import shown

_ROOT = re.compile(r"<nmaprun[\s>/]")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;|#[0-9]+;|#x[0-9A-Fa-f]+;)[A-Za-z_][\w.-]*;")
#: What expat says where a text ends too early.
_TORN = frozenset((
    expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN, expat.errors.XML_ERROR_PARTIAL_CHAR,
    expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
))  # fmt: skip
_DECLARED = re.compile(r"<!ENTITY\s+(?:%\s+)?([^\s>]+)")
_NO_ENTITIES = "which reports of scanners never have; remove it, or make the report anew"


def looks_like_nmap(source: InputText) -> bool:
    """Whether it is XML with nmap's root."""
    return source.beginning.startswith("<") and _ROOT.search(source.beginning) is not None


def read_nmap(source: InputText, wish: InputWish) -> TargetFile:
    """The open TCP ports, an entry for each host. Errors: TargetError with every mistake."""
    found = FoundOpen(source, wish)
    with no_collection():
        _NmapReader(source, found).read()
    return found.finish()


class _NmapReader:
    """Walks through one document."""

    def __init__(self, source: InputText, found: FoundOpen) -> None:
        self._source = source
        self._found = found
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._root = ""
        self._host: Scalar | None = None
        self._address = ""
        self._ports: list[str] = []
        self._names: dict[str, str] = {}
        self._port: tuple[str, str] | None = None

    def read(self) -> None:
        """All of it."""
        try:
            self._parser.Parse(self._source.text.lstrip("\n\t ").encode(), True)
        except expat.ExpatError as error:
            self._fail(error.lineno, error.offset + 1, _told(error))
        if not self._root:
            self._fail(1, 1, "the file is XML without nmap's <nmaprun>; give a report of nmap -oX")

    def _fail(self, line: int, column: int, text: str) -> NoReturn:
        skipped = len(self._source.text) - len(self._source.text.lstrip("\n\t "))
        line += self._source.text.count("\n", 0, skipped)
        self._source.problems.fail(line, column, text)

    def _refuse(self, text: str) -> NoReturn:
        self._fail(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1, text)

    def _here(self) -> Scalar:
        return Scalar(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1, "")

    def _doctype(self, _name: str, system: str | None, _public: str | None, own: bool) -> None:
        if own:
            match = _DECLARED.search(self._source.text)
            what = f"declares the XML entity {shown(match[1])}" if match else "has a DTD of its own, <!DOCTYPE [...]>"
            self._refuse(f"the file {what}, {_NO_ENTITIES}")
        if system and (match := _ENTITY.search(self._source.text)):
            self._refuse(f"the file uses the XML entity {shown(match[0])}, {_NO_ENTITIES}")

    def _start(self, name: str, has: dict[str, str]) -> None:
        if not self._root:
            self._root = name
            if name != "nmaprun":
                self._refuse(f"the file is XML, but its root is {shown(name)}, not nmaprun; give a report of nmap -oX")
        elif name == "host":
            self._host, self._address, self._ports, self._names = self._here(), "", [], {}
        elif name == "finished" and has.get("exit", "success") != "success":
            self._found.warn("the scan did not come to its end: what it did not reach is not in its report")
        elif self._host is not None:
            self._within(name, has)

    def _within(self, name: str, has: dict[str, str]) -> None:
        """An element of a host."""
        if name == "address":
            if not self._address and has.get("addrtype") != "mac":
                self._address = has.get("addr", "")
        elif name == "hostname":
            self._names.setdefault(has.get("type", ""), has.get("name", ""))
        elif name == "port":
            self._port = has.get("portid", ""), has.get("protocol", "")
        elif name == "state" and self._port:
            number, protocol = self._port
            if self._found.is_open(self._here(), number, protocol, has.get("state", "")):
                self._ports.append(number)

    def _end(self, name: str) -> None:
        if name == "port":
            self._port = None
        elif name == "host" and self._host is not None:
            called = self._names.get("user") or self._names.get("PTR", "")
            self._found.add(self._host, self._address, self._ports, name=called)
            self._host = None


def _told(error: expat.ExpatError) -> str:
    reason = expat.ErrorString(error.code)
    if reason == expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
        return "the XML goes on after its end: several reports in one file; give each as a file of its own"
    if reason in _TORN:
        return "the XML ends before its last element: an interrupted scan, or a file cut off; give a whole one"
    return f"not well-formed XML ({reason}); give the report as the scanner wrote it"
