"""`scanner schema`: what lets an editor complete and check a target file."""

from scanner.cli.click_import import click
from scanner.cli.shared_options import alike
from scanner.cli.status import OK
from scanner.cli.stdout import out

_HELP = """Prints the JSON Schema of a target file, with which editors complete its keys, explain them, and underline
mistakes while they are typed. It probes nothing and reads no file.

Keep it beside a list whose first line names it, as below: VS Code (with the YAML extension), Neovim and whatever else
runs yaml-language-server look there. In other editors, set it as the schema of the file. What no schema can tell, such
as whether a service exists, 'scanner scan FILE --dry-run' does, without a network."""

_EPILOG = """\b
Examples:
  scanner schema > targets.schema.json
  sed -i '1i # yaml-language-server: $schema=./targets.schema.json' targets.yaml

Exit status: 0 done, 2 bad usage, 3 not written."""


@click.command(help=_HELP, epilog=_EPILOG, add_help_option=False, options_metavar="[-h]")
@alike("-h", "--help")
def schema() -> int:
    """Runs the command and returns its exit status."""
    from scanner.api.file_schema import schema_text

    out(*schema_text().splitlines())
    return OK
