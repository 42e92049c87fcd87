"""Files that are not lists of hosts, although hosts stand in them: told once, in place of an error for every line.

Reports of other scanners say which ports were open, and `scanner scan` reads them. Not hosts of which they only say
that they are up: it has no ports for them. A file like /etc/hosts gives addresses names: to the resolver of this host
they may be those of somebody else, who would be probed then, and where they are the same, everything would be probed
twice. (As excludes names do no harm: more is left out.)

Only a file in which something is wrong, or one that begins with an address and its names, is looked at.
"""

import re
from collections.abc import Iterable

from scanner.targets.file.odd_words import is_prose
from scanner.targets.grammar.addresses import v4_number, v6_number
from scanner.targets.grammar.hosts import is_name
from scanner.targets.grammar.ports import is_ports

_BY_HAND = "write the addresses alone"
_BY_SCAN = "to probe what it names, write scanner scan FILE"
_AGAIN = "to probe what was open, write scanner scan FILE; for other ports, write the addresses alone"
#: As `masscan --echo` writes them, and its examples; not all of them.
_SETTINGS = (
    r"(?i:range|ports?|rate|max-rate|excludefile|exclude|includefile|seed|shard|randomize-hosts|banners?|(?:no)?capture"
    r"|output-[a-z]+|adapter(?:-[a-z]+)?|router-[a-z]+|rotate[a-z-]*|append-output|open-only|retries|wait|resume-[a-z]+)"
    r"[ \t]*="
)
#: How a line begins, what has such lines (masscan: src/out-text.c), and what to do with it as a list of hosts.
_FORMS = tuple(
    (re.compile(form), name, instead)
    for form, name, instead in (
        (r"(?:open|closed|banner) (?:tcp|udp|sctp|icmp|arp|oproto) [0-9]+ ", "a report of masscan (-oL)", _AGAIN),
        (r"Host: [0-9A-Fa-f.:]+ \(", "a report of nmap (-oG)", _AGAIN),
        (
            r"Nmap scan report for |Starting Nmap ",
            "a report of nmap (-oN)",
            f"{_BY_HAND}, or give nmap's -oX or -oG to scanner scan",
        ),
        (r"<(?:\?xml|!DOCTYPE|!--|nmaprun)", "XML", _AGAIN),
        (r'\{(?:\s*"|\Z)|\[\s*(?:[{"]|\Z)', "JSON", _BY_SCAN),
        (_SETTINGS, "a configuration of masscan", _BY_SCAN),
        (r"-\s|---\Z|(?:targets|defaults|exclude|version):", "a target list in YAML", _BY_SCAN),
    )
)
_LONGEST = 2000


def other_form(line: str, *, probed: bool) -> str:
    """What to say of a file with such a line if it is one of the above, or empty. `probed`: hosts to probe were wanted,
    not hosts to leave out."""
    text = line.strip()[:_LONGEST]
    for form, name, instead in _FORMS:
        if form.match(text):
            return f"the file is {name}, not a list of hosts; {instead if probed else _BY_HAND}"
    return ""


def is_hosts_file(items: Iterable[str], *, fewest: int) -> bool:
    """Whether lines, without their comments, are as those of an /etc/hosts: in each an address and its names, and at
    least so many of them. Services alone are no names, nor are words of a sentence. Looks no further than the first
    line that is not."""
    lines, named = 0, False
    for item in items:
        address, *names = item[:_LONGEST].split() or [""]
        if not names or not _is_address(address) or not all(map(_is_name, names)):
            return False
        lines += 1
        named = named or not is_ports(names[-1])
    return named and lines >= fewest


def _is_address(word: str) -> bool:
    return v4_number(word) is not None or v6_number(word.partition("%")[0]) is not None


def _is_name(word: str) -> bool:
    return is_name(word) and not is_prose(word) and word.strip("-") != ""
