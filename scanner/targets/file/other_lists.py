"""Files that are not lists of hosts, although hosts stand in them: told once, in place of an error for every line.

Reports of other scanners say which ports were open, and `scanner scan` reads them. /etc/hosts gives addresses names: to
the resolver of this host they may be those of somebody else, who would be probed then. (As excludes its names do no
harm: more is left out.)

Only a file in which something is wrong, or one that knows localhost, is looked at.
"""

import re
from collections.abc import Iterable

from scanner.targets.grammar.addresses import v4_number, v6_number

_BY_HAND = "write the addresses alone"
_BY_SCAN = "to probe what it names, write scanner scan FILE"
#: How a line begins, what has such lines (masscan: src/out-text.c), and what to do with it as a list of hosts.
_FORMS = tuple(
    (re.compile(form), name, instead)
    for form, name, instead in (
        (r"(?:open|closed|banner) (?:tcp|udp|sctp|icmp|arp|oproto) [0-9]+ ", "a report of masscan (-oL)", _BY_SCAN),
        (r"Host: [0-9A-Fa-f.:]+ \(", "a report of nmap (-oG)", _BY_SCAN),
        (r"Nmap scan report for |Starting Nmap ", "a report of nmap (-oN)", _BY_HAND),
        (r"<(?:\?xml|!DOCTYPE|!--|nmaprun)", "XML", _BY_SCAN),
        (r'\{(?:\s*"|\Z)|\[\s*(?:[{"]|\Z)', "JSON", _BY_SCAN),
        (r"-\s|---\Z|(?:targets|defaults|exclude|version):", "a target list in YAML", _BY_SCAN),
    )
)
_LOOPBACK = ("127.0.0.1", "::1")
_LONGEST = 2000


def other_form(line: str, *, probed: bool) -> str:
    """What to say of a file with such a line if it is one of the above, or empty. `probed`: hosts to probe were wanted,
    not hosts to leave out."""
    text = line.strip()[:_LONGEST]
    for form, name, instead in _FORMS:
        if form.match(text):
            return f"the file is {name}, not a list of hosts; {instead if probed else _BY_HAND}"
    return ""


def is_hosts_file(items: Iterable[str]) -> bool:
    """Whether lines, without their comments, are those of an /etc/hosts: in each an address and its names, and in one
    that of this host itself. Looks no further than the first line that is not."""
    lines, local = 0, False
    for item in items:
        address, *names = item[:_LONGEST].split()
        if not names or not _is_address(address) or not all(map(_is_name, names)):
            return False
        lines += 1
        local = local or (address in _LOOPBACK and "localhost" in names)
    return local and lines > 1


def _is_address(word: str) -> bool:
    return v4_number(word) is not None or v6_number(word.partition("%")[0]) is not None


def _is_name(word: str) -> bool:
    return not word.isdigit() and not _is_address(word) and not set(word) & set("/:,[]")
