"""Hosts, targets and excludes as users hand them to us, wherever they come from. Here the grammar meets files.

The rule: a word that names a file in the current folder is never a host, and so is never resolved. Somebody who writes
`--exclude never.txt` means what the file says. As a name it would go to the resolver, which may well have an address
for it (a wildcard in the search domain), and everything that the file lists would be probed.

- It holds for every word that would be resolved: on the command line, in a host, exclude or target file, from a caller
  of the library; with ports after it (`hosts.txt:22`), in a comma-separated list, and for the names that a pattern
  unfolds to.
- A file is anything that exists and is not a folder: regular files, links, FIFOs, devices. Folders often share their
  names with hosts (`localhost/`, `db1/`), and so do not count.
- An address is an address: nothing is resolved, whatever files there are. `./10.0.0.1` is the file.
- What has a slash cannot be a host; where it is a file, the message says so.

Each place has a function of its own below, because what to write instead differs.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial

from scanner.errors import TargetError
from scanner.targets.grammar.host_ports import Exclude, HostsAndPorts, any_target
from scanner.targets.grammar.host_values import Host, HostName
from scanner.targets.grammar.parsers import parse_excludes, parse_host, parse_target
from scanner.words.shown_text import shown

#: From this many names on, one look at the whole folder is cheaper than one for each.
_MANY = 50
_PLAIN_PATH = 300


def names_a_file(word: str) -> bool:
    """Whether something of this name exists that is not a folder."""
    return os.path.lexists(word) and not os.path.isdir(word)


def is_address(word: str) -> bool:
    """Whether it is an address, network or range, with or without ports, even one that is never probed."""
    try:
        return not any(isinstance(host, HostName) for host in any_target(word)[0])
    except TargetError:
        return False


def is_path(word: str) -> bool:
    """Whether it is written as a path, and so was meant as one."""
    return word.startswith(("./", "../", "~/")) or (word.startswith("/") and not word.startswith("//"))


def _better(error: TargetError, text: str, instead: str) -> TargetError:
    """The error for a word that is not a host: it may mean a file. `instead`: what to write for the file `{}`."""
    path = _path_in(text, stdin="-i" in instead or "-file" in instead)
    if path and not is_address(text):
        return TargetError(_is_a_file(text, path, instead))
    if is_path(text):
        return TargetError(f"{shown(text)} is not a valid host, and there is no such file; check the path")
    return error


def _refuse_files(text: str, instead: str, hosts: Iterable[Host]) -> None:
    """Raise where a name among the hosts of a word, or the whole word, is a file. Long lists come through here line by
    line: an address costs nothing, and a name that is not in the folder next to nothing."""
    folder = _present.get()
    listed = folder.listed if folder else None
    names = False
    for host in hosts:
        if type(host) is HostName:
            name = host.text
            if (listed is None or name in listed) and _lies_here(name, folder):
                raise _not_a_host(text, name, instead)
            if name is text:
                return
            names = True
    if names and (listed is None or text in listed) and _lies_here(text, folder):
        raise _not_a_host(text, text, instead)


def _lies_here(name: str, folder: "_PresentFolder | None") -> bool:
    return (folder is None or folder.may_hold(name)) and names_a_file(name)


def _not_a_host(text: str, path: str, instead: str) -> TargetError:
    meant = "if a host is meant, write its address, or run this from another folder"
    return TargetError(f"{_is_a_file(text, path, instead)}; {meant}")


class _PresentFolder:
    """The current folder. It is listed once many names were asked for; before that, each costs a look of its own."""

    def __init__(self) -> None:
        self._asked = 0
        self.listed: frozenset[str] | None = None

    def may_hold(self, name: str) -> bool:
        """False where there is certainly nothing of this name. A name has no slash, and so lies here or nowhere."""
        self._asked += 1
        if self._asked == _MANY:
            with suppress(OSError):
                self.listed = frozenset(os.listdir())
        return self.listed is None or name in self.listed


#: The folder, shared by all names of the list that is being read.
_present: ContextVar[_PresentFolder | None] = ContextVar("present", default=None)


@contextmanager
def present_folder() -> Iterator[None]:
    """While a list is read, its many names share one look at the folder."""
    before = _present.set(_PresentFolder())
    try:
        yield
    finally:
        _present.reset(before)


def _path_in(text: str, *, stdin: bool) -> str:
    """The path that a word which is not a host may mean, or empty. `stdin`: `-` may stand for a file."""
    if text == "-":
        return text if stdin else ""
    items = [item.strip() for item in text.split(",")] if len(text) < _PLAIN_PATH * 10 else []
    for item in (text, *items):
        for path in (item, item.rpartition(":")[0], item.removeprefix("@")):
            if names_a_file(path) or (os.sep in path and os.path.exists(path)):
                return path
    return ""


def _is_a_file(text: str, path: str, instead: str) -> str:
    if path == "-":
        return f'"-" is not a host; for standard input {instead.replace("{}", "-")}'
    if os.path.isdir(path):
        return f"{shown(path)} is a folder, not a host; write a name, an address or a network"
    plain = path.isprintable() and len(path) < _PLAIN_PATH and not set(path) & set(" \"'\\$`*?()&;<>|")
    typed = path if plain else shown(path)
    return f"{shown(text)} names the file {shown(path)}, not a host; {instead.replace('{}', typed)}"


def _hosts(text: str, instead: str) -> tuple[Host, ...]:
    try:
        found = parse_host(text)
    except TargetError as error:
        raise _better(error, text, instead) from None
    if len(found) > 1 or type(found[0]) is HostName:
        _refuse_files(text, instead, found)
    return found


def _target(text: str, instead: str) -> HostsAndPorts:
    try:
        found = parse_target(text)
    except TargetError as error:
        raise _better(error, text, instead) from None
    _refuse_files(text, instead, found[0])
    return found


def _excludes(text: str, instead: str) -> list[Exclude]:
    try:
        found = parse_excludes(text)
    except TargetError as error:
        raise _better(error, text, instead) from None
    for each in found:
        if each.hosts:
            _refuse_files(text, instead, each.hosts)
    return found


#: A HOST of `sweep`.
sweep_host = partial(_hosts, instead="write -i {}")
#: An `--exclude`.
exclude_option = partial(_excludes, instead="write --exclude-file {}")
#: A HOST:PORTS of `scan`; a file alone is read before it comes here.
scan_target = partial(
    _target, instead="write {} alone if it is a target file; for a list of hosts: scanner sweep -i {} -p PORTS"
)
#: A HOST:PORT of `trace`.
trace_target = partial(
    _target, instead="write HOST:PORT; to trace what is blocked of a target file: scanner scan {} --explain"
)
#: A line of a host file.
listed_host = partial(_hosts, instead="write the hosts in it, or name it with an option of its own: -i {}")
#: A line of an exclude file.
listed_excludes = partial(
    _excludes, instead="write the hosts in it, or name it with an option of its own: --exclude-file {}"
)
#: A short form in a target file, a `host:` or `hosts:`, an `exclude:`.
file_target = partial(_target, instead="write the hosts in it; for a list of hosts: scanner sweep -i {} -p PORTS")
file_host = partial(_hosts, instead="write the hosts in it; for a list of hosts: scanner sweep -i {} -p PORTS")
file_excludes = partial(_excludes, instead="write the hosts in it, or on the command line --exclude-file {}")
#: What a caller of the library passes.
library_host = partial(_hosts, instead="read it, and pass the hosts in it")
library_target = partial(_target, instead="write scanner.load_targets({}) if it is a target list")
