"""What is traced: words with excludes, as a plan. (Traces themselves: `tests/tracing`.)"""

from pathlib import Path

import pytest

from scanner.api.traces import plan_to_trace
from scanner.errors import TargetError, UsageError


def test_words_with_excludes_and_a_family(tmp_path: Path) -> None:
    (tmp_path / "never.txt").write_text("10.0.0.2\n")
    plan = plan_to_trace(
        ["10.0.0.1-3:22,80", "[::1]:80"], family=4, exclude=["10.0.0.1:80"], exclude_files=[str(tmp_path / "never.txt")]
    )
    assert sorted((each.host, each.port) for each in plan.first(9)) == [
        ("10.0.0.1", 22),
        ("10.0.0.3", 22),
        ("10.0.0.3", 80),
    ]
    assert not plan.expecting


def test_what_names_no_port_and_what_is_too_much() -> None:
    with pytest.raises(TargetError, match=r"names no port; write HOST:PORT, such as 10\.0\.0\.1:443"):
        plan_to_trace(["10.0.0.1"])
    with pytest.raises(UsageError, match="too many to trace"):
        plan_to_trace(["10.0.0.0/16:22"])
