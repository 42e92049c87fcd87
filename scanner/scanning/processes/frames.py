"""What two processes of one scan say to each other, as frames in a stream of bytes: length, topic, payload.

The payload of a TASK is a pickle, which may run anything: only the process that started the other sends one, over a
socket that nobody else has. All else is JSON, or packed rows (`packed_rows.py`), read strictly.
"""

from collections.abc import Iterator
from enum import IntEnum
from struct import Struct

_HEAD = Struct("<IB")


class Topic(IntEnum):
    """What a frame is about. The first few are said to a worker, the others by one."""

    TASK = 1  #: what to probe, and how; nothing leaves yet
    GO = 2  #: begin; `{"rate": SYNs a second or null}`
    RATE = 3  #: the share of the rate from now on: a number
    STOP = 4  #: end soon
    TAKEN = 5  #: so many more of its STATE words, and all before them, have been dealt with: a number

    READY = 16  #: it could begin; a `WorkerState`
    ROWS = 17  #: packed rows
    STATE = 18  #: how far it is; a `WorkerState`
    HEARD = 19  #: who answered, also said to others: `[[address, family, scope, port], ...]`
    ENDED = 20  #: nothing more comes; a `WorkerState`
    SILENT = 22  #: hosts that were passed over, where somebody keeps them: `[[4 or 6, scope, number], ...]`
    FAILED = 21  #: the same, because of an error; `failures.py`
    SETTLED = 23  #: what was said until now is final; what is said from now on might be other if the scan went on


class FrameError(ValueError):
    """These bytes are no frames."""


def framed(topic: Topic, payload: bytes = b"") -> bytes:
    """One frame."""
    return _HEAD.pack(len(payload), topic) + payload


class FrameReader:
    """Makes frames of bytes, however they were torn."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[Topic, bytes]]:
        """The frames that are whole by now. Errors: FrameError, for what has no such topic."""
        held = self._data
        held += data
        at = 0
        try:
            while len(held) - at >= _HEAD.size:
                length, number = _HEAD.unpack_from(held, at)
                topic = _topic(number)
                end = at + _HEAD.size + length
                if len(held) < end:
                    break
                payload = bytes(memoryview(held)[at + _HEAD.size : end])
                at = end
                yield topic, payload
        finally:
            del held[:at]


def _topic(number: int) -> Topic:
    try:
        return Topic(number)
    except ValueError:
        raise FrameError(f"a frame is about {number}, which is nothing known") from None
