"""The ways of this host as a scan or a trace begins with them; what is lost of them later: `lost_ways.py`."""

from collections.abc import Callable

from scanner.engine.flight.found import TrialT
from scanner.engine.flight.lost_ways import Ways
from scanner.machine.kernel import Kernel
from scanner.machine.route_table import read_routes
from scanner.model import Place
from scanner.words.stamp import time_of_day


def open_ways(
    kernel: Kernel, source: str | None, was_heard: Callable[[Place], bool] = lambda place: False
) -> Ways[TrialT]:
    """None is missing yet. `source`: the address that the user chose to probe from; `was_heard` as in `Ways`."""
    return Ways(
        read_routes(),
        source=source or "",
        no_way=kernel.no_way,
        was_heard=was_heard,
        clock_time=lambda: time_of_day(kernel.wall()),
    )
