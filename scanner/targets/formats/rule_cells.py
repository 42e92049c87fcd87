"""Cells of a rule that name ports and hosts, as firewalls spell them: what is unambiguous is taken, the rest told.

A name with a blank in it may be several hosts or one object of a firewall (`Mail Relay`); looking up its words would
probe somebody else. So blanks part hosts only where each is unmistakably one.
"""

import re
from collections.abc import Iterator

from scanner.targets.file.odd_words import is_abbreviation
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.listing import Listing
from scanner.targets.formats.port_cells import is_any, thousands_in, whole
from scanner.targets.formats.rule_ports import OWN_DATE, ports_said
from scanner.targets.formats.rule_words import is_date
from scanner.targets.formats.said_rows import SaidRow
from scanner.targets.grammar.addresses import v4_number
from scanner.targets.grammar.host_values import Host
from scanner.targets.grammar.parsers import secret_problem
from scanner.targets.grammar.urls import has_user_info, is_url, places_in, protocol_of
from scanner.words.secret_words import gives_secret
from scanner.words.shown_text import shown

#: `10.0.0.1 to 10.0.0.9`
_TO = re.compile(r"(?i)(?<=[0-9a-f:])\s+(?:to|bis)\s+(?=[0-9a-f:])")
#: `host 192.0.2.1`, as in the rules of some firewalls.
_KEYWORD = re.compile(r"(?i)\b(?:host|net|network|subnet|netz|ip|range)\s+(?=[0-9]+\.|[0-9a-f]{0,4}:)")
#: `[Negate] 192.0.2.0/24`, `NOT: Servers`, `!192.0.2.1`, `any except 10.0.0.0/8`.
_NEGATED = re.compile(
    r"(?i)(?:\A|[\s,;|])(?:\[\s*(?:negated?|not|nicht)\s*\]|!|(?:not|nicht)\s*:|(?:not|nicht|except|au\u00dfer|ausser|"
    r"without|ohne|excluding|negated?)(?=\s+\S))"
)
_BLANKS = re.compile(r"[^\S\n]+")
_PIECES = re.compile(r"[,;\n|]")
#: A host for sure, not a word of an object's name: but for abbreviations.
_SURE = re.compile(r"[0-9:]|[^.]\.[^.]")
#: `db1:5432`, `[2001:db8::1]:443`
_OWN_PORTS = re.compile(r"[^:\s]+:[^:\s]+|\[[^\]\s]+\]:\S+")
#: What people write for a host that they do not know, or not all of: none of it may be looked up as a name.
_UNSURE = re.compile(
    r"(?i)(?<![^\s,;|])(?:tb[dca]\.?|unknown|unbekannt|n\.n\.|\?+|xx+|todo|etc|usw|bzw|ff|diverse|several|mehrere|weitere"
    r"|[0-9]{1,3}(?:\.(?:[0-9]{1,3}|[xy?n]{1,3})){0,2}\.(?:[xy?n]{1,3}))(?![^\s,;|])"
)
_BETWEEN_TARGETS = re.compile(r"[\s;|]+")
#: What is worth repeating in a message.
_FEW_PORTS = re.compile(r"\w[\w ,;/-]{0,39}")

#: Where ports are looked for, in this order.
PORT_ROLES = ("port", "from_port", "to_port", "service")

HostsThere = tuple[tuple[Host, ...], tuple[int, ...] | None]


