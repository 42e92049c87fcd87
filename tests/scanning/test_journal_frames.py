"""Frames of a journal: whatever is torn off or damaged, what is read is what was written, or nothing is."""

import random
import tracemalloc
from collections.abc import Iterable

import pytest

from scanner.scanning.journal.journal_frames import (
    OPENING,
    DamagedError,
    Frame,
    FrameKind,
    FrameList,
    framed,
    frames_of,
)

PAYLOADS = [b"{}", b"", bytes(range(256)), b"\xf5\x0bSJ" * 3, b"x" * 500]


class Bytes:
    """A file that is only read."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read_at(self, begin: int, count: int) -> bytes:
        return self._data[begin : begin + count]


def journal(*, safe: bool = True) -> bytes:
    """One of each payload; `safe`: each was written when all before were on the disk, else nothing was."""
    data = OPENING
    for payload in PAYLOADS:
        data += framed(FrameKind.ROWS, payload, len(data) if safe else 0)
    return data


def payloads(data: bytes, frames: Iterable[Frame]) -> list[bytes]:
    return [data[frame.begin : frame.end] for frame in frames]


def test_what_is_written_is_read() -> None:
    data = journal()
    frames = frames_of(Bytes(data))
    assert payloads(data, frames) == PAYLOADS
    assert frames.end == len(data)
    assert {frame.kind for frame in frames} == {FrameKind.ROWS}


def test_frames_are_found_by_their_kind_and_take_few_bytes_each() -> None:
    frames, end = FrameList(), len(OPENING)
    kinds = [FrameKind.SCAN, FrameKind.ROWS, FrameKind.STATE, FrameKind.ROWS]
    for number, kind in enumerate(kinds):
        size = len(framed(kind, b"x" * number, 0))
        frames.add(Frame(kind, end + size - number, end + size))
        end += size
    assert [frame.kind for frame in frames] == kinds
    assert [frame.end - frame.begin for frame in frames] == [0, 1, 2, 3]
    assert list(frames.of(FrameKind.ROWS)) == [frames[1], frames[3]]
    assert list(frames.of(FrameKind.SILENT)) == []
    assert (len(frames), frames.end, frames[-1].kind) == (4, end, FrameKind.ROWS)
    tracemalloc.start()
    try:
        for number in range(10_000):
            frames.add(Frame(FrameKind.ROWS, end + number, end + number))
        assert tracemalloc.get_traced_memory()[0] < 20 * 10_000
    finally:
        tracemalloc.stop()


def test_a_tail_torn_off_anywhere_costs_the_last_frame() -> None:
    data = journal()
    ends = [frame.end for frame in frames_of(Bytes(data))]
    for length in range(len(OPENING), len(data)):
        frames = frames_of(Bytes(data[:length]))
        assert payloads(data, frames) == PAYLOADS[: sum(each <= length for each in ends)]
        assert frames.end == max([len(OPENING), *(each for each in ends if each <= length)])


@pytest.mark.parametrize("rest", [b"\0" * 4096, b"garbage", b"\xf5\x0bSJ", journal()[len(OPENING) :][:-30]])
def test_what_follows_and_is_no_frame_is_torn(rest: bytes) -> None:
    data = journal()
    frames = frames_of(Bytes(data + rest))
    assert payloads(data, frames)[: len(PAYLOADS)] == PAYLOADS
    assert len(data) <= frames.end < len(data) + len(rest)


def test_damage_before_what_was_on_the_disk_is_told() -> None:
    data = bytearray(journal())
    last = frames_of(Bytes(bytes(data)))[-2].end
    for at in random.Random(1).sample(range(len(OPENING), last), 200):
        data[at] ^= 1 << at % 8
        with pytest.raises(DamagedError, match="damaged at byte"):
            frames_of(Bytes(bytes(data)))
        data[at] ^= 1 << at % 8


def test_damage_of_what_was_not_on_the_disk_yet_costs_what_follows() -> None:
    """Losing power may leave a later frame whole, and an earlier one not."""
    data = bytearray(journal(safe=False))
    third = frames_of(Bytes(bytes(data)))[2]
    data[third.begin + 5] ^= 4
    frames = frames_of(Bytes(bytes(data)))
    assert payloads(bytes(data), frames) == PAYLOADS[:2]
