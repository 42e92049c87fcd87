"""What was found: the verdict on a target, its states, and the one list of report fields."""

from enum import StrEnum
from typing import Any

from scanner.model.asked import Place, Request
from scanner.services import service_name


class State(StrEnum):
    """The verdict on a target."""

    OPEN = "open"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    ERROR = "error"


class Reason(StrEnum):
    """Why a verdict is what it is, in nmap's vocabulary where it has a word. (An error may also have the name of a
    local errno, such as EACCES.)"""

    SYN_ACK = "syn-ack"
    SYN_ACK_RESET = "syn-ack-reset"
    CONN_REFUSED = "conn-refused"
    NO_RESPONSE = "no-response"
    HOST_UNREACH = "host-unreach"
    NET_UNREACH = "net-unreach"
    PROTO_UNREACH = "proto-unreach"
    PORT_UNREACH = "port-unreach"
    NET_PROHIBITED = "net-prohibited"
    HOST_PROHIBITED = "host-prohibited"
    ADMIN_PROHIBITED = "admin-prohibited"
    TIME_EXCEEDED = "time-exceeded"
    UNSPECIFIED_ADDRESS = "unspecified-address"  #: the name leads to one that is never probed (`words/unspecified.py`)
    NO_ADDRESS = "no-address"
    DNS_FAILED = "dns-failed"
    DNS_TIMEOUT = "dns-timeout"


#: The target itself answered.
ANSWERED = frozenset({State.OPEN, State.REFUSED})

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


class Doubt(StrEnum):
    """Why a verdict may be wrong. (What reports say about each: `reports/summary.py`.)"""

    UNVERIFIED = "unverified"  #: nobody on its own network, or on the way there, can vouch for it
    LOSSY = "lossy"  #: it may be lost packets
    FLIPPED = "flipped"  #: its attempts were answered differently
    NEIGHBOUR_PENDING = "neighbour-pending"  #: its timeout was over before the kernel knew whether its host is there
    ACCEPTS_EVERYTHING = "accepts-everything"  #: its host, or something in front of it, accepts nearly every port
    INTERCEPTED = "intercepted"  #: its port is open at nearly every address


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


class Result:
    """The verdict on one target, a row of every report. The names in FIELDS are its attributes.

    `state`, and `reason` in nmap's vocabulary (`syn-ack`, `no-response`, `host-unreach`; docs/fields.md);
    `icmp_from`: the numeric address that sent the ICMP error (RFC 792, RFC 4443), or empty. `rtt_ms`: the handshake's
    round trip in milliseconds, for an open port the kernel's own (TCP_INFO), None where nothing answered. `attempts`:
    connection attempts made. `met`: as expected or not, None without an expectation. `time` is when the verdict was
    reached (ISO 8601, UTC, milliseconds, `Z`). `lost_syns`: SYNs known to have been lost before the answer came.
    `doubt` is why the verdict may be wrong (a `Doubt`), or empty.

    `request` is what its entry says about this port (`Request.at`).

    `group` is no field: where `--explain` asks where blocked targets stop, it is what this one has in common with
    others of them (`tracing/blocked.py`), and empty elsewhere. Only JSON reports have it. Nor is `lacking`: it is not
    met though it is as expected, because its entry needs more such targets.
    """

    __slots__ = (
        "attempts", "doubt", "group", "icmp_from", "lacking", "lost_syns", "met", "place", "port", "reason", "request",
        "rtt_ms", "state", "time",
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
        group: str = "",
    ) -> None:
        self.place = place
        self.port = port
        self.request = request if request.by_port is None else request.at(port)
        self.state = state
        self.reason = reason
        self.icmp_from = icmp_from
        self.rtt_ms = rtt_ms
        self.attempts = attempts
        self.time = time
        self.doubt = doubt
        self.met = met
        self.lost_syns = lost_syns
        self.group = group
        self.lacking = False

    def belongs_to(self, group: str) -> None:
        """It is one of this `group`, as is known only now."""
        self.group = group

    def is_one_of_too_few(self) -> None:
        """It is as expected, but its entry needs more such targets, so it is not met."""
        self.met, self.lacking = False, True

    @property
    def name(self) -> str:
        """The entry's name, or empty."""
        return self.request.name

    @property
    def host(self) -> str:
        """The host as the user wrote it; for a range, this one address."""
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
        """The local address that probes to this address leave from, or empty where none has left."""
        return self.place.note.source

    def as_dict(self) -> dict[str, Any]:
        """The row as JSON reports have it: the FIELDS in their order, absent values None, `tags` a list."""
        row = {field: getattr(self, field) for field in FIELDS}
        rtt_ms = None if self.rtt_ms is None else round(self.rtt_ms, 3)
        row.update(state=self.state.value, reason=str(self.reason), rtt_ms=rtt_ms, doubt=str(self.doubt))
        row["tags"] = list(self.tags)
        return {field: None if value == "" else value for field, value in row.items()}

    def __repr__(self) -> str:
        return f"<Result {self.host} {self.address}:{self.port} {self.state} ({self.reason})>"
