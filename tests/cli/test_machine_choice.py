"""What goes together with --dask, and what does not."""

from pathlib import Path
from typing import Any

import pytest

from scanner.cli.machine_choice import machine_choice
from scanner.errors import UsageError
from tests.cli.process import run, run_here
from tests.dask_clusters import tls_set

ADDRESS = "tcp://sched.example.net:8786"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"from_names": ("fra",)}, "--from needs --dask"),
        ({"dask_tls_key": "k.pem"}, "--dask-tls-key needs --dask"),
        ({"dask": ADDRESS, "source": "10.0.0.1"}, "--dask does not go with -S"),
        ({"dask": ADDRESS, "explain": True}, "--dask does not go with --explain"),
        ({"dask": ADDRESS, "processes": 2}, "--dask does not go with --processes"),
        ({"dask": ADDRESS, "journal": "j"}, "--dask does not go with --journal"),
        ({"dask": ADDRESS, "from_names": ("a",), "vantage": "b"}, "--from and --vantage cannot be combined"),
        ({"dask": "http://a"}, "write tcp://HOST:8786"),
        ({"dask": "http://a", "from_names": ("fra",)}, "write tcp://HOST:8786"),
        ({"dask": "http://a", "vantage": "lab"}, "write tcp://HOST:8786"),
    ],
)
def test_what_does_not_go_together(given: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        machine_choice(given)


@pytest.mark.parametrize(
    ("given", "said", "vantage"),
    [
        ({}, None, None),
        ({}, "here", "here"),
        ({"dask": ADDRESS}, None, "sched.example.net"),
        ({"dask": ADDRESS, "explain": False, "processes": None}, "lab", "lab"),
        ({"dask": ADDRESS, "from_names": ("fra", "nyc", "fra")}, None, "fra, nyc"),
    ],
)
def test_what_the_place_is_called(given: dict[str, Any], said: str | None, vantage: str | None) -> None:
    assert machine_choice({**given, "vantage": said if "from_names" not in given else None}).vantage(said) == vantage


def dry_run(*options: str) -> dict[str, str]:
    """Its lines by their heads."""
    done = run("sweep", "10.0.0.0/24", "-p", "1-9", "--dry-run", "--dask", "tcp://127.0.0.1:1", *options)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    return {head: text.strip() for head, _, text in (line.partition(":") for line in lines)}


def test_a_dry_run_connects_to_nobody_and_says_that_it_speaks_for_others() -> None:
    said = dry_run()
    assert said["targets"] == "2,304"
    assert said["estimate"].endswith(" (by one worker; more of them share the list)")
    assert said["machines"].startswith("the workers of tcp://127.0.0.1:1, which were not asked: what is ")


def test_a_dry_run_counts_what_all_places_probe() -> None:
    said = dry_run("--from", "fra", "--from", "nyc")
    assert said["targets"] == "4,608 (2,304 from each of fra, nyc)"
    assert said["estimate"].endswith(" (from each place)")
    assert said["machines"].startswith("fra, nyc of tcp://127.0.0.1:1, which ")
    assert dry_run("--from", "fra")["targets"] == "2,304"
    asked = dry_run("--from", "fra", "--from", "nyc", "--discover")
    assert asked["targets"] == "at most 4,608 (2,304 from each of fra, nyc), of the hosts that answer"
    assert asked["discovery"].endswith(": 4,864 targets from each place")


def test_who_has_all_of_the_list_where_names_may_meet_at_a_host(tmp_path: Path) -> None:
    words = ("sweep", "db", "10.0.0.1", "-p", "1", "--dask", ADDRESS, "--dry-run")
    told = "note: one worker has all of the list: names may lead to hosts that others have, and --host-rate holds "
    assert run_here(*words, "--host-rate", "5", cwd=tmp_path).stderr == f"{told}for each host\n"
    assert run_here(*words, "--host-rate", "5", "--from", "fra", cwd=tmp_path).stderr == ""
    assert run_here(*words, cwd=tmp_path).stderr == ""


LINK_LOCAL = (
    "an interface of this host, and the workers have others; leave it out, or scan it without --dask from a host"
)


@pytest.mark.parametrize("mode", [(), ("--dry-run",)])
def test_an_interface_is_one_hosts_own(mode: tuple[str, ...], tmp_path: Path) -> None:
    """Its number at a worker is that of another link: rows would be of a network that nobody asked for."""
    tmp_path.joinpath("list.yaml").write_text("targets:\n- 10.0.0.1:80\n- '[fe80::7%lo]:80'\n")
    for words, place in (
        (("sweep", "fe80::77%lo", "-p", "1"), '"fe80::77%lo" names'),
        (("sweep", "fe80::77%lo-fe80::79", "-p", "1"), '"fe80::77%lo-fe80::79" names'),
        (("scan", "list.yaml"), 'list.yaml:3:3: "fe80::7%lo" names'),
        (("sweep", "10.0.0.1", "-p", "1", "--exclude", "fe80::5%lo"), 'the exclude "fe80::5%lo" names'),
    ):
        done = run_here(*words, "--dask", ADDRESS, *mode, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"--dask: {place} {LINK_LOCAL}" in done.stderr
        assert done.stderr.count("\n") == 1
    done = run_here("sweep", "fe80::77%lo", "10.0.0.1", "-4", "-p", "1", "--dask", ADDRESS, "--dry-run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_an_address_and_its_certificates_are_read_once(tmp_path: Path) -> None:
    """Later they may be others."""
    ca, cert, key = tls_set(tmp_path)
    given = {"dask": "sched", "dask_tls_ca": str(ca), "dask_tls_cert": str(cert), "dask_tls_key": str(key)}
    choice = machine_choice(given)
    for path in (ca, cert, key):
        path.unlink()
    assert (choice.vantage(None), choice.where and choice.where.url) == ("sched", "tls://sched:8786")


def test_bad_usage_is_told_in_a_line() -> None:
    done = run("sweep", "127.0.0.1", "-p", "1", "--dask", "tls://127.0.0.1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ('error: --dask "tls://127.0.0.1" needs --dask-tls-ca, --dask-tls-cert and --dask-tls-key\n')


def test_without_the_extra(tmp_path: Path) -> None:
    tmp_path.joinpath("distributed.py").write_text("raise ImportError('not here')")
    done = run("sweep", "127.0.0.1", "-p", "1", "--dask", ADDRESS, env={"PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: --dask needs Dask; run pip install 'distributed>=2025.7'\n"
