"""The words every part shares: what is asked (Target, Request), where it leads (Place, Endpoint), what came
out (State, Result), the way there (Trace, Hop, End), and the one list of report fields.

Nothing here does anything: no parsing, no sockets, no files. The three rooms `targets/`, `engine/` and
`reports/` know each other only through these types.

How they hang together. An entry of the user's list names many targets. Each numeric address they lead to is
a `Place`; each (place, port) is an `Endpoint`, judged exactly once, however many entries name it. What an
entry says of its targets (name, expectation, tags...) is a `Request`; an endpoint carries one for each row
that the reports will show. So a /8 costs one request, and an endpoint three references.

Plain slotted classes, not dataclasses: importing `dataclasses` costs `scanner --help` ten milliseconds, and
these are made a hundred thousand times a second.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from scanner.services import service_name
from scanner.words.unspecified import BEGINNINGS, is_unspecified


class State(StrEnum):
    """The verdict on a target."""

    OPEN = "open"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    ERROR = "error"


#: Every expectation a user may write, and the states that meet it.
EXPECTATIONS: dict[str, frozenset[State]] = {
    "open": frozenset({State.OPEN}),
    "refused": frozenset({State.REFUSED}),
    "timeout": frozenset({State.TIMEOUT}),
    "unreachable": frozenset({State.UNREACHABLE}),
    "reachable": frozenset({State.OPEN, State.REFUSED}),
    "blocked": frozenset({State.TIMEOUT, State.UNREACHABLE}),
    "not-open": frozenset({State.REFUSED, State.TIMEOUT, State.UNREACHABLE}),
    "any": frozenset(State),
}

#: The report fields in their order, with their types; new ones are only ever appended.
#: Every name is an attribute of `Result`.
FIELDS: dict[str, type] = {
    "name": str,
    "host": str,
    "address": str,
    "port": int,
    "service": str,
    "state": str,
    "reason": str,
    "icmp_from": str,
    "rtt_ms": float,
    "attempts": int,
    "expect": str,
    "met": bool,
    "tags": list,
    "vantage": str,
    "time": str,
    "source": str,
    "doubt": str,
    "lost_syns": int,
}


class Target:
    """One host and port to judge, as a user of the library names it.

    `host` is a host name, a numeric address or a network, `port` 1 to 65535. `name`, `expect`, `tags` (a lone text is
    one tag) come back in the rows. `timeout` (seconds) and `retries` override the scan's own where they are not None;
    `expect` is `open`, `refused`, `timeout`, `unreachable`, `reachable`, `blocked`, `not-open`, `any` or empty (the
    scan's own); `addresses` is `all` or `one`: with `one`, a name is as expected when one of its addresses is.
    What cannot be is a TargetError when it is scanned, not here.
    """

    __slots__ = ("addresses", "expect", "host", "name", "port", "retries", "tags", "timeout")

    def __init__(
        self,
        host: str,
        port: int,
        *,
        name: str = "",
        expect: str = "",
        tags: Iterable[str] = (),
        timeout: float | None = None,
        retries: int | None = None,
        addresses: str = "all",
    ) -> None:
        self.host = host
        self.port = port
        self.name = name
        self.expect = expect
        self.tags = (tags,) if isinstance(tags, str) else tuple(tags)
        self.timeout = timeout
        self.retries = retries
        self.addresses = addresses

    def __repr__(self) -> str:
        return f"Target({self.host!r}, {self.port})"


class Request:
    """What one entry of the user's says of its targets; each is a row in the reports.

    `host` is the host text as written where all its targets share it (a name, a single address); empty
    for a range or network, where each target's host is its own address. `order` is the entry's position
    in the file, for tables that keep its order. `one`: a name all of whose addresses are met when one is.
    `timeout` (seconds) and `retries` are already settled: entry, else command line, else file, else built-in.
    `vantage` is the same for all requests of a scan.
    """

    __slots__ = ("expect", "host", "name", "one", "order", "retries", "tags", "timeout", "vantage")

    def __init__(
        self,
        host: str = "",
        *,
        name: str = "",
        expect: str = "",
        tags: tuple[str, ...] = (),
        timeout: float = 1.0,
        retries: int = 1,
        one: bool = False,
        order: int = 0,
        vantage: str = "",
    ) -> None:
        self.host = host
        self.name = name
        self.expect = expect
        self.tags = tags
        self.timeout = timeout
        self.retries = retries
        self.one = one
        self.order = order
        self.vantage = vantage


class Place:
    """One numeric address that probes go to, shared by all its endpoints.

    `family` is socket.AF_INET or AF_INET6 as an int; `scope` the IPv6 scope id (`fe80::1%eth0`), else 0.
    `address` is the text shown to users (with `%eth0` where there is a scope), `numeric` the same without
    the scope. `ports` is how many endpoints
    the scan has here, as far as is known when the place is made. `source` is the local address its probes
    leave from, empty until one has left; `path` and `network` are the engine's own notes about the way there and who
    answers near it, `judged`, `opened` and `mute` its counts of endpoints done here, of the open ones among them, and
    of those that the host itself did not answer; `refused` is the endpoint that refused last, if any did.

    Raises ValueError for an unspecified address (`unspecified.py`): only Places are probed, so this is where it is made
    sure that those never are, whatever way they came.
    """

    __slots__ = (
        "address", "family", "judged", "mute", "network", "numeric", "opened", "path", "ports", "refused", "scope",
        "source",
    )  # fmt: skip

    def __init__(self, address: str, family: int, *, scope: int = 0, ports: int = 1) -> None:
        if address[:1] in BEGINNINGS and is_unspecified(address):
            raise ValueError(f"{address} is an unspecified address, and those are never probed")
        self.address = address
        self.numeric = address.partition("%")[0] if scope else address
        self.family = family
        self.scope = scope
        self.ports = ports
        self.source = ""
        self.path: object | None = None
        self.network: Any = None
        self.refused: Endpoint | None = None
        self.judged = 0
        self.opened = 0
        self.mute = 0


class Endpoint:
    """One address and port, judged exactly once; `requests` are its rows in the reports, one or more."""

    __slots__ = ("place", "port", "requests")

    def __init__(self, place: Place, port: int, requests: tuple[Request, ...]) -> None:
        self.place = place
        self.port = port
        self.requests = requests


class Result:
    """The verdict on one target, a row of every report. The names in FIELDS are its attributes.

    `state`, and `reason` in nmap's vocabulary (`syn-ack`, `conn-refused`, `no-response`, `host-unreach`...; README);
    `icmp_from`: the numeric address that sent the ICMP error (RFC 792, RFC 4443), or empty. `rtt_ms`: the handshake's
    round trip in milliseconds, of an open port the kernel's own (TCP_INFO), None where nothing answered. `attempts`:
    connection attempts made. `met`: as expected or not, None without an expectation. `time` is when the verdict fell
    (ISO 8601, UTC, milliseconds, `Z`). `lost_syns` are the SYNs known to have been lost before the answer came.
    `doubt` is why the verdict may be wrong (`unverified`, `lossy`, `flipped`, `accepts-everything`,
    `intercepted`), or empty.
    """

    __slots__ = (
        "attempts", "doubt", "icmp_from", "lost_syns", "met", "place", "port", "reason", "request", "rtt_ms",
        "state", "time",
    )  # fmt: skip

    def __init__(
        self,
        place: Place,
        port: int,
        request: Request,
        state: State,
        reason: str,
        icmp_from: str = "",
        rtt_ms: float | None = None,
        attempts: int = 0,
        time: str = "",
        doubt: str = "",
        met: bool | None = None,
        lost_syns: int = 0,
    ) -> None:
        self.place = place
        self.port = port
        self.request = request
        self.state = state
        self.reason = reason
        self.icmp_from = icmp_from
        self.rtt_ms = rtt_ms
        self.attempts = attempts
        self.time = time
        self.doubt = doubt
        self.met = met
        self.lost_syns = lost_syns

    @property
    def name(self) -> str:
        """The entry's name, or empty."""
        return self.request.name

    @property
    def host(self) -> str:
        """The host as the user wrote it; of a range, this one address."""
        return self.request.host or self.place.address

    @property
    def address(self) -> str:
        """The numeric address probed; empty when there was none."""
        return self.place.address

    @property
    def service(self) -> str:
        """The port's usual name, or empty."""
        return service_name(self.port)

    @property
    def expect(self) -> str:
        """The expectation, a key of EXPECTATIONS, or empty."""
        return self.request.expect

    @property
    def tags(self) -> tuple[str, ...]:
        """The entry's tags."""
        return self.request.tags

    @property
    def vantage(self) -> str:
        """The place the probe was sent from."""
        return self.request.vantage

    @property
    def source(self) -> str:
        """The local address the probes to this address leave from, or empty where none left."""
        return self.place.source

    def __repr__(self) -> str:
        return f"<Result {self.host} {self.address}:{self.port} {self.state} ({self.reason})>"


class Hop(NamedTuple):
    """A station on the way to a target, the first being 1.

    `address` is None where it stayed silent, `name` empty without one, `rtt_ms` None where it is not known (after
    a SYN that the kernel sent again, nobody can say which of them was answered).
    """

    hop: int
    address: str | None = None
    name: str = ""
    rtt_ms: float | None = None


class End(NamedTuple):
    """How a trace ends. `state` and `reason` are a verdict's; None and empty when it was stopped too early to say.

    `hop`: the one at which the target answered, or that of the sender of the ICMP error (`icmp_from`), or the last
    that answered before silence (0: none did). None: that is not known. `asked`: the farthest hop that was asked, where
    that is the last one that answered, or nobody did, or the target is farther away; else None.
    """

    state: State | None
    reason: str
    icmp_from: str
    hop: int | None
    asked: int | None = None


class Trace(NamedTuple):
    """The way to one target: `hops` from 1 up to where it ends, silent ones in between included."""

    host: str
    address: str
    port: int
    hops: tuple[Hop, ...]
    end: End
