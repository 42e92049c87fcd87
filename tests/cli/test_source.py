"""`-S`: only a numeric address of this machine, known by binding to it; nothing is sent."""

import socket

import pytest

from scanner.errors import UsageError
from scanner.machine.kernel import Kernel
from scanner.machine.source import bind_address, check_source, family_of


def test_addresses_of_this_machine() -> None:
    assert check_source("127.0.0.1") == "127.0.0.1"
    assert check_source("127.8.8.8") == "127.8.8.8"
    assert bind_address("127.8.8.8") == (socket.AF_INET, ("127.8.8.8", 0))
    assert (family_of("127.0.0.1"), family_of("::1")) == (4, 6)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("192.0.2.77", "is not an address of this machine"),
        ("2001:db8::77", "2001:db8::77"),  # no such address, or no IPv6 at all
        ("localhost", "is not a numeric source address"),
        ("127.1", "is not a numeric source address"),
        ("127.0.0.1:80", "is not a numeric source address"),
        ("", "is not a numeric source address"),
        ("a\0b", "is not a numeric source address"),
        ("x" * 100, "is not a numeric source address"),
        ("fe80::1%nosuchinterface", "is not a numeric source address"),
        ("0.0.0.0", "leave -S out"),
        ("::", "leave -S out"),
        ("0:0::0", "leave -S out"),
        ("::ffff:0.0.0.0", "leave -S out"),
        ("0.0.0.1", "leave -S out"),
    ],
)
def test_others(text: str, said: str) -> None:
    """A kernel is as strict: a program may give it an address that no command line has checked."""
    with pytest.raises(UsageError, match=said) as caught:
        check_source(text)
    assert str(caught.value).isprintable()
    if text:
        with pytest.raises(UsageError) as again:
            Kernel(text)
        assert str(again.value) == str(caught.value)
