"""The options that `scan` and `sweep` share, in the order and the sections of their help.

A command puts `shared_options` on its function and gets all of them; what they mean together is `choices.py`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from scanner.cli import option_values as values
from scanner.cli.click_import import click
from scanner.cli.commands import Option, show_help
from scanner.words.builtin_values import SCAN, SWEEP

Function = TypeVar("Function", bound=Callable[..., Any])

_WHAT, _HOW, _FOUND = "What to probe", "How to probe", "What is reported"


def _option(section: str, *names: str, **settings: Any) -> Callable[[Function], Function]:
    return click.option(*names, cls=Option, section=section, **settings)


#: What means the same for `trace`, by the first name.
_ALIKE: dict[str, dict[str, Any]] = {
    "--exclude-file": {"metavar": "FILE", "multiple": True, "help": "The same from a file, one per line."},
    "-4": {"is_flag": True, "help": "IPv4 only."},
    "-6": {"is_flag": True, "help": "IPv6 only."},
    "--dns-timeout": {
        "type": values.DURATION,
        "help": "How long a name lookup may take. Default: as long as /etc/resolv.conf allows, plus 2s.",
    },
    "--rate": {"type": values.RATE, "help": "Maximum SYNs per second, repeated ones included."},
    "--host-rate": {"type": values.RATE, "help": "The same for each host."},
    "-S": {"type": values.SOURCE, "help": "The local address to probe from."},
    "--color": {
        "type": values.COLOR,
        "default": "auto",
        "help": "always, auto, never. Default: auto (terminals, unless NO_COLOR is set; with FORCE_COLOR pipes too).",
    },
    "-h": {"is_flag": True, "is_eager": True, "expose_value": False, "callback": show_help, "help": "Show this text."},
}


def _alike(section: str, *names: str) -> Callable[[Function], Function]:
    return _option(section, *names, **_ALIKE[names[0]])


def alike(*names: str) -> Callable[[Function], Function]:
    """An option that means the same for any command that probes, for one whose help has no sections."""
    return click.option(*names, **_ALIKE[names[0]])


_SHARED = (
    _option(
        _WHAT, "-p", "--ports", type=values.PORTS, multiple=True,
        help="22  22,80,8000-8100  https  top:100  - (all). Required for sweep without --discover; scan: for targets "
             "without ports.",
    ),
    _option(_WHAT, "--exclude", metavar="HOSTS", multiple=True,
            help="Never touch these: hosts, networks, host:ports; repeatable, commas allowed."),
    _alike(_WHAT, "--exclude-file"),
    _alike(_WHAT, "-4", "only4"),
    _alike(_WHAT, "-6", "only6"),
    _option(_WHAT, "--allow-any", is_flag=True, help="Allow all addresses as a target (0.0.0.0/0, ::/0)."),
    _option(_WHAT, "--expect", type=values.EXPECTATION,
            help="Expectation for targets that name none: open, refused, timeout, unreachable, reachable, blocked, "
                 f"not-open, any. Default: scan {SCAN.expect or 'none'}, sweep {SWEEP.expect or 'none'}."),
    _option(_WHAT, "--dry-run", is_flag=True, help="Show what would be probed, and probe nothing."),
    _option(_HOW, "-t", "--timeout", type=values.DURATION,
            help="How long one attempt may take: 300ms, 2s, 1.5. "
                 f"Default: scan {SCAN.timeout_s:g}s, sweep {SWEEP.timeout_s:g}s."),
    _alike(_HOW, "--dns-timeout"),
    _option(_HOW, "-r", "--retries", type=values.RETRIES,
            help="Minimum further attempts after silence or an ICMP error; 0 means exactly one attempt. "
                 f"Default: {SCAN.retries}."),
    _option(_HOW, "-c", "--concurrency", type=values.COUNT,
            help="Maximum probes in flight. Default: what the machine and network allow, 32768 at most."),
    _alike(_HOW, "--rate"),
    _alike(_HOW, "--host-rate"),
    _alike(_HOW, "-S", "--source"),
    _option(_HOW, "--canary", is_flag=True,
            help="Also probe two random high ports of each host that has an open port: does it accept everything?"),
    _option(_HOW, "--poller", type=values.POLLER, help="epoll, poll, select, kqueue. Default: the best available."),
    _option(_HOW, "--vantage", type=values.LABEL,
            help="A label for the place probed from. Default: this host's name."),
    _option(_FOUND, "-o", "--output", metavar="[FORMAT:]FILE", multiple=True,
            help="Write a report; its ending gives the format: .csv, .json, .jsonl, .list, .xml, junit.xml, .prom, "
                 ".md, .html, .db. May be given several times; - is stdout."),
    _option(_FOUND, "-f", "--format", "fmt", type=values.FORMAT,
            help="The format on stdout: table, csv, json, jsonl, list, xml, junit, prom, md, html. Default: table."),
    _option(_FOUND, "--only", type=values.STATES, multiple=True,
            help="Report only these: states, unmet, blocked, reachable; commas allowed."),
    _option(_FOUND, "--open", "only_open", is_flag=True, help="The same as --only open."),
    _option(_FOUND, "--fields", type=values.FIELDS, multiple=True,
            help="The columns of csv and jsonl reports, in this order: host,port,state."),
    _option(_FOUND, "--explain", is_flag=True,
            help="Trace what is blocked, and say where on the way it stops (takes a few seconds more)."),
    _option(_FOUND, "--all-metrics", is_flag=True,
            help="prom: also the rows without an expectation; of those, success is an open port."),
    _option(_FOUND, "--strict", is_flag=True, help="A verdict in doubt does not meet its expectation."),
    _option(_FOUND, "-q", "--quiet", is_flag=True, help="No table, summary or bar; only warnings and errors."),
    _option(_FOUND, "--quiet-unless-unmet", is_flag=True,
            help="For cron: print nothing if all is as expected, else only what is not."),
    _option(_FOUND, "-v", "--verbose", is_flag=True, help="Every row and all details."),
    _option(_FOUND, "--progress/--no-progress", default=None, help="Force the progress bar on or off."),
    _alike(_FOUND, "--color"),
    _alike(_FOUND, "-h", "--help"),
)  # fmt: skip


def shared_options(function: Function) -> Function:
    """Puts every shared option on a command's function."""
    for decorate in reversed(_SHARED):
        function = decorate(function)
    return function


_OF_SCAN = (
    _option(_WHAT, "--tag", metavar="T", multiple=True, help="Only entries with this tag; repeatable, any may match."),
    _option(_WHAT, "--name", metavar="GLOB", multiple=True,
            help="Only entries whose name fits: 'web*'; repeatable, any may match."),
)  # fmt: skip


def scan_options(function: Function) -> Function:
    """Those that only `scan` has."""
    for decorate in reversed(_OF_SCAN):
        function = decorate(function)
    return function


_OF_SWEEP = (
    _option(
        _WHAT, "-i", "--hosts-file", metavar="FILE", multiple=True,
        help="Hosts from a file, one per line, # comments; - is stdin.",
    ),
    _option(
        _WHAT, "--discover", is_flag=True,
        help="Ask each host on the ten commonest ports first (80 23 443 21 22 25 3389 110 445 139; and on those of -p, "
             "if these are no more), and sweep only hosts that answer anything. The others are counted, and have no "
             "row. Without -p those ten are swept. Not with --expect.",
    ),
)  # fmt: skip


def sweep_options(function: Function) -> Function:
    """Those that only `sweep` has."""
    for decorate in reversed(_OF_SWEEP):
        function = decorate(function)
    return function
