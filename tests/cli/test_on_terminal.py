"""On a terminal: colour and a bar, each stream for itself, and neither where it is not welcome."""

import pytest

from tests.cli.process import on_terminal, run, screen, typed_at

SLOW = ("--rate", "30")  # a second or so: time for a bar


def sweep(port: int, *more: str) -> tuple[str, ...]:
    return ("sweep", "127.0.0.1", "-p", str(port), "-t", "400ms", "-r", "0", *more)


def test_bar_and_colour_on_a_terminal(silent_port: int) -> None:
    status, shown, _ = on_terminal(*sweep(silent_port))
    assert status == 0
    assert "ETA" in shown
    assert "0/1" in shown
    assert "\x1b[31mtimeout\x1b[0m" in shown
    table = shown.index("HOST")
    assert shown.rindex("ETA") < table
    assert shown[:table].rstrip("\r").endswith("  ")  # blanks over the bar, and back to the margin


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_neither_where_the_environment_says_no(env: dict[str, str], silent_port: int) -> None:
    _, shown, _ = on_terminal(*sweep(silent_port), env=env)
    assert "timeout" in shown
    assert "\x1b[" not in shown
    assert "ETA" not in shown


def test_stdout_in_a_pipe_is_plain_while_stderr_has_its_bar(silent_port: int) -> None:
    _, shown, piped = on_terminal(*sweep(silent_port), streams="stderr")
    assert "ETA" in shown
    assert "\x1b[31m1 timeout\x1b[0m" in shown
    assert "timeout" in piped
    assert "\x1b[" not in piped
    assert "\r" not in piped


def test_stderr_in_a_pipe_is_plain_while_stdout_has_colour(silent_port: int) -> None:
    _, shown, piped = on_terminal(*sweep(silent_port), streams="stdout")
    assert "\x1b[31mtimeout\x1b[0m" in shown
    assert "\x1b[" not in piped
    assert "\r" not in piped


def test_no_bar_on_wish_and_when_quiet(silent_port: int) -> None:
    for word in ("--no-progress", "-q"):
        _, shown, _ = on_terminal(*sweep(silent_port, word))
        assert "ETA" not in shown


def test_bar_in_a_pipe_only_when_forced(silent_port: int) -> None:
    assert "ETA" not in run(*sweep(silent_port)).stderr
    assert "ETA" in run(*sweep(silent_port, "--progress")).stderr


def test_the_bar_says_how_many_hosts_answer_and_so_does_the_summary(silent_port: int) -> None:
    """Nobody listens there at this host's next address."""
    words = ("sweep", "127.0.0.1-2", "-p", str(silent_port), "-t", "400ms", "-r", "0", "--progress")
    said = run(*words).stderr.replace("\r", "\n").splitlines()
    assert any(line.endswith("0 open, 1 of 2 hosts answer") for line in said)
    assert "1 of 2 hosts answer" in said


def test_streamed_rows_and_bar_do_not_mix(closed_port: int) -> None:
    ports = f"{closed_port},1-20"
    _, shown, _ = on_terminal("sweep", "127.0.0.1", "-p", ports, *SLOW, "-f", "csv")
    assert "ETA" in shown
    lines = [line.rpartition("\r")[2] for line in shown.replace("\r\n", "\n").split("\n")]
    rows = [line for line in lines if "127.0.0.1" in line]
    assert len(rows) == 21
    assert all(row.startswith(",127.0.0.1,") for row in rows)


@pytest.mark.parametrize("columns", [44, 100, 140])
def test_nothing_of_the_bar_is_left_after_an_interrupt(columns: int, silent_port: int) -> None:
    words = ("sweep", "127.0.0.1", "-p", str(silent_port), "-t", "20s")
    status, lines = typed_at(b"\x03", "ETA", *words, columns=columns)
    assert status == 130
    assert not [line for line in lines if "ETA" in line or "^C" in line]
    assert [line for line in lines if line.startswith("stopped after 0 of 1 target")]


