"""What the options of one call come to together."""

import socket
from typing import Any

import pytest

from scanner.cli.choices import Choices, family_of_options
from scanner.cli.scan_command import scan
from scanner.cli.sweep_command import sweep
from scanner.errors import UsageError
from scanner.model import State


def parsed(command: str, *words: str) -> Choices:
    """The choices of a whole command line."""
    made = {"scan": scan, "sweep": sweep}[command]
    given = made.make_context(command, list(words)).params
    given.pop("hosts_file", None)
    return Choices(command, given.pop("targets" if command == "scan" else "hosts"), given)


def test_what_nobody_says_stays_unsaid() -> None:
    for command in ("scan", "sweep"):
        wanted = parsed(command, "x:1").wanted()
        settings, options = wanted.settings(), wanted.scan_options()
        assert (settings.timeout, settings.retries, settings.expect, settings.dns_timeout) == (None, None, None, None)
        assert (settings.family, settings.allow_any, wanted.vantage) == (0, False, socket.gethostname())
        assert {getattr(options, name) for name in options.__slots__} == {None, False}


def test_what_is_said_arrives() -> None:
    choices = parsed(
        *("sweep", "h", "-p", "1,2", "-p", "3", "--vantage", "dmz", "--expect", "blocked", "-t", "300ms", "-r", "0"),
        *("-c", "7", "--rate", "5", "--host-rate", ".5", "-S", "127.0.0.1", "--strict", "--canary", "--poller", "poll"),
    )
    wanted = choices.wanted()
    settings, options = wanted.settings(), wanted.scan_options()
    assert (settings.timeout, settings.retries, settings.expect) == (0.3, 0, "blocked")
    assert (settings.family, settings.vantage) == (4, "dmz")
    assert choices.probe.ports == "1,2,3"
    assert (options.concurrency, options.rate, options.host_rate) == (7, 5.0, 0.5)
    assert (options.source, options.poller, options.strict, options.canary) == ("127.0.0.1", "poll", True, True)


def test_only_and_open_add_up() -> None:
    assert parsed("scan", "x:1").report.selection() is None
    selection = parsed("scan", "x:1", "--only", "unmet,timeout", "--only", "error", "--open").report.selection()
    assert selection is not None
    assert selection.states == {State.TIMEOUT, State.ERROR, State.OPEN}
    assert selection.unmet


def test_traces_leave_as_the_scan_does() -> None:
    options = parsed("scan", "x:1", "--explain", "--rate", "5", "--host-rate", ".5", "-S", "127.0.0.1").trace_options()
    assert (options.rate, options.host_rate, options.source, options.names) == (5.0, 0.5, "127.0.0.1", False)


def test_quiet_and_verbose_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="-q and -v cannot be combined"):
        parsed("scan", "x:1", "-q", "-v")


def test_the_report_is_told_what_was_given_and_no_more() -> None:
    assert parsed("scan", "x:1").said() == {"targets": ["x:1"]}
    said = parsed("sweep", "h", "-p", "22", "-r", "0", "-4", "--exclude", "h:80", "--open", "-q", "-o", "a.csv").said()
    assert said == {"targets": ["h"], "ports": "22", "retries": 0, "family": 4, "exclude": ["h:80"], "only": "open"}
    assert parsed("scan", "x:1", "--all-metrics").said() == {"targets": ["x:1"], "all-metrics": True}


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ((False, False, None), 0), ((True, False, None), 4), ((False, True, None), 6),
        ((False, False, "127.0.0.1"), 4), ((False, False, "::1"), 6), ((True, False, "127.0.0.1"), 4),
    ],
)  # fmt: skip
def test_family(given: Any, family: int) -> None:
    assert family_of_options(*given) == family


@pytest.mark.parametrize("given", [(True, True, None), (False, True, "127.0.0.1"), (True, False, "::1")])
def test_families_that_exclude_each_other(given: Any) -> None:
    with pytest.raises(UsageError, match="cannot be combined"):
        family_of_options(*given)
