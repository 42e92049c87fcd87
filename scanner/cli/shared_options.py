"""The options that `scan` and `sweep` share, in the order and under the headings of their help: the commonest first.

A command puts `shared_options` on its function, and its own (`scan_options`, `sweep_options`) above them; what they
mean together is `choices.py`. Each command tells its own defaults, never those of the other.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from scanner.cli import option_values as values
from scanner.cli.click_import import click
from scanner.cli.commands import Option, show_help
from scanner.cli.machine_options import machine_options
from scanner.words.builtin_values import SCAN, SWEEP, Builtin

Function = TypeVar("Function", bound=Callable[..., Any])
Decorate = Callable[[Function], Function]

_WHAT, _HOW, _FOUND = "What to probe", "How to probe", "What is reported"
_SHOWN, _LARGE, _ELSEWHERE = "What is shown", "Large scans", "Other machines"


def _option(section: str, *names: str, **settings: Any) -> Callable[[Function], Function]:
    return click.option(*names, cls=Option, section=section, **settings)


def _put(decorators: "Iterable[Decorate[Any]]", function: Function) -> Function:
    for decorate in reversed(tuple(decorators)):
        function = decorate(function)
    return function


#: What means the same for other commands, by the first name.
_ALIKE: dict[str, dict[str, Any]] = {
    "--exclude": {
        "metavar": "HOSTS", "multiple": True,
        "help": "Never touch these hosts, networks or host:ports. Commas allowed, repeatable.",
    },
    "--exclude-file": {
        "type": values.FILE, "multiple": True, "help": "The same from a file, blanks or line ends between them.",
    },
    "-4": {"is_flag": True, "help": "IPv4 only."},
    "-6": {"is_flag": True, "help": "IPv6 only."},
    "--dns-timeout": {
        "type": values.DURATION,
        "help": "How long a name lookup may take. Default: as long as /etc/resolv.conf allows, plus 2s.",
    },
    "--rate": {"type": values.RATE, "help": "Maximum SYNs per second, repeated ones included. Default: no limit."},
    "--host-rate": {"type": values.RATE, "help": "The same for each host. Default: no limit."},
    "-S": {"type": values.SOURCE, "help": "The local address to probe from. Default: the kernel's choice."},
    "--color": {
        "type": values.COLOR, "default": "auto",
        "help": "always, auto, never. Default: auto (on terminals, or as NO_COLOR or FORCE_COLOR says).",
    },
    "-h": {"is_flag": True, "is_eager": True, "expose_value": False, "callback": show_help, "help": "Show this text."},
}  # fmt: skip


def _alike(section: str, *names: str) -> Callable[[Function], Function]:
    return _option(section, *names, **_ALIKE[names[0]])


def alike(*names: str) -> Callable[[Function], Function]:
    """An option that means the same for any command, for one whose help has no headings."""
    return click.option(*names, **_ALIKE[names[0]])


#: What --expect is, where a list may have expectations of its own (scan), and where it has none (sweep).
_EXPECTED = ("The expectation where a target has none", "What every target is expected to be")
#: When --shuffle holds without being said: for scan, for sweep.
_SHUFFLED = ("the order of the list", "random if there are several hosts")


def _shared(builtin: Builtin) -> "tuple[Decorate[Any], ...]":
    return (
        _option(_WHAT, "--expect", type=values.EXPECTATION, once=True,
                help=f"{_EXPECTED[builtin is SWEEP]}: open, refused, not-open, timeout, unreachable, "
                     f"reachable, blocked, any. Default: {builtin.expect or 'none'}."),
        _alike(_WHAT, "--exclude"),
        _alike(_WHAT, "--exclude-file"),
        _alike(_WHAT, "-4", "only4"),
        _alike(_WHAT, "-6", "only6"),
        _option(_WHAT, "--dry-run", is_flag=True,
                help="Show what would be probed, and probe nothing. Needs no network."),
        _option(_HOW, "-t", "--timeout", type=values.DURATION,
                help=f"How long one attempt may take: 300ms, 2s, 1.5. Default: {builtin.timeout_s:g}s."),
        _option(_HOW, "-r", "--retries", type=values.RETRIES,
                help="Minimum further attempts after silence or an ICMP error; 0 means exactly one attempt. "
                     f"Default: {builtin.retries}."),
        _alike(_HOW, "-S", "--source"),
        _option(_HOW, "--explain", is_flag=True,
                help="Trace what is blocked, say where on the way it stops, and probe a few more well-known ports of "
                     "silent hosts (takes some seconds)."),
        _option(_FOUND, "-o", "--output", metavar="[FORMAT:]FILE", multiple=True,
                help="Write a report; its ending gives the format: .csv, .json, .jsonl, .list, .xml, junit.xml, .prom, "
                     ".md, .html, .db. May be given several times; - is stdout.", type=values.OUTPUT),
        _option(_FOUND, "-f", "--format", "fmt", type=values.FORMAT,
                help="The format on stdout: table, csv, json, jsonl, list, xml, junit, prom, md, html. "
                     "Default: table."),
        _option(_FOUND, "--only", type=values.STATES, multiple=True,
                help="Report only these: states, unmet, blocked, reachable. Commas allowed. Default: all."),
        _option(_FOUND, "--open", "only_open", is_flag=True, help="The same as --only open."),
        _option(_FOUND, "--strict", is_flag=True, help="A verdict in doubt does not meet its expectation."),
        _option(_FOUND, "--fields", type=values.FIELDS, multiple=True,
                help="The columns of csv and jsonl reports, in this order: host,port,state. Default: all."),
        _option(_FOUND, "--vantage", type=values.LABEL, once=True,
                help="A label for the place probed from. Default: this host's name."),
        _option(_FOUND, "--all-metrics", is_flag=True,
                help="prom: also the rows without an expectation; these succeed if the port is open."),
        _option(_SHOWN, "-v", "--verbose", is_flag=True, help="Every row and all details."),
        _option(_SHOWN, "-q", "--quiet", is_flag=True,
                help="No table, summary or bar, only errors, and warnings about the answers."),
        _option(_SHOWN, "--quiet-unless-unmet", is_flag=True,
                help="For cron: print nothing if all is as expected, else only what is not."),
        _option(_SHOWN, "--progress/--no-progress", default=None,
                help="Force the progress bar on or off. Default: on terminals."),
        _alike(_SHOWN, "--color"),
        _alike(_SHOWN, "-h", "--help"),
        _option(_LARGE, "--shard", type=values.SHARD, once=True,
                help="Probe only the I-th of N parts of the hosts: 2/3. All parts together are the whole list."),
        _option(_LARGE, "--shuffle/--no-shuffle", default=None,
                help=f"Probe hosts and ports in a random order. Default: {_SHUFFLED[builtin == SWEEP]}."),
        _option(_LARGE, "--seed", type=values.SEED, once=True,
                help="Repeat the random order that had this number (0 to 4294967295). Default: by chance; JSON reports "
                     "tell it."),
        _alike(_LARGE, "--rate"),
        _alike(_LARGE, "--host-rate"),
        _option(_LARGE, "-c", "--concurrency", type=values.COUNT,
                help="Maximum probes in flight. Default: what the machine and network allow, 32768 at most."),
        _option(_LARGE, "--processes", type=values.PROCESSES,
                help="Share the work among N processes of this machine; auto: as many as it has processors to use. "
                     "Default: 1."),
        _option(_LARGE, "--journal", type=values.FILE, once=True,
                help="Keep in this file what is found, so that the same command goes on where it was cut short."),
        _option(_LARGE, "--canary", is_flag=True,
                help="Also probe two random high ports of each host that has an open port: does it accept everything?"),
        _alike(_LARGE, "--dns-timeout"),
        _option(_LARGE, "--allow-any", is_flag=True, help="Allow all addresses as a target (0.0.0.0/0, ::/0)."),
        _option(_LARGE, "--poller", type=values.POLLER,
                help="How to wait for answers: epoll, poll, select, kqueue. Default: the best available."),
        *machine_options(lambda *names, **settings: _option(_ELSEWHERE, *names, **settings)),
    )  # fmt: skip


def shared_options(builtin: Builtin) -> Callable[[Function], Function]:
    """Puts every shared option on the function of the command whose built-in values these are."""
    return lambda function: _put(_shared(builtin), function)


_PORTS = "22,8000-8100, https, top:100; - is all."

_OF_SCAN: "tuple[Decorate[Any], ...]" = (
    _option(_WHAT, "-p", "--ports", type=values.PORTS, multiple=True,
            help=f"Ports of targets that name none: {_PORTS}"),
    _option(_WHAT, "--tag", type=values.TAG, multiple=True,
            help="Only entries with this tag; repeatable, any may match."),
    _option(_WHAT, "--name", type=values.NAME, multiple=True,
            help="Only entries with such a name: 'web*'; repeatable."),
    _option(_WHAT, "--input-format", type=values.INPUT_FORMAT,
            help="Read target lists as this: yaml, text, csv, xlsx, prometheus, ansible, kubernetes, nmap, gnmap, "
                 "masscan, naabu, goss, compose, hosts, report. Default: what they look like."),
    _option(_WHAT, "--columns", type=values.COLUMNS, multiple=True,
            help="Which column of a table (csv, xlsx) holds what: host=Ziel,port=Dienst. Repeatable. "
                 "Default: by usual heads."),
    _option(_WHAT, "--skip-unsupported", is_flag=True,
            help="Leave out what TCP cannot verify (UDP, any), and count it. Default: a mistake in the list."),
)  # fmt: skip


def scan_options(function: Function) -> Function:
    """Those that only `scan` has, or has in its own way, and the shared ones."""
    return _put((*_OF_SCAN, shared_options(SCAN)), function)


_OF_SWEEP: "tuple[Decorate[Any], ...]" = (
    _option(_WHAT, "-p", "--ports", type=values.PORTS, multiple=True,
            help=f"Ports: {_PORTS} Required, but not with --discover."),
    _option(_WHAT, "--discover", is_flag=True,
            help="Ask each host on the ten commonest ports first (80 23 443 21 22 25 3389 110 445 139), and sweep only "
                 "hosts that answer. If no ports are given, those ten are swept. Not with --expect."),
    _option(_WHAT, "-i", "--hosts-file", type=values.FILE, multiple=True,
            help="Hosts from a file, blanks or line ends between them, # comments; - is stdin."),
)  # fmt: skip


def sweep_options(function: Function) -> Function:
    """Those that only `sweep` has, or has in its own way, and the shared ones."""
    return _put((*_OF_SWEEP, shared_options(SWEEP)), function)
