"""Small reports of scanners for the tests of this folder: what is taken of them, each entry as a line of text."""

from pathlib import Path

from scanner.targets.entry import Entry
from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.formats.input_formats import FORMATS
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.opened_list import read_targets
from scanner.targets.grammar.addresses import address_text
from scanner.targets.grammar.host_values import Host, HostName
from tests.targets.made import attempt

TOLD = InputWish()


def read(folder: Path, text: str | bytes, wish: InputWish = TOLD) -> TargetFile:
    """What a file of this text lists."""
    path = folder / "list"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_targets(str(path), wish)


def taken(folder: Path, text: str | bytes, wish: InputWish = TOLD) -> list[str]:
    """Its entries, such as `3:1 192.0.2.1:22,80 open "db1" prod`: place, hosts, ports, expectation, name, tags."""
    return list(map(_spelled, read(folder, text, wish).entries))


def wrong(folder: Path, text: str | bytes, wish: InputWish = TOLD) -> list[str]:
    """What is wrong with it, without the file's name."""
    _, problems = attempt(read, folder, text, wish)
    assert problems, "the file is accepted"
    return [line.removeprefix(f"{folder}/list:").strip() for line in problems]


def warned(folder: Path, text: str | bytes, wish: InputWish = TOLD) -> str:
    """Its warnings, joined, without the file's name."""
    return "; ".join(read(folder, text, wish).warnings).replace(f"{folder}/list:", "")


def looks(folder: Path, text: str | bytes) -> str:
    """The format that it is taken for; empty for none."""
    path = folder / "list"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    source = InputText.of(str(path))
    return next((each.name for each in FORMATS if each.looks(source)), "")


def _spelled(entry: Entry) -> str:
    hosts, ports = ",".join(map(_host, entry.hosts)), ",".join(map(str, entry.ports or ()))
    said = [f"{entry.line}:{entry.column}", f"{hosts}:{ports}" if ports else hosts]
    stated = entry.stated
    said += [str(word) for word in (stated.expect, stated.timeout) if word]
    said += [f'"{entry.name}"'] if entry.name else []
    return " ".join([*said, *(stated.tags or ())])


def _host(host: Host) -> str:
    if isinstance(host, HostName):
        return host.text
    first, last = (address_text(host.family, number) for number in (host.first, host.last))
    return first if first == last else f"{first}-{last}"
