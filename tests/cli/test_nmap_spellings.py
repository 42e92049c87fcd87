"""nmap's spellings lead to ours; our own are never touched."""

import re

import click
import pytest

from scanner.cli.app import COMMANDS, run_command
from scanner.cli.nmap_spellings import find_habit
from scanner.cli.scan_command import scan
from scanner.cli.sweep_command import sweep
from scanner.errors import UsageError


def meant(*words: str, command: click.Command = sweep) -> str:
    options = [param for param in command.params if isinstance(param, click.Option)]
    known = {name for option in options for name in (*option.opts, *option.secondary_opts)}
    valued = {name for option in options if not option.is_flag for name in option.opts}
    return find_habit(words, known, valued, command.name or "")


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("-oX", "-o FILE.xml"), ("-oG", "-o FILE"), ("-oN", "-o FILE"), ("-oA", "-o FILE"), ("-iL", "-i FILE"),
        ("-Pn", "leave it out"), ("-T4", "--rate"), ("-T0", "--rate"), ("-sT", "leave it out"), ("-sS", "leave it out"),
        ("-n", "leave it out"), ("-A", "leave it out"), ("-F", "top:100"), ("--top-ports", "-p top:N"),
        ("--top-ports=100", "-p top:N"), ("--max-rate", "--rate"), ("--max-retries", "-r N"), ("-sV", "service"),
        ("--excludefile", "--exclude-file"), ("-PS22,80", "--discover"), ("-d", "-v"), ("-sU", "TCP"),
        ("-T", "--rate"), ("-sTV", "leave it out"), ("--script=default", "no scripts"), ("-iL=x", "-i FILE"),
        ("-sn", "--discover"), ("-sP", "scanner sweep --discover"), ("-PS", "--discover"), ("-PE", "--discover"),
        ("-PA80-90", "--discover"), ("-top-ports", "-p top:N"), ("-rate", "write --rate"), ("-open", "write --open"),
        ("-zv", "scanner scan HOST:PORT"), ("-vz", "scanner scan HOST:PORT"), ("--json", "-f json, or -o FILE.json"),
        ("--csv", "-o FILE.csv"), ("-g", "networks and ranges are hosts"), ("-ComputerName", "scanner scan HOST:PORT"),
        ("-Port", "scanner scan HOST:PORT"),
    ],
)  # fmt: skip
def test_foreign_spelling(word: str, ours: str) -> None:
    message = meant("10.0.0.1", word, "x")
    assert message.startswith(f"{word} is not an option here; ")
    assert ours in message


def test_who_looks_for_hosts_is_told_of_it_by_every_command() -> None:
    assert "scanner sweep --discover" in meant("-sn", "x", command=scan)


def test_scan_has_its_own_answer_to_input_lists() -> None:
    for word in ("-iL", "-i", "--hosts-file"):
        assert "scanner scan targets.yaml" in meant(word, "x", command=scan)
        assert "scanner sweep -i FILE" in meant(word, "x", command=scan)


@pytest.mark.parametrize(
    "words",
    [
        ("-p-",), ("-p22",), ("-p", "-"), ("-v",), ("-qv",), ("--open",), ("-t2s",), ("-oreport.csv",), ("-6",),
        ("-S10.0.0.1",), ("-f", "csv"), ("-fcsv",), ("--rate=5",), ("--exclude", "x"), ("10.0.0.1",), ("-h",),
        ("--vantage", "-A"), ("-o", "-oX"), ("--", "-sT"), ("-r0",), ("-c5",),
    ],
)  # fmt: skip
def test_own_spelling(words: tuple[str, ...]) -> None:
    assert meant(*words) == ""


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        (("-sn", "10.0.0.0/24"), "; -sn is not an option here; there is no ping; scanner sweep --discover"),
        (("-T4", "-p-", "10.0.0.1"), "; -T4 is not an option here"),
        (("-p", "80", "10.0.0.1"), ""),
        (("--nothing",), ""),
    ],
)
def test_options_without_a_command(words: tuple[str, ...], tells: str) -> None:
    with pytest.raises(UsageError) as told:
        run_command(list(words))
    first, _, habit = str(told.value).partition(f"commands: {', '.join(COMMANDS)}")
    assert first.endswith(
        " is not an option here: the command comes first, for example 'scanner sweep HOSTS -p PORTS'; "
    )
    assert habit.startswith(tells)
    assert bool(habit) is bool(tells)


def test_a_slip_in_an_option_of_the_program_is_no_missing_command() -> None:
    with pytest.raises(UsageError, match="Did you mean '--version'"):
        run_command(["--versoin"])


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("check", "scanner scan"), ("test", "scanner scan"), ("probe", "scanner scan"), ("ping", "scanner sweep HOSTS"),
        ("Test-NetConnection", "scanner scan HOST:PORT"), ("mtr", "scanner trace HOST:PORT"), ("ndiff", "scanner diff"),
        ("swep", "'sweep'"),
    ],
)  # fmt: skip
def test_commands_of_others(word: str, ours: str) -> None:
    with pytest.raises(UsageError, match=f"there is no command '{word}'; did you mean .*{ours}"):
        run_command([word, "x"])


@pytest.mark.parametrize(("typed", "near"), [("--tag", ()), ("--naem", ()), ("--quite", ("--quiet",))])
def test_only_what_is_near_was_meant(typed: str, near: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as told:
        run_command(["sweep", "10.0.0.1", "-p", "1", typed])
    assert re.findall("--[a-z]+", str(told.value)) == [typed, *near]
