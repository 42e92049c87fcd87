"""How long the C library's own resolver may take for a name: its schedule, read where it reads it.

The facts (glibc: resolv/res_init.c, res_send.c, res_query.c; resolv.conf(5)):

* A query goes to the name servers in turn, at most three, `attempts` times round (2 by default, at most 5). The wait
  for server n, counted from 0, is `timeout << n` seconds (5 by default, at most 30), from the second server on divided
  by the number of servers, in whole seconds, at least one: 5 + 3 + 6 for three servers.
* With `use-vc`, queries go over TCP: each server is asked once, and a silent one takes as long as a connect() does
  (tcp(7): tcp_syn_retries). A server that accepts and then says nothing is waited for endlessly; the deadline is ours.
* A name makes a query as it is and one for each domain of the search list, in the order that `ndots` implies (one that
  ends in a dot, only as it is). Each may use up nearly all of its schedule before the answer "no such name".
* LOCALDOMAIN beats the file's search list; without either it is this host's own domain. RES_OPTIONS comes after the
  file's options. Without a file, or a server in it, the only server is this host.

Other sources of names (mDNS, LDAP, a caching daemon) have schedules of their own, which nobody can read.
"""

import os
import re
import socket
import stat
from collections.abc import Callable, Mapping
from typing import NamedTuple

from scanner.machine.closing import close_descriptor
from scanner.machine.silent_connect import silent_connect_s
from scanner.targets.names.search_list import Search, is_glibc, other_sources
from scanner.words.shown_text import many

_PATH = "/etc/resolv.conf"
_SOURCES_PATH = "/etc/nsswitch.conf"
#: No real resolv.conf is longer; glibc would read it, though.
_MOST_BYTES = 1 << 16
_MOST_SERVERS = 3
_TIMEOUT_S, _MOST_TIMEOUT_S = 5, 30
_ATTEMPTS, _MOST_ATTEMPTS = 2, 5
_NDOTS, _MOST_NDOTS = 1, 15
#: What a lookup takes besides the waiting, and what a busy machine adds.
_MARGIN_S = 2.0
#: However long the search list, nobody waits longer for one name without having asked to.
_LONGEST_S = 600.0
_NUMBER = re.compile(r"[ \t]*([+-]?[0-9]{1,9})")


class ResolverSchedule(NamedTuple):
    """`servers` asked in turn, `attempts` times round, waiting `timeout` whole seconds at first, for each of `queries`.

    `search`: the list that makes several queries of one name. `connect`: seconds that a connect() to a silent server
    takes where queries go over TCP, else 0.
    """

    servers: int = 1
    timeout: int = _TIMEOUT_S
    attempts: int = _ATTEMPTS
    queries: int = 1
    search: Search = Search()
    connect: int = 0

    @property
    def query_s(self) -> float:
        """Seconds that a query takes when no server answers."""
        if self.connect:
            return float(self.servers * self.connect)
        waits = [self.timeout, *((self.timeout << n) // self.servers for n in range(1, self.servers))]
        return float(self.attempts * sum(max(1, wait) for wait in waits))

    @property
    def deadline_s(self) -> float:
        """Seconds after which a lookup has outlived the schedule, whatever the servers did."""
        return min(self.query_s * self.queries, _LONGEST_S) + _MARGIN_S

    def __str__(self) -> str:
        servers, attempts = many(self.servers, "server"), many(self.attempts, "attempt")
        how = f"timeout {self.timeout}s, {attempts}"
        if self.connect:
            how = f"over TCP, {self.connect}s for a connect that is not answered"
        return f"{servers}, {how}, {many(self.queries, 'query', 'queries')} for each name"


def this_hosts() -> ResolverSchedule:
    """The schedule of this host's resolver; the built-in one where its file is missing or not a regular file."""
    schedule = read(_text(_PATH), os.environ, socket.gethostname())
    if not schedule.search.domains:
        return schedule
    others = other_sources(_text(_SOURCES_PATH), os.environ)
    return schedule._replace(search=schedule.search._replace(others=others) if is_glibc() else Search())


def in_words(said_s: float | None) -> str:
    """How long a lookup may take, and why: `said_s` seconds if somebody said so."""
    if said_s is not None:
        return f"{said_s:g}s"
    schedule = this_hosts()
    return f"{schedule.deadline_s:g}s ({_PATH}: {schedule}; and 2s)"


def read(
    text: str, environ: Mapping[str, str], hostname: str, connect_s: Callable[[], int] = silent_connect_s
) -> ResolverSchedule:
    """The schedule that a resolv.conf with this text gives. Never fails: what it does not understand, it skips.

    `connect_s`: the seconds that a TCP connect() to a silent server takes; asked only where queries go over TCP.
    """
    servers, domains = 0, None
    options: list[str] = []
    for line in text.splitlines():
        word, *rest = line.split() or [""]
        if line[:1] != word[:1]:
            continue  # glibc wants the keyword at the very beginning of the line
        if word == "nameserver" and rest and _is_address(rest[0]):
            servers += 1
        elif word == "search" and rest:
            domains = rest
        elif word == "domain" and rest:
            domains = rest[:1]
        elif word == "options":
            options += rest
    if (own := environ.get("LOCALDOMAIN")) is not None:
        domains = own.split()
    elif domains is None:
        domains = [hostname.partition(".")[2]] if "." in hostname.strip(".") else []
    options += environ.get("RES_OPTIONS", "").split()
    return ResolverSchedule(
        min(max(1, servers), _MOST_SERVERS),
        _setting(options, "timeout:", _TIMEOUT_S, _MOST_TIMEOUT_S),
        _setting(options, "attempts:", _ATTEMPTS, _MOST_ATTEMPTS),
        1 + len(domains),
        Search(
            tuple(domain.strip(".") for domain in domains),
            _setting(options, "ndots:", _NDOTS, _MOST_NDOTS, least=0),
            "no-tld-query" not in options,
        ),
        min(connect_s(), int(_LONGEST_S)) if "use-vc" in options else 0,
    )


def _setting(options: list[str], key: str, default: int, most: int, least: int = 1) -> int:
    """The last value given, limited to `least` and `most`."""
    value = default
    for option in options:
        if option.startswith(key):
            match = _NUMBER.match(option, len(key))
            value = int(match[1]) if match else 0
    return max(least, min(value, most))


def _is_address(text: str) -> bool:
    try:
        socket.inet_aton(text)  # `127.1` too
    except (OSError, ValueError):
        try:
            socket.inet_pton(socket.AF_INET6, text.partition("%")[0])
        except (OSError, ValueError):
            return False
    return True


def _text(path: str) -> str:
    """A file's text, up to a limit; empty where it cannot be read at once (it may be a FIFO or a device)."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError):
        return ""
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        return os.read(descriptor, _MOST_BYTES).decode("latin-1")
    except OSError:
        return ""
    finally:
        close_descriptor(descriptor)
