import pytest
from hypothesis import example, given

from scanner.reports.neutral import neutralise, restore

from .made import hostile


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "'=1", "''-2", "＝1"],  # noqa: RUF001
)
def test_what_a_spreadsheet_would_run_becomes_text(text: str) -> None:
    assert neutralise(text) == "'" + text
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize("text", ["", "web tier", "'quoted'", "a=1", "10.0.0.1", "'", "''"])
def test_harmless_text_stays(text: str) -> None:
    assert neutralise(text) == text
    assert restore(text) == text


@given(hostile)
@example("'=1")
@example("''' @")
def test_restore_undoes_neutralise(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(hostile)
def test_nothing_that_runs_is_left(text: str) -> None:
    assert neutralise(text).lstrip()[:1] not in {"=", "+", "-", "@"}
