"""JSON and JSONL: the same object for a result, in one document or one per line; absent values are null.

A document streams its rows first and the `scan` part last, because only then are its counts known. A row is
a whole line, with its comma before it, so that a reader of a pipe sees every row complete as soon as it is
written. As in CSV, a row is one f-string over texts that are kept ready (`repeated_texts.py`).
"""

import json
from json.encoder import encode_basestring
from typing import Any

from scanner.model import Request, Result
from scanner.reports.outlets.outlet import Outlet
from scanner.reports.repeated_texts import EntryTexts, KeptTexts
from scanner.reports.report import ScanInfo
from scanner.services import service_name

SCHEMA = "scanner-report/1"

_MET = {None: "null", True: "true", False: "false"}
# Valid in JSON as they are, but DEL and the C1 controls drive terminals, and the others end lines for some readers,
# reverse the direction of what follows, or are invisible.
_UNSAFE = (*range(0x7F, 0xA0), 0x61C, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
_ESCAPED = {code: f"\\u{code:04x}" for code in _UNSAFE}


def encode(value: Any) -> str:
    """`value` as JSON on one line, in UTF-8 where that is safe to show; what JSON cannot express becomes text."""
    return json.dumps(value, ensure_ascii=False, default=str).translate(_ESCAPED)


def text_value(text: str) -> str:
    """`text` as JSON on one line, null where there is none."""
    if not text:
        return "null"
    quoted = encode_basestring(text)
    return quoted if quoted.isprintable() else quoted.translate(_ESCAPED)


class JsonlReport(KeptTexts):
    """Results as JSON objects, one per line."""

    def rows(self, results: list[Result]) -> str:
        return "\n".join(self.objects(results)) + "\n"

    def objects(self, results: list[Result]) -> list[str]:
        """A JSON object for each result."""
        places, verdicts = self._places, self._verdicts
        objects: list[str] = []
        add = objects.append
        time, when = "", "null"
        for result in results:
            place = result.place
            known = places.get(place)
            if known is None or known[0] is not result.request or known[1] is not place.note.source:
                known = self.known(result.request, place)
            if time is not result.time:
                time = result.time
                when = text_value(time)
            service = service_name(result.port)  # a word of our own table: nothing to escape
            service = f'"{service}"' if service else "null"
            verdict = verdicts.get((result.state, result.reason)) or self.verdict(result)
            icmp_from = text_value(result.icmp_from) if result.icmp_from else "null"
            rtt_ms = "null" if result.rtt_ms is None else f"{result.rtt_ms:.3f}"
            doubt = text_value(result.doubt) if result.doubt else "null"
            _, _, lead, promises, source = known
            add(
                f'{lead}{result.port}, "service": {service}, {verdict}"icmp_from": {icmp_from}, "rtt_ms": {rtt_ms}, '
                f'"attempts": {result.attempts}, {promises[result.met]}"time": {when}, {source}'
                f'"doubt": {doubt}, "lost_syns": {result.lost_syns}}}'
            )
        return objects

    def spell_entry(self, request: Request) -> EntryTexts:
        tags, vantage = encode(list(request.tags)), text_value(request.vantage)
        expect = text_value(request.expect)
        promises = {
            met: f'"expect": {expect}, "met": {text}, "tags": {tags}, "vantage": {vantage}, '
            for met, text in _MET.items()
        }
        return EntryTexts(f'{{"name": {text_value(request.name)}, ', promises)

    def spell_lead(self, name: str, host: str, address: str) -> str:
        address = text_value(address)
        return f'{name}"host": {text_value(host) if host else address}, "address": {address}, "port": '

    def spell_source(self, source: str) -> str:
        return f'"source": {text_value(source)}, '

    def spell_verdict(self, state: str, reason: str) -> str:
        return f'"state": {text_value(state)}, "reason": {text_value(reason)}, '


class JsonReport(JsonlReport):
    """Results as one JSON document: `schema`, `results`, `scan`.

    A row that was explained has one key more, `group`: `scan.explain.by_row` says which group that is part of.
    """

    def __init__(self, outlet: Outlet) -> None:
        self._before = " "
        super().__init__(outlet)

    def objects(self, results: list[Result]) -> list[str]:
        objects = super().objects(results)
        for at, result in enumerate(results):
            if result.group:
                objects[at] = f'{objects[at][:-1]}, "group": {text_value(result.group)}}}'
        return objects

    def head(self) -> str:
        return f'{{"schema": "{SCHEMA}", "results": [\n'

    def rows(self, results: list[Result]) -> str:
        before, self._before = self._before, ","
        return before + "\n,".join(self.objects(results)) + "\n"

    def end(self, info: ScanInfo, complete: bool) -> str:
        return f'], "scan": {encode(info.as_dict() | {"complete": complete})}}}\n'
