"""What is asked: targets as users name them, rows as entries ask for them, and the endpoints that are probed."""

from collections.abc import Iterable, Mapping

from scanner.model.expected import Need, PortExpectations
from scanner.words.builtin_values import SWEEP
from scanner.words.unspecified import BEGINNINGS, is_unspecified


class Target:
    """One host and port to judge, as a user of the library names it.

    `host` is a host name, a numeric address or a network, `port` 1 to 65535. `name`, `expect`, `tags` (a lone string is
    one tag) come back in the rows. `timeout` (seconds) and `retries` override the scan's own where they are not None;
    `expect` is `open`, `refused`, `timeout`, `unreachable`, `reachable`, `blocked`, `not-open`, `any` or empty (the
    scan's own); `expect_from` says what is expected from some vantages, which beats `expect` there; `addresses` is
    `all` or `one`: with `one`, a name is as expected when one of its addresses is.
    Invalid values raise a TargetError when it is scanned, not here.
    """

    __slots__ = ("addresses", "expect", "expect_from", "host", "name", "port", "retries", "tags", "timeout")

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
        expect_from: Mapping[str, str] | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.name = name
        self.expect = expect
        self.tags = (tags,) if isinstance(tags, str) else tuple(tags)
        self.timeout = timeout
        self.retries = retries
        self.addresses = addresses
        self.expect_from = dict(expect_from or {})

    def __repr__(self) -> str:
        return f"Target({self.host!r}, {self.port})"


class Request:
    """What one of the user's entries says about its targets; each target makes one such row in the reports.

    `host` is the host text as written where all its targets share it (a name, a single address); empty
    for a range or network, where each target's host is its own address. `order` is the entry's position
    in the file, for tables that keep the file's order. `one`: a name all of whose addresses are met when one is.
    `need`: so many of the entry's targets as expected are enough. `by_port`: what is expected of some ports, where that
    is not `expect`; a row of such a port has the request that `at` makes of this one.
    `timeout` (seconds) and `retries` are already settled: entry, else command line, else file, else built-in (by
    default a sweep's). `typed_timeout`: the timeout is the user's own word, which holds to the letter.
    `vantage` is the same for all requests of a scan.
    """

    __slots__ = (
        "_variants", "by_port", "expect", "host", "name", "need", "one", "order", "retries", "tags", "timeout",
        "typed_timeout", "vantage",
    )  # fmt: skip

    def __init__(
        self,
        host: str = "",
        *,
        name: str = "",
        expect: str = "",
        tags: tuple[str, ...] = (),
        timeout: float = SWEEP.timeout_s,
        retries: int = SWEEP.retries,
        one: bool = False,
        order: int = 0,
        vantage: str = "",
        typed_timeout: bool = False,
        by_port: PortExpectations | None = None,
        need: Need | None = None,
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
        self.typed_timeout = typed_timeout
        self.by_port = by_port
        self.need = need
        self._variants: dict[str, Request] | None = None

    def at(self, port: int) -> "Request":
        """The request of a row of this port: this one, or one that differs in what it expects, the same object for all
        ports of which the same is expected."""
        if self.by_port is None:
            return self
        expect = self.by_port.at(port) or self.expect
        if self._variants is None:
            self._variants = {}
        variant = self._variants.get(expect)
        if variant is None:
            variant = self._variants[expect] = Request(
                self.host, name=self.name, expect=expect, tags=self.tags, timeout=self.timeout, retries=self.retries,
                one=self.one, order=self.order, vantage=self.vantage, typed_timeout=self.typed_timeout, need=self.need,
            )  # fmt: skip
        return variant


class Note:
    """What the engine notes about a place while it probes: it writes, others may read.

    `source`: the local address that probes to it leave from, empty until one has left. `verdicts`, `opened`, `mute`:
    how many endpoints are done here, how many of those are open, and how many the host itself did not answer.
    `refused`: the port that refused last; 0: none did. (The engine's own kind knows the way there as well:
    `engine/truth/location.py`. None of them knows an endpoint, which would know its place again: of millions of hosts
    each would wait for the garbage collector.)
    """

    __slots__ = ("mute", "opened", "refused", "source", "verdicts")

    def __init__(self, source: str = "") -> None:
        self.source = source
        self.verdicts = 0
        self.opened = 0
        self.mute = 0
        self.refused = 0

    @property
    def answers(self) -> bool:
        """Whether the host itself has answered anything."""
        return self.verdicts > self.mute

    def knows(self, source: str, *, verdicts: int, opened: int, mute: int, refused: int) -> None:
        """What another process found here: it holds all of it."""
        self.source, self.verdicts, self.opened, self.mute, self.refused = source, verdicts, opened, mute, refused

    def forget_source(self) -> None:
        """Probes cannot leave from there any more."""
        self.source = ""


class _BlankNote(Note):
    """The note of all places that nobody has probed: they share one, and nobody may write to it."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        if hasattr(self, name):
            raise AttributeError("this place has no note of its own: nobody has probed it yet")
        super().__setattr__(name, value)


UNPROBED: Note = _BlankNote()


class Place:
    """One numeric address that probes go to, shared by all its endpoints.

    `family` is socket.AF_INET or AF_INET6 as an int; `scope` the IPv6 scope id (`fe80::1%eth0`), else 0.
    `address` is the text shown to users (with `%eth0` where there is a scope), `numeric` the same without
    the scope. `ports` is how many endpoints the scan has here, as far as is known, `rowless` how many of them have no
    row in any report. Only two things change: there may turn out to be more ports here, and whoever probes the place
    gives it a `note` of its own.

    Raises ValueError for an unspecified address (`unspecified.py`): only Places are probed, so this makes sure that
    unspecified addresses never are, wherever they came from.
    """

    __slots__ = ("address", "family", "note", "numeric", "ports", "rowless", "scope")

    def __init__(self, address: str, family: int, *, scope: int = 0, ports: int = 1, note: Note = UNPROBED) -> None:
        if address[:1] in BEGINNINGS and is_unspecified(address):
            raise ValueError(f"{address} is an unspecified address, and those are never probed")
        self.address = address
        self.numeric = address.partition("%")[0] if scope else address
        self.family = family
        self.scope = scope
        self.ports = ports
        self.rowless = 0
        self.note = note

    def has_more_ports(self, count: int) -> None:
        """The scan has so many endpoints more here."""
        self.ports += count

    def has_ports(self, count: int, *, rowless: int = 0) -> None:
        """The scan has so many endpoints here, that many of which have no row."""
        self.ports = count
        self.rowless = rowless


class Endpoint:
    """One address and port, judged exactly once; `requests` are its rows in the reports, one or more."""

    __slots__ = ("place", "port", "requests")

    def __init__(self, place: Place, port: int, requests: tuple[Request, ...]) -> None:
        self.place = place
        self.port = port
        self.requests = requests
