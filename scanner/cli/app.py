"""The program `scanner`: its list of commands, and click's own complaints turned into ours.

A command NAME is a module NAME_command with a function of its name (`import_` for what Python keeps to itself: PEP 8);
a line in COMMANDS makes it known. Modules are imported when their command is called, so that `scanner --help` waits for
none of them.
"""

import sys
from collections.abc import Iterable
from importlib import import_module
from keyword import iskeyword
from typing import Any

from scanner.cli.click_import import click, shell_completion
from scanner.cli.commands import show_help
from scanner.cli.status import Stopped
from scanner.cli.stdout import out
from scanner.cli.streams import width_of
from scanner.errors import UsageError

#: Each command with the line that `scanner --help` has for it. The module has the command's name.
COMMANDS = {
    "scan": "Check targets from a list, stdin or HOST:PORTS.",
    "sweep": "Sweep port ranges over hosts and networks.",
    "trace": "Show where on the way a connection stops, without root.",
    "diff": "Show what changed between two reports.",
    "matrix": "Show from where what is reachable, by several reports.",
    "convert": "Write a report in another format, or several as one.",
    "merge": "Join the reports of a scan's shards, or of several vantages.",
    "history": "Show when a target changed, from the scans in a .db report.",
    "import": "Write a target list out of what other tools write.",
    "schema": "Print the JSON Schema of the target file, for editors.",
    "completion": "Print what lets bash, zsh or fish complete command lines.",
    "help": "Show this text, or help on a command.",
}

_WIDEST_HELP = 100
#: How alike an option must be to be suggested, of 1.
_NEAR = 0.7

_EPILOG = """\b
Examples:
  scanner scan targets.yaml                 does everything match the list?
  scanner scan db1.example.net:5432         is it reachable, and if not, why?
  scanner sweep 10.0.0.0/24 -p 22,80,443    what is open?

'scanner COMMAND --help' shows a command's options."""


class Commands(click.Group):
    """The commands by name, imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        function = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command = getattr(import_module(f"scanner.cli.{cmd_name}_command"), function)
        assert isinstance(command, click.Command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[shell_completion.CompletionItem[str]]":
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        found = [name for name in COMMANDS if name.startswith(incomplete)]
        return [shell_completion.CompletionItem(name, help=COMMANDS[name]) for name in found]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = list(args)  # click takes words away
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if ctx.resilient_parsing or near_options(error.option_name, error.possibilities or ()):
                raise
            from scanner.cli.nmap_spellings import hint_without_command

            raise click.UsageError(hint_without_command(error.option_name, words, COMMANDS), ctx) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if word not in COMMANDS and not word.startswith("-"):
            from scanner.cli.nmap_spellings import hint_for_word
            from scanner.words.user_info import hidden

            raise click.UsageError(f"there is no command {hidden(word)!r}; {hint_for_word(word, COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)


def _show_version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from scanner import __version__

        out(f"scanner {__version__}")
        ctx.exit()


@click.group(
    cls=Commands,
    epilog=_EPILOG,
    add_help_option=False,
    no_args_is_help=False,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
@click.option(
    "-h", "--help", is_flag=True, is_eager=True, expose_value=False, callback=show_help, help="Show this text."
)
@click.pass_context
def scanner(ctx: click.Context) -> None:
    """Finds out which TCP ports can be reached from here, and why the others cannot. Needs no root."""
    if ctx.invoked_subcommand is None:
        out(*ctx.get_help().split("\n"))


def run_command(args: list[str]) -> int:
    """Runs the command line and returns the command's exit status.

    Raises ScannerError (usage errors too), Stopped after a signal, ReaderGoneError.
    """
    # The width is told beforehand, or click imports shutil to find out. Without `complete_var` a stray variable of the
    # environment (_SCANNER_COMPLETE) would end the program with a status of click's.
    width = min(width_of(sys.stdout), _WIDEST_HELP)
    try:
        return _status(
            scanner.main(args, prog_name="scanner", complete_var="", standalone_mode=False, terminal_width=width)
        )
    except click.ClickException as error:
        raise _translated(error) from error
    except click.Abort as error:  # Ctrl-C before our handlers stood
        raise Stopped(2) from error


def near_options(typed: str, options: Iterable[str]) -> list[str]:
    """Those of them that may have been meant: `--tag` is no slip of `--vantage`, as click would have it."""
    from difflib import SequenceMatcher

    name = typed.strip("-")
    return [each for each in options if SequenceMatcher(None, name, each.strip("-")).ratio() >= _NEAR]


def _status(returned: Any) -> int:
    return returned if isinstance(returned, int) else 0


def _translated(error: click.ClickException) -> UsageError:
    """Click's message, and where to read on."""
    ctx = getattr(error, "ctx", None)
    if isinstance(error, click.NoSuchOption):
        near = near_options(error.option_name, error.possibilities or ())
        error = click.NoSuchOption(error.option_name, possibilities=near)
    hint = "" if ctx is None else f"(see {ctx.command_path} --help)"
    return UsageError(error.format_message().strip(), hint=hint)
