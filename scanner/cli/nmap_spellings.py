"""Spellings that people bring along from nmap, masscan, nc, fping and Test-NetConnection, and ours for them.

Without this, `-oX out.xml` would write a report named `X`, and `-iL` read a file named `L`. Pure: words in, a
message or nothing out. Options that exist here under the same spelling are never touched.
"""

import os
import re
from collections.abc import Iterable

_REPORTS = "write a report with -o FILE: its ending gives the format (.csv, .json, .jsonl, .xml)"
_ALWAYS = "leave it out: scanner always connects, without root, and does not check first whether a host is up"
_SPEED = "leave it out: the speed adapts by itself; --rate N and -c N limit it"

_DISCOVER = (
    "there is no ping; scanner sweep --discover asks each host on a few usual ports, and sweeps those that answer"
)

#: Whole words.
_EXACT = {
    "-oX": "write -o FILE.xml: nmap's XML",
    "-oN": f"the table is what stdout shows without -f; {_REPORTS}",
    "-oG": _REPORTS,
    "-oA": f"{_REPORTS}; -o may be given several times",
    "-oS": _REPORTS,
    "-oJ": "write -o FILE.json",
    "-oL": _REPORTS,
    "-oD": "write -o FILE.jsonl",
    "-oB": _REPORTS,
    "-Pn": _ALWAYS,
    "-PN": _ALWAYS,
    "-P0": _ALWAYS,
    "-sT": _ALWAYS,
    "-sn": f"{_DISCOVER} (on those alone without -p)",
    "-sP": f"{_DISCOVER} (on those alone without -p)",
    "-sU": "only TCP is probed",
    "-sV": "leave it out: the protocol behind a port is not probed; the field `service` is the port's usual name",
    "-sC": "leave it out: there are no scripts",
    "-sL": "write --dry-run",
    "-A": "leave it out: neither services nor systems are fingerprinted",
    "-O": "leave it out: systems are not fingerprinted",
    "-F": "write -p top:100",
    "-n": "leave it out: addresses are never turned into names",
    "-R": "leave it out: addresses are never turned into names",
    "-e": "write -S ADDRESS: the local address to probe from",
    "-g": "leave it out: the source port is the kernel's choice",
    "-D": "leave it out: there are no decoys",
    "-f": "leave it out: packets are not fragmented",
    "--exclude-ports": "write --exclude '*:PORTS'",
    "--excludefile": "write --exclude-file FILE",
    "--host-timeout": "write -t, the deadline of one attempt, and -r, the number of further ones",
    "--initial-rtt-timeout": "write -t 500ms, the deadline of one attempt",
    "--max-parallelism": "write -c N",
    "--max-rate": "write --rate N",
    "--max-retries": "write -r N",
    "--max-rtt-timeout": "write -t 500ms, the deadline of one attempt",
    "--min-parallelism": _SPEED,
    "--min-rate": _SPEED,
    "--min-rtt-timeout": "write -t 500ms, the deadline of one attempt",
    "--randomize-hosts": "leave it out: hosts are interleaved anyway",
    "--reason": "leave it out: the reason is always reported",
    "--scan-delay": "write --host-rate N, connection attempts per second",
    "--max-scan-delay": "write --host-rate N, connection attempts per second",
    "--source-ip": "write -S ADDRESS",
    "--source-port": "leave it out: the source port is the kernel's choice",
    "--stats-every": "write --progress",
    "--top-ports": "write -p top:N, for example -p top:100",
    "--banners": "leave it out: the protocol behind a port is not probed",
    "--script": "leave it out: there are no scripts",
    "-T": _SPEED,
    "--wait": "write -t 2s, the deadline of one attempt",
}
_PATTERNS = (
    (re.compile(r"-T[0-9]|-T(?:paranoid|sneaky|polite|normal|aggressive|insane)"), _SPEED),
    (re.compile(r"-s[ASTUVCWMNFXIOYZ]+"), _ALWAYS),
    (re.compile(r"-P[ESAUYMOPR][0-9,-]*"), _DISCOVER),
    (re.compile(r"-d[0-9]?|--packet-trace"), "write -v for all details"),
)
_HERE = "write scanner scan HOST:PORT, such as scanner scan localhost:22"
_COMMON = (
    (re.compile(r"-[nvuw0-9]*z[nvuw0-9]*"), f"no data is ever sent; {_HERE}"),  # nc's
    (re.compile(r"-(?:computername|port|comp|cn)(?:[:=].*)?", re.IGNORECASE), _HERE),  # Test-NetConnection's
    (re.compile(r"--(json|jsonl|csv|junit|prom|md|html)"), "write -f {0}, or -o FILE.{0}"),
)
#: Where `sweep` means something else: fping's way to name a network.
_SWEEP = {
    "-g": "leave it out: networks and ranges are hosts as they are (10.0.0.0/24, 10.0.0.1-50); "
    "nor can the source port be chosen"
}
#: Commands that others have, and ours.
_COMMANDS = {
    **dict.fromkeys(("check", "test", "probe", "verify", "connect", "nc", "telnet", "run"), "scan"),
    **dict.fromkeys(("test-netconnection", "tnc"), "scan HOST:PORT"),
    **dict.fromkeys(("nmap", "ports", "portscan", "masscan"), "sweep HOSTS -p PORTS"),
    **dict.fromkeys(("ping", "fping", "discover"), "sweep HOSTS --discover"),
    **dict.fromkeys(("traceroute", "tracert", "tcptraceroute", "mtr"), "trace HOST:PORT"),
    **dict.fromkeys(("compare", "ndiff"), "diff OLD NEW"),
    **dict.fromkeys(("man", "manual"), "help"),
}
#: Where `trace` means something else, or has less; traceroute's spellings among them.
_TRACE_REPORT = "write -o FILE: its ending gives the format (.json, .csv)"
_TCP = "leave it out: TCP connections trace the path, without root"
_TRACE = {
    **dict.fromkeys(("-oX", "-oN", "-oG", "-oA", "-oS", "-oJ", "-oL", "-oD", "-oB"), _TRACE_REPORT),
    **dict.fromkeys(("-p", "--ports", "--port"), "write the port after the host: HOST:PORT"),
    **dict.fromkeys(("-I", "-T", "-U", "-M", "--tcp", "--icmp", "--udp"), _TCP),
    **dict.fromkeys(("-r", "--retries", "-N", "--queries"), "leave it out: silent hops are probed three times"),
    **dict.fromkeys(
        ("-c", "--max-rate", "--min-rate"), "write --rate N: SYNs per second; a trace is a few packets for each hop"
    ),
    "-m": "write --max-hops N",
    "-w": "write -t D, the deadline of one attempt",
    "-i": "write -S ADDRESS: the local address to probe from",
    **dict.fromkeys(("--dask", "--from"), "a trace begins where it is run: run scanner trace on that machine"),
}
_INPUTS = {
    "trace": "write the targets themselves: scanner trace HOST:PORT...",
    "sweep": "write -i FILE: it reads the same lists",
    "scan": "name the target list itself: scanner scan targets.yaml (hosts from a file: scanner sweep -i FILE)",
}


