"""What messages call a character that nobody sees, or that looks like another one."""

#: Unicode gives control characters no name of their own, only aliases.
_CONTROLS = {
    0x00: "NULL", 0x07: "BELL", 0x08: "BACKSPACE", 0x09: "TAB", 0x0A: "LINE FEED", 0x0B: "VERTICAL TAB",
    0x0C: "FORM FEED", 0x0D: "CARRIAGE RETURN", 0x1A: "SUBSTITUTE", 0x1B: "ESCAPE", 0x1C: "FILE SEPARATOR",
    0x1D: "GROUP SEPARATOR", 0x1E: "RECORD SEPARATOR", 0x1F: "UNIT SEPARATOR", 0x7F: "DELETE", 0x85: "NEXT LINE",
    0xFEFF: "BYTE ORDER MARK",
}  # fmt: skip


def named(char: str) -> str:
    """A character's name and number: `ZERO WIDTH NON-JOINER (U+200C)`."""
    import unicodedata  # only a mistake needs it

    name = _CONTROLS.get(ord(char)) or unicodedata.name(char, "the character")
    return f"{name} (U+{ord(char):04X})"
