"""What a caller may say of a scan, checked before anything is probed. Values in, no sockets.

`Wanted` checks all of it and splits it in two: `Settings` for what is probed, and `ScanOptions` for how. The command
line says the same things by the same names.
"""

import socket
from typing import TypedDict

from scanner.errors import TargetError, UsageError
from scanner.machine.source import family_of
from scanner.scanning.options import ScanOptions
from scanner.targets.entry import Settings
from scanner.targets.grammar.single_values import MOST_RETRIES, MOST_SEED, check_duration, parse_expect
from scanner.targets.plan import Plan
from scanner.words.builtin_values import MOST_PROCESSES, SCAN, Builtin
from scanner.words.caller_numbers import is_number, is_whole
from scanner.words.plain import plain


class Options(TypedDict, total=False):
    """The keyword arguments of `api.scan`; None, 0 for `family` and False are: not said."""

    timeout: float | None
    retries: int | None
    concurrency: int | None
    rate: float | None
    host_rate: float | None
    source: str | None
    poller: str | None
    expect: str | None
    family: int
    vantage: str | None
    strict: bool
    canary: bool
    allow_any: bool
    dns_timeout: float | None
    seed: int | None
    shard: tuple[int, int] | None
    processes: int | None


def joined(first: Options, over: Options) -> Options:
    """Both; what is said in `over` holds."""
    both = dict(first)
    both.update({name: value for name, value in over.items() if value is not None and value is not False})
    if not over.get("family"):
        both["family"] = first.get("family", 0)
    return both  # type: ignore[return-value]


class Wanted:
    """What was asked for, checked. Raises UsageError for invalid values.

    `vantage` is the label of this place: what was said, else this host's name. `processes`: so many are
    to share the scan.
    """

    def __init__(
        self,
        *,
        timeout: float | None = None,
        retries: int | None = None,
        concurrency: int | None = None,
        rate: float | None = None,
        host_rate: float | None = None,
        source: str | None = None,
        poller: str | None = None,
        expect: str | None = None,
        family: int = 0,
        vantage: str | None = None,
        strict: bool = False,
        canary: bool = False,
        allow_any: bool = False,
        dns_timeout: float | None = None,
        seed: int | None = None,
        shard: tuple[int, int] | None = None,
        processes: int | None = None,
    ) -> None:
        for what, seconds in (("timeout", timeout), ("dns_timeout", dns_timeout)):
            if seconds is not None:
                if not is_number(seconds, finite=False):
                    raise UsageError(f"{what}={seconds!r}: write seconds as a number, such as 0.5")
                try:
                    check_duration(seconds)
                except TargetError as error:  # no target is wrong here
                    raise UsageError(f"{what}={seconds!r}: {error}") from None
        if retries is not None and not (is_whole(retries) and 0 <= retries <= MOST_RETRIES):
            raise UsageError(f"retries={retries!r}: write a number from 0 to {MOST_RETRIES}")
        if not is_whole(family) or family not in (0, 4, 6):
            raise UsageError(f"family={family!r}: write 4 or 6, or 0 for both")
        for name, text in (("expect", expect), ("vantage", vantage)):
            if text is not None and not (isinstance(text, str) and (text.isprintable() or not text)):
                raise UsageError(f"{name}={text!r} is not a printable string")
        if not isinstance(allow_any, bool):
            raise UsageError(f"allow_any={allow_any!r}: write True or False")
        if seed is not None and not (is_whole(seed) and 0 <= seed <= MOST_SEED):
            raise UsageError(f"seed={seed!r}: write a whole number from 0 to {MOST_SEED}")
        if shard is not None and not (isinstance(shard, tuple) and len(shard) == 2):
            raise UsageError(f"shard={shard!r}: write the number of this one and of all, such as (2, 3)")
        self._seed = seed
        self._shard = shard
        if processes is not None and not (is_whole(processes) and 1 <= processes <= MOST_PROCESSES):
            raise UsageError(f"processes={processes!r}: write a whole number of processes from 1 to {MOST_PROCESSES}")
        self._options = ScanOptions(
            concurrency=concurrency, rate=rate, host_rate=host_rate, source=source, poller=poller, strict=strict,
            canary=canary,
        )  # fmt: skip
        self._timeout = timeout
        self.processes = processes or 1
        self._dns_timeout = dns_timeout
        self._retries = retries
        self._expect = parse_expect(expect) if expect else expect
        self._family = _family(family, source)
        self._allow_any = allow_any
        self.vantage = plain(socket.gethostname()) if vantage is None else vantage

    def scan_options(self) -> ScanOptions:
        """How to probe."""
        return self._options

    def ordered(self, plan: Plan) -> Plan:
        """The plan in the order, and the part of it, that was asked for. Errors: UsageError for a shard that there
        cannot be."""
        if self._shard is not None:
            plan = plan.sharded(*self._shard)
        return plan if self._seed is None else plan.in_random_order(self._seed)

    def settings(self, builtin: Builtin = SCAN, *, ports: tuple[int, ...] | None = None) -> Settings:
        """What is said of all targets, over what is `builtin`; `ports` are those of targets that name none."""
        return Settings(
            timeout=self._timeout,
            retries=self._retries,
            expect=self._expect,
            ports=ports,
            family=self._family,
            dns_timeout=self._dns_timeout,
            vantage=self.vantage,
            allow_any=self._allow_any,
            builtin=builtin,
        )


def _family(family: int, source: str | None) -> int:
    """Probes that leave from an address are of its family."""
    if not source:
        return family
    own = family_of(source)
    if family not in (0, own):
        raise UsageError(f"source={source!r} is not an IPv{family} address; leave out either source or family")
    return own
