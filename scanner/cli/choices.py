"""The options of one call, as they hold together: invalid combinations, and what each part needs of them.

The parts are those of the help: what to probe, how, what is reported, and what is said meanwhile.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.api.option_checks import all_columns, family_of
from scanner.cli.machine_choice import machine_choice
from scanner.cli.probing_order import ProbingOrder
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.api.traces import TraceOptions
    from scanner.api.wanted import Wanted
    from scanner.reports import Selection

# In all parts None, False or empty means: not said.


class WhatToProbe(NamedTuple):
    """Which targets, and what is expected of them. `words` are the command's arguments: targets or hosts."""

    words: Sequence[str]
    ports: str
    exclude: tuple[str, ...]
    exclude_files: tuple[str, ...]
    family: int
    allow_any: bool
    expect: str | None
    discover: bool
    tags: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    input_format: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    skip_unsupported: bool = False

    def said(self) -> dict[str, Any]:
        """By the options' long names."""
        return {
            "targets": list(self.words),
            "ports": self.ports,
            "exclude": list(self.exclude),
            "exclude-file": list(self.exclude_files),
            "family": self.family or None,
            "allow-any": self.allow_any,
            "expect": self.expect,
            "discover": self.discover,
            "tag": list(self.tags),
            "name": list(self.names),
            "input-format": self.input_format,
            "columns": dict(self.columns) or None,
            "skip-unsupported": self.skip_unsupported,
        }


class HowToProbe(NamedTuple):
    """With how many attempts, how fast, from where. Times in seconds, rates in SYNs per second."""

    timeout: float | None
    dns_timeout: float | None
    retries: int | None
    concurrency: int | None
    rate: float | None
    host_rate: float | None
    source: str | None
    canary: bool
    poller: str | None
    vantage: str | None
    processes: int | None

    def said(self) -> dict[str, Any]:
        """By the options' long names. (Reports have a field for the vantage; that it was typed, only this tells.)"""
        return {
            "timeout": self.timeout,
            "dns-timeout": self.dns_timeout,
            "retries": self.retries,
            "concurrency": self.concurrency,
            "rate": self.rate,
            "host-rate": self.host_rate,
            "source": self.source,
            "canary": self.canary,
            "poller": self.poller,
            "vantage": self.vantage,
            "processes": self.processes,
        }


class WhatToReport(NamedTuple):
    """Which reports, which rows, and how verdicts are taken. `outputs` are as they were typed."""

    outputs: tuple[str, ...]
    format: str | None
    only: str
    fields: str
    strict: bool
    explain: bool
    all_metrics: bool

    def said(self) -> dict[str, Any]:
        """By the options' long names, without the reports themselves."""
        return {
            "only": self.only,
            "fields": self.fields,
            "strict": self.strict,
            "explain": self.explain,
            "all-metrics": self.all_metrics,
        }

    def selection(self) -> "Selection | None":
        """The rows to report, or None for all."""
        from scanner.reports import parse_only

        return parse_only(self.only) if self.only else None

    def columns(self) -> tuple[str, ...]:
        """The fields of flat reports, in their order; none chosen are all. Raises UsageError for one named twice."""
        from scanner.reports import parse_fields

        return parse_fields(self.fields) if self.fields else ()


class WhatToSay(NamedTuple):
    """How much people are told on stderr and in the table, in which `color`; `progress` forces the bar on or off.
    `quiet_unless_unmet`: nothing where everything is as expected, else what is not."""

    quiet: bool
    verbose: bool
    progress: bool | None
    color: str
    quiet_unless_unmet: bool


