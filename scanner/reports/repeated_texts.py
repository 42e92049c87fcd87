"""The texts that repeat from row to row, kept ready for the formats that write every row.

Spelling a field (quoting, escaping) costs more than all the rest of a row, and most fields repeat: an entry's
words, an address, a state's reason. (Not ports: a sweep of one host meets each of them once.) A format says
how each is spelled; this module says when: once, when it is first met. Every store is bounded, and simply emptied
when full: a wide sweep meets each host once or in turn, and neither would gain from a cleverer rule.
"""

from abc import abstractmethod
from typing import NamedTuple

from scanner.model import Place, Request, Result
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.report import Streamed

#: How many texts a store keeps.
_KEPT = 4096


class EntryTexts(NamedTuple):
    """What all rows of a request have in common: its name, and the words of its expectation by `met`."""

    name: str
    promises: dict[bool | None, str]


#: What all rows of a request at one place have in common: the request and the source as they were, which show
#: whether the rest still holds; the fields before the port; the entry's promises; the field `source`. A plain tuple,
#: because a sweep of a network makes one for every row.
Known = tuple[Request, str, str, dict[bool | None, str], str]


class KeptTexts(Streamed):
    """A streamed report with stores; `known` and `verdict` fill them on a miss."""

    def __init__(self, outlet: Outlet) -> None:
        self._entries: dict[Request, EntryTexts] = {}
        self._places: dict[Place, Known] = {}
        self._verdicts: dict[tuple[str, str], str] = {}
        self._raw_source, self._source = "", self.spell_source("")
        super().__init__(outlet)

    @abstractmethod
    def spell_entry(self, request: Request) -> EntryTexts:
        """The texts of a request."""

    @abstractmethod
    def spell_lead(self, name: str, host: str, address: str) -> str:
        """The fields before the port; `name` is already spelled, `host` empty where it is the address."""

    @abstractmethod
    def spell_source(self, source: str) -> str:
        """The field `source`."""

    @abstractmethod
    def spell_verdict(self, state: str, reason: str) -> str:
        """The fields `state` and `reason`."""

    def known(self, request: Request, place: Place) -> Known:
        entry = self._entries.get(request)
        if entry is None:
            if len(self._entries) >= _KEPT:
                self._entries.clear()
            entry = self._entries[request] = self.spell_entry(request)
        if len(self._places) >= _KEPT:
            self._places.clear()
        raw = place.note.source
        if raw is not self._raw_source:
            self._raw_source, self._source = raw, self.spell_source(raw)
        lead = self.spell_lead(entry[0], request.host, place.address)
        known = self._places[place] = request, raw, lead, entry[1], self._source
        return known

    def verdict(self, result: Result) -> str:
        if len(self._verdicts) >= _KEPT:
            self._verdicts.clear()
        text = self.spell_verdict(result.state.value, result.reason)
        self._verdicts[result.state, result.reason] = text
        return text
