"""CSV: RFC 4180 quoting, UTF-8, LF, a header line, the fields in their one order.

This is the hot path of a sweep that keeps every row. So instead of csv.writer (4 us a row) it uses one f-string
per row and one join per batch, over texts that are kept ready (`repeated_texts.py`).

Free text is what users may choose at will: the name, each tag, the vantage. It is neutralised (`formulas.py`).
Everything else is our own words, or a host, and the grammar of hosts lets nothing through that a spreadsheet would run.
"""

from functools import lru_cache

from scanner.model import FIELDS, Request, Result
from scanner.reports.outlets.outlet import line_end
from scanner.reports.repeated_texts import EntryTexts, KeptTexts
from scanner.services import service_name
from scanner.words.formulas import neutralise

_MET = {None: "", True: "true", False: "false"}


def quote(text: str) -> str:
    """`text` as a CSV field, in quotes where it needs them (RFC 4180, section 2)."""
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def record_end(data: bytes) -> int:
    """Where the last whole row of `data` ends: at a line end outside quotes. `data` begins at the start of a row."""
    end = line_end(data)
    quoted = data.count(b'"', 0, end) % 2
    while quoted:
        before = data.rfind(b"\n", 0, end - 1) + 1
        quoted ^= data.count(b'"', before, end) % 2
        end = before
    return end


def free_text(text: str) -> str:
    """A text that the user chose, as a CSV field."""
    return quote(neutralise(text))


#: All rows of a scan have the same vantage, merged reports a few.
_vantage = lru_cache(maxsize=16)(free_text)


class CsvReport(KeptTexts):
    """Results as CSV rows."""

    def head(self) -> str:
        return ",".join(FIELDS) + "\n"

    def rows(self, results: list[Result]) -> str:
        places, verdicts = self._places, self._verdicts
        lines: list[str] = []
        add = lines.append
        time = when = ""
        for result in results:
            place = result.place
            known = places.get(place)
            if known is None or known[0] is not result.request or known[1] is not place.note.source:
                known = self.known(result.request, place)
            if time is not result.time:
                time = result.time
                when = quote(time)
            port = result.port
            verdict = verdicts.get((result.state, result.reason)) or self.verdict(result)
            icmp_from = quote(result.icmp_from) if result.icmp_from else ""
            rtt_ms = "" if result.rtt_ms is None else f"{result.rtt_ms:.3f}"
            doubt = quote(result.doubt) if result.doubt else ""
            _, _, lead, promises, source = known
            add(
                f"{lead}{port},{service_name(port)},{verdict}{icmp_from},{rtt_ms},{result.attempts},"
                f"{promises[result.met]}{when},{source},{doubt},{result.lost_syns}\n"
            )
        return "".join(lines)

    def spell_entry(self, request: Request) -> EntryTexts:
        tags, vantage = free_text(";".join(request.tags)), _vantage(request.vantage)
        expect = quote(request.expect)
        promises = {met: f"{expect},{text},{tags},{vantage}," for met, text in _MET.items()}
        return EntryTexts(free_text(request.name), promises)

    def spell_lead(self, name: str, host: str, address: str) -> str:
        address = quote(address)
        return f"{name},{quote(host) if host else address},{address},"

    def spell_source(self, source: str) -> str:
        return quote(source)

    def spell_verdict(self, state: str, reason: str) -> str:
        return f"{state},{quote(reason)},"
