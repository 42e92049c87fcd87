"""Rows of firewall rules, of whatever table, put into a listing: who is to be reached on which ports, and how it ends.

A row asks for targets, or is told why it does not: rules of other protocols and for "any" are left out as what TCP
cannot verify, rules that are switched off and those that let others in are counted. How cells are read is in
`rule_cells.py`.
"""

from functools import lru_cache

from scanner.errors import TargetError
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.listing import Listing, is_everywhere
from scanner.targets.formats.port_cells import is_any
from scanner.targets.formats.rule_cells import PORT_ROLES, RuleCells, ports_in_short
from scanner.targets.formats.rule_services import other_protocols
from scanner.targets.formats.rule_words import (
    expectation_in,
    is_marked_off,
    is_on,
    is_tick,
    leads_in,
    listed_words,
    protocol_in,
)  # fmt: skip
from scanner.targets.formats.said_rows import SaidRow
from scanner.targets.formats.table_head_rows import HeadRow
from scanner.targets.formats.table_heads import TableColumns
from scanner.targets.formats.table_rows import TableRow
from scanner.targets.formats.unread_columns import UnreadColumns
from scanner.targets.grammar.single_values import parse_duration, parse_expect
from scanner.words.shown_text import many, shown

#: Rows that are not taken: what they are, and what follows of it.
_DISABLED = ("disabled rule", "left out")
_INBOUND = ("rule for inbound connections", "left out, whose addresses are sources")
_SOURCES = ("rule that names its source", "")
_UNSURE = ("rule with a status that is not known here", "read like the others")
_EITHER = ("rule of a cidr without a direction", "read like those for outbound connections, and it may be the source")
_PASSED = ("row with neither host nor port", "passed over")
#: A table says the same few words over and over.
_others_of = lru_cache(maxsize=1024)(other_protocols)
protocols_of = lru_cache(maxsize=256)(protocol_in)
expectation_of = lru_cache(maxsize=256)(expectation_in)


