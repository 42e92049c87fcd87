"""Columns of a table that nobody reads, and what they would have changed: they must not get lost without a word.

An action, a netmask, a range's end or a negation that is not read turns a rule into another one: each is a mistake.
All other columns that hold anything are named once, but for those that never say whom a rule lets through.
"""

import re
from functools import lru_cache

from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.listing import Listing
from scanner.targets.formats.rule_words import expectation_in, is_off, spelled
from scanner.targets.formats.said_rows import SaidRow
from scanner.targets.formats.table_head_rows import HeadRow
from scanner.targets.formats.table_heads import plain_head, role_of
from scanner.targets.formats.table_rows import TableRow
from scanner.targets.formats.unread_ports import UnreadPorts, wish_for
from scanner.targets.grammar.addresses import v4_number
from scanner.words.shown_text import shown

_MOST_NAMED = 10
_PLURAL = r"(?:s|es|n|en)?"
_HARMLESS = re.compile(
    r"(?:id|uuid|uid|nr|no|num|number|nummer|lfdnr|pos|position|order|index|line|zeile|seq(?:uence)?|prio(?:rity)?|"
    r"hit|hitcount|treffer|byte|packet|pkt|counter|comment|kommentar|note|remark|bemerkung|date|datum|.*date|.*datum|"
    r"created.*|modified.*|updated.*|changed.*|lasthit|lastused|lastmodified|erstellt.*|geaendert.*|owner|"
    r"besitzer|eigentuemer|requester|requestor|antragsteller|author|autor|.*by|contact|kontakt|team|log|logging|"
    r"source.*|src.*|quell.*|spt|sport|state|)" + _PLURAL
)
#: Until when a rule holds.
_EXPIRY = re.compile(
    r".*expir(?:es|ed|y|ation|ing).*|.*gueltig(?:bis|keit).*|befrist.*|.*valid(?:until|to|till|thru|through|ity).*|until|"
    r"(?:ablauf|auslauf|verfall).*|(?:rule|regel)?end(?:e)?(?:date|datum|time)|(?:date|datum)(?:end|ende|to|bis)|.*sunset.*"
)
_DIGIT = re.compile(r"[0-9]")
_ACTION = spelled("action actions aktion aktionen verdict verdicts decision disposition entscheidung permission")
_WORD = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MASK = re.compile(
    r"(?:dest(?:ination)?|dst|ziel|ip|ipv4|sub|host|network|netz)?(?:net|netz|subnet|subnetz|wildcard)?(?:mask|maske)s?"
    r"|(?:dest(?:ination)?|dst|ziel)?(?:prefix|praefix)(?:len|length|laenge)?|cidrmask"
)
_END = re.compile(
    r"(?:dest(?:ination)?|dst|ziel|host|ip|range)?(?:ip|addr|address|adresse|range)?(?:end|ende|last|bis)(?:ip|addr|"
    r"address|adresse|range|host)?|(?:last|to|bis)(?:ip|addr|address|adresse)|(?:ip|address|adresse)(?:to|bis)"
)
_NEGATED = re.compile(
    r"(?:dest(?:ination)?|dst|ziel|service|dienst)?(?:is)?(?:not|negate|negated|negation|negiert|inverted|invert|"
    r"except|exclude|excluded|ausser|ausgenommen)(?:dest(?:ination)?|dst|ziel)?"
)
_SINGLE = ("255.255.255.255", "0.0.0.0", "32", "/32", "128", "/128")
_opens = lru_cache(maxsize=256)(expectation_in)


