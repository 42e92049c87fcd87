"""What really leaves: runs a command on the near side and counts the SYNs on its wire, from outside the command.

    python -m tests.lab.syns COMMAND...

The command has no rights over the near side (this program has: run it as root there). The times are the kernel's own
time stamps, on the near device. The last line on stderr says what it saw (`Wire`); its exit status is the command's.
"""

import json
import socket
import struct
import subprocess
import sys
import threading
from collections import defaultdict
from typing import NamedTuple

from tests.lab.kernel import drop_capabilities

_ETH_P_ALL, _SO_TIMESTAMPNS = 3, 35
_SYN, _ACK = 0x02, 0x10


class Wire(NamedTuple):
    """How many SYNs left in all, and in the worst second: to all hosts together, and to one host; to which ports."""

    syns: int
    worst: int
    worst_host: int
    ports: list[int]

    @classmethod
    def told(cls, stderr: str) -> "Wire":
        """Read back from what this program wrote."""
        return cls(*json.loads(stderr.splitlines()[-1]))


def most_in_a_second(times: list[float]) -> int:
    """The most of these times that fall within any half-open second."""
    most = first = 0
    for last, time in enumerate(times):
        while times[first] <= time - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def destination(frame: bytes) -> bytes:
    """Where the SYN in an Ethernet frame goes; empty for any other frame."""
    version = frame[14] >> 4 if len(frame) > 54 else 0
    at, protocol, where = (34, 23, frame[30:34]) if version == 4 else (54, 20, frame[38:54])
    if version not in (4, 6) or frame[protocol] != socket.IPPROTO_TCP or len(frame) < at + 14:
        return b""
    return where if frame[at + 13] & (_SYN | _ACK) == _SYN else b""


def port_of(frame: bytes) -> int:
    """The port that the SYN in an Ethernet frame goes to."""
    at = 34 if frame[14] >> 4 == 4 else 54
    return int.from_bytes(frame[at + 2 : at + 4])


class Watch:
    """Records every SYN on a device, in a thread of its own, until it is stopped."""

    def __init__(self, device: str) -> None:
        self.seen: defaultdict[bytes, list[float]] = defaultdict(list)
        self.ports: set[int] = set()
        self._tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        self._tap.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
        self._tap.bind((device, 0))
        self._tap.settimeout(0.1)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                frame, ancillary, _, _ = self._tap.recvmsg(128, 64)
            except TimeoutError:
                if self._over.is_set():
                    return
                continue
            if where := destination(frame):
                seconds, nanoseconds = struct.unpack("qq", ancillary[0][2])
                self.seen[where].append(seconds + nanoseconds / 1e9)
                self.ports.add(port_of(frame))

    def stop(self) -> Wire:
        """Stop; returns what it saw."""
        self._over.set()
        self._thread.join()
        every = sorted(time for times in self.seen.values() for time in times)
        worst_host = max(map(most_in_a_second, self.seen.values()), default=0)
        return Wire(len(every), most_in_a_second(every), worst_host, sorted(self.ports))


if __name__ == "__main__":
    watch = Watch("farward")
    command = [sys.executable, "-m", "scanner", *sys.argv[2:]] if sys.argv[1] == "scanner" else sys.argv[1:]
    status = subprocess.run(command, check=False, preexec_fn=drop_capabilities).returncode
    print(json.dumps(watch.stop()), file=sys.stderr)
    sys.exit(status)
