"""The help: every option under its heading, whole in a narrow window."""

import re

import click
import pytest

from scanner.cli.commands import Command, Option
from scanner.cli.scan_command import scan
from scanner.cli.signals import Signals
from scanner.cli.sweep_command import sweep
from scanner.reports.output_words import APPENDED, FORMAT_NAMES, ending_of
from tests.cli.process import run


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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--shard", "1/3", "--shard=2/3"], '--shard was given twice: "1/3" and "2/3"; write it once'),
        (["--seed", "1", "--seed", "2", "--seed", "1"], '--seed was given twice: "1" and "2"; write it once'),
        (["--journal", "a", "--journal", "b"], '--journal was given twice: "a" and "b"; write it once'),
        (["--vantage", "fra", "--vantage", "nyc"], '--vantage was given twice: "fra" and "nyc"; write it once'),
        (["--expect", "open", "--expect", "any"], '--expect was given twice: "open" and "any"; write it once'),
        (
            ["--dask", "tcp://a:1", "--dask", "tcp://b:1"],
            '--dask was given twice: "tcp://a:1" and "tcp://b:1"; write it once',
        ),
    ],
)
def test_who_gives_two_values_wants_both_so_neither_is_dropped(words: list[str], said: str) -> None:
    done = run("sweep", "127.0.0.1-4", "-p", "1", *words, "--dry-run")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"error: {said}\n" in done.stderr


def test_what_is_typed_behind_an_alias_overrides_it() -> None:
    """And the same value twice is no contradiction."""
    sweep = ("sweep", "127.0.0.1-4", "-p", "1", "--dry-run")
    done = run(*sweep, "--rate", "1", "--rate", "100", "--shard", "1/2", "--shard", "1/2")
    assert done.returncode == 0
    assert done.stdout == run(*sweep, "--rate", "100", "--shard", "1/2", "--seed", _seed_in(done.stdout)).stdout


def _seed_in(text: str) -> str:
    found = re.search(r"--seed (\d+)", text)
    assert found
    return found[1]