class UnreadColumns:
    """Looks at what the rows of one table hold besides what is read. `finish()` tells it."""

    def __init__(self, heads: HeadRow, listing: Listing) -> None:
        columns = heads.columns
        read = {at for places in columns.places.values() for at in places} | columns.aside
        self._listing = listing
        self._line = heads.line
        self._is_text = bool(heads.delimiter)
        self._heads = columns.heads
        self._unread = [(at, plain_head(head)) for at, head in enumerate(columns.heads) if at not in read]
        self._filled: set[int] = set()
        self._expiring = {at for at, plain in self._unread if _EXPIRY.fullmatch(plain)}
        asked = "expect" not in columns.places
        #: By column that may hold actions: how many cells do, and how many do not.
        self._actions = {at: [0, 0] for at, _ in self._unread} if asked else {}
        self._changing = [
            (at, what)
            for at, plain in self._unread
            for what, pattern in (("mask", _MASK), ("end", _END), ("not", _NEGATED))
            if plain and pattern.fullmatch(plain)
        ]
        changing = {at for at, _ in self._changing}
        may_say = [
            at
            for at, plain in self._unread
            if at not in changing and not _HARMLESS.fullmatch(plain) and not role_of(plain)
        ]
        self._ports = UnreadPorts(heads, may_say, listing)

    def look(self, row: TableRow) -> None:
        """Notes which of its cells hold anything."""
        texts = row.texts
        for at, _ in self._unread:
            if at < len(texts) and (text := texts[at]):
                if at not in self._expiring or _DIGIT.search(text):  # "never" limits nothing
                    self._filled.add(at)
                if at in self._actions and len(text) < 40:
                    self._actions[at][_opens(text.lower()) is None] += 1

    def look_for_ports(self, row: TableRow) -> None:
        """Notes what a row that names no port has in cells that may name some."""
        self._ports.look(row)

    def check(self, said: SaidRow) -> bool:
        """Whether nothing that is not read makes another rule of this row; what does is a mistake."""
        fine = True
        for at, what in self._changing:
            text = said.row.text(at)
            if text and (told := _changed(what, text, said.text("host"))):
                self._listing.wrong(said.row.cell(at), f"column {shown(self._heads[at])}: {shown(text)} {told}")
                fine = False
        return fine

    def finish(self) -> None:
        """Tell of the columns that were not read."""
        self._ports.finish()
        told: list[str] = []
        changing = {at for at, _ in self._changing}
        for at, plain in self._unread:
            head = self._heads[at]
            if at not in self._filled:
                continue
            if at in self._actions and (self._holds_actions(at) or self._is_action(head)):
                write = wish_for("expect", head)
                text = f"column {shown(head)} looks like actions and is not read; write {write}, or rename its head"
                self._listing.wrong(Scalar(self._line, 1 if self._is_text else at + 1, head), text)
            elif at in self._expiring:
                text = (
                    f"column {shown(head)} is not read: rules that have expired are read like the others; remove them"
                )
                self._listing.warn(text)
            elif at not in changing and (not head or not _HARMLESS.fullmatch(plain)):
                told.append(shown(head) if head else f"number {at + 1}, which has no head")
        if told:
            more = f" and {len(told) - _MOST_NAMED} more" if len(told) > _MOST_NAMED else ""
            self._listing.warn(
                f"columns that were not read: {', '.join(told[:_MOST_NAMED])}{more}; say with --columns what is in them"
            )

    def _holds_actions(self, at: int) -> bool:
        actions, others = self._actions[at]
        return actions > 0 and actions >= others

    def _is_action(self, head: str) -> bool:
        words = _WORD.findall(_CAMEL.sub(" ", head).lower())
        return not _ACTION.isdisjoint(words) and not {"source", "src", "last", "date", "id"} & set(words)


def _changed(what: str, text: str, host: str) -> str:
    """What is to be said of a cell that makes another rule of its row; empty where it does not."""
    if what == "not":
        return "" if is_off(text) else "turns the rule into its opposite, which cannot be read; write the hosts meant"
    if what == "end":
        if text == host or "-" in host:
            return ""
        return f"is a range's end and is not read; write the range in the column of hosts: {shown(f'{host}-{text}')}"
    if text in _SINGLE:
        return ""
    length = _length(text)
    if length and host.endswith(f"/{length}"):
        return ""
    write = f"{host}/{length}" if length and "/" not in host else "192.0.2.0/24"
    return f"is a netmask and is not read; write the network in the column of hosts, such as {write}"


def _length(mask: str) -> str:
    """The prefix length that a netmask means, or empty."""
    text = mask.removeprefix("/")
    if text.isdigit():
        return text
    number = v4_number(text)
    if number is None:
        return ""
    bits = f"{number:032b}"
    return str(bits.count("1")) if "01" not in bits else ""
