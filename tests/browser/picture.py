"""A picture of the page, as its pixels: what people see, whatever the styles say about it.

Only what a browser's pictures are is read: PNG with eight bits a channel, not interlaced. A row of it is a byte that
names one of five filters, then each byte as its difference from a guess by its neighbours.
"""

import zlib

#: Bytes of a pixel by the PNG's type of colour: RGB, RGBA.
_WIDTHS = {2: 3, 6: 4}

Colour = tuple[int, int, int]


class Picture:
    """`rows`: the colours of each line of pixels, from the top."""

    def __init__(self, png: bytes) -> None:
        data, at, head = b"", 8, b""
        while at < len(png):
            length = int.from_bytes(png[at : at + 4], "big")
            kind, part = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
            if kind == b"IHDR":
                head = part
            elif kind == b"IDAT":
                data += part
            at += 12 + length
        self._size = _WIDTHS[head[9]]
        self._line = int.from_bytes(head[:4], "big") * self._size
        self.rows = self._pixels(zlib.decompress(data))

    def colours(self) -> set[Colour]:
        """The different ones: of a blank picture, one."""
        return {colour for row in self.rows for colour in row}

    def _pixels(self, data: bytes) -> list[list[Colour]]:
        size, rows = self._size, []
        before = bytes(self._line)
        for start in range(0, len(data), self._line + 1):
            before = self._unfiltered(data[start], bytearray(data[start + 1 : start + 1 + self._line]), before)
            rows.append([(before[at], before[at + 1], before[at + 2]) for at in range(0, self._line, size)])
        return rows

    def _unfiltered(self, kind: int, line: bytearray, above: bytes) -> bytes:
        """A line's bytes, from their differences to guesses."""
        if kind == 0:
            return bytes(line)
        for at in range(len(line)):
            left, corner = (line[at - self._size], above[at - self._size]) if at >= self._size else (0, 0)
            guess = (left, above[at], (left + above[at]) // 2, _nearest(left, above[at], corner))[kind - 1]
            line[at] = line[at] + guess & 255
        return bytes(line)


def _nearest(left: int, above: int, corner: int) -> int:
    """The neighbour that is nearest to their plane (Paeth); of equal ones the first."""
    plane = left + above - corner
    return min((left, above, corner), key=lambda each: abs(plane - each))
