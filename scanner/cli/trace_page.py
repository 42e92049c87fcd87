"""How `scanner trace` spells its one report."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from scanner.cli.streams import look_of

if TYPE_CHECKING:
    from scanner.model import Trace

#: The formats by name.
FORMATS = ("text", "json", "csv")


class Rendered(NamedTuple):
    """The text, and what ends it."""

    text: str
    end: str


def rendered(fmt: str, traces: "Sequence[Trace]", color: str, *, into_file: bool) -> Rendered:
    """The traces in one of FORMATS; `color` as `may_paint` takes it, which is about stdout, and not `into_file`."""
    if fmt == "json":
        from scanner.reports.trace_data import JSON_END, json_text

        return Rendered(json_text(traces), JSON_END)
    if fmt == "csv":
        from scanner.reports.trace_data import csv_text

        return Rendered(csv_text(traces), "")
    from scanner.reports.trace_tree import tree_lines

    look = look_of(sys.stdout, color=color)
    return Rendered("".join(f"{line}\n" for line in tree_lines(traces, look.of_file() if into_file else look)), "")
