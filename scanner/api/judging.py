"""Rows of several scans judged as those of one: by the same rules, and by what judges there."""

from collections.abc import Callable, Iterable, Sequence

from scanner.model import Need
from scanner.scanning.expectations import Expectations

__all__ = ["judge_of"]


def judge_of(needs: Sequence[Need], warn: Callable[[Iterable[str]], object], *, strict: bool = False) -> Expectations:
    """What sets `met` on results of entries with these needs. It keeps rows back until that can be done. `strict`: a
    verdict in doubt meets nothing but `any`. `warn` is told of entries that lack targets, a line each, at the end."""
    return Expectations(strict=strict, needs=needs, warn=warn)
