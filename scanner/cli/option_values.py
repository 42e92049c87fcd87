"""The values that options and arguments take: how each is read, what is said where it cannot be, and what a shell
offers for it (`offers`).

What is not the command line's own to know (durations, ports, expectations, pollers) is asked of `api.option_checks`,
imported at the first value: the help needs none of it.
"""

import re
from collections.abc import Callable
from typing import Any

from scanner.cli import offers
from scanner.cli.click_import import click, shell_completion
from scanner.errors import ScannerError, UsageError
from scanner.words.user_info import hidden


class Value(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A value read by a function that raises ScannerError where it cannot; `name` is its METAVAR, `offer` gives what a
    shell may complete it to."""

    def __init__(self, name: str, read: Callable[[str], Any], offer: offers.Offer = offers.nothing) -> None:
        self.name = name
        self._read = read
        self._offer = offer

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if ctx is not None and ctx.resilient_parsing:  # a line that is being typed: nothing is looked up for it
            return value
        try:
            return self._read(value)
        except ScannerError as error:
            self.fail("; ".join(error.problems), param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> "list[shell_completion.CompletionItem[str]]":
        return self._offer(ctx, incomplete)


_MOST_PROBES = 1_000_000
_LEAST_RATE, _MOST_RATE = 0.001, 1e9


def _count(text: str) -> int:
    number = int(text) if re.fullmatch("[0-9]{1,18}", text) else 0
    if not 1 <= number <= _MOST_PROBES:
        raise UsageError(
            f"{hidden(text)!r} is not a valid number of probes; write a whole number from 1 to {_MOST_PROBES:,}"
        )
    return number


def _rate(text: str) -> float:
    number = float(text) if re.fullmatch(r"[0-9]{1,18}(\.[0-9]{0,9})?|\.[0-9]{1,9}", text) else 0.0
    if not _LEAST_RATE <= number <= _MOST_RATE:
        raise UsageError(
            f"{hidden(text)!r} is not a valid rate; write attempts per second as a number above 0, such as 500"
        )
    return number


def _seed(text: str) -> int:
    from scanner.api.option_checks import seed

    return seed(text)


def _shard(text: str) -> tuple[int, int]:
    from scanner.api.option_checks import shard

    return shard(text)


def _ports(text: str) -> str:
    from scanner.api.option_checks import port_list

    port_list(text)
    return text


def _duration(text: str) -> float:
    from scanner.api.option_checks import duration

    return duration(text)


def _retries(text: str) -> int:
    from scanner.api.option_checks import retries

    return retries(text)


def _expectation(text: str) -> str:
    from scanner.api.option_checks import expectation

    return expectation(text)


def _poller(text: str) -> str:
    from scanner.api.option_checks import poller

    return poller(text)


def _processes(text: str) -> int:
    from scanner.api.option_checks import processes

    return processes(text)


def _source(text: str) -> str:
    from scanner.api.option_checks import source

    return source(text)


def _format(text: str) -> str:
    from scanner.reports import FORMATS

    if text not in FORMATS:
        raise UsageError(f"{hidden(text)!r} is not a valid format; formats: {', '.join(FORMATS)}")
    return text


def _input_format(text: str) -> str:
    from scanner.api.option_checks import input_format

    return input_format(text)


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    from scanner.api.option_checks import columns

    return columns(text)


#: What `--color` may be.
COLORS = ("always", "auto", "never")


def _color(text: str) -> str:
    if text not in COLORS:
        raise UsageError(f"{hidden(text)!r} is not one of: {', '.join(COLORS)}")
    return text


def _states(text: str) -> str:
    from scanner.reports import parse_only

    parse_only(text)
    return text


def _fields(text: str) -> str:
    from scanner.reports import parse_fields

    parse_fields(text)
    return text


def _label(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise UsageError(f"{hidden(text)!r} is not a valid label; write short printable text, such as dmz-1")
    return text.strip()


def _as_it_is(text: str) -> str:
    return text


PORTS = Value("PORTS", _ports, offers.ports)
COUNT = Value("N", _count)
SEED = Value("N", _seed)
SHARD = Value("I/N", _shard)
RATE = Value("N", _rate)
PROCESSES = Value("N", _processes, offers.one_of(lambda: ("auto",)))
DURATION = Value("D", _duration)
RETRIES = Value("N", _retries)
EXPECTATION = Value("E", _expectation, offers.one_of(offers.expectations))
POLLER = Value("NAME", _poller, offers.one_of(offers.pollers))
INPUT_FORMAT = Value("NAME", _input_format, offers.one_of(offers.input_formats))
COLUMNS = Value("ROLE=HEAD", _columns)
FORMAT = Value("NAME", _format, offers.one_of(offers.formats))
COLOR = Value("WHEN", _color, offers.one_of(lambda: COLORS))
STATES = Value("STATES", _states, offers.several_of(offers.states))
FIELDS = Value("FIELDS", _fields, offers.several_of(offers.fields))
LABEL = Value("NAME", _label)
SOURCE = Value("ADDR", _source)
FILE = Value("FILE", _as_it_is, offers.files)
OUTPUT = Value("FILE", _as_it_is, offers.outputs)
TARGET = Value("TARGET", _as_it_is, offers.targets)
TAG = Value("T", _as_it_is, offers.tags)
NAME = Value("GLOB", _as_it_is, offers.names)
