"""Small files in formats of other programs for the tests of this folder, and what comes of them."""

from pathlib import Path

from scanner.targets.entry import Entry
from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.formats.input_formats import FORMATS
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.opened_list import read_targets
from scanner.targets.grammar.host_values import Host, HostName
from tests.targets.made import attempt


def listed(folder: Path, text: str, wish: InputWish = InputWish()) -> TargetFile:  # noqa: B008 (it never changes)
    """What a file of this text lists."""
    path = folder / "list"
    path.write_text(text)
    return read_targets(str(path), wish)


def wrong_in(folder: Path, text: str, wish: InputWish = InputWish()) -> list[str]:  # noqa: B008 (it never changes)
    """What is wrong with it, without the folder in front."""
    _, problems = attempt(listed, folder, text, wish)
    assert problems, "the file is accepted"
    return [line.replace(f"{folder}/", "") for line in problems]


def looks_in(folder: Path, text: str) -> str:
    """The format that it is taken for; empty for none."""
    path = folder / "list"
    path.write_text(text)
    source = InputText.of(str(path))
    return next((each.name for each in FORMATS if each.looks(source)), "")


def plain_host(host: Host) -> str:
    """A host as text; a range of IPv4 addresses as numbers."""
    if isinstance(host, HostName):
        return host.text
    return host.text or ".".join(str(host.first >> shift & 255) for shift in (24, 16, 8, 0))


def summary(entry: Entry) -> tuple[str, str, tuple[int, ...] | None]:
    """Its name, its hosts joined, its ports."""
    return entry.name, " ".join(map(plain_host, entry.hosts)), entry.ports


def summaries(file: TargetFile) -> list[tuple[str, str, tuple[int, ...] | None]]:
    """The same for all entries of a file."""
    return list(map(summary, file.entries))
