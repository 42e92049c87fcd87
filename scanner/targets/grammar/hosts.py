"""HOST: a name, an address, a CIDR, `10.0.0.1-50`, `10.0.0.1-10.0.1.20`, `web[01-20].example.net`. The strict grammar.

Text in; out come names and ranges of addresses (`host_values.py`). Nothing is ever silently read as something else:
whatever only looks like an address is an error, because the resolver would take `127.1` or `0x7f.1` for one. What else
may have been meant is not looked for here: callers go through `parsers.py`.
"""

import re

from scanner.errors import TargetError
from scanner.targets.grammar.addresses import UNSPECIFIED, V4, V6
from scanner.targets.grammar.bad_hosts import bad_name, bad_number, odd_text, unspecified
from scanner.targets.grammar.bracket_ranges import unfold
from scanner.targets.grammar.host_values import Host, HostName
from scanner.targets.grammar.international_names import ascii_form
from scanner.targets.grammar.numeric_hosts import NUMERIC, address_of, common_v4, network_of, range_of
from scanner.words.shown_text import shown

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\.?\Z){_LABEL}(?:\.{_LABEL})*\.?")
#: None of these characters is odd; most networks and ranges have no others.
_PLAIN = re.compile(r"[0-9A-Fa-f.:/-]+")
#: Names have at most 253 characters; brackets add some.
_LONGEST = 1000


def strict_host(text: str) -> tuple[Host, ...]:
    """The hosts that a HOST expression names: one, or several for bracket ranges. Errors: TargetError."""
    hosts = any_host(text)
    for host in hosts:
        if isinstance(host, HostName) or host.last > UNSPECIFIED[host.family]:
            return hosts
    raise unspecified(text, V6 if ":" in text else V4)


def any_host(text: str) -> tuple[Host, ...]:
    """The same for hosts that need not be fit to probe: excludes may name unspecified addresses."""
    if len(text) > _LONGEST:
        raise TargetError(f"the host name {shown(text)} is longer than 253 characters; write a shorter one")
    if "[" not in text and "]" not in text:
        return (_single(text),)
    if text.startswith("[") and text.endswith("]") and ":" in text:
        return (_single(text[1:-1]),)
    return tuple(_single(each) for each in unfold(text))


def is_name(text: str) -> bool:
    """Whether it is a single host name."""
    try:
        return isinstance(_single(text), HostName)
    except TargetError:
        return False


def _single(text: str) -> Host:
    """A host without bracket ranges."""
    if text[-1:].isdigit() and (span := common_v4(text)) is not None:
        return span
    if _NAME.fullmatch(text) and not NUMERIC.fullmatch(text):
        return HostName(text)
    if not _PLAIN.fullmatch(text) and (problem := odd_text(text)):
        raise problem
    head, slash, bits = text.partition("/")
    if slash:
        return network_of(head, bits, text)
    if (span := range_of(text)) is not None:
        return span
    if ":" in text:
        return address_of(text)
    if not text.isascii():
        return _international(text)
    raise bad_number(text) if NUMERIC.fullmatch(text) else TargetError(bad_name(text))


def _international(text: str) -> HostName:
    """A name beyond ASCII, provided that its ASCII form is a name; the text stays as written."""
    plain = ascii_form(text)
    if not _NAME.fullmatch(plain) or NUMERIC.fullmatch(plain):
        raise TargetError(f"the host {shown(text)} would become {shown(plain)}; write that if you mean it")
    return HostName(text)
