"""Scans and explanations made by hand, for the tests of what is told of them."""

from collections.abc import Iterable
from typing import Any, cast

from scanner.api.explanations import Explanation
from scanner.api.scans import Scan
from scanner.cli.choices import Choices
from scanner.cli.scan_command import scan
from scanner.model import Result
from scanner.scanning.expectations import Expectations

_GIVEN = {name: value for name, value in scan.make_context("scan", ["x:1"]).params.items() if name != "targets"}
NOTHING_CHOSEN = Choices("scan", ["x:1"], _GIVEN)


def only(*words: str) -> Choices:
    """The choices of who wrote `--only` with these words."""
    return Choices("scan", ["x:1"], _GIVEN | {"only": words})


class FakeScan:
    """What may be looked at of a scan between two turns."""

    def __init__(self, *, attempts: int = 0, told: Iterable[str] = ()) -> None:
        self.attempts = attempts
        self.hosts = self.answering = self.total = self.rules = 0
        self.complete = self.is_part = False
        self.expectations = Expectations()
        self.warnings: list[str] = []
        self.advice: list[str] = []
        self.details: list[str] = []
        self.evidence: dict[str, Any] = {"timeouts": 0}
        self._told = list(told)

    def notes(self, *, verbose: bool = False) -> list[str]:
        return self._told

    def as_scan(self) -> Scan:
        return cast("Scan", self)


class Explained:
    """An explanation that found where one target stops."""

    def __init__(self) -> None:
        self.taken: list[Result] = []

    def add(self, results: Iterable[Result]) -> None:
        self.taken += results

    def as_dict(self) -> dict[str, Any]:
        group = {
            "targets": 1, "traced": 1, "state": "timeout", "reason": "no-response", "at": "hop", "address": "10.1.0.1",
            "hop": 3,
        }  # fmt: skip
        return {"complete": True, "traced": 1, "groups": [group]}

    def as_explanation(self) -> Explanation:
        return cast("Explanation", self)
