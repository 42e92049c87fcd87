"""Every change of a probe's state, held against the table of states that may follow (`MAY_FOLLOW`).

The program itself does not check: its hot loop writes the state. So whoever plays it in this process does: all tests
(`tests/conftest.py`), and the random networks when they are played by hand.
"""

from scanner.engine.flight.probe import MAY_FOLLOW, Probe, ProbeState


def only_legal_states() -> None:
    """From now on, a change that the table does not know is an AssertionError."""
    slot = Probe.__dict__["state"]
    if isinstance(slot, property):
        return  # it is checked already

    def change(probe: Probe, state: ProbeState) -> None:
        try:
            before = slot.__get__(probe)
        except AttributeError:  # the probe is just being made
            before = None
        assert before is None or state in MAY_FOLLOW[before], f"a probe that is {before.value} becomes {state.value}"
        slot.__set__(probe, state)

    Probe.state = property(slot.__get__, change)  # type: ignore[assignment,method-assign]
