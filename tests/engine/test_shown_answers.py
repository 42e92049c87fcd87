"""Which answers are shown to what recognises what cannot come from a target."""

from scanner.engine.flight.probe import BareTrial, Probe
from scanner.engine.flight.shown_answers import ShownAnswers
from scanner.machine.interposed import Interposed, Seen
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, FakeKernel


class CheckingKernel(FakeKernel):
    """A kernel that looks for a proxy in between: `shown` is what was shown to it."""

    def __init__(self) -> None:
        super().__init__(lambda *_: None)
        self.shown: list[Seen] = []
        self.checker = Interposed(lambda: 1_000_000, "")

    def interposed(self) -> Interposed:  # type: ignore[override]
        return self.checker

    def seen(self, sock: object, target: tuple[str, int], *, refused: bool, at_once: bool = False) -> Seen:
        found = Seen(target, at_once, refused, 1)
        self.shown.append(found)
        return found


def made(kernel: FakeKernel) -> tuple[ShownAnswers, Probe, BareTrial]:
    trial = BareTrial(Endpoint(Place("192.0.2.80", AF_INET), 80, (Request(),)))
    return ShownAnswers(kernel), Probe(kernel.socket(AF_INET), AF_INET, [], None), trial  # type: ignore[arg-type]


def test_where_nobody_can_tell_nothing_is_shown() -> None:
    shown, probe, trial = made(FakeKernel(lambda *_: None))
    shown.opened(probe, trial)
    shown.answered(5)
    shown.at_last()
    assert (shown.few, shown.warning) == (0, "")


def test_few_refused_ports_are_shown() -> None:
    kernel = CheckingKernel()
    shown, probe, trial = made(kernel)
    few = shown.few
    assert few > 0
    assert [shown.refused(probe, trial) for _ in range(few)] == list(range(few - 1, -1, -1))
    assert len(kernel.shown) == few


def test_of_each_turn_one_open_port() -> None:
    kernel = CheckingKernel()
    shown, probe, trial = made(kernel)
    for _ in range(2):
        shown.new_turn()
        for _ in range(3):
            shown.opened(probe, trial)
    assert len(kernel.shown) == 2


def test_whatever_connect_answered_itself_until_there_is_something_to_warn_of() -> None:
    kernel = CheckingKernel()
    shown, probe, trial = made(kernel)
    shown.at_once(probe, trial, refused=True)
    assert [(each.at_once, each.refused) for each in kernel.shown] == [(True, True)]
    kernel.checker.look(Seen(("192.0.2.80", 80), peer=("127.0.0.1", 9050), opened=True))
    assert "is connected to 127.0.0.1:9050" in shown.warning
    shown.at_once(probe, trial)
    assert len(kernel.shown) == 1
