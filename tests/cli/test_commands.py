"""The help: every option under its heading, whole in a narrow window."""

import re

import click
import pytest

from scanner.cli.commands import Command, Option
from scanner.cli.scan_command import scan
from scanner.cli.signals import Signals
from scanner.cli.sweep_command import sweep
from scanner.reports.output_words import APPENDED, FORMAT_NAMES, ending_of


@pytest.mark.parametrize("command", [scan, sweep])
@pytest.mark.parametrize("width", [40, 80, 100])
def test_help_has_every_option_once_and_fits(command: click.Command, width: int) -> None:
    lines = command.get_help(click.Context(command, info_name="scan", terminal_width=width)).splitlines()
    titles = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
    assert titles == ["What to probe:", "How to probe:", "What is reported:", "What is shown:", "Large scans:",
                      "Other machines:"]  # fmt: skip
    for option in command.params:
        if isinstance(option, click.Option):
            assert sum(line.strip().split(" ")[0].rstrip(",") == option.opts[0] for line in lines) == 1, option.opts
    first = next(index for index, line in enumerate(lines) if line == "What to probe:")
    last = next(index for index, line in enumerate(lines) if line.strip() == "Examples:")
    assert max(map(len, lines[first:last])) <= width


def test_the_help_names_every_format() -> None:
    on_stdout, as_files = (next(each.help or "" for each in scan.params if isinstance(each, click.Option)
                                and name in each.opts) for name in ("-f", "-o"))  # fmt: skip
    assert set(re.findall("[a-z]+", on_stdout.split(":")[1].split(".")[0])) == set(FORMAT_NAMES) - {APPENDED}
    endings = re.findall(r"(?:junit)?\.([a-z.]*[a-z])", as_files)
    assert {ending_of(f"x.{each}") for each in endings} | {"junit", "table"} == set(FORMAT_NAMES)


@pytest.mark.parametrize("command", [scan, sweep])
def test_what_is_rare_stands_below_and_the_rest_is_short(command: click.Command) -> None:
    text = command.get_help(click.Context(command, terminal_width=80))
    usual, rest = text.split("\nLarge scans:\n")
    large, elsewhere = rest.split("\nOther machines:\n")
    rare = {"--rate", "--host-rate", "--concurrency", "--canary", "--dns-timeout", "--allow-any", "--poller",
            "--shard", "--shuffle", "--seed", "--processes", "--journal"}  # fmt: skip
    assert set(re.findall(r"^  .*?(--[a-z-]+)(?= |$)", large, re.MULTILINE)) == rare
    assert not re.search("--(dask|from)[ ,]", usual)
    assert "--dask ADDRESS" in elsewhere
    assert not [name for name in rare if re.search(f"{name}[ ,]", usual)]


def test_options_without_a_section_have_the_usual_one() -> None:
    command = Command("x", params=[Option(["-a"], help="A."), Option(["-b"], help="B.", section="More")])
    assert "Options:\n  -a TEXT  A." in command.get_help(click.Context(command))
    assert "More:\n  -b TEXT  B." in command.get_help(click.Context(command))


def test_handlers_stand_while_the_command_runs() -> None:
    seen: list[object] = []
    command = Command("x", callback=lambda: seen.append(click.get_current_context().obj))
    command.main([], standalone_mode=False)
    assert isinstance(seen[0], Signals)
