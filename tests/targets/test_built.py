"""What a plan comes to, in numbers and in words."""

from ipaddress import ip_network

import pytest

from scanner.errors import UsageError
from scanner.machine.attached_networks import AttachedNetworks
from scanner.targets.entry import Settings
from scanner.targets.space.built import LeftOut, check_not_empty
from tests.targets.made import built, entry


def test_what_was_skipped_in_words() -> None:
    assert LeftOut().skipped_texts() == []
    some = LeftOut(ends=1, unspecified=2)
    assert some.skipped == 3
    assert some.skipped_texts() == [
        "1 address skipped: network or broadcast of an attached network",
        "2 addresses skipped: unspecified (0.0.0.0/8, ::)",
    ]


def test_targets_that_leave_this_host() -> None:
    made = built([entry("127.0.0.1 10.0.0.1 localhost db.LOCALHOST. db.localhost.example", "1,2")])
    assert (made.count, made.afar) == (10, 4)


def test_targets_beyond_the_attached_networks() -> None:
    attached = AttachedNetworks([ip_network("10.0.0.0/24")])
    made = built([entry("127.0.0.1 10.0.0.1 10.0.0.250-10.0.1.5 10.0.2.1 db1", "1,2"), entry("10.0.0.9 10.9.0.9", "3")])
    assert made.beyond(attached) == 2 * (6 + 1 + 1) + 1
    assert made.beyond(None) == made.afar


def test_nothing_left_says_why() -> None:
    check_not_empty(built([entry("web")]))
    with pytest.raises(UsageError, match=r"nothing left to probe: 2 targets excluded; check"):
        check_not_empty(built([entry("10.0.0.1", "1,2")], "10.0.0.0/8"))
    with pytest.raises(UsageError, match=r"1 host of the other address family \(-4, -6, -S\)"):
        check_not_empty(built([entry("10.0.0.1")], settings=Settings(family=6)))
    with pytest.raises(UsageError, match="no targets were named"):
        check_not_empty(built([]))
