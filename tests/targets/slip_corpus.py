"""Slips with what they can mean, and how remedies are cut out of the messages that they get."""

import re

#: What was typed, and the things it can mean as excludes: where there is none, only an example may be named.
CORPUS: list[tuple[str, list[str]]] = [
    ("localhost 22 - 25", ["localhost:22-25"]),
    ("postgresql://h1:1,h2:2/db", ["h1:1,h2:2", "*:1,2"]),
    ("localhost:22 - 25", ["localhost:22-25"]),
    ("localhost 22 -25", ["localhost:22-25"]),
    ("10.0.0.5 22 - 25", ["10.0.0.5:22-25"]),
    ("10.0.0.5 22 \u2013 25", ["10.0.0.5:22-25"]),
    ("localhost 22 to 25", ["localhost:22-25"]),
    ("10.0.0.0/24 - 22", []),
    ("db1 - 22", []),
    ("localhost -", []),
    ("80 -", []),
    ("- 80", []),
    ("22, -", []),
    ("tcp -", []),
    ("my - host", []),
    ("my to host", []),
    ("my host:22", []),
    ("left right:22 10.0.0.1", []),
    ("10.0.0.1 and 10.0.0.2", ["10.0.0.1,10.0.0.2"]),
    ("10.0.0.5 22 TCP", ["10.0.0.5:22"]),
    ("10.0.0.5 TCP 22", ["10.0.0.5:22"]),
    ("10.0.0.5 22/tcp", ["10.0.0.5:22"]),
    ("10.0.0.5 53 udp", ["10.0.0.5:53"]),
    ("tcp 443, 80", ["*:443,80", "*:443"]),  # an exclude is told item by item
    ("localhost: 22, 80", ["localhost:22,80"]),
    ("localhost : 22", ["localhost:22"]),
    ("localhost:443, 80", ["localhost:443,80"]),
    ("localhost:ssh http", ["localhost:22,80"]),
    ("localhost ssh", ["localhost:22"]),
    ("localhost 22 80", ["localhost:22,80"]),
    ("localhost:22 80", ["localhost:22,80"]),
    ("::1 22", ["[::1]:22"]),
    ("::1 22 - 25", ["[::1]:22-25"]),
    ("2001:db8::a:b", ["2001:db8::a:b"]),
    ("fe80::1234:5678:9abc:def0", ["fe80::1234:5678:9abc:def0"]),
    ("fe80::1:2%lo", ["fe80::1:2%lo"]),
    ("fe80::1%lo:22", ["[fe80::1%lo]:22"]),
    ("2001:db8::10:5", ["2001:db8::10:5", "[2001:db8::10]:5"]),
    ("2001:db8::1:443", ["2001:db8::1:443", "[2001:db8::1]:443"]),
    ("2001:db8:1:2:3:4:5:6:443", ["[2001:db8:1:2:3:4:5:6]:443"]),
    ("::ffff:10.0.0.1", ["10.0.0.1"]),
    ("2001:db8::/120", ["2001:db8::/120"]),
    ("2001:db8::1:99999", []),
    ("::1:ssh", ["[::1]:22"]),
    ("2001:db8::", ["2001:db8::"]),
    ("[2001:db8::1:443", ["2001:db8::1:443", "[2001:db8::1]:443"]),
    ("[::1:22", ["::1:22", "[::1]:22"]),
    ("[2001:db8::1", ["2001:db8::1"]),
    ("2001:db8::1]:443", ["[2001:db8::1]:443"]),
    ("[::1]:", []),
    ("[::1]22", ["[::1]:22"]),
    ("[::1] 22", ["[::1]:22"]),
    ("localhost:", []),
    ("10.0.0.0 255.255.255.0", ["10.0.0.0/24"]),
    ("10.0.0.0 0.0.0.255", ["10.0.0.0/24"]),
    ("10.0.0.9 0.255.255.255", ["10.0.0.0/8"]),
    ("0.0.0.0/0.0.0.0", ["0.0.0.0/0"]),
    ("0.0.0.0 0.0.0.0", ["0.0.0.0/0"]),
    ("0.0.0.0 0.0.0.0 22", ["0.0.0.0/0:22"]),
    ("0x0:2222", []),
    ("0x7f.1:2222", []),
    ("0x7f000001:22:80", []),
    ("0x7f.1:20..30", []),
    ("localhost:22:80", ["localhost:22-80"]),
    ("10.0.0.0 255.255.255.0:22", ["10.0.0.0/24:22"]),
    ("10.0.0.0/255.255.255.0:22", ["10.0.0.0/24:22"]),
    ("10.0.0.0 255.255.255.0 22", ["10.0.0.0/24:22"]),
    ("10.0.0.0 /24", ["10.0.0.0/24"]),
    ("10.0.0.5/33", []),
    ("10.0.0.5/", []),
    ("10.0.0.1/24:22", ["10.0.0.0/24:22", "10.0.0.1:22"]),
    ("10.0.0.1/24", ["10.0.0.0/24", "10.0.0.1"]),
    ("10.0.0.1/10.0.0.2", []),
    ("10.0.0.5/024", ["10.0.0.0/24", "10.0.0.5"]),
    ("10.0.0.0/024", ["10.0.0.0/24"]),
    ("2001:db8::1/200", []),
    ("2001:db8::/120:22", ["[2001:db8::/120]:22"]),
    ("[2001:db8::1]/120:22", ["[2001:db8::/120]:22", "[2001:db8::1]:22"]),
    ("[2001:db8::1/120]:22", ["[2001:db8::/120]:22", "[2001:db8::1]:22"]),
    ("2001:db8::1/120", ["2001:db8::/120", "2001:db8::1"]),
    ("10.0.0.9-10.0.0.1", ["10.0.0.1-10.0.0.9"]),
    ("[2001:db8::9-2001:db8::1]:22", ["[2001:db8::1-2001:db8::9]:22"]),
    ("10.0.0.1..9", ["10.0.0.1-9"]),
    ("010.0.0.1:22", ["10.0.0.1:22"]),
    ("[::ffff:10.0.0.1]:22", ["10.0.0.1:22"]),
    ("10.0.0.1.:22", ["10.0.0.1:22"]),
    ("web[3-1]:22", ["web[1-3]:22"]),
    ("localhost:022", ["localhost:22"]),
    ("localhost:90-80", ["localhost:80-90"]),
    ("localhost:80-", ["localhost:80-65535"]),
    ("localhost:*", ["localhost:-"]),
    ("localhost:all", ["localhost:-"]),
    ("90-80", ["*:80-90"]),
    ("80-", ["*:80-65535"]),
    ("080", ["*:80"]),
    ("*:022", ["*:22"]),
    ("user@h1:1,user@h2:2", []),
    ("h1:1,user@h2:2", []),
    ("user@db1:22,db2:23", ["db1:22,db2:23"]),
    ("jdbc:oracle:thin:@db1:1521:orcl", ["db1:1521"]),
    ("user@db1:99999", []),
    ("user@localhost:080", ["localhost:80"]),
    ("root@[::1]:22", ["[::1]:22"]),
    ("root@::1", ["::1"]),
    ("https://h:99999", []),
    ("http://localhost:080/", ["localhost:80"]),
    ("amqp://h1,h2,h3/", ["h1:5672,h2:5672,h3:5672"]),
    ("10.0.0.9,https://db2/", []),
    ("https://db2/,10.0.0.9", []),
    ("http://host:80,http://host2:80", []),
    ("postgresql://u:p@[::1]:1,[::2]:2/db", ["[::1]:1,[::2]:2", "*:1,2"]),
    ("file:///etc/hosts", []),
    ("http:///x", []),
    ("http://", []),
    ("udp://10.0.0.1:53", ["10.0.0.1:53"]),
    ("curl https://db1", ["db1:443"]),
    ("10.0.0.9 https://db1", []),
    ("https://[fe80::1%25lo]/", ["[fe80::1%lo]:443"]),
    ("http://db[1-2]:80/", ["db[1-2]:80"]),
    ("<https://host:443>", ["host:443"]),
    ("https://10.0.0.1/24", ["10.0.0.1:443"]),
    ("unix://socket", []),
    ("localhost:80/path", ["localhost:80"]),
    ("//localhost:80", ["localhost:80"]),
    ("///etc:80", []),
    ("localhost/22", ["localhost:22"]),
    ("localhost,22,80", ["localhost:22,80"]),
    ("localhost;22", ["localhost:22"]),
    ("(localhost:22)", ["localhost:22"]),
    ("'localhost:22'", ["localhost:22"]),
    ("localhost:22;", ["localhost:22"]),
    ("localhost:22,", ["localhost:22"]),
    ("localhost:22.", ["localhost:22"]),
    ("localhost:53/udp", ["localhost:53"]),
    ("53/udp", ["*:53"]),
    ("[80-85]", ["*:80-85"]),
    ("{22, 80}", ["*:22,80"]),
    ("80:90", ["*:80-90"]),
    ("80..90", ["*:80-90"]),
    ("22;80", ["*:22,80"]),
    ("22 80", ["*:22,80"]),
    ("80 - 90", ["*:80-90"]),
    ("10.0.0.0/24 ", ["10.0.0.0/24"]),
    ("10.0.0.1 - 10.0.0.9", ["10.0.0.1-10.0.0.9"]),
    ("10.0.0.1 10.0.0.9", ["10.0.0.1-10.0.0.9", "10.0.0.1,10.0.0.9"]),
    ("10.0.0.1 to 9", ["10.0.0.1-9"]),
    ("2001:db8::1 - 2001:db8::9", ["2001:db8::1-2001:db8::9"]),
    ("left right", ["left,right"]),
    ("left,right", ["left,right"]),
    ("left:22 right:80", ["left:22,right:80"]),
    ("left:22, right:80", ["left:22,right:80"]),
    ("10.0.0.1;10.0.0.9", ["10.0.0.1,10.0.0.9"]),
    ("left\u200b:22", ["left:22"]),
    ("10.0.0-1.1-5", ["10.0.[0-1].[1-5]"]),
    ("10.0.*.1", ["10.0.[0-255].1"]),
    ("10.0.0.*", ["10.0.0.0/24"]),
    ("10.0-3.*.*:22", ["10.0.0.0-10.3.255.255:22"]),
    ("10.0.0.1-5,7", ["10.0.0.1-5", "10.0.0.7", "10.0.0.1-5,10.0.0.7", "10.0.0.1-5:7"]),
    ("10.0.0.1,7:22", ["10.0.0.1:22", "10.0.0.7:22", "10.0.0.1", "10.0.0.7", "10.0.0.1:22,10.0.0.7:22"]),
    ("10.0.0,1.7", ["10.0.0.7", "10.0.1.7", "10.0.0.7,10.0.1.7"]),
    ("10.0.0.1,2,3,4,5,6,7,8,9,10", ["10.0.0.1:2,3,4,5,6,7,8,9,10"]),
]  # fmt: skip
CORPUS += [(text.replace(" ", "\t"), meant) for text, meant in CORPUS if " " in text.strip()]