class Choices:
    """What the user chose. Raises UsageError for options that cannot be combined.

    `words` are the command's arguments, `given` its options by their names.
    """

    def __init__(self, command: str, words: Sequence[str], given: Mapping[str, Any]) -> None:
        self.command = command
        self.dry_run: bool = given["dry_run"]
        self.journal: str | None = given["journal"]
        self.probe = WhatToProbe(
            words=words,
            ports=",".join(given["ports"]),
            exclude=given["exclude"],
            exclude_files=given["exclude_file"],
            family=family_of_options(given["only4"], given["only6"], given["source"]),
            allow_any=given["allow_any"],
            expect=given["expect"],
            discover=given.get("discover", False),
            tags=given.get("tag", ()),
            names=given.get("name", ()),
            input_format=given.get("input_format") or "",
            columns=all_columns(given["columns"]) if given.get("columns") else (),
            skip_unsupported=given.get("skip_unsupported", False),
        )
        self.order = ProbingOrder.of(given)
        self.how = HowToProbe(**{name: given[name] for name in HowToProbe._fields})
        self.report = WhatToReport(
            outputs=given["output"],
            format=given["fmt"],
            only=",".join([*given["only"], *(["open"] if given["only_open"] else [])]),
            fields=",".join(given["fields"]),
            strict=given["strict"],
            explain=given["explain"],
            all_metrics=given["all_metrics"],
        )
        self.say = WhatToSay(**{name: given[name] for name in WhatToSay._fields})
        self.machines = machine_choice(given)
        if self.say.quiet and self.say.verbose:
            raise UsageError("-q and -v cannot be combined; choose one")
        if self.say.quiet_unless_unmet:
            self._check_terse()
        if not self.expects and self.report.only and set(self.report.only.split(",")) == {"unmet"}:
            raise UsageError("--only unmet would show nothing: a sweep expects nothing by itself; add --expect")

    @property
    def expects(self) -> bool:
        """Whether anything may be expected of anybody."""
        return self.command != "sweep" or bool(self.probe.expect)

    def _check_terse(self) -> None:
        """--quiet-unless-unmet has stdout and stderr to itself, and needs something that may be unmet."""
        for given, other in ((self.say.quiet, "-q"), (self.say.verbose, "-v")):
            if given:
                raise UsageError(f"--quiet-unless-unmet and {other} cannot be combined; choose one")
        from scanner.reports import is_stdout, parse_output

        outputs = [parse_output(text)[1] for text in self.report.outputs]
        if self.report.format or any(map(is_stdout, outputs)):
            other = "-f" if self.report.format else "-o -"
            raise UsageError(
                f"--quiet-unless-unmet and {other} cannot be combined; -o FILE writes a whole report beside it"
            )
        if not self.expects:
            raise UsageError(
                "--quiet-unless-unmet would never print anything: a sweep expects nothing by itself; add --expect"
            )

    def wanted(self) -> "Wanted":
        """What the scan is asked for."""
        from scanner.api.wanted import Wanted

        how = self.how._replace(vantage=self.machines.vantage(self.how.vantage))
        return Wanted(
            **how._asdict(),
            expect=self.probe.expect,
            family=self.probe.family,
            allow_any=self.probe.allow_any,
            strict=self.report.strict,
        )

    def trace_options(self) -> "TraceOptions":
        """What the traces of `--explain` need to know."""
        from scanner.api.explanations import TraceOptions

        how = self.how
        return TraceOptions(source=how.source, names=False, rate=how.rate, host_rate=how.host_rate, poller=how.poller)

    def said(self) -> dict[str, Any]:
        """What was chosen, for the JSON report: the options that were given, by their long names."""
        named = self.probe.said() | self.order.said() | self.how.said() | self.machines.said() | self.report.said()
        named["journal"] = self.journal
        return {name: value for name, value in named.items() if value not in (None, "", []) and value is not False}


def family_of_options(only4: bool, only6: bool, source: str | None) -> int:
    """0, 4 or 6. A source address reaches its own family only."""
    if only4 and only6:
        raise UsageError("-4 and -6 cannot be combined; leave both out for both families")
    asked = 4 if only4 else 6 if only6 else 0
    if source is None:
        return asked
    if asked and asked != family_of(source):
        raise UsageError(f"-{asked} and -S {source} cannot be combined")
    return family_of(source)
