"""/etc/hosts (hosts(5)): an address and its names in each line. The addresses are the targets, with the ports of `-p`.

It is read only where it is asked for (`--input-format hosts`): as plain text its names would be hosts to resolve, and
may lead somewhere else. An entry is called by the first name of its line; aliases are no targets of their own. Lists
against advertising give thousands of names the address 0.0.0.0: those lines say "nowhere", and are never probed.
"""

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.listing import Listing
from scanner.targets.grammar.addresses import UNSPECIFIED, V4, V6, v4_number, v6_number
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import many, shown


def looks_like_hosts(_source: InputText) -> bool:
    """Never: it must be asked for."""
    return False


def read_hosts_lines(source: InputText, wish: InputWish) -> TargetFile:
    """The addresses, each once. Errors: TargetError with every mistake."""
    if not wish.ports_given:
        source.problems.fail(1, 1, "a hosts file names no ports; add -p PORTS, such as -p 22,443")
    reader = _HostsLines(source, wish)
    with no_collection():
        for number, line in enumerate(source.text.split("\n"), 1):
            words = line.partition("#")[0].split()
            if words:
                reader.line(Scalar(number, line.index(words[0]) + 1, words[0]), words[1:])
    return reader.finish()


class _HostsLines:
    def __init__(self, source: InputText, wish: InputWish) -> None:
        self._listing = Listing(source.problems, wish, skips=True)
        self._seen: set[str] = set()
        self._nowhere = 0
        self._again = 0

    def line(self, address: Scalar, names: list[str]) -> None:
        """One line."""
        text = address.text
        v4 = v4_number(text)
        number = v4 if v4 is not None else v6_number(text.partition("%")[0])
        if number is None:
            told = f"{shown(text)} is not an address; a line of a hosts file is an address and its names"
            self._listing.wrong(address, told)
        elif number <= UNSPECIFIED[V6 if v4 is None else V4]:
            self._nowhere += 1
        elif text.lower() in self._seen:
            self._again += 1
        else:
            self._seen.add(text.lower())
            if _is_for_many(number, v6=v4 is None):
                self._listing.leave_out(address, f"the multicast or broadcast address {shown(text)}")
            else:
                self._listing.add(address, self._listing.host(address), None, name=names[0] if names else "")

    def finish(self) -> TargetFile:
        """All of them."""
        if self._nowhere:
            self._listing.warn(
                f"{many(self._nowhere, 'line')} with the address 0.0.0.0 or :: left out: it is never probed"
            )
        if self._again:
            self._listing.warn(f"{many(self._again, 'line')} left out whose address stands in a line above them")
        return self._listing.finish("write an address and its name a line, such as 192.0.2.10 db1.example.net")


def _is_for_many(number: int, *, v6: bool) -> bool:
    """Whether an address is one of multicast (ff00::/8, 224.0.0.0/4) or broadcast: TCP has no use for them."""
    return number >> 120 == 0xFF if v6 else number >> 28 == 0xE or number == 0xFFFF_FFFF
