"""Frames come out as they went in, wherever the stream was torn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.machine.fresh_process import socket_pair
from scanner.scanning.processes.frame_socket import FrameSocket
from scanner.scanning.processes.frames import FrameError, FrameReader, Topic, framed

FRAMES = st.lists(st.tuples(st.sampled_from(list(Topic)), st.binary(max_size=40)), max_size=8)


@given(FRAMES, st.data())
def test_torn_at_any_byte(frames: list[tuple[Topic, bytes]], data: st.DataObject) -> None:
    stream = b"".join(framed(*frame) for frame in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    reader, out = FrameReader(), []
    for first, last in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        out += reader.feed(stream[first:last])
    assert out == frames


def test_what_is_no_frame() -> None:
    with pytest.raises(FrameError, match="about 99"):
        list(FrameReader().feed(b"\0\0\0\0\x63"))


@pytest.fixture
def ends():
    ours, theirs = map(FrameSocket, socket_pair())
    yield ours, theirs
    ours.close()
    theirs.close()


def test_what_finds_no_room_waits_and_arrives(ends) -> None:
    """Several times what the kernel takes; sending never blocks."""
    ours, theirs = ends
    payloads = [bytes([at]) * 300_000 for at in range(8)]
    for payload in payloads:
        ours.send(Topic.ROWS, payload)
    assert ours.unsent > 300_000
    out: list[tuple[Topic, bytes]] = []
    while len(out) < len(payloads):
        out += theirs.receive()
        ours.flush()
    assert out == [(Topic.ROWS, payload) for payload in payloads]
    assert (ours.unsent, theirs.over) == (0, False)


def test_what_was_said_before_the_end_is_read(ends) -> None:
    ours, theirs = ends
    theirs.send(Topic.STOP)
    ours.send(Topic.ROWS, b"last")
    ours.close()
    assert theirs.receive() == [(Topic.ROWS, b"last")]
    assert not theirs.over
    assert theirs.receive() == []
    assert theirs.over


def test_nobody_listens_any_more(ends) -> None:
    ours, theirs = ends
    theirs.close()
    ours.send(Topic.ROWS, b"x")
    ours.send(Topic.ROWS, bytes(10_000_000))
    assert ours.unsent == 0
