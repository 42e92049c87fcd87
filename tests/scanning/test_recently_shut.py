"""What is still known of a host's ports, some thousand rows later."""

import socket

from scanner.model import Note, Place, Request, Result, State
from scanner.scanning.phantoms.recently_shut import Recent

AT = Place("10.0.0.1", int(socket.AF_INET), ports=30)
OTHER = Place("10.0.0.2", int(socket.AF_INET), ports=30)
ASKED = Request(timeout=1.0, retries=1)


def _row(place: Place, port: int, state: State) -> Result:
    return Result(place, port, ASKED, state, "", "", 0.1, 1, "")


def test_the_latest_of_each_kind_first() -> None:
    recent = Recent()
    recent.add([_row(AT, 1, State.REFUSED), _row(AT, 2, State.TIMEOUT), _row(OTHER, 3, State.REFUSED)])
    recent.add([_row(AT, port, State.REFUSED) for port in (4, 5, 6)])
    assert recent.shut_at(AT, 2) == ([6, 5], [])
    assert recent.shut_at(AT, 9) == ([6, 5, 4, 1], [2])


def test_the_last_refusal_is_known_when_its_row_is_forgotten() -> None:
    recent = Recent(most=2)
    place = Place("10.0.0.1", int(socket.AF_INET), ports=30)
    place.note = Note()
    recent.add([_row(place, 7, State.REFUSED)])
    place.note.refused = 7
    recent.add([_row(OTHER, port, State.REFUSED) for port in (1, 2, 3)])
    recent.add([_row(OTHER, port, State.REFUSED) for port in (4, 5, 6)])
    assert recent.shut_at(place, 3) == ([7], [])
    recent.add([_row(place, 7, State.REFUSED)])
    assert recent.shut_at(place, 3) == ([7], []), "once"
