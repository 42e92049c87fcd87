"""What a program hands in as a path, hosts or ports, made the text that the grammar reads; raises UsageError.

Bytes above all are refused: they are sequences of numbers, and b"22" would be the port 50.
"""

import os
from collections.abc import Iterable

from scanner.errors import UsageError
from scanner.words.shown_text import shown


def path_text(path: object) -> str:
    """A path as text."""
    name = path.__fspath__() if isinstance(path, os.PathLike) else path
    if isinstance(name, bytes):
        raise UsageError(f"the path {name!r} is bytes; write it as text, such as {os.fsdecode(name)!r}")
    if not isinstance(name, str):
        raise UsageError(f'{shown(str(name))} is not a path; write a string or a pathlib.Path, such as "targets.yaml"')
    return name


def host_texts(hosts: object) -> list[str]:
    """The hosts of a sweep as texts: names, or anything that is written as one, such as ipaddress's objects."""
    if isinstance(hosts, str):
        return [hosts]
    if isinstance(hosts, (bytes, bytearray)) or not isinstance(hosts, Iterable):
        raise UsageError(
            f'{shown(repr(hosts))} is not a valid host; write a string, or several in a list, such as ["10.0.0.0/24"]'
        )
    found = list(hosts)
    if any(isinstance(host, (bytes, bytearray)) for host in found):
        raise UsageError(f"the hosts {shown(repr(found))} are bytes; write them as text")
    return [str(host) for host in found]


def port_text(ports: object) -> str:
    """A port list as text: of a text, a number, or several."""
    if isinstance(ports, (str, int)):
        return str(ports)
    if ports is None:
        raise UsageError('a sweep needs ports; write them as a string, such as "22,80", or discover=True')
    if isinstance(ports, (bytes, bytearray)) or not isinstance(ports, Iterable):
        raise UsageError(
            f'{shown(repr(ports))} is not a valid port list; write a string such as "22,80", or whole numbers'
        )
    return ",".join(str(port) for port in ports)
