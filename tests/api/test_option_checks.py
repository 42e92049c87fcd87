"""Whether one value can be: what comes out, and that an error names the value and the remedy. (More of each where it is
decided, and as the command line takes them: `tests/cli/test_option_values.py`.)"""

from collections.abc import Callable

import pytest

from scanner.api import option_checks as checks
from scanner.errors import UsageError


@pytest.mark.parametrize(
    ("check", "text", "value"),
    [
        (checks.duration, "300ms", 0.3),
        (checks.retries, "0", 0),
        (checks.expectation, "not-open", "not-open"),
        (checks.port_list, "22,80-82", (22, 80, 81, 82)),
        (checks.target, "localhost:22", None),
        (checks.poller, "select", "select"),
        (checks.source, "127.0.0.1", "127.0.0.1"),
        (checks.family_of, "127.0.0.1", 4),
        (checks.family_of, "fe80::1%eth0", 6),
    ],
)
def test_good(check: Callable[[str], object], text: str, value: object) -> None:
    assert check(text) == value


@pytest.mark.parametrize(
    ("check", "text", "told"),
    [
        (checks.duration, "1h", "'1h' has an unknown unit; write ms or s"),
        (checks.retries, "101", "write 0 to 100"),
        (checks.expectation, "closed", "refused"),
        (checks.port_list, "70000", "70000"),
        (checks.target, "10.0.0.999:22", "10.0.0.999"),
        (checks.poller, "iocp", "'iocp' is not a poller of this system; available: "),
        (checks.source, "192.0.2.77", "'192.0.2.77' is not an address of this machine"),
    ],
)
def test_bad(check: Callable[[str], object], text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(text)
    assert told in str(caught.value).replace('"', "'")
