"""Readers who are slow, stop, or go away: nothing blocks, nothing is lost while they may come back, nothing is torn."""

import fcntl
import os
import pty
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scanner.errors import ReportError
from scanner.reports import Outlet, StopAskedError, StopRequest, open_outlet, settle
from scanner.reports.outlets import stream
from scanner.reports.outlets.stop_request import GRACE_S
from scanner.reports.outlets.stream import Stream, StreamOutlet

LINES = "".join(f"row {number}\n" for number in range(60_000))  # more than any pipe holds


class Ends:
    """A place to write to, which others share, and what was read of it."""

    def __init__(self, kind: str) -> None:
        self._socket = ()
        if kind == "pipe":
            self.reader, self.writer = os.pipe()
        elif kind == "terminal":
            self.reader, self.writer = pty.openpty()
        else:
            self._socket = socket.socketpair()
            self.reader, self.writer = (each.detach() for each in self._socket)

    def read(self, outlet: StreamOutlet) -> str:
        """Reads until all has been pushed."""
        os.set_blocking(self.reader, False)
        got = b""
        while outlet.waiting or select.select([self.reader], [], [], 0)[0]:
            with suppress(BlockingIOError):
                got += os.read(self.reader, 65536)
            outlet.push()
        return got.decode().replace("\r\n", "\n")

    def close(self) -> None:
        for descriptor in (self.reader, self.writer):
            with suppress(OSError):
                os.close(descriptor)


@pytest.fixture(params=["pipe", "terminal", "socket"])
def ends(request: pytest.FixtureRequest) -> Iterator[Ends]:
    made = Ends(request.param)
    yield made
    made.close()


def shared(ends: Ends) -> StreamOutlet:
    outlet = StreamOutlet("stdout", os.dup(ends.writer), shared=True, quiet=True)
    outlet.begin()
    return outlet


def test_a_reader_who_does_not_read_blocks_nobody_and_loses_nothing(ends: Ends) -> None:
    outlet = shared(ends)
    outlet.write(LINES)
    outlet.flush()
    assert outlet.waiting
    outlet.finish("the end\n")
    assert ends.read(outlet) == LINES + "the end\n"
    assert not outlet.waiting


def test_the_descriptor_that_others_share_stays_as_it_was(ends: Ends) -> None:
    before = fcntl.fcntl(ends.writer, fcntl.F_GETFL)
    outlet = shared(ends)
    outlet.write(LINES)
    outlet.flush()
    assert fcntl.fcntl(ends.writer, fcntl.F_GETFL) == before
    assert os.get_blocking(ends.writer)
    assert ends.read(outlet) == LINES
    outlet.finish()


def test_where_no_open_file_of_our_own_can_be_had(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on other systems, or with a terminal of another user's (su): a little at a time, and never blocked."""
    monkeypatch.setattr(stream, "opened_anew", lambda descriptor: -1)
    outlet = shared(ends)
    outlet.write(LINES[:80_000])
    outlet.finish()
    assert ends.read(outlet) == LINES[:80_000]


def test_a_terminal_that_was_stopped_takes_nothing_until_it_goes_on() -> None:
    import termios

    master, slave = pty.openpty()
    termios.tcflow(slave, termios.TCOOFF)  # Ctrl-S
    outlet = StreamOutlet("stdout", os.dup(slave), shared=True, quiet=True)
    outlet.begin()
    outlet.write("row\n")
    outlet.flush()
    assert outlet.waiting
    termios.tcflow(slave, termios.TCOON)
    outlet.push()
    assert not outlet.waiting
    assert os.read(master, 100) == b"row\r\n"
    outlet.finish()
    os.close(master)
    os.close(slave)


def test_a_reader_that_went_away() -> None:
    for quiet, error in ((True, BrokenPipeError), (False, ReportError)):
        reader, writer = os.pipe()
        outlet = StreamOutlet("out", writer, shared=True, quiet=quiet)
        outlet.begin()
        outlet.write(LINES)
        outlet.flush()
        os.close(reader)
        with pytest.raises(error):
            outlet.push()
        outlet.abandon()


def test_a_reader_who_resets_a_socket_is_one_who_went_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        reader = socket.create_connection(listener.getsockname())
        writer, _ = listener.accept()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    outlet = StreamOutlet("stdout", writer.detach(), shared=True, quiet=True)
    outlet.begin()
    reader.close()
    with pytest.raises(BrokenPipeError):
        outlet.write(LINES)
    outlet.abandon()


def test_what_is_not_taken_in_the_grace_after_a_stop_is_given_up_and_said() -> None:
    now = [50.0]
    stop = StopRequest(lambda: now[0])
    reader, writer = os.pipe()
    outlet = StreamOutlet("stdout", writer, shared=True)
    outlet.begin()
    outlet.write(LINES)
    outlet.finish()
    turns = []

    def push() -> None:
        turns.append(now[0])
        outlet.push()
        now[0] += 0.5
        if len(turns) == 5:
            stop.ask()

    settle(lambda: [outlet], stop, push, lambda: not outlet.waiting)
    assert outlet.waiting
    assert len(turns) == 5 + GRACE_S / 0.5
    with pytest.raises(ReportError, match=r"^stdout: its reader did not take the last [\d,]+ bytes"):
        outlet.give_up()
    assert not outlet.waiting
    os.close(reader)


def test_a_fifo_waits_for_its_reader_and_a_stop_ends_that(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    stop = StopRequest()
    stop.ask()
    with pytest.raises(StopAskedError):
        open_outlet(str(fifo), stop)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_text()), daemon=True)
    reader.start()
    outlet = open_outlet(str(fifo))
    outlet.write("row\n")
    outlet.finish()
    reader.join(10)
    assert got == ["row\n"]


def test_withdrawn_before_it_began_nobody_reads_a_word() -> None:
    reader, writer = os.pipe()
    outlet: Outlet = StreamOutlet("stdout", writer, shared=True)
    outlet.write("head\n")
    outlet.flush()
    outlet.withdraw()
    assert os.read(reader, 100) == b""
    os.close(reader)


def test_a_stream_that_is_slow_gets_everything_in_order() -> None:
    reader, writer = os.pipe()
    stream_of = Stream(writer, shared=True)
    got: list[bytes] = []

    def read() -> None:
        while part := os.read(reader, 7001):
            got.append(part)
            time.sleep(0)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    for line in LINES.splitlines(keepends=True):
        stream_of.add(line.encode())
        stream_of.push()
    while stream_of.backlog:
        stream.wait_writable([writer], 1.0)
        stream_of.push()
    stream_of.close()
    os.close(writer)
    thread.join(10)
    assert b"".join(got).decode() == LINES
    os.close(reader)


def test_room_is_made_in_the_moment_in_which_text_leaves_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_INTERVAL_S", 0.0)
    reader, writer = os.pipe()
    outlet = StreamOutlet("stdout", writer, shared=True)
    seen: list[bytes] = []

    def make_room() -> None:
        seen.append(os.read(reader, 100) if select.select([reader], [], [], 0)[0] else b"")

    outlet.makes_room(make_room)
    outlet.begin()
    outlet.write("one\n")
    assert not seen
    outlet.flush_in_time()
    outlet.flush_in_time()
    assert seen == [b""]
    outlet.write("two\n")
    outlet.finish("three\n")
    assert seen == [b"", b"one\n"]
    assert os.read(reader, 100) == b"two\nthree\n"
    os.close(reader)
