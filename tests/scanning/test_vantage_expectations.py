"""A list that is probed from two places is as expected from each, or not."""

import socket

import pytest

from scanner.model import Need, Place, Request, Result, State
from scanner.scanning.vantage_expectations import VantageExpectations

V4 = int(socket.AF_INET)
NEED = Need(1, "web")


def row(vantage: str, last: int, state: State, *, one: bool = False, need: Need | None = None) -> Result:
    request = Request("web.example.net", expect="open", vantage=vantage, one=one, need=need)
    return Result(Place(f"10.0.0.{last}", V4), 80, request, state, "syn-ack")


def judged(
    rows: list[Result], *vantages: str
) -> tuple[dict[tuple[str, str], bool | None], VantageExpectations, list[str]]:
    warned: list[str] = []
    step = VantageExpectations(vantages, strict=False, needs=[NEED], warn=warned.extend)
    out = step.apply(rows)
    out += step.finish([], complete=True)
    assert len(out) == len(rows)
    return {(each.vantage, each.address): each.met for each in out}, step, warned


@pytest.mark.parametrize("how", [{"one": True}, {"need": NEED}])
def test_one_place_does_not_vouch_for_another(how: dict[str, bool]) -> None:
    rows = [
        row("fra", 1, State.OPEN, **how), row("fra", 2, State.TIMEOUT, **how),  # type: ignore[arg-type]
        row("nyc", 1, State.TIMEOUT, **how), row("nyc", 2, State.TIMEOUT, **how),  # type: ignore[arg-type]
    ]  # fmt: skip
    met, _, _ = judged(rows, "fra", "nyc")
    assert met == {
        ("fra", "10.0.0.1"): True, ("fra", "10.0.0.2"): True, ("nyc", "10.0.0.1"): False, ("nyc", "10.0.0.2"): False,
    }  # fmt: skip


def test_what_lacks_targets_is_said_of_the_place() -> None:
    _, step, warned = judged([row("fra", 1, State.OPEN, need=NEED)], "fra", "nyc")
    assert step.rowless == 1
    assert warned == ["from nyc: web needs 1 target as expected, and has 0"]


def test_of_one_place_all_rows_belong_together() -> None:
    met, _, warned = judged([row("a", 1, State.OPEN, need=NEED), row("b", 2, State.TIMEOUT, need=NEED)])
    assert set(met.values()) == {True}
    assert warned == []
