"""`--fields`: what is read, what is told, and which reports take it."""

import pytest

from scanner.errors import UsageError
from scanner.model import FIELDS
from scanner.reports import check_fields, parse_fields
from scanner.reports.field_choice import FLAT


def test_any_fields_in_any_order() -> None:
    assert parse_fields(" Port,host ") == ("port", "host")
    assert parse_fields(",".join(reversed(FIELDS))) == tuple(reversed(FIELDS))


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("hots,port", "'hots' is not a field; did you mean host? (fields: name, host, address"),
        ("ip,port", "did you mean address?"),
        ("rtt", "did you mean rtt_ms?"),
        ("port,,host", "an empty word (fields: name"),
        ("", "an empty word"),
        ("host,port,host,port", "host, port: named twice"),
        ("http://u:secret@h/", "'http://***@h/' is not a field"),
    ],
)
def test_what_is_no_list_of_fields(text: str, tells: str) -> None:
    with pytest.raises(UsageError) as told:
        parse_fields(text)
    assert tells in str(told.value)


def test_every_word_that_is_wrong_is_told() -> None:
    with pytest.raises(UsageError) as told:
        parse_fields("hots,prot,port")
    assert len(told.value.problems) == 2


def test_one_flat_report_is_enough() -> None:
    for fmt in FLAT:
        check_fields(("port",), ["table", fmt])
    check_fields((), ["table"])
    with pytest.raises(UsageError, match="the columns of csv and jsonl, not of table, json; add -f csv"):
        check_fields(("port",), ["table", "json"])
    with pytest.raises(UsageError, match="there is no report"):
        check_fields(("port",), [])
