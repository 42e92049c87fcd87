"""The fixture `lab`: `lab("basic").sweep("-t", "300ms")` runs this checkout's scanner in a scene.

Where the machine forbids namespaces, tests with it are skipped and say why; with SCANNER_LAB_REQUIRED=1 in the
environment they fail instead, so that a pipeline cannot skip them without anybody noticing.
"""

import os
from collections.abc import Callable, Iterable

import pytest

from tests.lab.check import mismatches
from tests.lab.run import Outcome, run, sweep_command, why_not
from tests.lab.scene import Scene
from tests.lab.scenes import SCENES

#: Scenes for what the scanner cannot do yet.
collect_ignore: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "lab: needs network namespaces (without root)")


class Lab:
    """One scene to run commands in."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def run(self, *command: str, patience: float = 60.0) -> Outcome:
        """Run a command; of `scanner`'s, the rows it wrote to OUT.csv are the outcome's."""
        return run(self.scene.name, command, patience=patience)

    def sweep(self, *options: str, patience: float = 60.0) -> Outcome:
        """Sweep all that the scene offers and hold every row to the truth; the sweep must exit 0."""
        outcome = self.run(*sweep_command(self.scene, *options), patience=patience)
        assert outcome.status == 0, f"exit {outcome.status}: {outcome.stderr}"
        self.hold(outcome)
        return outcome

    def hold(self, outcome: Outcome, targets: Iterable[tuple[str, int]] | None = None) -> None:
        """Assert that the rows are the targets (by default all of the scene's), each with the right verdict."""
        wrong = mismatches(self.scene, outcome.rows, targets)
        assert not wrong, "\n".join([f"scene {self.scene.name}:", *wrong, outcome.stderr])


@pytest.fixture(scope="session")
def _lab_usable() -> None:
    reason = why_not()
    if reason and os.environ.get("SCANNER_LAB_REQUIRED") == "1":
        pytest.fail(f"no lab here: {reason}")
    if reason:
        pytest.skip(f"no lab here: {reason}")


@pytest.fixture
def lab(_lab_usable: None) -> Callable[[str], Lab]:
    """`lab(NAME)` is the scene of that name."""
    return lambda name: Lab(SCENES[name])
