"""`scanner help [COMMAND]`: the same as `--help`."""

from scanner.cli.click_import import click
from scanner.cli.stdout import out
from scanner.errors import UsageError
from scanner.words.user_info import hidden


def _names(ctx: click.Context, param: click.Parameter, typed: str) -> list[str]:
    from scanner.cli.app import COMMANDS

    return [name for name in COMMANDS if name.startswith(typed)]


_EPILOG = "Exit status: 0 done, 2 there is no such command."


@click.command(
    help="Shows what a command does, and its options.", epilog=_EPILOG, add_help_option=False, options_metavar="[-h]"
)
@click.argument("command", required=False, metavar="[COMMAND]", shell_complete=_names)
@click.help_option("-h", "--help", help="Show this text.")
@click.pass_context
def help(ctx: click.Context, command: str | None) -> int:
    """Runs the command and returns its exit status."""
    from scanner.cli.nmap_spellings import hint_for_word

    top = ctx.parent
    assert top is not None
    assert isinstance(top.command, click.Group)
    if command is None:
        out(*top.get_help().split("\n"))
        return 0
    found = top.command.get_command(top, command)
    if found is None:
        names = top.command.list_commands(top)
        raise UsageError(f"there is no command {hidden(command)!r}; {hint_for_word(command, names)}")
    with click.Context(found, info_name=command, parent=top, terminal_width=top.terminal_width) as shown:
        out(*shown.get_help().split("\n"))
    return 0