class RuleReader:
    """Reads the rows of one file, whose tables may have different columns. `finish()` says what was not taken."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._cells = RuleCells(listing)
        self._counted: dict[tuple[str, str], int] = {}
        self._first: dict[tuple[str, str], str] = {}
        self._columns = TableColumns((), {})
        self._heads: list[str] = []
        self._width = 0
        self._ticked: bool | None = None
        self._waiting: list[TableRow] = []
        self._unread: list[UnreadColumns] = []

    def begin(self, heads: HeadRow) -> None:
        """The rows that follow are of the table with these heads."""
        self._read_waiting()
        self._ticked = None
        self._columns = heads.columns
        self._heads = list(heads.columns.heads)
        self._width = max((at for at, head in enumerate(heads.columns.heads, 1) if head), default=0)
        self._unread.append(UnreadColumns(heads, self._listing))

    def read(self, row: TableRow) -> None:
        """One row. Where a column of switches begins with blanks, they wait for what is in the first other cell: below
        ticks a blank is a no."""
        if self._ticked is None and "enabled" in self._columns.places:
            self._waiting.append(row)
            if word := SaidRow(row, self._columns).text("enabled"):
                self._ticked = is_tick(word)
                self._read_waiting()
            return
        self._read(row)

    def _read_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for row in waiting:
            self._read(row)

    def _read(self, row: TableRow) -> None:
        columns = self._columns
        if row.texts == self._heads:
            return  # each page of a report has them
        self._unread[-1].look(row)
        said = SaidRow(row, columns)
        if self._is_disabled(said):
            self._count(_DISABLED, row.cell(0))
        elif columns.cidr and self._leads_in(said):
            self._count(_INBOUND, row.cell(0))
        elif misfit := row.misfit(self._width):
            self._listing.wrong(row.cell(misfit[0]), misfit[1])
        elif not row.is_troubled or self._is_sound(row, columns):
            self._read_rule(said)

    def finish(self) -> None:
        """Tell how many rows were not taken, and what those that name sources prove, and which columns nobody read."""
        self._read_waiting()
        for unread in self._unread:
            unread.finish()
        for what in (_DISABLED, _INBOUND, _UNSURE, _EITHER, _PASSED):
            if count := self._counted.get(what, 0):
                noun, so = what
                told = many(count, noun, noun.replace("rule", "rules").replace("row ", "rows "))
                self._listing.warn(f"{told} {so}; the first is {self._first[what]}")
        if count := self._counted.get(_SOURCES, 0):
            self._listing.warn(
                f"{many(count, 'rule names its source', 'rules name their sources')}, now a tag (the first: "
                f"{self._first[_SOURCES]}): a rule for another source than this host proves nothing here; choose with "
                "--tag"
            )

    def _is_disabled(self, said: SaidRow) -> bool:
        """Whether a rule is switched off; words that say neither are counted."""
        if any(map(is_marked_off, (said.row.text(0), said.text("name"), said.text("ticket")))):
            return True
        for role, negated in (("enabled", False), ("disabled", True)):
            text = said.text(role)
            if text and (on := is_on(text, negated=negated)) is not True:
                if on is False:
                    return True
                self._count(_UNSURE, said.cell(role), shown(text))
        return self._ticked is True and not said.text("enabled") and bool(said.text("host"))

    def _leads_in(self, said: SaidRow) -> bool:
        """Whether the addresses of a rule are its sources, which a column `direction`, or one of types, says."""
        text = said.text("direction")
        inwards = leads_in(text or said.text("type"))
        if inwards is None and text:
            self._listing.wrong(said.cell("direction"), f"{shown(text)} is no direction; write ingress or egress")
        elif inwards is None:
            self._count(_EITHER, said.row.cell(0))
        return inwards is True

    def _read_rule(self, said: SaidRow) -> None:
        ports_role = said.first_of(*PORT_ROLES)
        if not said.text("host"):
            if ports_role or said.text("udp_port"):
                self._listing.wrong(said.row.cell(0), "the row names ports and no host; write its host")
            else:
                self._count(_PASSED, said.row.cell(0))
            return
        host = said.cell("host")
        if not self._has_tcp(said, ports_role) or not self._unread[-1].check(said):
            return
        if is_everywhere(host.text):
            self._listing.hosts(host)  # which leaves it out
            return
        expect = self._expectation(said) if said.text("expect") else None
        timeout = self._timeout(said)
        if self._is_udp(said) and not ports_role:
            return
        ports = self._cells.ports(said)
        if ports is None:
            self._unread[-1].look_for_ports(said.row)
        name, tags = self._words(said)
        for hosts, own in self._cells.targets(host, ports):
            self._listing.add(host, hosts, own, name=name, tags=tags, expect=expect, timeout=timeout)

    def _has_tcp(self, said: SaidRow, ports_role: str) -> bool:
        """Whether TCP is among the rule's protocols; the others are left out."""
        text = said.text("protocol")
        if not text:
            service = said.text("service")
            has_other, has_tcp = _others_of(service) if service and said.text("port") else (False, False)
            if has_other:
                what = f"{shown(service)}{ports_in_short(said, 'port')}"
                self._listing.leave_out(said.cell("service"), f"{'the UDP part of ' * has_tcp}service {what}")
            return has_tcp or not has_other
        found = protocols_of(text)
        if found is None:
            told = f"{shown(text)} is no protocol that is known here; write tcp, or remove the rule"
            self._listing.wrong(said.cell("protocol"), told)
            return True  # the other cells may be wrong as well
        for other in found.others:
            what = other if other.isalpha() and not is_any(other) else f"protocol {other}"
            self._listing.leave_out(said.cell("protocol"), f"{what}{ports_in_short(said, ports_role)}")
        return found.tcp

    def _is_udp(self, said: SaidRow) -> bool:
        """Whether a row has ports in a column of UDP's, which are left out."""
        if not said.text("udp_port").strip("-\u2013\u2014"):
            return False
        self._listing.leave_out(said.cell("udp_port"), f"udp{ports_in_short(said, 'udp_port')}")
        return True

    def _expectation(self, said: SaidRow) -> str | None:
        word = said.text("expect").lower()
        if not word.strip("-\u2013\u2014"):
            return None  # a dash in an empty cell
        if found := expectation_of(word):
            return found
        try:
            return parse_expect(word)
        except TargetError as error:
            self._listing.wrong(said.cell("expect"), f"{error}; of actions allow or deny")
            return None

    def _timeout(self, said: SaidRow) -> float | None:
        role = said.first_of("timeout", "timeout_ms")
        if not role:
            return None
        text = said.text(role).replace(",", ".")
        bare = text.replace(".", "", 1).isdigit()
        try:
            return parse_duration(f"{text}ms" if bare and role == "timeout_ms" else text)
        except TargetError as error:
            self._listing.wrong(said.cell(role), str(error))
            return None

    def _words(self, said: SaidRow) -> tuple[str, list[str]]:
        """The rule's name and tags. A ticket is its name where it has no other."""
        name, ticket, source = said.text("name"), said.text("ticket"), said.text("source")
        tags = listed_words(said.text("tags"))
        if ticket and name:
            tags.append(ticket)
        if source and not is_everywhere(source):
            self._counted[_SOURCES] = self._counted.get(_SOURCES, 0) + 1
            if _SOURCES not in self._first:
                self._first[_SOURCES] = f"{shown(source)} at {self._listing.where(said.cell('source'))}"
            tags += [f"source={each}" for each in listed_words(source)]
        return name or ticket, tags

    def _is_sound(self, row: TableRow, columns: TableColumns) -> bool:
        """Whether its cells can be read at all; what is wrong with them is noted."""
        found = [
            (at, trouble)
            for role, places in columns.places.items()
            for at in places
            if (trouble := row.trouble(at, role))
        ]
        for at, trouble in found:
            self._listing.wrong(row.cell(at), trouble)
        return not found

    def _count(self, what: tuple[str, str], cell: Scalar, word: str = "") -> None:
        self._counted[what] = self._counted.get(what, 0) + 1
        if what not in self._first:
            self._first[what] = (word and f"{word} ") + f"at {self._listing.where(cell)}"
