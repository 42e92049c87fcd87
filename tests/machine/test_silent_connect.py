"""What the kernel's settings say of a connect() that nobody answers."""

from pathlib import Path

import pytest

from scanner.machine.silent_connect import silent_connect_s


@pytest.mark.parametrize(
    ("retries", "linear", "seconds"),
    [
        ("6\n", None, 127), ("6\n", "4\n", 131), ("2", "0", 7), (None, None, 127), ("x", "", 127),
        ("\u0663", None, 127), ("", "4", 131), ("127", None, (2 << 127) - 1), ("99999", None, (2 << 127) - 1),
    ],
)  # fmt: skip
def test_how_long_a_connect_takes(retries: str | None, linear: str | None, seconds: int, tmp_path: Path) -> None:
    for name, text in (("tcp_syn_retries", retries), ("tcp_syn_linear_timeouts", linear)):
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
    assert silent_connect_s(str(tmp_path)) == seconds
