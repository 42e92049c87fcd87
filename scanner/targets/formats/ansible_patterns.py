"""Host patterns of Ansible's inventories: `www[001:006].example.com`, `db-[a:f]`, `node[1:50:2]`, and the old
`HOST:PORT`. Text in, names out; whether they are hosts is for others to say.

The rules are ansible/ansible's (`lib/ansible/plugins/inventory/__init__.py`, `parsing/utils/addresses.py`): both ends
belong to the range, letters are single and in the order of a-z, A-Z, a leading zero means a fixed width, several
ranges multiply.
"""

import re
from string import ascii_letters

from scanner.errors import TargetError
from scanner.targets.grammar.addresses import v6_number
from scanner.words.shown_text import shown

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_BOUNDS = re.compile(r"([0-9]{0,9}|[A-Za-z]):([0-9]{1,9}|[A-Za-z])(?::([0-9]{1,9}))?")
#: A port after what has no colon but in brackets.
_HOST_PORT = re.compile(r"((?:[^:\[\]]|\[[^\]]*\])*):([0-9]+)")
_V6_PORT = re.compile(r"\[([^\[\]]+)\](?::([0-9]+))?")
_EXAMPLE = "such as www[01:06].example.net"


def split_port(text: str) -> tuple[str, str]:
    """The pattern and its port, which may be empty. An IPv6 address with a port stands in brackets."""
    match = _V6_PORT.fullmatch(text)
    if match is None or v6_number(match[1].partition("%")[0]) is None:
        match = _HOST_PORT.fullmatch(text)
    return (match[1], match[2] or "") if match else (text, "")


def expanded(pattern: str, most: int) -> list[str]:
    """The names that a pattern stands for. Errors: TargetError for an invalid one, or one of more than `most` names."""
    pieces = _BRACKETS.split(pattern)
    if len(pieces) == 1 and "[" not in pattern and "]" not in pattern:
        return [pattern]
    if any("[" in piece or "]" in piece for piece in pieces):
        raise TargetError(f"unpaired bracket in {shown(pattern)}; write a range {_EXAMPLE}")
    found = [pieces[0]]
    for at in range(1, len(pieces), 2):
        names = _in_range(pieces[at], pattern, most // len(found))
        found = [head + name + pieces[at + 1] for head in found for name in names]
    return found


def _in_range(inside: str, pattern: str, most: int) -> list[str]:
    match = _BOUNDS.fullmatch(inside)
    if match is None:
        raise TargetError(f"{shown('[' + inside + ']')} in {shown(pattern)} is not a range; write one {_EXAMPLE}")
    first, last, step = match[1] or "0", match[2], int(match[3] or 1)
    if step < 1:
        raise TargetError(f"the range {shown('[' + inside + ']')} has a step of 0; write 1, or leave it out")
    if first.isdigit() != last.isdigit():
        raise TargetError(f"the range {shown('[' + inside + ']')} mixes letters and numbers; write one {_EXAMPLE}")
    width = len(first) if len(first) > 1 and first[0] == "0" else 0
    if width and len(last) != width:
        raise TargetError(f"the range {shown('[' + inside + ']')} mixes widths; write [{first}:{last.zfill(width)}]")
    letters = not first.isdigit()
    low, high = (ascii_letters.index(first), ascii_letters.index(last)) if letters else (int(first), int(last))
    if low > high:
        raise TargetError(f"the range {shown('[' + inside + ']')} is reversed; write [{last}:{first}]")
    if (high - low) // step + 1 > most:
        raise TargetError(f"{shown(pattern)} stands for too many hosts; name networks instead")
    if letters:
        return list(ascii_letters[low : high + 1 : step])
    return [str(number).zfill(width) for number in range(low, high + 1, step)]
