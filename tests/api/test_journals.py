"""What a scan is known by when its command comes again: what decides on its rows, however it is said."""

from pathlib import Path
from typing import Any

import pytest

from scanner.api.journals import asked_of
from scanner.api.plans import plan_of_typed_hosts, plan_of_words
from scanner.api.wanted import Wanted

LIST = "targets:\n- 127.0.0.1:22\n- {host: 127.0.0.2, port: 80, expect: refused, retries: 7}\n"


def differing(path: Path, text: str, **said: Any) -> set[str]:
    """In what a scan of this list, for which that was said, is another than without."""
    path.write_text(text)
    scans = []
    for given in (said, {}):
        wanted = Wanted(vantage="here", **given)
        scans.append(asked_of(plan_of_words([str(path)], wanted), wanted, "scan", {}).identity)
    return {name for name in scans[0] if scans[0][name] != scans[1][name]}


@pytest.mark.parametrize(
    ("defaults", "said", "differs"),
    [
        ("", {"retries": 1, "expect": "open"}, set()),
        ("", {"retries": 2}, {"--retries"}),
        ("", {"expect": "blocked"}, {"--expect"}),
        ("defaults: {retries: 3}\n", {"retries": 1}, {"--retries"}),
        ("defaults: {expect: refused}\n", {"expect": "open"}, {"--expect"}),
        ("defaults: {expect_from: {here: refused}}\n", {"expect": "open"}, {"--expect"}),
        ("defaults: {timeout: 2s}\n", {"retries": 1, "expect": "open"}, set()),
        # Who types a timeout has no neighbour waited for any longer.
        ("", {"timeout": 4.0}, {"--timeout"}),
        (
            "",
            {"rate": 5.0, "host_rate": 1.0, "concurrency": 3, "strict": True, "processes": 2, "poller": "poll"},
            set(),
        ),
    ],
)
def test_a_default_that_is_typed_out_is_the_same_where_the_list_has_none(
    defaults: str, said: dict[str, Any], differs: set[str], tmp_path: Path
) -> None:
    assert differing(tmp_path / "t.yaml", LIST + defaults, **said) == differs


def test_a_sweep_has_defaults_of_its_own() -> None:
    plain, said = Wanted(vantage="here"), Wanted(vantage="here", retries=1, expect="")
    one, other = (asked_of(plan_of_typed_hosts(["127.0.0.1"], "1", each), each, "sweep", {}) for each in (plain, said))
    assert one == other


def test_only_what_may_explain_a_change_is_kept_of_what_was_typed(tmp_path: Path) -> None:
    wanted = Wanted(vantage="here")
    plan = plan_of_typed_hosts(["127.0.0.1"], "1", wanted)
    typed = {"ports": "1", "targets": ["127.0.0.1"], "rate": 5.0, "vantage": "here", "journal": "j"}
    assert asked_of(plan, wanted, "sweep", typed).said == {
        "ports": "1", "targets": ["127.0.0.1"], "vantage": "here",
    }  # fmt: skip
