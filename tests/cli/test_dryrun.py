"""`--dry-run`: the counts, an estimate, the first targets; nothing is sent, resolved or written."""

from pathlib import Path

import pytest

from tests.cli.process import run


def test_counts_and_first_targets(tmp_path: Path, closed_port: int) -> None:
    done = run(
        *("sweep", "10.0.0.0/30", "host.invalid", "-p", "22,80", "--exclude", "10.0.0.1", "--no-shuffle", "--dry-run"),
        *("-o", "o.csv"),
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["addresses:", "3"] in lines
    assert ["names:", "1", "to", "be", "resolved"] in lines
    assert ["excluded:", "2", "targets"] in lines
    assert lines[0][:2] == ["targets:", "8"]
    assert ["10.0.0.0:22"] in lines
    assert ["host.invalid:22"] in lines
    assert not list(tmp_path.iterdir())


def test_who_asks_hosts_first_is_told_on_which_ports_and_how_many_that_are() -> None:
    done = run("sweep", "10.0.0.0/30", "host.invalid", "-p", "22,9100-9120", "--discover", "--no-shuffle", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    ports = "80,23,443,21,22,25,3389,110,445,139"
    assert lines[0] == f"discovery: each host is asked on {ports} first: 50 targets"
    assert lines[1] == "targets:   at most 110, of the hosts that answer (each name counted as one address)"
    assert lines[-11:-1] == [*(f"  10.0.0.{n % 4}:{80 if n < 4 else 23 if n < 8 else 443}" for n in range(10))]
    assert lines[-1] == "  ... and 40 more"


def test_how_long_it_takes_if_nothing_answers_is_about_what_is_asked_then() -> None:
    done = run("sweep", "10.0.0.0/24", "-p", "1-10000", "--discover", "--dry-run")
    (estimate,) = [line for line in done.stdout.splitlines() if line.startswith("estimate:")]
    assert estimate == "estimate:  2 min 08 s if everything answers at once, about 2.0 s if nothing does"
    assert "warning:" not in done.stdout, "that is no more than is asked for certain"


def test_a_whole_network_of_millions_is_said_at_once() -> None:
    done = run("sweep", "10.0.0.0/8", "-p", "22", "--dry-run")
    assert done.stdout.startswith("targets:   16,777,216\n")
    assert "and 16,777,206 more" in done.stdout


def test_unspecified_addresses_of_ranges_are_counted() -> None:
    done = run("sweep", "0.255.255.254-1.0.0.5", "-p", "22", "--dry-run")
    assert done.stdout.startswith("targets:   6\n")
    assert ", 2 unspecified addresses (0.0.0.0/8, ::)\n" in done.stdout
    assert "1.0.0.0:22" in done.stdout


def test_every_address_there_is_with_the_word_for_it() -> None:
    done = run("scan", "0.0.0.0/0:22", "--allow-any", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert "16,777,216 unspecified addresses" in done.stdout


def test_bad_targets_are_status_2() -> None:
    assert run("scan", "nothing.yaml", "--dry-run").returncode == 2


@pytest.mark.parametrize(("options", "worst"), [
    ((), "8.0 s"),
    (("--rate", "50"), "1 min 36 s"),
    (("--rate", "50", "-t", "1s"), "24.0 s"),
    (("--host-rate", "10"), "48.0 s"),
])  # fmt: skip
def test_under_a_rate_a_silent_attempt_counts_with_the_syns_that_the_kernel_repeats(
    options: tuple[str, ...], worst: str
) -> None:
    done = run("scan", "10.0.0.1-10:1-60", "--dry-run", *options)
    assert f"about {worst}" in done.stdout, done.stdout


def test_a_name_that_the_locale_cannot_write_is_escaped(tmp_path: Path) -> None:
    targets = tmp_path / "targets.yaml"
    targets.write_text('targets: [{host: "h\u00f6st.localhost", port: 1}]', encoding="utf-8")
    done = run("scan", targets, "--dry-run", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "h\\xf6st.localhost:1" in done.stdout


def test_all_targets_for_who_asks() -> None:
    done = run(
        "sweep",
        "10.0.0.0/24",
        "host.invalid",
        "-p",
        "22,80-120",
        "--exclude",
        "10.0.0.1",
        "--no-shuffle",
        "--dry-run",
        "-v",
    )
    assert done.returncode == 0
    _, listed = done.stdout.split("targets in the order of probing, those of names as they are resolved:\n")
    targets = [line.strip() for line in listed.splitlines()]
    assert len(targets) == len(set(targets)) == 256 * 42
    assert targets[:2] == ["10.0.0.0:22", "10.0.0.2:22"]
    assert targets[-1] == "host.invalid:120"


def test_who_explains_is_told_what_is_asked_besides() -> None:
    """Packets that nobody typed."""
    done = run("scan", "10.0.0.1:9", "--explain", "--dry-run")
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("explain:")]
    assert line.endswith("up to 256 silent hosts are asked on 3 more of 22,80,443,445,3389")
    assert "explain:" not in run("scan", "10.0.0.1:9", "--dry-run").stdout


def test_what_is_expected_is_told_before_it_is_probed(tmp_path: Path) -> None:
    """Whether "deny" was understood as blocked is seen here, or never."""
    rules = tmp_path / "rules.csv"
    rules.write_text("host,port,action\n127.0.0.1,1,deny\n127.0.0.1,2,allow\n127.0.0.2,1,drop\n")
    done = run("scan", rules, "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert "rules:     2 blocked, 1 open\n" in done.stdout
    assert "  127.0.0.1:1  expected blocked\n" in done.stdout
    assert "  127.0.0.1:2  expected open\n" in run("scan", rules, "--dry-run", "-v").stdout
