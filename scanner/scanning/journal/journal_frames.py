"""The bytes of a journal: frames, one after another, that are only ever added at the end. Pure.

A file that is only added to cannot lose what it had: kill -9 takes what was not written yet, a full disk what found no
room. Losing power may damage whatever was not yet on the disk, and in any order: so each frame has a checksum, and says
how much of the file had reached the disk for certain when it was written. Damage behind that is a torn tail, which is
cut off, and its targets are probed again; damage before it is none that an accident of ours explains, and the file is
left alone. (A database would do all that as well, with two further files beside it, and would change the file to tell
that it is not the one that was looked for.)
"""

import zlib
from array import array
from collections.abc import Iterator
from enum import IntEnum
from struct import Struct
from typing import NamedTuple, Protocol

#: The first line of a journal; the number is that of the form.
FIRST, VERSION = b"scanner journal ", 2
OPENING = FIRST + str(VERSION).encode() + b"\n"

_MAGIC = b"\xf5\x0bSJ"
_HEAD = Struct("<4sBIQI")  # magic, kind, length, how much was on the disk, checksum of all but itself
#: No frame of ours is longer.
MOST = 1 << 28
_SEARCHED = 1 << 20


class FrameKind(IntEnum):
    """What a frame holds."""

    SCAN = 1  #: which scan it is of; the first, and there once
    RUN = 2  #: a run of it begins
    ROWS = 3  #: packed rows
    STATE = 4  #: how far it was
    SILENT = 5  #: hosts that were passed over
    FINISHED = 6  #: its reports are written


class Frame(NamedTuple):
    """A frame: its kind, and its payload's place in the file."""

    kind: FrameKind
    begin: int
    end: int


class FrameList:
    """All frames of a journal, one after another from its first line on. They may be millions, as there are some each
    second however slow a scan is: so each is a byte for its kind, and eight for its end."""

    def __init__(self) -> None:
        self._kinds = bytearray()
        self._ends = array("Q")

    def add(self, frame: Frame) -> None:
        """The next one."""
        self._kinds.append(frame.kind)
        self._ends.append(frame.end)

    @property
    def end(self) -> int:
        """Where they end."""
        return self._ends[-1] if self._ends else len(OPENING)

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[Frame]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, at: int) -> Frame:
        at = range(len(self))[at]
        before = self._ends[at - 1] if at else len(OPENING)
        return Frame(FrameKind(self._kinds[at]), before + _HEAD.size, self._ends[at])

    def of(self, kind: FrameKind) -> Iterator[Frame]:
        """Those of one kind."""
        at = self._kinds.find(kind)
        while at >= 0:
            yield self[at]
            at = self._kinds.find(kind, at + 1)


class DamagedError(ValueError):
    """A journal is damaged where no accident explains it."""


class Readable(Protocol):
    """Bytes that can be read from any place on."""

    def read_at(self, begin: int, count: int) -> bytes:
        """So many, or what is left."""
        ...


def form_of(opening: bytes) -> int:
    """The form that the first bytes of a journal tell of; 0 where they are of none."""
    number = opening.removeprefix(FIRST).strip()
    return int(number) if opening.startswith(FIRST) and number.isdigit() else 0


def framed(kind: FrameKind, payload: bytes, safe: int) -> bytes:
    """One frame. `safe`: so much of the file is on the disk."""
    head = _HEAD.pack(_MAGIC, kind, len(payload), safe, 0)[:-4]
    return head + zlib.crc32(payload, zlib.crc32(head)).to_bytes(4, "little") + payload


def frames_of(file: Readable) -> FrameList:
    """The frames behind the first line: what is there beyond their end is torn. Raises DamagedError."""
    found = FrameList()
    while (read := _frame_at(file, found.end)) is not None:
        found.add(read[0])
    at = found.end
    if any(safe > at for _, safe in _later_frames(file, at + 1)):
        raise DamagedError(f"damaged at byte {at:,}")
    return found


def _frame_at(file: Readable, at: int) -> tuple[Frame, int] | None:
    """The frame there, and how much was on the disk then; None for anything else."""
    head = file.read_at(at, _HEAD.size)
    if len(head) < _HEAD.size:
        return None
    magic, kind, length, safe, checksum = _HEAD.unpack(head)
    if magic != _MAGIC or length > MOST or kind not in FrameKind.__members__.values():
        return None
    begin = at + _HEAD.size
    payload = file.read_at(begin, length)
    if len(payload) < length or zlib.crc32(payload, zlib.crc32(head[:-4])) != checksum:
        return None
    return Frame(FrameKind(kind), begin, begin + length), safe


def _later_frames(file: Readable, at: int) -> Iterator[tuple[Frame, int]]:
    """Whole frames anywhere behind."""
    while len(data := file.read_at(at, _SEARCHED)) >= _HEAD.size:
        begin = data.find(_MAGIC)
        while begin >= 0:
            if (read := _frame_at(file, at + begin)) is not None:
                yield read
            begin = data.find(_MAGIC, begin + 1)
        at += len(data) - len(_MAGIC) + 1
