"""Comparing a report with a scene's truth: every target exactly once, each with the right verdict."""

from collections.abc import Iterable, Mapping
from itertools import islice

from tests.lab.scene import Oracle, Scene, Truth

_EXAMPLES = 5
_EITHER = {"blocked": ("timeout", "unreachable"), "reachable": ("open", "refused")}


def _agrees(truth: Truth, row: Mapping[str, str]) -> bool:
    states = _EITHER.get(truth.state, (truth.state,))
    return (
        row["state"] in states and truth.reason in (None, row["reason"]) and truth.icmp_from in (None, row["icmp_from"])
    )


def _show(group: dict[str, list[str]]) -> list[str]:
    lines = []
    for what, where in sorted(group.items(), key=lambda item: -len(item[1])):
        examples = " ".join(islice(where, _EXAMPLES)) + (" ..." if len(where) > _EXAMPLES else "")
        lines.append(f"{len(where)} x {what}: {examples}")
    return lines


def mismatches(
    scene: Scene, rows: Iterable[Mapping[str, str]], targets: Iterable[tuple[str, int]] | None = None
) -> list[str]:
    """What is wrong with these report rows, a line for each kind of mistake with its count and some targets;
    empty when every target (by default all of the scene's) is there exactly once, with the right verdict."""
    oracle = Oracle(scene)
    expected = set(scene.targets() if targets is None else targets)
    missing, wrong = set(expected), dict[str, list[str]]()
    for row in rows:
        key = (row["address"], int(row["port"]))
        if key not in missing:
            what = "reported twice" if key in expected else "never asked for"
            wrong.setdefault(what, []).append(f"{key[0]}:{key[1]}")
            continue
        missing.discard(key)
        truth = oracle.truth(*key)
        if not _agrees(truth, row):
            is_ = f"{truth.state} {truth.reason or '*'} {truth.icmp_from if truth.icmp_from is not None else '*'}"
            said = f"{row['state']} {row['reason']} {row['icmp_from']}"
            wrong.setdefault(f"is {is_.strip()}, reported {said.strip()}", []).append(f"{key[0]}:{key[1]}")
    if missing:
        wrong["not reported"] = [f"{address}:{port}" for address, port in sorted(missing)]
    return _show(wrong)


def misses(lines: list[str]) -> int:
    """How many targets those lines are about."""
    return sum(int(line.split(" x ", 1)[0]) for line in lines)
