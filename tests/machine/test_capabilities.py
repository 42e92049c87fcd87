"""What of root's powers this process has, as the kernel shows it in its own files."""

import builtins
import io
from collections.abc import Callable
from typing import Any

import pytest

from scanner.machine.capabilities import Power, is_held, is_mapped

Shows = Callable[[dict[str, str]], None]


@pytest.fixture
def kernel_shows(monkeypatch: pytest.MonkeyPatch) -> Shows:
    """What stands in files of /proc/self; one that is not named here cannot be read."""

    def shows(files: dict[str, str]) -> None:
        real = builtins.open

        def opened(path: Any, *words: Any, **more: Any) -> Any:
            if not str(path).startswith("/proc/self/"):
                return real(path, *words, **more)
            text = files.get(str(path).removeprefix("/proc/self/"))
            if text is None:
                raise FileNotFoundError(path)
            return io.StringIO(text)

        monkeypatch.setattr(builtins, "open", opened)

    return shows


@pytest.mark.parametrize(
    ("held", "chown", "owner"),
    [("000001ffffffffff", True, True), ("0000000000000000", False, False), ("0000000000000008", False, True)],
)
def test_powers_are_bits_of_what_is_in_effect(kernel_shows: Shows, held: str, chown: bool, owner: bool) -> None:
    kernel_shows({"status": f"Name:\tpython\nCapPrm:\t000001ffffffffff\nCapEff:\t{held}\nCapBnd:\t0\n"})
    assert (is_held(Power.CHOWN), is_held(Power.OWNER)) == (chown, owner)


@pytest.mark.parametrize("status", [None, "Name:\tpython\n", "CapEff:\tnothing\n"])
@pytest.mark.parametrize(("user", "held"), [(0, True), (1000, False)])
def test_where_the_kernel_does_not_tell_root_has_them_all(
    monkeypatch: pytest.MonkeyPatch, kernel_shows: Shows, status: str | None, user: int, held: bool
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    kernel_shows({} if status is None else {"status": status})
    assert is_held(Power.CHOWN) is held


def test_whom_a_namespace_has(kernel_shows: Shows) -> None:
    kernel_shows({"uid_map": "         0       1000          1\n         1     100000      65536\n"})
    assert [is_mapped("uid", number) for number in (0, 1, 65536, 65537)] == [True, True, True, False]
    assert is_mapped("gid", 65537), "the kernel does not tell of groups"
