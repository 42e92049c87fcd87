"""goss's tests (goss.yaml, goss.json) of addresses: `addr:`, from each `tcp://host:port` to what is expected of it.

`reachable: true` is open, false not-open; `timeout` is in milliseconds; `address` stands in for the key where that is
only a name (resource/addr.go, system/addr.go). What goss tests on its own host (files, users, listening ports), and
URLs as a whole, no connection to a port can tell: these sections are passed over, and counted in one warning.
"""

from scanner.errors import TargetError
from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import MappingNode, Scalar, YamlNode
from scanner.targets.formats.input_text import InputText, keys_of, text_in, value_of
from scanner.targets.formats.listing import Listing
from scanner.targets.grammar.single_values import parse_duration
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import many, shown

#: The sections of a file of goss (resource/resource.go and its likes).
_SECTIONS = frozenset((
    "addr", "command", "dns", "file", "gossfile", "group", "http", "interface", "kernel-param", "matching", "mount",
    "package", "port", "process", "service", "user",
))  # fmt: skip
#: What says of a test that it is goss's.
_ATTRIBUTES = frozenset(("reachable", "listening", "installed", "exists", "running", "exit-status"))
_EXPECTED = {"true": "open", "false": "not-open"}
_TCP = frozenset(("tcp", "tcp4", "tcp6"))


def looks_like_goss(source: InputText) -> bool:
    """Whether its top level has tests as goss writes them, and nothing that goss does not know."""
    if source.is_list or not source.keys <= _SECTIONS | {"title", "meta"} or not isinstance(source.root, MappingNode):
        return False
    return any(isinstance(key, Scalar) and _is_section(key.text, value) for key, value in source.root.pairs)


def _is_section(name: str, value: YamlNode) -> bool:
    """Whether it has tests of goss; without any, as `goss autoadd` leaves it, only addr is goss's for certain."""
    if not isinstance(value, MappingNode):
        return False
    if name == "addr" and not value.pairs:
        return True
    return any(
        keys_of(test) & _ATTRIBUTES or (name == "addr" and isinstance(key, Scalar) and "://" in key.text)
        for key, test in value.pairs
    )


def read_goss(source: InputText, wish: InputWish) -> TargetFile:
    """What its `addr:` tests. Errors: TargetError with every mistake."""
    listing = Listing(source.problems, wish)
    with no_collection():
        root = source.tree()
        tests = value_of(root, "addr")
        if isinstance(tests, MappingNode):
            reader = _GossTests(listing)
            for key, value in tests.pairs:
                reader.take(key, value)
            reader.tell()
        elif tests is not None:
            listing.wrong(Scalar(tests.line, tests.column, ""), f"addr is {tests.kind}; expected tcp://host:port: ...")
        _tell_others(root, listing)
    return listing.finish('write addr: {"tcp://db1.example.net:5432": {reachable: true}}')


def _tell_others(root: YamlNode, listing: Listing) -> None:
    """The sections that are passed over, and how many tests they have."""
    pairs = root.pairs if isinstance(root, MappingNode) else []
    others = {
        key.text: len(value.pairs)
        for key, value in pairs
        if isinstance(key, Scalar) and isinstance(value, MappingNode) and key.text in _SECTIONS - {"addr"}
    }
    if others:
        told = f"{many(sum(others.values()), 'test')} of {', '.join(others)} left out"
        listing.warn(f"{told}: only addr names targets")


class _GossTests:
    """What stands under `addr:`."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._from_elsewhere = 0

    def take(self, key: YamlNode, value: YamlNode) -> None:
        """One test."""
        if not isinstance(key, Scalar):
            place = Scalar(key.line, key.column, "")
            self._listing.wrong(place, f"the key is {key.kind}; expected an address such as tcp://localhost:22")
            return
        if not isinstance(value, MappingNode):
            self._listing.wrong(key, f"the test is {value.kind}; expected a mapping such as {{reachable: true}}")
            return
        own = value_of(value, "address")
        cell = own if isinstance(own, Scalar) and own.text else key
        name = text_in(value, "title") or (key.text if cell is not key else "")
        self._from_elsewhere += bool(text_in(value, "local-address"))
        protocol, apart, address = cell.text.partition("://")
        if not apart:
            protocol, address = "tcp", cell.text
        if protocol.lower() not in _TCP:
            self._listing.leave_out(cell, shown(cell.text))
            return
        expect, timeout = self._expected(key, value), self._timeout(value)
        found = self._listing.target(Scalar(cell.line, cell.column, address))
        if found is None or not expect:
            return
        if found[1] is None:
            self._listing.wrong(cell, f"{shown(cell.text)} names no port; write one behind the host, such as :443")
            return
        self._listing.add(cell, found[0], found[1], name=name, expect=expect, timeout=timeout)

    def tell(self) -> None:
        """What was not taken of the tests."""
        if self._from_elsewhere:
            told = f"local-address of {many(self._from_elsewhere, 'test')} not taken over"
            self._listing.warn(f"{told}; to probe from there: --source")

    def _expected(self, key: Scalar, value: MappingNode) -> str:
        said = value_of(value, "reachable")
        if said is None:
            self._listing.wrong(key, "the test does not say what it expects; write reachable: true, or false")
            return ""
        text = said.text if isinstance(said, Scalar) else said.kind
        if text.lower() not in _EXPECTED:
            place = Scalar(said.line, said.column, text)
            self._listing.wrong(place, f"reachable is {shown(text)}; write true (open) or false (not-open)")
        return _EXPECTED.get(text.lower(), "")

    def _timeout(self, value: MappingNode) -> float | None:
        """In seconds; None where goss's own holds, which is not ours."""
        said = value_of(value, "timeout")
        if said is None or (isinstance(said, Scalar) and (said.null or said.text == "0")):
            return None
        text = said.text if isinstance(said, Scalar) else said.kind
        place = Scalar(said.line, said.column, text)
        if not (text.isdigit() and text.isascii()) or len(text) > 9:
            self._listing.wrong(place, f"timeout is {shown(text)}; write milliseconds, such as 500")
            return None
        try:
            return parse_duration(f"{int(text)}ms")
        except TargetError as error:
            self._listing.wrong(place, str(error))
            return None
