"""How many more probes there is room for, and what is said about it."""

import errno

from scanner.engine.room.conntrack import Conntrack
from scanner.engine.room.room import Room


def test_as_wide_as_sockets_and_user_allow() -> None:
    assert Room(5000).for_more(0, 0, 0.0) == 4688
    assert Room(5000, 100).for_more(40, 0, 0.0) == 60
    assert Room(100_000).for_more(0, 0, 0.0) == 32_768
    assert Room(100_000, 50_000).for_more(0, 0, 0.0) == 50_000
    assert Room(5000, 5000).for_more(0, 0, 0.0) == 5000


def test_no_wider_than_fits_in_memory_unless_the_user_says_so() -> None:
    room = Room(100, in_memory=1000)
    assert room.for_more(0, 0, 0.0) == 94
    room.fit(100_000)
    assert room.for_more(0, 0, 0.0) == 1000
    assert Room(5000, 2000, in_memory=1000).for_more(0, 0, 0.0) == 2000


def test_more_sockets_make_more_room() -> None:
    room = Room(100)
    room.fit(3200)
    assert room.for_more(0, 0, 0.0) == 3000


def test_the_tracking_table_has_its_say() -> None:
    room = Room(5000, conntrack=Conntrack(lambda: 0, 1000))
    assert room.for_more(0, 0, 0.0) == 499
    room = Room(5000, conntrack=Conntrack(lambda: 999, 1000))
    assert [room.for_more(0, 100, 0.0) for _ in range(3)] == [0, 0, 0]
    assert len(room.warnings) == 1
    assert "nf_conntrack_max" in room.warnings[0]


def test_few_sockets_are_told_once_and_only_where_nobody_chose_them() -> None:
    room = Room(100)
    room.nothing_launched(93)
    assert room.warnings == []
    for _ in range(3):
        room.nothing_launched(94)
    assert room.warnings == [
        "slower than it could be (the answers are the same): this process may open only 100 more files: "
        "raise `ulimit -n`"
    ]
    chosen = Room(100, 100)
    chosen.nothing_launched(100)
    enough = Room(1000)
    enough.nothing_launched(1000)
    assert chosen.warnings == enough.warnings == []


def test_a_shortage_is_told_and_makes_the_window_smaller() -> None:
    room = Room(5000)
    for _ in range(2):
        room.short_of(errno.ENOBUFS, 300, 1.0)
    assert room.for_more(300, 0, 1.5) == 75, "a quarter more than there was, half a second later"
    assert len(room.warnings) == 1
    room.say("")
    assert len(room.warnings) == 1
