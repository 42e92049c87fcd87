"""What ends a line in text that people wrote: LF, CRLF or CR. Nothing else does, in any list.

Programs agree on no more than these three. `str.splitlines`, YAML 1.1 and many editors also break lines at NEL, LS,
PS and some control characters. A host that one program sees after a `#` then has a line of its own in another: somebody
who excluded it there would see it probed. So these characters are refused, with their place, even in comments.
"""

import re

from scanner.targets.file.problems import Problems

#: What str.splitlines breaks at besides LF and CR (Unicode 15, section 5.8; YAML 1.1 breaks at the last three).
_OTHERS = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")


def unified(text: str, problems: Problems) -> str:
    """The text with LF at the end of each line. What others take for a line end is noted and replaced, so that nothing
    further on counts it as one, and other mistakes are found too."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    match = _OTHERS.search(text)
    if match is None:
        return text
    line, counted = 1, 0
    while match is not None:
        at = match.start()
        line += text.count("\n", counted, at)
        column = at - text.rfind("\n", 0, at)
        problems.add(line, column, _told(match[0]))
        problems.silence(line)
        counted = text.find("\n", at)
        match = _OTHERS.search(text, counted) if counted >= 0 else None
    return _OTHERS.sub("\ufffd", text)


def place_behind(head: bytes) -> tuple[int, int]:
    """Line and column (in characters, from 1) of what follows these first bytes of a text."""
    head = head.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = head.rfind(b"\n") + 1
    return head.count(b"\n") + 1, len(head[start:].decode("utf-8-sig", "replace")) + 1


def _told(char: str) -> str:
    from scanner.targets.grammar.characters import named  # only a mistake needs it

    return (
        f"the line holds {named(char)}, which some programs take for a line end; "
        "write a plain line end (LF or CRLF) there, or remove it"
    )
