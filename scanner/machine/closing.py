"""Closing what was only read or asked: what close() says of that means nothing.

The answer is known by then, and the descriptor is gone in any case (close(2): Linux gives it back even with EIO or
EINTR). So its trouble is no reason to throw the answer away, least of all to end a scan. Files that were written are
another matter: there close() may tell that something was not kept (`reports/`).
"""

import contextlib
import os
from collections.abc import Iterator
from typing import Protocol, TypeVar


class _Closes(Protocol):
    def close(self) -> None: ...


Closing = TypeVar("Closing", bound=_Closes)


def close_descriptor(descriptor: int) -> None:
    """Closes it; nothing is said."""
    with contextlib.suppress(OSError):
        os.close(descriptor)


@contextlib.contextmanager
def closing(opened: Closing) -> Iterator[Closing]:
    """`with closing(open(path)) as file`: closed at the end, whatever close() says."""
    try:
        yield opened
    finally:
        with contextlib.suppress(OSError):
            opened.close()
