"""Plans out of words, files and hosts: what is counted, what is excluded, and what is told of mistakes."""

from pathlib import Path

import pytest

from scanner.api.plans import (
    is_target_file,
    plan_of_file,
    plan_of_hosts,
    plan_of_targets,
    plan_of_typed_hosts,
    plan_of_words,
)
from scanner.api.wanted import Wanted
from scanner.errors import TargetError, UsageError
from scanner.model import Target
from scanner.words.builtin_values import SCAN, SWEEP


def test_words_with_files_ports_and_excludes(tmp_path: Path) -> None:
    file, excluded = tmp_path / "targets.yaml", tmp_path / "never.txt"
    file.write_text('{targets: ["10.0.0.0/30:80"], exclude: ["10.0.0.1"]}')
    excluded.write_text("10.0.0.2\n")
    plan = plan_of_words(
        [str(file), "10.0.1.1", "10.0.1.2:22"],
        Wanted(expect="refused"),
        ports="443",
        exclude=["10.0.1.2"],
        exclude_files=[str(excluded)],
    )
    assert [(target.host, target.port) for target in plan] == [("10.0.0.0", 80), ("10.0.0.3", 80), ("10.0.1.1", 443)]
    assert plan.excluded == 3
    assert plan.settings.expect == "refused"


def test_mistakes_of_excludes_are_told_before_those_of_targets() -> None:
    with pytest.raises(TargetError, match="10\\.0\\.0\\.999") as caught:
        plan_of_words(["10.0.0.0.1:22"], Wanted(), exclude=["10.0.0.999"])
    assert len(caught.value.problems) == 1


def test_nothing_left_to_probe_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="nothing left to probe"):
        plan_of_typed_hosts(["10.0.0.1"], "22", Wanted(), exclude=["10.0.0.0/8"])


def test_each_kind_of_plan_has_what_is_built_in_for_it() -> None:
    for plan, builtin in (
        (plan_of_words(["10.0.0.1:22"], Wanted()), SCAN),
        (plan_of_targets([Target("10.0.0.1", 22)], Wanted()), SCAN),
        (plan_of_hosts(["10.0.0.1"], "22", Wanted()), SWEEP),
        (plan_of_typed_hosts(["10.0.0.1"], "22", Wanted()), SWEEP),
    ):
        assert plan.settings.builtin == builtin


def test_a_file_that_means_every_address_is_read_and_its_scan_decides(tmp_path: Path) -> None:
    file = tmp_path / "targets.yaml"
    file.write_text('targets: ["0.0.0.0/0:80"]')
    plan = plan_of_file(str(file))
    assert plan.count > 1 << 31
    with pytest.raises(TargetError):
        plan.with_settings(Wanted().settings())


def test_hosts_of_files_and_what_to_write_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hosts.txt").write_text("10.0.0.1\n10.0.0.2 # spare\n")
    assert plan_of_typed_hosts(["10.0.0.3"], "1-2", Wanted(), hosts_files=["hosts.txt"]).count == 6
    with pytest.raises(TargetError, match="-i"):
        plan_of_typed_hosts(["hosts.txt"], "22", Wanted())
    with pytest.raises(TargetError) as caught:
        plan_of_hosts(["hosts.txt"], "22", Wanted())
    assert "-i" not in str(caught.value), "a program has no such option"


def test_which_words_are_files(tmp_path: Path) -> None:
    assert all(map(is_target_file, ("-", "targets.yaml", str(tmp_path))))
    assert not any(map(is_target_file, ("10.0.0.1:22", "db1.example.net:5432")))
