"""What a user stated for some targets (`Entry`), for a whole file (`Defaults`), on the command line (`Settings`),
and which of the four places decides a setting: entry, else command line, else file, else built-in.

None means "not stated" everywhere here. No parsing and no expanding.
"""

from typing import NamedTuple, TypeVar

from scanner.errors import TargetError
from scanner.model import Expectation, ExpectFrom, Need, PortExpectations, Request
from scanner.targets.grammar.host_values import Host
from scanner.words.builtin_values import SCAN, Builtin

T = TypeVar("T")


class StatedSettings(NamedTuple):
    """What was stated for some targets, None where nothing was.

    `timeout` in seconds, `retries`, `expect` (a key of EXPECTATIONS), `addresses` (`all` or `one`), `tags`,
    `expect_from` (what is expected from some vantages, which beats `expect` there; by port only in an entry).
    """

    timeout: float | None = None
    retries: int | None = None
    expect: str | None = None
    addresses: str | None = None
    tags: tuple[str, ...] | None = None
    expect_from: ExpectFrom | None = None

    def expected_at(self, vantage: str) -> Expectation | None:
        """What `expect_from` says of this vantage."""
        return None if self.expect_from is None else dict(self.expect_from).get(vantage)


NOTHING_STATED = StatedSettings()


class Defaults:
    """The `defaults` of one target file. They may come after its targets, so entries refer to this object before it is
    filled."""

    __slots__ = ("ports", "stated")

    def __init__(self, stated: StatedSettings = NOTHING_STATED, ports: tuple[int, ...] | None = None) -> None:
        self.stated = stated
        self.ports = ports

    def fill(self, stated: StatedSettings, ports: tuple[int, ...] | None) -> None:
        """Take in what the file's `defaults` mapping says."""
        self.stated = stated
        self.ports = ports


NO_DEFAULTS = Defaults()


class Entry:
    """One item of a target list: hosts times ports, and what is expected of them.

    `label` tells messages where it came from, a file or a word of the command line; `line` and `column` are its place
    there, or 0: without a column the label says all of it (`rules.xlsx:Rules!B7`). `defaults` are those of its file.
    `by_port`: what it expects of some of its ports, which beats whatever is expected otherwise. `need`: so many of its
    targets as expected are enough.
    """

    __slots__ = ("by_port", "column", "defaults", "hosts", "label", "line", "name", "need", "ports", "stated")

    def __init__(
        self,
        hosts: tuple[Host, ...],
        ports: tuple[int, ...] | None = None,
        stated: StatedSettings = NOTHING_STATED,
        *,
        name: str = "",
        label: str = "",
        line: int = 0,
        column: int = 0,
        defaults: Defaults = NO_DEFAULTS,
        by_port: PortExpectations | None = None,
        need: Need | None = None,
    ) -> None:
        self.hosts = hosts
        self.ports = ports
        self.stated = stated
        self.name = name
        self.label = label
        self.line = line
        self.column = column
        self.defaults = defaults
        self.by_port = by_port
        self.need = need

    @property
    def one_address(self) -> bool:
        """Whether one address of each of its names is enough."""
        return _first(self.stated.addresses, None, self.defaults.stated.addresses, "all") == "one"

    @property
    def where(self) -> str:
        """Its place for messages, such as `targets.yaml:4:5`. Built on demand: few of 200,000 entries ever need it."""
        return f"{self.label}:{self.line}:{self.column}" if self.column else self.label


class Settings:
    """What the command line (or the library's caller) said, and the built-in values.

    `timeout` in seconds, `retries`, `expect` (a key of EXPECTATIONS), `ports`: None where not said.
    `family`: 0 any, 4 or 6 only that one. `allow_any`: 0.0.0.0/0 and ::/0 are meant. `dns_timeout`: seconds for a
    lookup; None leaves it to the C library's own schedule. `vantage` labels all rows. `builtin` holds where nobody said
    anything; its `expect` may be empty (no expectation).
    """

    __slots__ = (
        "allow_any", "builtin", "dns_timeout", "expect", "family", "ports", "retries", "timeout", "vantage",
    )  # fmt: skip

    def __init__(
        self,
        *,
        timeout: float | None = None,
        retries: int | None = None,
        expect: str | None = None,
        ports: tuple[int, ...] | None = None,
        family: int = 0,
        dns_timeout: float | None = None,
        vantage: str = "",
        allow_any: bool = False,
        builtin: Builtin = SCAN,
    ) -> None:
        self.timeout = timeout
        self.retries = retries
        self.expect = expect
        self.ports = ports
        self.family = family
        self.dns_timeout = dns_timeout
        self.vantage = vantage
        self.allow_any = allow_any
        self.builtin = builtin

    def seen_from(self, vantage: str) -> "Settings":
        """The same, for probes from another place."""
        return Settings(**{name: getattr(self, name) for name in self.__slots__} | {"vantage": vantage})


def settle_ports(entry: Entry, settings: Settings) -> tuple[int, ...]:
    """The entry's ports. Errors: TargetError where nobody named any."""
    for ports in (entry.ports, settings.ports, entry.defaults.ports):
        if ports is not None:
            return ports
    raise TargetError(f"{entry.where}: names no port; write one, such as :443 after the host, or use --ports")


def settle_request(entry: Entry, settings: Settings, order: int, host: str, *, named: bool = True) -> Request:
    """The row that this entry requests for each of its targets; `host` as in `Request.host`. `named`: it may be a name,
    one of whose addresses may be enough."""
    own, file = entry.stated, entry.defaults.stated
    expect, by_port = expected_of(entry, settings)
    return Request(
        host,
        name=entry.name,
        expect=expect,
        tags=_first(own.tags, None, file.tags, ()),
        timeout=_first(own.timeout, settings.timeout, file.timeout, settings.builtin.timeout_s),
        retries=_first(own.retries, settings.retries, file.retries, settings.builtin.retries),
        one=named and entry.one_address,
        order=order,
        vantage=settings.vantage,
        typed_timeout=_first(own.timeout, settings.timeout, file.timeout, None) is not None,
        by_port=by_port,
        need=entry.need,
    )


def expected_of(entry: Entry, settings: Settings) -> tuple[str, PortExpectations | None]:
    """What is expected of its targets from this vantage, or empty; and of some of its ports, which beats that.

    In each of the four places, what is said for the vantage beats what is said for all of them.
    """
    here = entry.stated.expected_at(settings.vantage)
    if isinstance(here, str):
        return here, None
    file = entry.defaults.stated
    there = file.expected_at(settings.vantage)
    word = _first(
        entry.stated.expect, settings.expect, there if isinstance(there, str) else file.expect, settings.builtin.expect
    )
    return word, entry.by_port if here is None else here.over(entry.by_port)


def expects_anything(entry: Entry, settings: Settings) -> bool:
    """Whether anything is expected of any of its targets."""
    return any(expected_of(entry, settings))


def _first(entry: T | None, command: T | None, file: T | None, builtin: T) -> T:
    """The setting that holds."""
    if entry is not None:
        return entry
    if command is not None:
        return command
    return builtin if file is None else file
