"""A command and an option as ours are: help in sections, nmap's spellings recognised."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scanner.cli.click_import import click
from scanner.cli.stdout import out
from scanner.errors import ScannerError
from scanner.words.shown_text import shown

if TYPE_CHECKING:
    from scanner.cli.signals import Signals


class Option(click.Option):
    """An option with the section of the help it stands in.

    Of most that take one value the last one counts, so that what is typed behind an alias overrides it. `once`: not of
    this one, because who gives it two values wants both: two shards, or two journals.
    """

    def __init__(self, *args: Any, section: str = "Options", once: bool = False, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.section = section
        self._once = once

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Have the parser keep all that is typed of what may be given only `once`, so that it can be refused."""
        if self._once:
            parser.add_option(obj=self, opts=self.opts, dest=self.name, action="append", nargs=self.nargs)
        else:
            super().add_to_parser(parser, ctx)

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> Any:
        """The value as it was typed, and where. Errors: click's UsageError for one too many."""
        typed = opts.get(self.name or "")
        if self._once and isinstance(typed, list):
            first, *more = dict.fromkeys(typed)
            if more and not ctx.resilient_parsing:
                text = f"{self.opts[0]} was given twice: {shown(first)} and {shown(more[0])}; write it once"
                raise click.UsageError(text, ctx)
            opts = {**opts, str(self.name): typed[-1]}
        return super().consume_value(ctx, opts)


class Command(click.Command):
    """A command whose help has its options by sections, and which answers nmap's spellings with ours.

    While it runs our signal handlers stand; its `ctx.obj` is the `Signals`.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:  # of a line that is being typed (`completing`)
            return super().parse_args(ctx, args)
        from scanner.cli.nmap_spellings import find_habit

        options = [param for param in self.params if isinstance(param, click.Option)]
        known = {name for option in options for name in (*option.opts, *option.secondary_opts)}
        valued = {name for option in options if not option.is_flag for name in option.opts}
        habit = find_habit(args, known, valued, self.name or "")
        if habit:
            raise click.UsageError(habit, ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        from scanner.cli.signals import Signals

        with Signals().installed() as signals:
            ctx.obj = signals
            try:
                return super().invoke(ctx)
            except ScannerError as error:
                if not signals.received:
                    raise
                return stopped(signals, error)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if isinstance(param, click.Option) and record is not None:
                sections.setdefault(getattr(param, "section", "Options"), []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records, col_max=26)


def stopped(signals: "Signals", error: ScannerError) -> int:
    """The status after a signal, whatever failed on the way to the end; that is said, if somebody reads it."""
    from scanner.cli import stderr
    from scanner.cli.status import complain, status_of_signal

    with stderr.unblocked(signals.stop):
        complain(error)
    return status_of_signal(signals.received)


def show_help(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    """The callback of `--help`."""
    if wanted and not ctx.resilient_parsing:
        out(*ctx.get_help().split("\n"))
        ctx.exit()