def find_habit(args: Iterable[str], known: set[str], valued: set[str], command: str) -> str:
    """What to write instead of the first foreign spelling among `args`, or empty.

    `known` are the command's own options, `valued` those of them that take a value: a value is never a habit.
    """
    words = iter(args)
    for word in words:
        if word == "--":
            break
        if word in valued:
            next(words, None)
        elif word.startswith("-") and (meant := _meant(word, known, command)):
            return f"{word} is not an option here; {meant}"
    return ""


def _meant(word: str, known: set[str], command: str) -> str:
    name = word.partition("=")[0]
    if name in known:
        return ""
    if name in ("-iL", "-iR", "--includefile"):
        return _INPUTS.get(command, "")
    if name in ("-i", "--hosts-file") and command == "scan":
        return _INPUTS["scan"]
    if command == "trace" and (meant := _TRACE.get(name) or (_TRACE["-c"] if re.fullmatch("-T[0-9]", word) else "")):
        return meant
    if command == "diff" and name == "--by-address":
        return "write --by address"
    if command == "sweep" and name in _SWEEP:
        return _SWEEP[name]
    if name in _EXACT:
        return _EXACT[name]
    if len(name) > 3 and name[1] != "-" and (meant := _with_two_dashes(f"-{name}", known)):
        return meant
    for pattern, meant in _COMMON:
        if found := pattern.fullmatch(word):
            return meant.format(*found.groups())
    if len(word) > 2 and word[:2] in known:
        return ""  # our short option with its value behind it, such as -p22 or -t2s
    return next((meant for pattern, meant in _PATTERNS if pattern.fullmatch(word)), "")


def _with_two_dashes(name: str, known: set[str]) -> str:
    """What `-rate` or `-top-ports` means: several tools spell long options with one dash."""
    return f"write {name}" if name in known else _EXACT.get(name, "")


def hint_for_word(word: str, commands: Iterable[str]) -> str:
    """What somebody meant who wrote `word` where a command belongs."""
    from difflib import get_close_matches

    names = list(commands)
    if meant := _COMMANDS.get(word.lower()):
        return f"did you mean 'scanner {meant}'?"
    if near := get_close_matches(word, names, 1):
        return f"did you mean {near[0]!r}?"
    if os.path.exists(word) or word.endswith((".yaml", ".yml")):
        return f"did you mean 'scanner scan {word}'?"
    address, target = re.fullmatch(r"[\d.]+(?:/\d+|-[\d.]+)?", word), re.fullmatch(r"\S+:[\w,:-]+", word)
    if (address or target or "://" in word or "@" in word) and (said := _refused(word)):
        return f"did you mean 'scanner scan HOST:PORT'? {said}"
    if target:
        return f"did you mean 'scanner scan {word}'?"
    if address:
        return f"did you mean 'scanner sweep {word} -p PORTS'?"
    return f"commands: {', '.join(names)}"


def hint_without_command(option: str, words: Iterable[str], commands: Iterable[str]) -> str:
    """What to say to somebody who began with an option, as nmap is called."""
    habit = find_habit(words, set(), set(), "sweep")
    example = "for example 'scanner sweep HOSTS -p PORTS'"
    ours = f"{option!r} is not an option here: the command comes first, {example}; commands: {', '.join(commands)}"
    return f"{ours}; {habit}" if habit else ours


def _refused(word: str) -> str:
    """What `scan` says to a target that it does not take; else empty."""
    from scanner.api import option_checks
    from scanner.errors import TargetError

    try:
        option_checks.target(word)
    except TargetError as error:
        return str(error)
    return ""
