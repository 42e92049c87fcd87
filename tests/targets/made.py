"""Small entries, requests, plans and files for the tests of this folder."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from scanner.errors import TargetError
from scanner.model import Request
from scanner.targets.entry import NO_DEFAULTS, Defaults, Entry, Settings, StatedSettings
from scanner.targets.file.problems import Problems
from scanner.targets.file.target_file import TargetFile
from scanner.targets.file.yaml_file import read_target_file
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.parsers import parse_excludes, parse_host, parse_ports
from scanner.targets.space.build import build
from scanner.targets.space.built import Built
from scanner.targets.space.excluder import Excluder
from scanner.targets.space.parts import WHOLE, ListPart

T = TypeVar("T")


def entry(
    hosts: str,
    ports: str | None = "80",
    *,
    name: str = "",
    where: tuple[str, int, int] = ("", 0, 0),
    defaults: Defaults = NO_DEFAULTS,
    **stated: Any,
) -> Entry:
    """An entry of hosts with spaces between them. `where`: label, line, column; `stated`: its settings."""
    found: list[Host] = []
    for text in hosts.split():
        found += parse_host(text)
    label, line, column = where
    return Entry(
        tuple(found),
        None if ports is None else parse_ports(ports),
        StatedSettings(**stated),
        name=name,
        label=label,
        line=line,
        column=column,
        defaults=defaults,
    )


def attempt(parse: Callable[..., T], *given: object) -> tuple[T | None, tuple[str, ...]]:
    """What the parser makes of it and no complaints; or None and its complaints, each fit for a terminal."""
    try:
        return parse(*given), ()
    except TargetError as error:
        found = error.problems
    assert found
    for line in found:
        assert line.isprintable()
        assert len(line) < 500
    return None, found


def excluder(*texts: str) -> Excluder:
    return Excluder([exclude for text in texts for exclude in parse_excludes(text)])


def built(
    entries: Iterable[Entry],
    *excludes: str,
    settings: Settings | None = None,
    ends: Iterable[int] = (),
    part: ListPart = WHOLE,
) -> Built:
    return build(list(entries), excluder(*excludes), settings or Settings(), frozenset(ends), part=part)


def orders(requests: Iterable[Request]) -> list[int]:
    return [request.order for request in requests]


def read(folder: Path, text: str | bytes, **more: bool) -> TargetFile:
    """Read a target file of this text."""
    path = folder / "t.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_target_file(str(path), **more)


def told(folder: Path, text: str | bytes) -> list[str]:
    """What is wrong with a target file, without the folder in front."""
    _, problems = attempt(read, folder, text)
    assert problems, "the file is accepted"
    return [line.replace(f"{folder}/", "") for line in problems]


def places(problems: Problems) -> list[tuple[int, int]]:
    """Line and column of all that was noted (and is told: the first 50), in that order."""
    found = [re.match(r"[^:]*:(\d+):(\d+): ", line) for line in problems.error().problems]
    return [(int(match[1]), int(match[2])) for match in found if match]
