"""What each option's value may be, and what is said of the others. (Whole command lines: `test_app.py`.)"""

import click
import pytest

from scanner.cli import option_values as values
from scanner.cli.option_values import Value


def read(kind: Value, text: str) -> object:
    return kind.convert(text, None, None)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (values.COUNT, "1", 1), (values.COUNT, "1000000", 1_000_000), (values.COUNT, "007", 7),
        (values.RATE, "500", 500.0), (values.RATE, ".5", 0.5), (values.RATE, "2.", 2.0), (values.RATE, "0.001", 0.001),
        (values.DURATION, "300ms", 0.3), (values.DURATION, "2s", 2.0), (values.DURATION, "1.5", 1.5),
        (values.DURATION, "60", 60.0), (values.DURATION, "61s", 61.0),
        (values.RETRIES, "0", 0), (values.RETRIES, "100", 100),
        (values.PORTS, "22,http,top:3,-", "22,http,top:3,-"),
        (values.EXPECTATION, "not-open", "not-open"),
        (values.FORMAT, "jsonl", "jsonl"),
        (values.STATES, "open,unmet", "open,unmet"),
        (values.POLLER, "select", "select"),
        (values.LABEL, " dmz 1 ", "dmz 1"), (values.LABEL, "Zürich", "Zürich"),
        (values.SOURCE, "127.0.0.1", "127.0.0.1"),
    ],
)  # fmt: skip
def test_good(kind: Value, text: str, value: object) -> None:
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        *((values.COUNT, text, "whole number from 1 to 1,000,000") for text in ("0", "1000001", "-1", "x", "", "1e3")),
        *((values.RATE, text, "number above 0") for text in ("0", "0.0", "-1", "nan", "inf", "1e999", "", ".", "1e3")),
        *((values.RATE, text, "number above 0") for text in ("0.0001", "9" * 18, "٣", " 1", "1_0")),
        *((values.DURATION, text, "not a valid duration") for text in ("nan", "-1", "inf", "", "1e3")),
        (values.DURATION, "61", "write 61ms if you mean that, or 61s"),
        (values.DURATION, "1h", "unknown unit"),
        (values.DURATION, "99999s", "longer than an hour"),
        *((values.DURATION, text, "too short") for text in ("0", "0s", "0.1ms")),
        *((values.RETRIES, text, "write 0 to 100") for text in ("-1", "1e9", "101", "0.5", "")),
        (values.EXPECTATION, "closed", "refused"),
        (values.EXPECTATION, "filtered", "blocked"),
        (values.FORMAT, "yaml", "formats: table, csv, json, jsonl, xml, junit"),
        (values.FIELDS, "hots,port", "did you mean host?"),
        (values.STATES, "opn", "did you mean open?"),
        (values.POLLER, "iocp", "not a poller of this system; available: "),
        *((values.LABEL, text, "not a valid label") for text in ("", "  ", "a\nb", "\x1b[2J")),
    ],
)  # fmt: skip
def test_bad(kind: Value, text: str, said: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        read(kind, text)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
