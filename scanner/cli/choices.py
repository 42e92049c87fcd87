"""The options of one call, as they hold together: combinations that cannot be, and what each part needs of them."""

import socket
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scanner.errors import UsageError
from scanner.machine.source import family_of
from scanner.words.plain import plain

if TYPE_CHECKING:
    from scanner.api import ScanOptions
    from scanner.api_trace import TraceOptions
    from scanner.reports import Selection
    from scanner.targets.entry import Settings

#: Seconds one attempt may take where nobody says otherwise. A dead neighbour shows itself after 3.07 s.
_TIMEOUT_S = {"scan": 4.0, "sweep": 1.0}
_EXPECT = {"scan": "open", "sweep": ""}


class Choices:
    """What the user chose, by the options' names; None, False or empty where nothing was said.

    `words` are the command's arguments: targets or hosts. Raises UsageError for options that exclude each other.
    """

    def __init__(self, command: str, words: Sequence[str], given: Mapping[str, Any]) -> None:
        self.command = command
        self.words = words
        self.ports: str = ",".join(given["ports"])
        self.exclude: tuple[str, ...] = given["exclude"]
        self.exclude_files: tuple[str, ...] = given["exclude_file"]
        self.family = family_of_options(given["only4"], given["only6"], given["source"])
        self.expect: str | None = given["expect"]
        self.allow_any: bool = given["allow_any"]
        self.dry_run: bool = given["dry_run"]
        self.timeout: float | None = given["timeout"]
        self.dns_timeout: float | None = given["dns_timeout"]
        self.retries: int | None = given["retries"]
        self.concurrency: int | None = given["concurrency"]
        self.rate: float | None = given["rate"]
        self.host_rate: float | None = given["host_rate"]
        self.source: str | None = given["source"]
        self.canary: bool = given["canary"]
        self.poller: str | None = given["poller"]
        self.vantage: str = given["vantage"] or plain(socket.gethostname())
        self.outputs: tuple[str, ...] = given["output"]
        self.format: str | None = given["fmt"]
        self.only = ",".join([*given["only"], *(["open"] if given["only_open"] else [])])
        self.strict: bool = given["strict"]
        self.explain: bool = given["explain"]
        self.quiet: bool = given["quiet"]
        self.verbose: bool = given["verbose"]
        self.progress: bool | None = given["progress"]
        if self.quiet and self.verbose:
            raise UsageError("-q and -v exclude each other; choose one")

    def settings(self) -> "Settings":
        """What the plan needs to know."""
        from scanner.targets.entry import Settings
        from scanner.targets.grammar.parsers import parse_ports

        return Settings(
            timeout=self.timeout,
            retries=self.retries,
            expect=self.expect,
            ports=parse_ports(self.ports) if self.ports else None,
            family=self.family,
            dns_timeout=self.dns_timeout,
            vantage=self.vantage,
            allow_any=self.allow_any,
            builtin_timeout=_TIMEOUT_S[self.command],
            builtin_expect=_EXPECT[self.command],
        )

    def scan_options(self) -> "ScanOptions":
        """What the engine needs to know."""
        from scanner.api import ScanOptions

        return ScanOptions(
            concurrency=self.concurrency,
            rate=self.rate,
            host_rate=self.host_rate,
            source=self.source,
            poller=self.poller,
            strict=self.strict,
            canary=self.canary,
        )

    def trace_options(self) -> "TraceOptions":
        """What the traces of `--explain` need to know."""
        from scanner.api_trace import TraceOptions

        return TraceOptions(
            source=self.source, names=False, rate=self.rate, host_rate=self.host_rate, poller=self.poller
        )

    def selection(self) -> "Selection | None":
        """The rows to report, or None for all."""
        from scanner.reports import parse_only

        return parse_only(self.only) if self.only else None

    def said(self) -> dict[str, Any]:
        """What was chosen, for the JSON report: the options that were given, by their long names."""
        named = {
            "targets": list(self.words),
            "ports": self.ports,
            "exclude": list(self.exclude),
            "exclude-file": list(self.exclude_files),
            "family": self.family or None,
            "allow-any": self.allow_any,
            "expect": self.expect,
            "timeout": self.timeout,
            "dns-timeout": self.dns_timeout,
            "retries": self.retries,
            "concurrency": self.concurrency,
            "rate": self.rate,
            "host-rate": self.host_rate,
            "source": self.source,
            "canary": self.canary,
            "poller": self.poller,
            "only": self.only,
            "strict": self.strict,
            "explain": self.explain,
        }
        return {name: value for name, value in named.items() if value not in (None, "", []) and value is not False}


def family_of_options(only4: bool, only6: bool, source: str | None) -> int:
    """0, 4 or 6. A source address reaches its own family only."""
    if only4 and only6:
        raise UsageError("-4 and -6 exclude each other; leave both out for both families")
    asked = 4 if only4 else 6 if only6 else 0
    if source is None:
        return asked
    if asked and asked != family_of(source):
        raise UsageError(f"-{asked} and -S {source} exclude each other")
    return family_of(source)
