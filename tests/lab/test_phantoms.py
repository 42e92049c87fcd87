"""Open ports behind which nobody listens are in doubt, and what is really open is not."""

import pytest

from tests.lab.scene import addresses

pytestmark = pytest.mark.lab

_NET = set(addresses("10.0.0.0/24"))
_REAL = {"10.0.0.5", "10.0.0.6"}


def _open(outcome, doubt):
    return {
        (row["address"], int(row["port"])) for row in outcome.rows if row["state"] == "open" and row["doubt"] == doubt
    }


@pytest.mark.parametrize(
    "options", [(), ("--canary",), pytest.param(("--rate", "600"), marks=pytest.mark.slow)], ids="-".join
)
def test_a_host_that_begins_to_accept_everything(lab, options):
    """The kernel may answer a few SYNs out of turn; the two real ports were found long before."""
    outcome = lab("wakes").sweep(*options, "--no-shuffle")
    undoubted = _open(outcome, "")
    real = {(host, port) for host in ("10.0.0.1", "fd00:10::1") for port in (22, 80)}
    assert real <= undoubted
    assert len(undoubted - real) <= 5
    assert len(_open(outcome, "accepts-everything")) >= 2 * (600 - 200 - 10)


@pytest.mark.parametrize(
    "options",
    [pytest.param((), marks=pytest.mark.slow), ("--canary",), pytest.param(("--rate", "600"), marks=pytest.mark.slow)],
    ids="-".join,
)
def test_a_box_that_leaves_out_some_ports(lab, options):
    """What refuses after a run of open ports does not vouch for them."""
    undoubted = _open(lab("leaves-out").sweep(*options, "--no-shuffle"), "")
    real = {(host, port) for host in ("10.0.0.1", "fd00:10::1") for port in (22, 80)}
    assert real <= undoubted
    assert len(undoubted - real) <= 5


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--canary",), ("--rate", "600")], ids="-".join)
def test_a_box_that_stops(lab, options):
    """Its own ports, asked again, refuse; and what is open long afterwards is real."""
    outcome = lab("stops").sweep(*options, "--no-shuffle")
    assert _open(outcome, "") == {(host, 550) for host in ("10.0.0.1", "fd00:10::1")}
    assert len(_open(outcome, "accepts-everything")) >= 2 * (200 - 10)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("name", "real", "accepted"), [
    ("wakes", {22, 80}, 2 * (600 - 200)), ("leaves-out", {22, 80}, 2 * (600 - 200 - 10)), ("stops", {22, 80, 550}, 400)
])  # fmt: skip
def test_boxes_are_known_whatever_the_order(lab, name, real, accepted, seed):
    """Nothing hangs on ports that ascend. (Which of the real ones are found before it begins does.)"""
    outcome = lab(name).sweep("--seed", str(seed))
    assert len({(host, port) for host, port in _open(outcome, "") if port not in real}) <= 5
    assert len(_open(outcome, "accepts-everything")) >= accepted - 20


def test_a_port_that_is_all_there_is(lab):
    scene = lab("shield")
    outcome = scene.run("scanner", "sweep", "10.0.0.0/24", "-p", "25", "-o", "OUT.csv")
    assert _open(outcome, "intercepted") == {(address, 25) for address in _NET}
    assert outcome.stderr.count("intercepted") == 1, "one line for all of them"
    assert "in doubt: 256 verdicts, intercepted" in outcome.stderr


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--canary",)], ids="-".join)
def test_real_hosts_behind_a_shield(lab, options):
    outcome = lab("shield").sweep(*options)
    assert _open(outcome, "intercepted") == {(address, 25) for address in _NET - _REAL}
    assert _open(outcome, "") == {(address, port) for address in _REAL for port in (25, 80)}


@pytest.mark.parametrize("ports", ["25,110,80", "25,110"])
def test_several_ports_behind_which_nobody_is(lab, ports):
    """Canaries show it: the two hosts refuse them, and elsewhere they stay silent."""
    outcome = lab("shields").run("scanner", "sweep", "10.0.0.0/24", "-p", ports, "--canary", "-q", "-o", "OUT.csv")
    assert _open(outcome, "intercepted") == {(address, port) for address in _NET - _REAL for port in (25, 110)}
    assert _open(outcome, "") == {(address, port) for address in _REAL for port in (25, 110)}


def test_hosts_listed_one_by_one_belong_to_nobody(lab):
    outcome = lab("shield").run("scanner", "sweep", *sorted(_NET), "-p", "25", "-q", "-o", "OUT.csv")
    assert _open(outcome, "") == {(address, 25) for address in _NET}


def test_strict_takes_it_for_doubt(lab):
    sweep = ("scanner", "sweep", "10.0.0.0/24", "-p", "25", "--expect", "open", "-q", "-o", "OUT.csv")
    assert lab("shield").run(*sweep).status == 0
    outcome = lab("shield").run(*sweep, "--strict")
    assert outcome.status == 1
    assert {row["met"] for row in outcome.rows} == {"false"}


def test_canaries_keep_off_what_is_excluded(lab):
    """All high ports are excluded, so no canary is sent, and the two hosts cannot be told from the others."""
    scene = lab("shield")
    outcome = scene.run(
        *(
            "scanner",
            "sweep",
            "10.0.0.0/24",
            "-p",
            "25",
            "--canary",
            "--exclude",
            "*:49152-65535",
            "-q",
            "-o",
            "OUT.csv",
        )
    )
    assert _open(outcome, "intercepted") == {(address, 25) for address in _NET}
