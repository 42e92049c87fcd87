"""What a caller says of a scan, split into how to probe and what is said of the targets."""

import socket
from typing import Any

import pytest

from scanner.api.plans import plan_of_hosts
from scanner.api.wanted import Options, Wanted, joined
from scanner.errors import UsageError
from scanner.words.builtin_values import SCAN, SWEEP, Builtin


def test_both_are_joined_and_what_is_said_last_holds() -> None:
    first: Options = {"timeout": 1.0, "retries": 2, "family": 6, "strict": True}
    assert joined(first, {"timeout": None, "retries": 0, "family": 0, "strict": False}) == {
        "timeout": 1.0, "retries": 0, "family": 6, "strict": True,
    }  # fmt: skip
    assert joined({}, {"family": 4, "canary": True}) == {"family": 4, "canary": True}


@pytest.mark.parametrize("builtin", [SCAN, SWEEP])
def test_what_nobody_says_is_built_in(builtin: Builtin) -> None:
    settings = Wanted().settings(builtin)
    assert settings.builtin == builtin
    assert (settings.timeout, settings.expect, settings.retries, settings.ports) == (None, None, None, None)
    assert (settings.family, settings.allow_any, settings.dns_timeout) == (0, False, None)
    assert settings.vantage == socket.gethostname()


def test_what_is_said_is_split_in_two() -> None:
    wanted = Wanted(
        timeout=0.3, retries=0, expect="blocked", vantage="dmz", allow_any=True, dns_timeout=2.0, concurrency=7,
        rate=5.0, host_rate=0.5, source="::1", poller="poll", strict=True, canary=True,
    )  # fmt: skip
    settings, how = wanted.settings(SWEEP, ports=(22,)), wanted.scan_options()
    assert (settings.timeout, settings.retries, settings.expect, settings.ports) == (0.3, 0, "blocked", (22,))
    assert (settings.allow_any, settings.dns_timeout) == (True, 2.0)
    assert settings.family == 6, "probes that leave from an address are of its family"
    assert wanted.vantage == settings.vantage == "dmz"
    assert (how.concurrency, how.rate, how.host_rate, how.source, how.poller) == (7, 5.0, 0.5, "::1", "poll")
    assert (how.strict, how.canary) == (True, True)


def test_no_expectation_and_no_vantage_can_be_said() -> None:
    settings = Wanted(expect="", vantage="").settings()
    assert (settings.expect, settings.vantage) == ("", "")


def test_a_family_that_is_not_the_sources_is_refused() -> None:
    with pytest.raises(UsageError, match="not an IPv6 address; leave out either source or family"):
        Wanted(source="127.0.0.1", family=6)


def test_an_order_and_a_part_are_given_to_the_plan() -> None:
    plan = plan_of_hosts(["10.0.0.0/30"], "80", Wanted())
    assert Wanted().ordered(plan) is plan
    ordered = Wanted(seed=7, shard=(2, 3)).ordered(plan)
    assert (ordered.seed, ordered.shard, ordered.count) == (7, "2/3", 1)
    assert Wanted(seed=0).ordered(plan).seed == 0


@pytest.mark.parametrize("seed", [-1, 1 << 32, 1.0, True, "7"])
def test_no_seed(seed: Any) -> None:
    with pytest.raises(UsageError, match=r"seed=.*: write a whole number from 0 to 4294967295"):
        Wanted(seed=seed)


@pytest.mark.parametrize("shard", [3, "2/3", (1,), [1, 2], (0, 3), (4, 3), ("1", 2)])
def test_no_shard(shard: Any) -> None:
    with pytest.raises(UsageError, match="write"):
        Wanted(shard=shard).ordered(plan_of_hosts(["10.0.0.0/30"], "80", Wanted()))
