"""Hosts with counts as the engine would have made them, and rows of theirs."""

import socket

from scanner.model import Note, Place, Request, Result, State
from scanner.scanning.phantoms.one_host import OpenHost

AF_INET = int(socket.AF_INET)
REQUEST = Request(timeout=1.0, retries=1)


def place_with(ports: int, *, opened: int = 0, refused: int = 0, mute: int = 0, number: int = 1) -> Place:
    """A host of the scan with so many targets, of which so many are judged."""
    place = Place(f"192.0.2.{number}", AF_INET, ports=ports)
    place.note = Note()
    place.note.opened, place.note.mute, place.note.verdicts = opened, mute, opened + refused + mute
    return place


def judged(place: Place, port: int, state: State = State.OPEN, request: Request = REQUEST, **other: object) -> Result:
    """A verdict, counted at its place as the engine does."""
    place.note.verdicts += 1
    place.note.opened += state is State.OPEN
    place.note.mute += state is State.TIMEOUT
    return Result(place, port, request, state, "", rtt_ms=1.0, **other)  # type: ignore[arg-type]


def host_of(place: Place, now: float = 0.0) -> OpenHost:
    """A host that has an open port."""
    return OpenHost(place, REQUEST, now)
