"""How a report in nmap's XML begins and ends: what was run, what for, when, and how it ended.

The DTD has one word for the attribute `scanner`, and that is `nmap`; who it really was is in `version`. nmap's texts
for instants are those of ctime(3), in local time; the numbers beside them are seconds since 1970.
"""

import shlex
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from scanner.reports.phrases import port_runs
from scanner.reports.report import ScanInfo
from scanner.reports.xml_text import DECLARATION, xml_text


class HostCounts:
    """How many hosts have rows, and how many of them are up and down; the others are unknown."""

    def __init__(self) -> None:
        self.total = self.up = self.down = 0

    def add(self, state: str) -> None:
        """`state` is nmap's word for a host's."""
        self.total += 1
        self.up += state == "up"
        self.down += state == "down"


def head_of(info: ScanInfo, ports: Sequence[int]) -> str:
    """The beginning, up to the first host."""
    from scanner import __version__

    started = epoch_s(info.started or "")
    when = "" if started is None else f' start="{started}" startstr="{time.ctime(started)}"'
    services = ",".join(f"{first}-{last}" if last > first else str(first) for first, last in port_runs(ports))
    return (
        f"{DECLARATION}<!DOCTYPE nmaprun>\n"
        f'<nmaprun scanner="nmap" args="{xml_text(_command(info))}"{when} version="scanner {__version__}" '
        'xmloutputversion="1.05">\n'
        f'<scaninfo type="connect" protocol="tcp" numservices="{len(ports)}" services="{services}"/>\n'
        '<verbose level="0"/>\n<debugging level="0"/>\n'
    )


def last_words(info: ScanInfo, complete: bool, hosts: HostCounts) -> str:
    """The end. A scan that is not complete ends with `exit="error"` and the reason."""
    ended = epoch_s(info.finished or "")
    ended = int(time.time()) if ended is None else ended
    exit_status = 'exit="success"'
    if not complete:
        why = "; ".join(("stopped before every target was reached", *info.warnings))
        exit_status = f'exit="error" errormsg="{xml_text(why)}"'
    summary = f"{hosts.total} addresses ({hosts.up} up, {hosts.down} down) in {info.elapsed_s:.2f} seconds"
    return (
        f'<runstats><finished time="{ended}" timestr="{time.ctime(ended)}" elapsed="{info.elapsed_s:.2f}" '
        f'summary="{summary}" {exit_status}/>'
        f'<hosts up="{hosts.up}" down="{hosts.down}" total="{hosts.total}"/>\n</runstats>\n</nmaprun>\n'
    )


def epoch_s(text: str) -> int | None:
    """An ISO 8601 instant as whole seconds since 1970, or None where it is none."""
    with suppress(ValueError, OverflowError):
        when = datetime.fromisoformat(text)
        return int(when.timestamp()) if when.tzinfo is not None else None
    return None


def _command(info: ScanInfo) -> str:
    """What was typed, as far as the options tell."""
    words = ["scanner"]
    for key, value in info.options.items():
        said = value if isinstance(value, list | tuple) else [value]
        bare = key in ("command", "targets", "hosts")
        words += ([] if bare else [f"--{key.replace('_', '-')}"]) + [str(each) for each in said]
    return shlex.join(words)
