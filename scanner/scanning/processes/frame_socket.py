"""One end of the socket between two processes of a scan: frames go out as there is room, and come in as they are.

Nothing here ever waits. Whoever has probes in flight must not: it would read their answers late. So what finds no room
stays here, and `unsent` says how much that is; the sender sends less, or later.
"""

import socket
from collections import deque

from scanner.scanning.processes.frames import FrameReader, Topic, framed

_AT_ONCE = 1 << 18


class FrameSocket:
    """`over`: the other end is gone, and all that it said is read."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, _AT_ONCE)
        self._sock = sock
        self._reader = FrameReader()
        self._out: deque[memoryview] = deque()
        self._deaf = False
        self.unsent = 0  #: bytes that found no room
        self.over = False

    def fileno(self) -> int:
        """Of the socket."""
        return self._sock.fileno()

    def send(self, topic: Topic, payload: bytes = b"") -> None:
        """As soon as there is room; never, once the other end is gone."""
        if self._deaf:
            return
        data = framed(topic, payload)
        self.unsent += len(data)
        self._out.append(memoryview(data))
        self.flush()

    def flush(self) -> None:
        """Sends what there is room for by now."""
        while self._out:
            data = self._out[0]
            try:
                sent = self._sock.send(data)
            except BlockingIOError:
                return
            except OSError:  # the other end is gone
                self._deaf = True
                self._out.clear()
                self.unsent = 0
                return
            self.unsent -= sent
            if sent == len(data):
                self._out.popleft()
            else:
                self._out[0] = data[sent:]

    def receive(self) -> list[tuple[Topic, bytes]]:
        """The frames that have come; of a lot, some. Errors: FrameError."""
        try:
            data = self._sock.recv(_AT_ONCE)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        if not data:
            self.over = True
            return []
        return list(self._reader.feed(data))

    def close(self) -> None:
        """Closes it: the other end reads what was sent, then its end."""
        self._sock.close()
