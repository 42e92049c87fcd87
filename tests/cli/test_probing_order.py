"""`--shuffle`, `--seed` and `--shard` as people call them: shards of one list, and reports that tell."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scanner.targets.grammar.single_values import MOST_PARTS
from tests.cli.process import run

Pair = tuple[str, int]


def scan_part(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text())["scan"]
    assert isinstance(found, dict)
    return found


def pairs(path: Path) -> Counter[Pair]:
    return Counter((row["address"], row["port"]) for row in json.loads(path.read_text())["results"])


def listed(*words: object) -> list[str]:
    """The targets of a dry run, in the order of probing."""
    done = run(*words, "--dry-run", "-v")
    assert (done.returncode, done.stderr) == (0, "")
    _, head, told = done.stdout.partition("targets in the order of probing")
    assert head
    return [line.split()[0] for line in told.splitlines()[1:]]


def test_shards_together_are_the_whole(tmp_path: Path) -> None:
    sweep = ("sweep", "127.0.0.8/29", "127.0.1.3", "-p", "1,2,7", "-q")
    assert run(*sweep, "-o", "whole.json", cwd=tmp_path).returncode == 0
    for shard in (1, 2, 3):
        done = run(*sweep, "--shard", f"{shard}/3", "-o", f"{shard}.json", "-o", "all.db", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
    parts = [tmp_path / f"{shard}.json" for shard in (1, 2, 3)]
    assert sum(map(pairs, parts), Counter()) == pairs(tmp_path / "whole.json")
    assert [scan_part(path)["shard"] for path in parts] == ["1/3", "2/3", "3/3"]
    assert scan_part(tmp_path / "whole.json")["shard"] is None
    assert len({scan_part(path)["list_digest"] for path in [*parts, tmp_path / "whole.json"]}) == 1
    seeds = [scan_part(path)["seed"] for path in parts]
    assert all(isinstance(seed, int) for seed in seeds)
    assert run("convert", "all.db", "-o", "db.json", cwd=tmp_path).returncode == 0
    assert [scan_part(tmp_path / "db.json")[key] for key in ("shard", "seed")] == ["3/3", seeds[2]]


@pytest.mark.slow
def test_what_a_shard_leaves_out_was_not_scanned(tmp_path: Path, open_port: int) -> None:
    sweep = ("sweep", "127.0.0.0/30", "-p", open_port, "-q")
    run(*sweep, "-o", "whole.json", cwd=tmp_path)
    for name, more in (("1", "--shard=1/2"), ("2", "--shard=2/2"), ("again", "--shard=2/2")):
        run(*sweep, more, "-o", f"{name}.json", cwd=tmp_path)
    for old, new, said in (("whole", "1", "shard 1/2"), ("1", "2", "shard 2/2")):
        done = run("diff", f"{old}.json", f"{new}.json", cwd=tmp_path)
        assert "vanished" not in done.stdout
        assert f"the report has only {said}" in done.stdout
    assert run("diff", "2.json", "again.json", cwd=tmp_path).stderr == "nothing moved; 2 the same\n"
    report = json.loads((tmp_path / "again.json").read_text())
    report["results"].pop()
    (tmp_path / "again.json").write_text(json.dumps(report))
    done = run("diff", "2.json", "again.json", cwd=tmp_path)
    assert "shard" not in done.stdout, "both have the same hosts, so the shard explains nothing"
    assert done.returncode == 1


def test_a_shard_without_a_host_is_no_failure(tmp_path: Path) -> None:
    """Cron jobs of three machines share a list, which has two hosts today."""
    done = run("sweep", "127.0.0.1-2", "-p", "1", "--shard", "3/3", "-o", "r.json", "-o", "r.csv", cwd=tmp_path)
    assert done.returncode == 0
    said = "shard 3/3 has no target: the list has fewer hosts than there are shards"
    assert f"warning: {said}" in done.stderr
    assert pairs(tmp_path / "r.json") == Counter()
    assert scan_part(tmp_path / "r.json")["warnings"] == [said]
    by_name = run("sweep", "127.0.0.1-2", "-p", "1", "--exclude", "localhost", "--shard", "1/2", cwd=tmp_path)
    said = "warning: nothing was probed: all addresses of this part of the list are excluded\n"
    assert (by_name.returncode, said in by_name.stderr) == (0, True)
    assert "nothing was probed" not in done.stderr
    nothing = run("sweep", "127.0.0.1", "-p", "1", "--exclude", "127.0.0.1", "--shard", "1/2", cwd=tmp_path)
    assert (nothing.returncode, "nothing left to probe" in nothing.stderr) == (2, True)


@pytest.mark.parametrize(
    ("shard", "words", "why"),
    [
        ("1/4", ["10.1.0.0-3", "--exclude", "10.1.0.0"], "nothing is left of its hosts: 1 target excluded"),
        ("1/4", ["10.1.0.0-3", "--exclude", "10.1.0.0:22"], "nothing is left of its hosts: 1 target excluded"),
        (
            "1/4", ["10.1.0.0", "::1", "-6"],
            "nothing is left of its hosts: 1 host of the other address family (-4, -6, -S)",
        ),
        ("4/4", ["10.1.0.0-2"], "the list has fewer hosts than there are shards"),
        ("4/4", ["10.1.0.0-2", "--exclude", "10.1.0.0"], "the list has fewer hosts than there are shards"),
    ],
)  # fmt: skip
def test_why_a_shard_has_no_target(shard: str, words: list[str], why: str) -> None:
    done = run("sweep", *words, "-p", "22", "--shard", shard, "--dry-run")
    said = f"warning:   shard {shard} has no target: {why}\n"
    assert done.returncode == 0
    assert said in done.stdout


def test_a_shard_does_not_judge_what_entries_need(tmp_path: Path, open_port: int, closed_port: int) -> None:
    pool = f"- {{name: pool, hosts: [127.0.0.1, localhost], ports: [{closed_port}], need: 1, expect: open}}\n"
    (tmp_path / "t.yaml").write_text(f"targets:\n{pool}- 127.0.0.1:{open_port}\n- 127.0.0.1:{closed_port}\n")
    whole = run("scan", "t.yaml", "-4", "-q", cwd=tmp_path)
    assert whole.returncode == 1
    for shard, status in (("1/2", 1), ("2/2", 0)):
        done = run("scan", "t.yaml", "-4", "--shard", shard, "-o", "r.json", cwd=tmp_path)
        assert done.returncode == status
        met = {
            row["name"] or row["port"]: row["met"] for row in json.loads((tmp_path / "r.json").read_text())["results"]
        }
        assert met["pool"] is None
        if shard == "1/2":
            assert (met[open_port], met[closed_port]) == (True, False)
            assert "3 rules: 1 not as expected, of the others not all is known" in done.stderr
        assert "1 entry needs so many of its targets as expected, which no shard can judge alone" in done.stderr
        assert "too few" not in done.stdout
        assert "without a target" not in done.stderr


def test_the_order_of_a_sweep_is_random_and_its_seed_repeats_it(tmp_path: Path) -> None:
    sweep = ("sweep", "10.0.0.0/28", "-p", "1-5")
    straight = listed(*sweep, "--no-shuffle")
    assert straight == [f"10.0.0.{host}:{port}" for port in range(1, 6) for host in range(16)]
    assert listed(*sweep, "--seed", "7") == listed(*sweep, "--seed=7", "--shuffle") != straight
    assert listed(*sweep) != listed(*sweep) != straight
    assert sorted(listed(*sweep)) == sorted(straight)
    assert listed("scan", "10.0.0.0/28:1-5") == straight
    assert listed("scan", "10.0.0.0/28:1-5", "--seed", "7") == listed(*sweep, "--seed", "7")
    assert listed("sweep", "10.0.0.1", "-p", "1-5") == [f"10.0.0.1:{port}" for port in range(1, 6)]
    assert listed("sweep", "10.0.0.1", "-p", "1-5", "--shuffle") != listed("sweep", "10.0.0.1", "-p", "1-5")
    first = run(*sweep, "--seed", "7", "--shard", "2/3", "--dry-run").stdout.splitlines()
    assert "shard:     2/3 of the hosts" in first
    assert "order:     random (--seed 7 repeats it)" in first
    at = first.index("first targets:") + 1
    assert [line.strip() for line in first[at : at + 10]] == listed(*sweep, "--seed", "7", "--shard", "2/3")[:10]


def test_names_are_shuffled_like_addresses(tmp_path: Path) -> None:
    """They come as they are resolved, and lookups begin in a random order."""
    sweep = ("sweep", "n[1-20].test", "-p", "1-3")
    straight = listed(*sweep, "--no-shuffle")
    assert straight == [f"n{host}.test:{port}" for host in range(1, 21) for port in range(1, 4)]
    first, second = (listed(*sweep, "--seed", seed) for seed in "12")
    assert listed(*sweep, "--seed", "1") == first != second
    assert sorted(first) == sorted(second) == sorted(straight)
    for one in (first, second):
        hosts = [target.partition(":")[0] for target in one[::3]]
        assert hosts != [f"n{host}.test" for host in range(1, 21)], "their hosts"
        assert len({target.partition(":")[2] for target in one[::3]}) > 1, "and the ports of each"


def test_the_seed_is_told(tmp_path: Path) -> None:
    done = run("sweep", "127.0.0.1-2", "-p", "1", "-v", "-o", "r.json", cwd=tmp_path)
    seed = scan_part(tmp_path / "r.json")["seed"]
    assert f"order: random (--seed {seed} repeats it)" in done.stderr
    assert "order" not in run("scan", "127.0.0.1:1", "--expect", "any", "-v", "-o", "s.json", cwd=tmp_path).stderr
    assert scan_part(tmp_path / "s.json")["seed"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--shard", "0/3"], "there is no shard 0 of 3; write 1/3 to 3/3"),
        (["--shard", "4/3"], "there is no shard 4 of 3; write 1/3 to 3/3"),
        (["--shard", "3"], "3 is not a valid shard; write one such as 2/3, the second of three"),
        (["--shard", "a/b"], "a/b is not a valid shard; write one such as 2/3"),
        (["--shard", "1/0"], "1/0 is not a valid shard; write one such as 2/3"),
        (["--shard", f"1/{MOST_PARTS + 1}"], "is not a valid shard; write one such as 2/3"),
        (["--shard", "1/99999999999999999999"], "is not a valid shard; write one such as 2/3"),
        (["--seed", "-1"], "-1 is not a valid seed; write a whole number from 0 to 4294967295"),
        (["--seed", "4294967296"], "4294967296 is not a valid seed; write a whole number from 0 to 4294967295"),
        (["--seed", "1", "--no-shuffle"], "--seed and --no-shuffle cannot be combined; leave one of them out"),
    ],
)
def test_what_it_cannot_be(words: list[str], said: str) -> None:
    done = run("sweep", "127.0.0.1", "-p", "1", *words)
    assert done.returncode == 2
    assert said in done.stderr.replace('"', "").replace("'", "")