def test_screen_is_one() -> None:
    assert screen("ab\rc\r\nde", 10) == ["cb", "de"]
    assert screen("abcd", 3) == ["abc", "d"]
    assert screen("abc\r\nd", 3) == ["abc", "d"]
    assert screen("\x1b[1mabc\x1b[0m\rxy", 3) == ["xyc"]


def test_narrow_terminal_folds_nothing(closed_port: int) -> None:
    words = ("scan", f"127.0.0.1:{closed_port}", f"localhost:{closed_port}", "--no-progress")
    status, lines = typed_at(b"", "never", *words, columns=40)
    assert status == 1
    assert max(map(len, lines)) < 40
    assert any(line.startswith("expectations: 0 met") for line in lines)
    assert not [line for line in lines if line.startswith(" met")]


@pytest.mark.parametrize(("color", "painted"), [("always", True), ("auto", False), ("never", False)])
def test_colour_in_a_pipe_for_who_wants_it(color: str, painted: bool, closed_port: int) -> None:
    done = run("scan", f"127.0.0.1:{closed_port}", "--color", color)
    assert ("\x1b[" in done.stdout, "\x1b[" in done.stderr) == (painted, painted)
    assert "'sometimes' is not one of: always, auto, never" in run("scan", "x:1", "--color", "sometimes").stderr


@pytest.mark.slow
def test_who_looks_on_is_told_that_it_traces(closed_port: int, silent_port: int) -> None:
    target = f"127.0.0.1:{closed_port}"
    assert "tracing 1 target" in on_terminal("trace", "-n", target)[1]
    assert "tracing" not in on_terminal("trace", "-n", "-q", target)[1]
    explained = on_terminal("scan", f"127.0.0.1:{silent_port}", "-t", "100ms", "-r", "0", "--explain")[1]
    assert explained.count("tracing 1 target") == 1
    assert "tracing" not in run("trace", "-n", target).stderr


def slow_sweep(port: int, *more: str) -> tuple[str, ...]:
    """It goes on for so long that it tells what it finds, and finds this port at once."""
    return ("sweep", "127.0.0.1", "-p", f"{port},2-90", "--rate", "25", *more)


@pytest.mark.slow
def test_who_looks_on_is_told_of_open_ports_above_the_bar(open_port: int) -> None:
    _, shown, _ = on_terminal(*slow_sweep(open_port))
    lines = screen(shown, 80)
    told = lines.index(f"found: 127.0.0.1 {open_port} open")
    assert f"\x1b[2mfound: 127.0.0.1 {open_port} open\x1b[0m" in shown
    assert "ETA" in shown[shown.index("found:") :]
    assert lines[told + 1 :][:2] == ["", next(line for line in lines if line.startswith("HOST"))]
    assert not [line for line in lines if "ETA" in line]


@pytest.mark.slow
@pytest.mark.parametrize("more", [("-q",), ("--quiet-unless-unmet",), ("--only", "timeout"), ("-f", "csv")])
def test_nobody_is_told_who_did_not_ask_for_that(more: tuple[str, ...], open_port: int) -> None:
    assert "found" not in on_terminal(*slow_sweep(open_port, *more))[1]


@pytest.mark.slow
@pytest.mark.parametrize(("streams", "told"), [("stdout", True), ("stderr", False)])
def test_it_is_told_where_the_table_will_be(streams: str, told: bool, open_port: int) -> None:
    _, shown, piped = on_terminal(*slow_sweep(open_port), streams=streams)
    assert ("found: 127.0.0.1" in shown) is told
    assert "found" not in piped


@pytest.mark.slow
def test_ports_are_told_as_found_while_it_probes_and_not_while_it_explains(open_port: int, silent_port: int) -> None:
    words = ("sweep", "127.0.0.1", "-p", f"{open_port},{silent_port}", "-t", "100ms", "--explain")
    shown = on_terminal(*words)[1]
    assert "tracing 1 target" in shown
    assert "found:" not in shown