_BEHIND = re.compile(r"; (?:leave it out, or |[^;]*\b)?(?:write|remove)\b(.*)", re.DOTALL)
#: `sweep` and `host:` also say what to write elsewhere.
_ELSEWHERE = re.compile(r"; for scan and trace write .*|(?<=[(])in a target file: (?=port:)| here, and the port with")
_PROSE = re.compile(
    r"(?i)\b(?-i:HOST:\d[\d,-]*)|\b(?:one|the) hosts?\b|\b(?:a|one) host\b|each alone:|\b(?:of )?0 to (?:255|9)\b"
    r"|/0 to /\d+|1 to 65535|[(]1-65535[)]|IPv[46]|[(]?xn--[)]?|(?<=write )- (?=alone)"
)
_WORD = re.compile(r'"[^"]*"|[^\s"]+')


class Remedy:
    """A word to type: `role` is `ports` behind -p, `port:` in a file, else `word`. `loose`: an example. `wide`: any."""

    def __init__(self, raw: str, role: str, loose: bool, wide: bool) -> None:
        self.raw, self.role, self.loose, self.wide = raw, role, loose, wide


def remedies(message: str) -> list[Remedy]:
    """What a message says to type."""
    behind = _BEHIND.search(message)
    tokens = _WORD.findall(_PROSE.sub("", _ELSEWHERE.sub("", behind[1]))) if behind else []
    found, loose = [], False
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else ""
        loose = loose or tokens[max(0, at - 2) : at] == ["such", "as"] or before in ("as", "example")
        raw = token if token.startswith('"') else token.lstrip("(").rstrip("),;")
        bare = raw.strip('"')
        if not re.search(r"[0-9:]|\A(?:-|localhost|left|right|db\S*|h\d?|host2?|\S*,\S*)\Z", bare):
            continue
        if bare in ("-p", "-i", "port:", "HOST:PORTS", "HOST:PORT", "*:PORTS") or bare.startswith("--"):
            continue
        role = {"-p": "ports", "port:": "port:"}.get(before.strip("("), "word")
        wide = tokens[at + 1 : at + 4] == ["for", "all", "ports"] or "PORTS" in raw
        found.append(Remedy(raw, role, loose, wide))
    return found
