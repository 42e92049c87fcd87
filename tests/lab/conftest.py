"""The fixture `lab`: `lab("basic").sweep("-t", "300ms")` runs this checkout's scanner in a scene.

What the scene needs from the machine is tried first (tests/needs.py): if anything is lacking, the test is skipped.
"""

from collections.abc import Callable, Iterable

import pytest

from tests import needs
from tests.lab.check import mismatches
from tests.lab.plan import filter_needs
from tests.lab.run import Outcome, run, sweep_command
from tests.lab.scene import Scene
from tests.lab.scenes import SCENES

#: Scenes for what the scanner cannot do yet.
collect_ignore: list[str] = []


class Lab:
    """One scene to run commands in."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def run(self, *command: str, patience: float = 60.0, as_root: bool = False) -> Outcome:
        """Run a command; the outcome has the rows that it wrote to OUT.csv."""
        return run(self.scene.name, command, patience=patience, as_root=as_root)

    def sweep(self, *options: str, patience: float = 60.0) -> Outcome:
        """Sweep all that the scene offers and compare every row with the truth; the sweep must exit 0."""
        outcome = self.run(*sweep_command(self.scene, *options), patience=patience)
        assert outcome.status == 0, f"exit {outcome.status}: {outcome.stderr}"
        self.hold(outcome)
        return outcome

    def hold(self, outcome: Outcome, targets: Iterable[tuple[str, int]] | None = None) -> None:
        """Assert that the rows are the targets (by default all of the scene's), each with the right verdict."""
        wrong = mismatches(self.scene, outcome.rows, targets)
        assert not wrong, "\n".join([f"scene {self.scene.name}:", *wrong, outcome.stderr])


@pytest.fixture
def lab() -> Callable[[str], Lab]:
    """`lab(NAME)` is the scene with that name; `needs.LackError` where it cannot be built on this machine."""

    def scene(name: str) -> Lab:
        needs.require(*needs.LAB)
        needs.require(*filter_needs(SCENES[name]))
        return Lab(SCENES[name])

    return scene
