"""`scanner completion SHELL`: the script that lets a shell complete our command lines, and the answers to it."""

from scanner.cli import offers
from scanner.cli import option_values as values
from scanner.cli.click_import import click
from scanner.cli.shared_options import alike
from scanner.cli.status import OK
from scanner.cli.stdout import out
from scanner.errors import UsageError
from scanner.words.user_info import hidden

_HELP = """Prints the script by which a shell completes commands, options, their values and file names with TAB.

Completion never probes and never looks up a name. --tag and --name are completed from the target files that stand
before them on the line."""

_EPILOG = """\b
Examples:
  eval "$(scanner completion bash)"              in ~/.bashrc
  eval "$(scanner completion zsh)"               in ~/.zshrc, after compinit
  scanner completion fish | source               in ~/.config/fish/config.fish

Exit status: 0 done, 2 bad usage."""

_SHELLS = ("bash", "zsh", "fish")


def _shell(text: str) -> str:
    if text not in _SHELLS:
        raise UsageError(f"{hidden(text)!r} is not a shell that scanner knows; shells: {', '.join(_SHELLS)}")
    return text


@click.command(help=_HELP, epilog=_EPILOG, add_help_option=False, options_metavar="[-h]")
@click.argument(
    "shell", required=False, metavar="bash|zsh|fish",
    type=values.Value("SHELL", _shell, offers.one_of(lambda: _SHELLS)),
)  # fmt: skip
@click.argument("asked", nargs=-1, metavar="")
@alike("-h", "--help")
@click.pass_context
def completion(ctx: click.Context, shell: str | None, asked: tuple[str, ...]) -> int:
    """Runs the command and returns its exit status. `asked`: what a script of ours hands over, behind --."""
    from scanner.cli.shells import SCRIPTS, answer

    if shell is None:
        raise UsageError(f"no shell was given; write scanner completion {' or '.join(_SHELLS)}")
    program = ctx.find_root().command
    out(*(answer(program, shell, asked) if asked else SCRIPTS[shell].splitlines()))
    return OK
