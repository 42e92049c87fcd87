"""Who answered in one part of a list, as words for those who probe the others.

Where a network's hosts are shared out, all that answer may be somebody else's (`told_responders.py` says why that
matters, and what is made of it). Who is told of is chosen as ever (`responder_choice.py`): whoever comes first, and
later whoever is more useful.
"""

import json
from collections.abc import Iterable

from scanner.model import Place
from scanner.scanning.responder_choice import KnownResponder


def packed_places(answered: Iterable[KnownResponder]) -> bytes:
    """Who answered, as bytes."""
    return json.dumps(
        [[place.address, place.family, place.scope, port, refuses] for place, port, refuses in answered]
    ).encode()


def unpacked_places(data: bytes) -> list[KnownResponder]:
    """Who answered; the places are nobody else's."""
    return [
        KnownResponder(Place(address, family, scope=scope), port, refuses)
        for address, family, scope, port, refuses in json.loads(data)
    ]
