"""A case of a JUnit report: its name, what it says where a target is not as expected, and how it is spelled."""

from typing import NamedTuple

from scanner.model import FIELDS, Result
from scanner.reports.phrases import target_text, told, verdict_of
from scanner.reports.xml_text import xml_text


class Failure(NamedTuple):
    """Why a case fails: a line, a word for the kind of failure, and lines with all that is known."""

    message: str
    kind: str
    details: list[str]


class Case(NamedTuple):
    """A case; `note` is what a passing one has to say (a doubt), or empty."""

    classname: str
    name: str
    seconds: float
    failure: Failure | None = None
    note: str = ""


def case_of(result: Result, vantage: str) -> Case:
    """The case of a row; `vantage` is the report's own, which needs no telling."""
    failure = None
    if result.met is False:
        failure = Failure(verdict_line(result), result.state.value, [target_of(result), *_fields(result)])
    elsewhere = f" from {result.vantage}" if result.vantage not in ("", vantage) else ""
    name = f"{target_of(result)} expected {result.expect}{elsewhere}"
    note = f"in doubt: {result.doubt}" if result.doubt and failure is None else ""
    return Case(result.name or result.host, name, seconds_of(result), failure, note)


def target_of(result: Result) -> str:
    """`db1:5432 (10.0.0.5)`, without the address where the host is one, or has none."""
    target = target_text(result.host, result.port)
    return target if result.address in ("", result.host) else f"{target} ({result.address})"


def verdict_line(result: Result) -> str:
    """`timeout (no-response), expected open; in doubt: lossy`."""
    said = told(verdict_of(result), result.expect, result.met, result.doubt, lacking=result.lacking)
    return f"{said}; in doubt: {result.doubt}" if result.doubt else said


def seconds_of(result: Result) -> float:
    """The round trip, which is all that is known of how long a target took; 0 where nothing answered."""
    return (result.rtt_ms or 0.0) / 1000


def _fields(result: Result) -> list[str]:
    """A line for each field that has a value."""
    return [f"{field}: {shown}" for field in FIELDS if (shown := _shown(getattr(result, field)))]


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def spelled(case: Case, name: str) -> str:
    """A case as XML, under this `name`, which is spelled already."""
    failure, note = "", ""
    if case.failure is not None:
        details = "\n".join(map(xml_text, case.failure.details))
        failure = f'<failure message="{xml_text(case.failure.message)}" type="{case.failure.kind}">{details}</failure>'
    if case.note:
        note = f"<system-out>{xml_text(case.note)}</system-out>"
    return (
        f'<testcase classname="{xml_text(case.classname)}" name="{name}" time="{case.seconds:.6f}">'
        f"{failure}{note}</testcase>\n"
    )
