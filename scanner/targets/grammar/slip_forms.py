"""The usual slips, as corrected texts: each form says what is wrong with a text, and what it would be without that.

Nothing is decided here. Whether a form makes sense is for the grammar to say (`slips.py`): most do not.
"""

import re
from collections.abc import Iterator

from scanner.targets.grammar.addresses import V4, address_text, v4_number, v6_number
from scanner.targets.grammar.host_ports import with_brackets
from scanner.targets.grammar.ports import is_ports

_TCP = re.compile(r"(?i)(?<![\w.-])(?:tcp[46]?|t)\s*[/:]\s*|[/:\s]+tcp[46]?(?![\w./:-])|\btcp\s+(?=\d)")
_NOT_TCP = re.compile(
    r"(?i)(?<![\w.-])(udp[46]?|u|sctp|s|dccp|icmp|p)\s*[/:]\s*(?=[\w-])"
    r"|[/:\s]+(udp[46]?|sctp|dccp|icmp)(?![\w.-])|\b(udp|sctp|dccp)\s+(?=\d)"
)
#: nmap's letters for them.
_LETTERS = {"U": "UDP", "S": "SCTP", "P": "an IP protocol"}
_MOVED = re.compile(r"\[([^\[\]]+)\]((?:/[0-9]+)|(?:%\w+)|(?:-\[?[^\[\]]+\]?))(:[^\[\]]+)?")
_WRAPPED = re.compile(r"[\[({<](.+)[\])}>]")
_HOST_WRAPPED = re.compile(r"[\[(]([^\[\]():]+)[\])](:.+)?")
_PORTS_WRAPPED = re.compile(r"(.*:)[\[({]([^\[\](){}]+)[\])}]")
#: Two addresses in one line may be a range, or two hosts.
MAYBE_A_RANGE = "holds a space between two addresses"
#: `localhost/22` as a target; elsewhere it is more likely a network without its address.
SLASHED = "has a / where the colon belongs"
#: Wildcard masks are below this: nobody has hosts in 0.0.0.0/8.
_WILDCARDS = 1 << 24
_MASK = re.compile(r"([0-9.]+)[\s/]+([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)(?:[\s:]+(\S+))?")
#: Blanks around a hyphen or the word `to`; what follows may also precede the next one, and so is not consumed.
_SPACED_RANGE = re.compile(r"(\S+)(?:\s+to\s+|\s+-\s*|(?<=\S)\s*-\s+)(?=(\S+))")
_JOINING = ("and", "or", "&", "+")


def not_tcp(text: str) -> tuple[str, str]:
    """The other protocol that a text names (`53/udp`, `U:53`), and the text without protocols; both empty if none."""
    match = _NOT_TCP.search(text)
    if match is None:
        return "", ""
    word = next(filter(None, match.groups())).upper()
    return _LETTERS.get(word, word), without_tcp(_NOT_TCP.sub("", text))


def without_tcp(text: str) -> str:
    """The text without the word TCP, which adds nothing: all ports here are TCP ports."""
    return _TCP.sub("", text)


def forms(text: str, *, typed: bool, spaced: bool) -> Iterator[tuple[str, str]]:
    """What may be wrong, and the text without it.

    `typed`: the text is what was typed, not just what was meant; `spaced`: it is, apart from spaces at its ends."""
    if (without := without_tcp(text)) != text:
        for _, candidate in forms(without.strip(), typed=True, spaced=False):
            yield "names a protocol, and all ports here are TCP", candidate
    yield "looks like HOST:PORTS" if typed else "has spaces at its ends" if spaced else "is in quotes", text
    yield from _bracketed(text)
    yield from _spaced(text)
    yield from _separated(text)
    yield "ends in a mark that means nothing here", re.sub(r"(?<=[\w\]])[.,;]+\Z", "", text) if ":" in text else ""
    yield "has two colons", "" if _is_address(text) else text.replace("::", ":")
    yield "has slashes", re.sub(r"\A(?:https?:/+|//)([^/]+)(?:/.*)?", r"\1", text)
    yield "goes on after the port", re.sub(r"\A((?:[^/:\[\]]+|\[[^/\[\]]+\]):[0-9]+)/.*", r"\1", text)
    yield "ends in a slash", text.rstrip("/") if re.fullmatch(r".*[A-Za-z][^/]*/+", text) else ""


def _bracketed(text: str) -> Iterator[tuple[str, str]]:
    if match := _MOVED.fullmatch(text):
        inner, ports = match[1] + re.sub(r"[\[\]]", "", match[2]), match[3] or ""
        yield "goes on after the bracket", inner + ports if not ports else f"[{inner}]{ports}"
        yield "goes on after the bracket", f"[{inner}]{ports}"
    if match := re.fullmatch(r"(\[[^\[\]]+\])\s*([0-9a-z][^\[\]:]*)", text):
        yield "lacks the colon after the bracket", f"{match[1]}:{match[2]}"
    if "]" in text and "[" not in text:
        yield "lacks the opening bracket", f"[{text}"
    for pattern in (_WRAPPED, _HOST_WRAPPED, _PORTS_WRAPPED):
        if match := pattern.fullmatch(text):
            bare = "".join(part or "" for part in match.groups())
            yield "has brackets that mean nothing here", bare if ":" in bare.rpartition("]")[0] else closed(bare)


