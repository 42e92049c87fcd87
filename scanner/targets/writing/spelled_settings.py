"""What an entry says beside its hosts, as lines of YAML: ports, expectations, durations, tags.

`column` is where the lines begin in the file: a list that would be too long for its line is broken.
"""

from collections.abc import Sequence

from scanner.errors import TargetError
from scanner.model import ExpectFrom, PortExpectations
from scanner.targets.entry import Entry, StatedSettings
from scanner.targets.file.expect_map import named_ports
from scanner.targets.grammar.single_values import parse_duration
from scanner.targets.grammar.spelled_hosts import spelled_ports
from scanner.targets.writing.yaml_scalars import flow_list, scalar


def port_lines(items: Sequence[str], column: int) -> list[str]:
    """The ports, where there are any."""
    one_port = len(items) == 1 and items[0].isdigit()
    return _few_or_many("port" if one_port else "ports", items, column) if items else []


def expect_names_ports(entry: Entry) -> bool:
    """Whether what it expects by port names the very ports that it has, so that `ports` would say them again."""
    if entry.by_port is None or entry.ports is None:
        return False
    if any(not isinstance(expected, str) for _, expected in entry.stated.expect_from or ()):
        return False  # which name ports as well: then the order in which all of them would come is another one
    lists = _port_lists(entry.by_port, entry.ports, entry.stated.expect or "")
    return named_ports(tuple((word, ",".join(items)) for word, items in lists)) == entry.ports


def stated_lines(stated: StatedSettings, column: int, ports: tuple[int, ...] = ()) -> list[str]:
    """What is stated. `ports`: those of which something may be expected by port."""
    lines = [f"expect: {stated.expect}"] if stated.expect is not None else []
    lines += _expect_from(stated.expect_from or (), column, ports)
    if stated.timeout is not None:
        lines.append(f"timeout: {spelled_duration(stated.timeout)}")
    if stated.retries is not None:
        lines.append(f"retries: {stated.retries}")
    if stated.addresses is not None:
        lines.append(f"addresses: {stated.addresses}")
    if stated.tags is not None:
        lines += _listed("tags: ", [scalar(tag, flow=True) for tag in stated.tags], column)
    return lines


def setting_lines(entry: Entry, column: int) -> list[str]:
    """What an entry states, what it expects by port, and how many of its targets are enough."""
    lines: list[str] = []
    stated = entry.stated
    if entry.by_port is not None and entry.ports is not None:
        lines.append("expect:")
        for word, ports in _port_lists(entry.by_port, entry.ports, stated.expect or ""):
            lines += [f"  {line}" for line in _few_or_many(word, ports, column + 2)]
        stated = stated._replace(expect=None)
    lines += stated_lines(stated, column, entry.ports or ())
    if entry.need is not None:
        lines.append(f"need: {entry.need.count}")
    return lines


def spelled_duration(seconds: float) -> str:
    """The seconds as a text that reads back as the very same number: `300ms`, `2s`."""
    for text in (f"{seconds:g}s" if seconds >= 1 else "", f"{seconds * 1000:g}ms"):
        if text and _reads_as(text, seconds):
            return text
    return f"{seconds!r}s"


def _listed(key: str, items: Sequence[str], column: int) -> list[str]:
    first, *rest = flow_list(items, column=column + len(key))
    return [key + first, *(" " * len(key) + line for line in rest)]


def _few_or_many(key: str, items: Sequence[str], column: int) -> list[str]:
    """One item of a port list, or several in brackets."""
    if len(items) == 1:
        return [f"{key}: {items[0] if items[0].isdigit() else scalar(items[0])}"]
    return _listed(f"{key}: ", [_port(item) for item in items], column)


def _port(item: str) -> str:
    return item if item.isdigit() else scalar(item, flow=True)


def _expect_from(expect_from: ExpectFrom, column: int, ports: tuple[int, ...]) -> list[str]:
    """What is expected from each vantage."""
    lines = []
    for vantage, expected in expect_from:
        key = f"  {scalar(vantage, flow=True)}:"
        if isinstance(expected, str):
            lines.append(f"{key} {expected}")
        elif lists := _port_lists(expected, ports, ""):
            lines.append(key)
            for word, some in lists:
                lines += [f"    {line}" for line in _few_or_many(word, some, column + 4)]
    return ["expect_from:", *lines] if lines else []


def _reads_as(text: str, seconds: float) -> bool:
    try:
        return parse_duration(text) == seconds
    except TargetError:
        return False


def _port_lists(by_port: PortExpectations, ports: tuple[int, ...], otherwise: str) -> list[tuple[str, list[str]]]:
    """Each expectation and its ports, the fewest first; `otherwise`: what is expected of ports that have none.

    The longest list may name the ports of the shorter ones as well, which decide for themselves: that is how people
    write `blocked: "-"`."""
    found: dict[str, list[int]] = {}
    for port in ports:
        if word := by_port.at(port) or otherwise:
            found.setdefault(word, []).append(port)
    lists = {word: spelled_ports(some) for word, some in found.items()}
    if len(found) > 1 and sum(map(len, found.values())) == len(ports):
        most = max(found, key=lambda word: len(found[word]))
        whole = spelled_ports(tuple(sorted(ports)))
        if len(whole) < len(lists[most]):
            lists[most] = whole
    return [(word, lists[word]) for word in sorted(found, key=lambda word: len(found[word]))]
