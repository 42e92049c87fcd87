"""A wire that takes its time: frames between two devices, each delayed by a random time. No root, no netem.

The wire's process sits in a namespace of its own between two veth pairs and copies frames with AF_PACKET.
With PACKET_VNET_HDR a frame keeps the note that its checksum is still to be computed (a veth leaves that to the
receiver), which is why it arrives intact. Later frames may overtake earlier ones: that is the jitter.
"""

import contextlib
import heapq
import itertools
import random
import select
import socket
import time
from typing import NoReturn

_ETH_P_ALL = 3
_SOL_PACKET = 263
_PACKET_VNET_HDR = 15
_PACKET_IGNORE_OUTGOING = 23
_FRAMES_A_ROUND = 256


def _tap(device: str) -> socket.socket:
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    tap.setsockopt(_SOL_PACKET, _PACKET_VNET_HDR, 1)
    tap.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)  # the system's maximum, whatever that is
    tap.bind((device, 0))
    tap.setblocking(False)
    return tap


class Wire:
    """Two devices, and the frames on their way between them. `rtt_ms`: the least and the most, both ways."""

    def __init__(self, devices: tuple[str, str], rtt_ms: tuple[int, int], seed: int = 1) -> None:
        left, right = (_tap(device) for device in devices)
        self._across = {left.fileno(): (left, right), right.fileno(): (right, left)}
        self._least, self._most = (milliseconds / 2000 for milliseconds in rtt_ms)
        self._random = random.Random(seed)
        self._count = itertools.count()
        self._flying: list[tuple[float, int, socket.socket, bytes]] = []

    def _take(self, number: int) -> None:
        come_in, go_out = self._across[number]
        now = time.monotonic()
        for _ in range(_FRAMES_A_ROUND):
            try:
                frame = come_in.recv(65600)
            except BlockingIOError:
                return
            due = now + self._random.uniform(self._least, self._most)
            heapq.heappush(self._flying, (due, next(self._count), go_out, frame))

    def _deliver(self) -> None:
        now = time.monotonic()
        while self._flying and self._flying[0][0] <= now:
            _, _, go_out, frame = heapq.heappop(self._flying)
            with contextlib.suppress(OSError):  # a full queue is a lost frame, as on any wire
                go_out.send(frame)

    def run(self) -> NoReturn:
        """Carry frames until this process is killed."""
        poller = select.epoll()
        for number in self._across:
            poller.register(number, select.EPOLLIN)
        while True:
            wait = max(0.0, self._flying[0][0] - time.monotonic()) if self._flying else None
            for number, _ in poller.poll(wait):
                self._take(number)
            self._deliver()
