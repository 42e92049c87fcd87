"""`scanner sweep HOST... -p PORTS`: what is open on many hosts and ports?"""

from typing import TYPE_CHECKING, Any

from scanner.cli.click_import import click
from scanner.cli.commands import Command
from scanner.cli.shared_options import sweep_options
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.cli.signals import Signals

_HELP = """Sweeps ports over hosts: what is open?

HOST is a name, an address, a network (10.0.0.0/24), a range (10.0.0.1-50, 10.0.0.1-10.0.1.20) or a pattern
(web[01-20].example.net)."""

_EPILOG = """\b
Examples:
  scanner sweep 10.0.0.0/24 -p 22,80,443
  scanner sweep db1 db2 -p top:100 --open
  scanner sweep -i hosts.txt -p 1-1024 --rate 2000 -o open.csv
  scanner sweep 10.0.0.0/16 -p 1-1000 --discover

Exit status: 0 done, 1 an expectation (--expect) not met, 2 bad usage, 3 not completed."""


@click.command(cls=Command, help=_HELP, epilog=_EPILOG, add_help_option=False)
@click.argument("hosts", nargs=-1, metavar="HOST...")
@sweep_options
@click.pass_obj
def sweep(signals: "Signals", /, hosts: tuple[str, ...], hosts_file: tuple[str, ...], **given: Any) -> int:
    """Runs the command and returns its exit status."""
    from scanner.api.plans import plan_of_typed_hosts
    from scanner.cli.asked_outputs import check
    from scanner.cli.choices import Choices
    from scanner.cli.one_scan import run

    if not hosts and not hosts_file:
        raise UsageError("no HOST was given; name hosts or networks, or a file of them with -i FILE")
    choices = Choices("sweep", hosts, given)
    probe = choices.probe
    if not probe.ports and not probe.discover:
        raise UsageError("-p is missing: which ports? For example -p 22,80,443, -p top:100, or -p - for all")
    check(choices, [*hosts_file, *probe.exclude_files])
    wanted = choices.wanted()
    plan = plan_of_typed_hosts(
        hosts,
        probe.ports,
        wanted,
        hosts_files=hosts_file,
        exclude=probe.exclude,
        exclude_files=probe.exclude_files,
        discover=probe.discover,
    )
    return run(plan, wanted, choices, signals)
