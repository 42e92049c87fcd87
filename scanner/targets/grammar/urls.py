"""URLs and user info where a host belongs: which host and port they contain (RFC 3986, section 3.2).

They are refused, never followed: what is probed should stand in the list as it is. But people paste them, so a message
says what to write. No part of what may be a password ever appears in it.
"""

import re

from scanner.services import service_port
from scanner.words.user_info import last_at, split_authority

#: Schemes that the table of services has under another name, or that imply no port although the table has one.
_DEFAULTS = {
    "ws": 80, "wss": 443, "sftp": 22, "scp": 22, "amqp": 5672, "rediss": 6379, "mongodb": 27017, "sqlserver": 1433,
    "mssql": 1433, "mqtts": 8883, "nats": 4222, "pop": 110, "rdp": 3389, "docker": 2375, "git": 9418, "rtsp": 554,
    "cassandra": 9042, "kafka": 9092, "zookeeper": 2181, "tcp": None, "tcp4": None, "tcp6": None, "tls": None,
    "ssl": None, "udp": None, "file": None, "unix": None, "srv": None,
}  # fmt: skip
_PLACE = re.compile(
    r"((?:\[[^\[\]]+\]|[^\[\]:]++)++)(?::([0-9]*))?"
)  # possessive: a long text must not be tried in all ways
_NOT_TCP = ("udp", "sctp", "dccp", "quic", "icmp")
#: `curl -k https://db1`: pasted with the command around it.
_COMMAND = re.compile(r"\A(?:curl|wget|http|open)(?:\s+-\S+)*\s+")

#: A host as it stands in HOST:PORTS (IPv6 in brackets), and its port as text, or `PORTS` where it is unknown.
HostAndPort = tuple[str, str]


def is_url(text: str) -> bool:
    """Whether it is a URL, or was meant as one."""
    return "://" in text


def has_user_info(text: str) -> bool:
    """Whether it contains an @, or what looks like one: no host or port does."""
    return last_at(text) >= 0


def protocol_of(url: str) -> str:
    """The protocol that is not TCP, if its scheme names one; else empty."""
    scheme = url.partition("://")[0].lower()
    return next((name.upper() for name in _NOT_TCP if scheme in (name, name + "4", name + "6")), "")


def places_in(url: str) -> list[HostAndPort]:
    """The hosts and ports of a URL; none where the host cannot be told from what may be a password, or where something
    else stands next to the URL, which would be lost."""
    url = _COMMAND.sub("", url.strip()).strip("<>\"'() ")
    scheme, _, rest = url.partition("://")
    if "://" in rest or re.search(r"[\s,;@]", scheme) or scheme.lower() in ("file", "unix"):
        return []
    authority, tail = split_authority(rest)
    if has_user_info(tail) and (":" in authority or has_user_info(authority) or tail[1:2] != "@"):
        return []  # the password holds a / or ?
    if re.search(r"[\s,]", tail) and not has_user_info(tail):
        return []  # another host, maybe
    return _places(_behind_at(authority), _default(scheme))


def place_behind_at(text: str) -> tuple[str, str]:
    """The host and the ports of `user@HOST:PORTS`; either may be empty.

    A comma before the @ may be part of a password or follow another host: nobody can tell."""
    if "," in text[: last_at(text)]:
        return "", ""
    rest = _behind_at(text).lstrip("/")
    match = re.fullmatch(r"(\[[^\[\]]+\]|[^\[\]:/]+)(?::([0-9][0-9,-]*))?(?:[:/][^,]*)?", rest, re.DOTALL)
    return (match[1], match[2] or "") if match else (rest, "")


def _behind_at(text: str) -> str:
    return text[last_at(text) + 1 :]


def _places(authority: str, default: int | None) -> list[HostAndPort]:
    """The places in an authority; several are separated by commas, as database drivers write clusters."""
    found: list[HostAndPort] = []
    for each in authority.split(","):
        match = _PLACE.fullmatch(each)
        if match is None:
            return []
        host = match[1].replace("%25", "%") if match[1].startswith("[") else match[1]  # RFC 6874
        found.append((host, match[2] or str(default or "PORTS")))
    return found


def _default(scheme: str) -> int | None:
    """The port of `https`; for `jdbc:mysql`, `postgresql+psycopg`, `git+ssh` that of the last word that has one."""
    for word in reversed(re.split(r"[:+]", scheme.lower())):
        if word in _DEFAULTS:
            return _DEFAULTS[word]
        if word and word.isalnum() and word.isascii() and (port := service_port(word)):
            return port
    return None
