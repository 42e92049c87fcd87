"""Which list a scan is of: equal for what asks for the same, however it is written; different for anything else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scanner
from scanner.api.plans import Plan, plan_of_hosts, plan_of_words
from scanner.api.wanted import Wanted
from scanner.targets.make_plan import excludes_from


def listed(*words: str, exclude: tuple[str, ...] = (), ports: str = "", **wanted: object) -> str:
    """The digest of a scan of these words."""
    return plan_of_words(words, Wanted(**wanted), ports=ports, exclude=exclude).list_digest()  # type: ignore[arg-type]


def swept(hosts: list[str], ports: str = "80", *, discover: bool = False, **wanted: object) -> str:
    return plan_of_hosts(hosts, ports, Wanted(**wanted), discover=discover).list_digest()  # type: ignore[arg-type]


def of_file(text: str, folder: Path) -> str:
    path = folder / "targets.yaml"
    path.write_text(text, encoding="utf-8")
    return scanner.load_targets(path).list_digest()


BASE = listed("10.0.0.1:22,80", "db1:5432", exclude=("10.0.0.9", "*:25"))


@pytest.mark.parametrize(
    "again",
    [
        listed("db1:5432", "10.0.0.1:80,22", exclude=("*:25,10.0.0.9",)),
        listed("db1:5432", "db1:5432", "10.0.0.1:22,80,22", exclude=("*:25", "10.0.0.9", "*:25")),
        listed("10.0.0.1:22,80", "db1", ports="5432", exclude=("10.0.0.9", "*:25")),
        listed(
            "10.0.0.1:22,80", "db1:5432", exclude=("10.0.0.9", "*:25"),
            timeout=3.0, retries=0, rate=9.0, expect="refused", vantage="dmz", concurrency=3, strict=True,
        ),
    ],
)  # fmt: skip
def test_order_repetitions_and_how_it_is_probed_do_not_matter(again: str) -> None:
    assert again == BASE
    assert len(BASE) == 64
    assert int(BASE, 16)


@pytest.mark.parametrize(
    "other",
    [
        listed("10.0.0.1:22,81", "db1:5432", exclude=("10.0.0.9", "*:25")),
        listed("10.0.0.2:22,80", "db1:5432", exclude=("10.0.0.9", "*:25")),
        listed("10.0.0.1:22,80", "db2:5432", exclude=("10.0.0.9", "*:25")),
        listed("10.0.0.1:22,80", "DB1:5432", exclude=("10.0.0.9", "*:25")),
        listed("10.0.0.1:22,80", exclude=("10.0.0.9", "*:25")),
        listed("10.0.0.1:22,80", "db1:5432", "db1:5433", exclude=("10.0.0.9", "*:25")),
        listed("10.0.0.1:22,80", "db1:5432", exclude=("10.0.0.9", "*:26")),
        listed("10.0.0.1:22,80", "db1:5432", exclude=("10.0.0.9", "10.0.0.8:25")),
        listed("10.0.0.1:22,80", "db1:5432", exclude=("10.0.0.9",)),
        listed("10.0.0.1:22,80", "db1:5432", "10.0.0.9:1", exclude=("*:25",)),
        listed("10.0.0.1:22,80", "db1:5432", exclude=("10.0.0.9", "*:25"), family=4),
    ],
)
def test_other_targets_or_excludes_are_another_list(other: str) -> None:
    assert other != BASE


def test_addresses_in_a_row_may_be_written_in_any_way() -> None:
    same = [["10.0.0.1-10.0.0.4"], ["10.0.0.1", "10.0.0.4", "10.0.0.2-3"], ["10.0.0.1-3", "10.0.0.2-4"]]
    assert len({swept(hosts) for hosts in same}) == 1
    assert swept(["10.0.0.1-10.0.0.5"]) != swept(same[0])
    assert swept(["10.0.0.0/30"]) != swept(["10.0.0.0-10.0.0.3"])  # of a network's ends some are never probed
    assert swept(["::1"]) != swept(["0::1"])  # rows have the text


def test_long_port_lists() -> None:
    assert swept(["10.0.0.1"], "1-65535") == swept(["10.0.0.1"], "-")
    assert swept(["10.0.0.1"], "1-65535") != swept(["10.0.0.1"], "1-65534")


def test_whether_silent_hosts_are_passed_over() -> None:
    assert swept(["10.0.0.1"], "top:10", discover=True) != swept(["10.0.0.1"], "top:10")


def test_names_of_entries_count_and_what_is_expected_does_not(tmp_path: Path) -> None:
    base = of_file("targets: [{name: a, host: h, port: 1}, {name: b, host: h, port: 1}]", tmp_path)
    assert base == of_file("targets: [{name: b, host: h, port: 1}, {name: a, host: h, port: 1, tags: [x]}]", tmp_path)
    assert base == of_file(
        "defaults: {expect: refused, port: 1, timeout: 3s}\ntargets: [{name: a, host: h}, {name: b, host: h}]", tmp_path
    )
    assert base != of_file("targets: [{name: a, host: h, port: 1}, {name: c, host: h, port: 1}]", tmp_path)
    assert base != of_file("targets: [{name: a, host: h, port: 1}]", tmp_path)
    assert base != of_file(
        "exclude: [h2]\ntargets: [{name: a, host: h, port: 1}, {name: b, host: h, port: 1}]", tmp_path
    )


def test_an_exclude_is_no_target() -> None:
    """Nor can a name be written so that it looks like more."""
    targets = [scanner.Target("a", 1)]
    assert (
        digest(targets)
        != Plan(
            list(plan_of_words(["a:1"], Wanted()).entries), excludes_from(["a:1"]), Wanted().settings()
        ).list_digest()
    )
    assert digest([scanner.Target("a", 1, name="x\n'y' [1] b")]) != digest([scanner.Target("a", 1, name="x")])


def digest(targets: list[scanner.Target]) -> str:
    from scanner.api.plans import plan_of_targets

    return plan_of_targets(targets, Wanted()).list_digest()


_TARGETS = st.lists(
    st.builds(
        scanner.Target,
        st.sampled_from(["a", "b", "10.0.0.1", "10.0.0.2", "::1"]),
        st.integers(1, 3),
        name=st.sampled_from(["", "x"]),
    ),
    min_size=1,
    max_size=6,
)


@given(_TARGETS, st.randoms(use_true_random=False))
def test_any_order(targets: list[scanner.Target], random: "object") -> None:
    mixed = list(targets)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert digest(mixed + mixed[:2]) == digest(targets)


@given(_TARGETS, _TARGETS)
def test_lists_of_other_targets_differ(one: list[scanner.Target], other: list[scanner.Target]) -> None:
    """Each target here is an entry; what entries share a name and ports is what a digest joins."""
    sets = [{(target.name, target.host, target.port) for target in targets} for targets in (one, other)]
    assert (digest(one) == digest(other)) == (sets[0] == sets[1])


def test_which_ports_are_expected_to_be_what_and_how_many_are_needed_does_not_matter(tmp_path: Path) -> None:
    plain = of_file("targets: [{host: 10.0.0.1, ports: [22, 80, 443]}]", tmp_path)
    text = "targets: [{host: 10.0.0.1, expect: {blocked: '22,80', open: 443}, need: 1}]"
    assert of_file(text, tmp_path) == plain
