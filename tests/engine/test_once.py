"""`-r 0`: one attempt, and what its silence may be said to mean. Whole scans of small networks (`test_vouching.py`)."""

from random import Random

import pytest

from scanner.model import State
from tests.engine.fakes import Answer
from tests.engine.test_vouching import OPEN, RST, Outcome

HOSTS = ["10.0.0.1", "192.0.2.80"]


@pytest.mark.parametrize("seed", range(12))
def test_a_tenth_lost_leaves_no_silence_without_a_doubt(seed: int) -> None:
    """All ports refuse. Twelve known responders in a row get through one time in four, sixty one time in 500."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer | None:
        return None if Random(f"{seed}{host}{port}{attempt}").random() < 0.1 else RST

    found = Outcome(network, HOSTS, range(1, 201), rate=100.0, retries=0, timeout=1.0)
    doubts = found.doubts(State.TIMEOUT)
    assert doubts["lossy"] > 10
    assert not doubts[""]


@pytest.mark.parametrize(("ports", "rate"), [(10, None), (200, 100.0), (200, None)])
def test_a_clean_way_leaves_no_doubt(ports: int, rate: float | None) -> None:
    """Two of the ports are silent. Ports that refused are asked again until sixty show that nothing is lost."""
    options = {} if rate is None else {"rate": rate}
    found = Outcome(
        lambda host, port, attempt, now: None if port in (3, ports) else RST, HOSTS[:1], range(1, ports + 1),
        retries=0, timeout=1.0, **options,
    )  # fmt: skip
    assert found.doubts(State.TIMEOUT) == {"": 2}
    assert {row.attempts for row in found.rows} == {1}
    assert found.seconds < ports / (rate or 1e9) + 4
    assert len(found.kernel.sent) < ports + 130


@pytest.mark.parametrize(("silent", "doubt"), [(1, ""), (40, "unverified")])
def test_where_few_may_be_asked_again_few_are_sure(silent: int, doubt: str) -> None:
    """There is one open port, which is not asked for ever: enough for one silent port, not for forty."""
    found = Outcome(
        lambda host, port, attempt, now: OPEN if port == 1 else None, HOSTS[:1], range(1, silent + 2),
        retries=0, timeout=1.0,
    )  # fmt: skip
    assert found.doubts(State.TIMEOUT) == {doubt: silent}
    assert len(found.kernel.sent) < silent + 20