class RuleCells:
    """Reads such cells; what is wrong or left out is noted in the listing."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    def ports(self, said: SaidRow) -> tuple[int, ...] | None:
        """The ports of a rule, by what its cells say: those of its own column, else its first and last, else its
        service's. None where none names any, empty where none is left."""
        role = said.first_of(*PORT_ROLES)
        if not role:
            return None
        if role in ("port", "service"):
            return self._listed(said, role)
        return self._between([said.cell(role) for role in ("from_port", "to_port") if said.text(role)])

    def _between(self, cells: list[Scalar]) -> tuple[int, ...]:
        texts = [whole(cell.text) for cell in cells]
        if any(text == "-1" or is_any(text) for text in texts) or texts == ["0", "65535"]:
            self._listing.leave_out(cells[0], "any port")
            return ()
        for cell, text in zip(cells, texts, strict=True):
            if not text.isdigit():
                told = OWN_DATE if is_date(text) else "write a port from 1 to 65535"
                self._listing.wrong(cell, thousands_in(text) or f"{shown(cell.text)} is not a port; {told}")
                return ()
        return self._listing.strict_ports(_like(cells[0], "-".join(dict.fromkeys(texts))))

    def _listed(self, row: SaidRow, role: str) -> tuple[int, ...] | None:
        said = ports_said(row.text(role), bool(row.text("protocol")))
        for other in said.others:
            self._listing.leave_out(row.cell(role), other)
        if said.wrong:
            self._listing.wrong(row.cell(role), said.wrong)
        return said.ports

    def targets(self, cell: Scalar, ports: tuple[int, ...] | None) -> Iterator[HostsThere]:
        """The hosts of a rule, and their ports: `ports`, or their own where there are none (`db1:5432`)."""
        text = cell.text
        if v4_number(text):  # as most are
            yield self._listing.host(cell), ports
            return
        secret = gives_secret(text)
        if is_url(text):
            for word in [text] if secret or has_user_info(text) else text.split():
                yield from self._url(_like(cell, word.strip(",;")), ports)
            return
        if secret:
            self._listing.wrong(cell, secret_problem(text))
            return
        text = _KEYWORD.sub("", _TO.sub("-", text)) if " " in text else text
        if _NEGATED.search(text):
            told = "turns the rule into its opposite, which cannot be read; write the hosts meant"
            self._listing.wrong(cell, f"the host {shown(text)} {told}")
            return
        if odd := _object_in(text):
            several = "is several words" if _BLANKS.search(odd) else "is an abbreviation"
            told = f"{several}; write a host's name or address, and a comma between hosts"
            self._listing.wrong(cell, f"the host {shown(odd)} {told}")
            return
        if unsure := _UNSURE.search(text):
            self._listing.wrong(
                cell, f"{shown(unsure[0])} is no host yet; write its name or address, or remove the rule"
            )
            return
        if ":" not in text:
            yield self._listing.hosts(_like(cell, text)), ports
            return
        for word in filter(None, (each.strip(",") for each in _BETWEEN_TARGETS.split(text))):
            if _OWN_PORTS.fullmatch(word) and ports is not None:
                told = f"{shown(word)} names its port, and so does its row; write the host alone"
                self._listing.wrong(cell, told)
            elif _OWN_PORTS.fullmatch(word):
                yield self._listing.target(_like(cell, word)) or ((), None)
            else:
                yield self._listing.hosts(_like(cell, word)), ports

    def _url(self, cell: Scalar, ports: tuple[int, ...] | None) -> Iterator[HostsThere]:
        if other := protocol_of(cell.text):
            self._listing.leave_out(cell, f"{other} ({shown(cell.text)})")
            return
        places = places_in(cell.text) if is_url(cell.text) else []
        if not places:
            self._listing.wrong(cell, f"{shown(cell.text)} is no URL with a host; write the host")
        for host, port in places:
            own = ports
            if port != "PORTS":
                of_url = self._listing.strict_ports(_like(cell, port))
                own = of_url if ports is None else ports
                if ports and of_url and of_url[0] not in ports and f":{port}" in cell.text:
                    self._listing.wrong(
                        cell, f"{shown(cell.text)} names another port than its row; write the host alone"
                    )
            yield self._listing.host(_like(cell, host.strip("[]") if ":" in host else host)), own


def ports_in_short(said: SaidRow, role: str) -> str:
    """The ports of a rule as one says them behind its protocol; empty where that is all of them, or none."""
    both = ("from_port", "to_port") if role in ("from_port", "to_port") else (role,)
    text = " ".join("-".join(dict.fromkeys(filter(None, map(said.text, both)))).split())
    return f" port {text}" if _FEW_PORTS.fullmatch(text) and not is_any(text) else ""


def _like(cell: Scalar, text: str) -> Scalar:
    """Another text at the same place."""
    return cell if text == cell.text else Scalar(cell.line, cell.column, text)


def _object_in(text: str) -> str:
    """The words between commas that may be the name of an object instead of several hosts, or are no host at all where
    there are others (`etc.`); empty where none is."""
    pieces = [piece.strip() for piece in _PIECES.split(text)]
    if len(pieces) == 1 and " " not in text:
        return ""
    for piece in pieces:
        words = _BLANKS.split(piece)
        if any(map(is_abbreviation, words)) or (len(words) > 1 and not all(map(_is_sure, words))):
            return piece
    return ""


def _is_sure(word: str) -> bool:
    return _SURE.search(word) is not None or not word.strip("-\u2013")
