"""Inputs that ought to be slow: what `inputs.py` reads. Each makes about as many bytes as it is asked for.

Pieces are handed out one by one, so that the benchmark itself stays small: a child's peak memory begins with its
parent's. What each aims at stands in its name; those that once took minutes are marked.
"""

from collections.abc import Callable, Iterator
from itertools import count

Pieces = Iterator[str]
Make = Callable[[int], Pieces]
_TARGETS = "targets:\n"


def _again(unit: str, head: str = "", tail: str = "") -> Make:
    """The same again and again."""

    def make(size: int) -> Pieces:
        yield head
        for begun in range(0, size, 1 << 16):
            yield unit * (min(1 << 16, size - begun) // len(unit))
        yield tail

    return make


def _numbered(unit: str, head: str = "", tail: str = "") -> Make:
    """`{a}` is another address each time, `{p}` another port, `{n}` another number."""

    def make(size: int) -> Pieces:
        yield head
        done = 0
        for n in count():
            if done >= size:
                break
            piece = unit.format(n=n, p=n % 60_000 + 1, a=f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}")
            done += len(piece)
            yield piece
        yield tail

    return make


#: Target files.
FILES: dict[str, Make] = {
    "control characters in one line (once 13 s for 1.6 MB)": _again("\x01", _TARGETS + "- "),
    "control characters, text between (once quadratic)": _again("abc\x01", _TARGETS + "- "),
    "a control character in each line": _again("\x01\n", _TARGETS),
    "%TAG lines (once minutes for 4 MB)": _numbered("%TAG !a{n}! tag:x\n", "", "---\n" + _TARGETS + "- a:0\n"),
    "excludes in one line": _numbered("{a}, ", "targets: [a:1]\nexclude: [", "10.9.9.9]\n"),
    "excludes, one a line": _numbered("- {a}\n", "targets: [a:1]\nexclude:\n"),
    "excludes host:port": _numbered("- {a}:{p}\n", "targets: [10.0.0.0/8:22]\nexclude:\n"),
    "excludes *:port (once quadratic)": _numbered("- '*:{p}'\n", "targets: [10.0.0.0/8:22]\nexclude:\n"),
    "excludes with long port lists": _numbered("- {a}:{p}-65535\n", "targets: [10.0.0.0/8:22]\nexclude:\n"),
    "excludes one in another": _numbered("- 10.0.0.0-{a}:{p}\n", "targets: [10.0.0.0/8:22]\nexclude:\n"),
    "ranges one in another": _numbered("- 10.0.0.0-{a}:22\n", _TARGETS),
    "networks one in another": _numbered("- {a}/32:{p}\n- 10.0.0.0/8:{p}\n", _TARGETS),
    "port lists that differ": _numbered("- a{n}:{p}-65535\n", _TARGETS),
    "one item of many words": _again("a,", _TARGETS + "- {host: a, port: 1, tags: [", "a]}"),
    "a list in one line": _again("a,", "targets: [", "a]"),
    "braces": _again("{", "targets: "),
    "brackets": _again("[", "targets: "),
    "dashes": _again("- ", _TARGETS),
    "colons": _again("a: ", _TARGETS),
    "a comment": _again("x", _TARGETS + "- a:0\n# "),
    "empty lines": _again("\n", _TARGETS + "- a:0\n"),
    "a quoted text": _again("x", _TARGETS + "- '", "'\n"),
    "escapes": _again("\\x41", _TARGETS + '- "', '"\n'),
    "halves of characters": _again("\\ud83d\\ude00", _TARGETS + '- "', '"\n'),
    "backslashes": _again("\\\\", _TARGETS + '- "', '"\n'),
    "a quote that is never closed": _again("x\n", _TARGETS + "- '"),
    "a block of text": _again("   x\n", _TARGETS + "- |\n"),
    "a long key": _again("k", _TARGETS + "- {", ": 1}"),
    "keys that repeat": _again("a: 1\n"),
    "keys that mean nothing": _numbered("k{n}: 1\n"),
    "aliases": _again("- *a\n", _TARGETS),
    "anchors": _numbered("- &a{n} a:1\n", _TARGETS),
    "documents": _again("---\na\n"),
    "digits for a port": _again("9", _TARGETS + "- a:", "\n"),
    "brackets in a host": _again("[1-9]", _TARGETS + "- 'web", ":1'\n"),
    "hosts with brackets": _again("- 'w[1-9][1-9][1-9][1-9]:1'\n", _TARGETS),
    "services that nobody knows": _numbered("- a:htp{n}\n", _TARGETS),
    "the same behind a control character": _numbered("a:htp{n}, ", "targets: [\x01, ", "a:0]"),
    "hosts without ports": _again("- a\n", _TARGETS),
    "a mistake at the end": _again("- a:1\n", _TARGETS, "- [a\n"),
    "JSON, nested": _again('{"a": ', '{"targets": '),
    "JSON, one long text": _again("x", '{"targets": ["', '"]}'),
}

#: Files of `sweep -i` and `--exclude-file`.
LISTS: dict[str, tuple[str, Make]] = {
    "hosts": ("-i", _numbered("{a}\n")),
    "host names": ("-i", _numbered("host{n}.example\n")),
    "hosts: # alone": ("-i", _again("#\n")),
    "hosts: one line": ("-i", _again("a,")),
    "hosts on one line": ("-i", _numbered("{a} ")),
    "hosts: mistakes": ("-i", _again("a 1\n")),
    "hosts with brackets": ("-i", _again("w[1-9][1-9][1-9][1-9]\n")),
    "excludes": ("--exclude-file", _numbered("{a}\n")),
    "excludes in one line (once 103 s for 100,000)": ("--exclude-file", _numbered("{a}:22,", "", "a")),
    "excludes host:port": ("--exclude-file", _numbered("{a}:{p}\n")),
    "excludes *:port": ("--exclude-file", _numbered("*:{p}\n")),
    "excludes one in another": ("--exclude-file", _numbered("10.0.0.0-{a}:{p}\n")),
}

#: Honest lists, by entries: what one entry looks like.
HONEST: dict[str, tuple[str, str, str]] = {
    "short": (_TARGETS, "- {a}:22\n", ""),
    "short, names": (_TARGETS, "- host{n}.prod.example.net:22\n", ""),
    "long": (
        _TARGETS,
        "- name: rule number {n}\n  host: {a}\n  port: {p}\n  expect: open\n  timeout: 1s\n  tags: [t{n}, prod]\n",
        "",
    ),
    "JSON": ('{"targets": [', '{{"host": "{a}", "port": 22, "name": "n{n}", "tags": null}},\n', '"a:1"]}'),
    "2000 hosts, many ports": (_TARGETS, "- 10.0.{h}:{p}\n", ""),
    "one exclude over all": ("exclude: ['10.0.0.0/8:80']\n" + _TARGETS, "- {a}:22,80\n", ""),
    "networks": (_TARGETS, "- {a}/32:22,80\n", ""),
}


def honest(name: str, entries: int) -> Pieces:
    """An honest list of so many entries."""
    head, unit, tail = HONEST[name]
    yield head
    for n in range(entries):
        host = f"{n % 2000 // 200}.{n % 200}"
        yield unit.format(n=n, p=n % 60_000 + 1, a=f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}", h=host)
    yield tail
