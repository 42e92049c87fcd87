"""`scanner scan TARGET...`: check targets against what is expected of them."""

from typing import TYPE_CHECKING, Any

from scanner.cli import option_values as values
from scanner.cli.click_import import click
from scanner.cli.commands import Command
from scanner.cli.shared_options import scan_options
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.cli.signals import Signals

_HELP = """Checks targets: is each one as expected, and if not, why?

Each TARGET is a file with a list of targets, - for one on stdin, or HOST:PORTS, such as localhost:22 or
'[::1]:80,443'. Lists are YAML (see targets.example.yaml), plain text, tables of firewall rules, inventories, or what
other scanners found; they are told apart by what they look like."""

_EPILOG = """\b
Examples:
  scanner scan targets.yaml
  scanner scan db1.example.net:5432 10.0.0.0/28:22,443 -t 300ms
  scanner scan rules.csv --skip-unsupported
  scanner scan targets.yaml -o report.csv -o report.json --strict

Exit status: 0 all expectations met, 1 some not met, 2 bad usage or target file, 3 not completed."""


@click.command(cls=Command, help=_HELP, epilog=_EPILOG, add_help_option=False)
@click.argument("targets", nargs=-1, metavar="TARGET...", type=values.TARGET)
@scan_options
@click.pass_obj
def scan(signals: "Signals", /, targets: tuple[str, ...], **given: Any) -> int:
    """Runs the command and returns its exit status."""
    from scanner.api.plans import InputWish, is_target_file, plan_of_words
    from scanner.cli.asked_outputs import check
    from scanner.cli.choices import Choices
    from scanner.cli.one_scan import run

    if not targets:
        raise UsageError("no TARGET was given; name a file with a list of targets, - for one on stdin, or HOST:PORTS")
    choices = Choices("scan", targets, given)
    probe = choices.probe
    check(choices, [*filter(is_target_file, targets), *probe.exclude_files])
    wanted = choices.wanted()
    plan = plan_of_words(
        targets,
        wanted,
        ports=probe.ports,
        exclude=probe.exclude,
        exclude_files=probe.exclude_files,
        tags=probe.tags,
        names=probe.names,
        wish=InputWish(probe.input_format, probe.columns, probe.skip_unsupported),
    )
    return run(plan, wanted, choices, signals)