def _spaced(text: str) -> Iterator[tuple[str, str]]:
    """Words with spaces or TABs between them: host and ports, a range, several items."""
    why = "holds a space"
    if match := _MASK.fullmatch(text):
        cidr = network_by_mask(match[1], match[2])
        yield "has a netmask", f"{cidr}:{match[3]}" if cidr and match[3] else cidr
    text = closed(text)
    yield why, text
    words = items(text)
    if len(words) < 2:
        return
    first, *rest = words
    if len(rest) == 1 and _is_address(first) and _is_address(rest[0]) and len(text.split()) == 2:
        yield MAYBE_A_RANGE, f"{first}-{rest[0]}"
        return
    yield why, f"{with_brackets(first)}:{','.join(rest)}"
    if alike(words):
        yield why, ",".join(words)


def items(text: str) -> list[str]:
    """The words of a text that has no blanks around punctuation; none if any is half a range, or a netmask."""
    words = [word.strip(",;") or "-" for word in text.split() if word.lower() not in _JOINING]
    return [] if any(word in ("-", "to") or _prefix(word) for word in words) else words


def closed(text: str) -> str:
    """The text without blanks around its punctuation. Around a hyphen they go only between two numbers or addresses:
    `db1 - 22` is not the name `db1-22`, and a hyphen alone means nothing (all ports, to a port list)."""
    text = re.sub(r"\s*([:,])\s*", r"\1", text)
    text = re.sub(r"\s*/\s*(?=[0-9])", "/", text)
    return _SPACED_RANGE.sub(
        lambda match: f"{match[1]}{'-' if _is_range(match[1], match[2]) else match[0][len(match[1]) :]}", text
    )


def _is_range(before: str, behind: str) -> bool:
    low, high = re.split("[,:]", before)[-1], re.split("[,:/]", behind)[0]
    numbers = low.isdigit() and high.isdigit()
    return numbers or (_is_address(before.strip("[")) and (_is_address(behind.strip("]")) or high.isdigit()))


def alike(words: list[str]) -> bool:
    """Whether words are items of one list: hosts alone, hosts with ports, or ports. `my host:22` is wrong in some other
    way, and as a list it would say less than was meant (or more)."""
    if is_ports(words[-1]) and ":" in words[0]:
        return all(is_ports(word) for word in words[1:])
    shapes = {":" in word and not _is_address(word.partition("/")[0].partition("-")[0]) for word in words}
    return len(shapes) == 1 and len({is_ports(word) for word in words}) == 1


def _separated(text: str) -> Iterator[tuple[str, str]]:
    """Host and ports with something other than a colon between them."""
    match = re.fullmatch(r"([^,;|/#]+)([,;|/])([0-9][0-9,-]*)", text)
    if match and not (match[2] == "/" and _is_address(match[1])):  # that is a network, or was meant as one
        why = SLASHED if match[2] == "/" else f"has a {match[2]} where the colon belongs"
        yield why, f"{with_brackets(match[1])}:{match[3]}"
    if _is_address(re.split(r"\.\.|:", text)[0]):
        yield "is not a valid address range", re.sub(r"(?<=[0-9])(?::(?!0+\Z)|\.\.+)(?=[0-9]+\Z)", "-", text)
    else:  # between two ports only: a hyphen would make a name of `0x7f.1:22`
        yield "is not a valid port list", re.sub(r"(\A|[:,])([0-9]+)(?::|\.\.+)(?=[0-9]+\Z)", r"\1\2-", text)
    yield "is not a valid port list", re.sub(r"[;|/]", ",", text) if re.fullmatch(r"[0-9;|/,-]+", text) else ""


def _is_address(text: str) -> bool:
    return v4_number(text) is not None or v6_number(text) is not None


def _prefix(mask: str) -> str:
    """The prefix length of a netmask, or of a wildcard mask (`0.0.0.255`, in Cisco's access lists); or empty."""
    number = v4_number(mask)
    if not number:
        return ""
    rest = number if number < _WILDCARDS else number ^ 0xFFFFFFFF
    return str(32 - rest.bit_length()) if rest & (rest + 1) == 0 else ""


def network_by_mask(address: str, mask: str) -> str:
    """`10.0.0.0 255.255.255.0` as a network; the address need not be its first. Empty where it is none."""
    number, bits = v4_number(address), _prefix(mask)
    if number == 0 == v4_number(mask):  # "any", as routers write it
        return "0.0.0.0/0"
    if number is None or not bits:
        return ""
    return f"{address_text(V4, number >> (32 - int(bits)) << (32 - int(bits)))}/{bits}"
