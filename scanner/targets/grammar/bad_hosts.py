"""What is wrong with text that is not a host: the error for each usual slip. Only mistakes come here."""

import re

from scanner.errors import TargetError
from scanner.targets.grammar.addresses import V4
from scanner.targets.grammar.remedies import MeantError, UnspecifiedError
from scanner.words.shown_text import shown

#: In no host, be it a name or a number.
_ODD = re.compile(r"[!-,;-@\\^`{-~]")
_HEX = re.compile(r"0[xX][0-9A-Fa-f]+")


def odd_text(text: str) -> TargetError | None:
    """What is wrong with the characters of a host, or None."""
    if not text.strip():
        return TargetError("the host is empty; write a name, an address or a network")
    for char in text:
        if not char.isprintable():
            return TargetError(f"the host {shown(text)} holds a control or invisible character; remove it")
        if char.isspace():
            return TargetError(f"the host {shown(text)} holds a space; write one host, without spaces")
        if char.isnumeric() and not char.isascii():
            return TargetError(f"the host {shown(text)} holds digits that are not ASCII; write 0 to 9")
    if "*" in text:
        options = ("a network such as ", "10.0.0.0/24"), ("a range such as ", "web[1-9]")
        return MeantError(f"the host {shown(text)} holds a *", *options)
    if "," in text:
        return TargetError(f"{shown(text)} names several hosts; write them as separate items")
    return None


def unspecified(text: str, family: int) -> UnspecifiedError:
    """What to say about hosts that are nothing but unspecified addresses."""
    if family == V4:
        what = "names unspecified addresses (0.0.0.0/8), which are never probed"
        return UnspecifiedError(shown(text), what, ("", "127.0.0.1"))
    return UnspecifiedError(shown(text), "names the unspecified address (::), which is never probed", ("", "::1"))


def bad_number(text: str) -> TargetError:
    """What is wrong with text that looks like an IPv4 address."""
    parts = text.rstrip(".").split(".")
    if len(parts) == 4 and all(part.isdigit() and len(part) < 12 for part in parts):
        numbers = [int(part) for part in parts]
        if max(numbers) > 255:
            return TargetError(
                f"{shown(text)} is not a valid IPv4 address ({max(numbers)} is over 255); "
                "write four numbers from 0 to 255"
            )
        if text.endswith("."):
            return MeantError(f"{shown(text)} ends in a dot", ("", text.rstrip(".")))
        plain = ".".join(str(number) for number in numbers)
        return MeantError(
            f"{shown(text)} has leading zeros, which some read as octal", ("", plain), tail=" if you mean that"
        )
    if any("-" in part for part in parts):
        ranges = "10.0.0.1-50", "10.0.0.1-10.0.1.20", "10.0.[0-5].[1-20]"
        return MeantError(f"{shown(text)} is not a valid address range", *(("one such as ", each) for each in ranges))
    if any(_HEX.fullmatch(part) for part in parts):
        return TargetError(f"{shown(text)} is a number in hexadecimal; write the address as four decimal numbers")
    if not any(char.isdigit() for char in text):
        examples = ("a name such as ", "db1.example.net"), ("an address such as ", "10.0.0.1")
        return MeantError(f"{shown(text)} is neither a name nor an address", *examples)
    if odd := _ODD.search(text):
        return TargetError(f"{shown(text)} holds {shown(odd[0])}; write a name, an address or a network alone")
    number = f"{shown(text)} is a number, neither a name nor a whole address"
    return MeantError(number, ("four numbers such as ", "127.0.0.1"))


def bad_name(text: str) -> str:
    """What is wrong with text that looks like a host name."""
    name = text.removesuffix(".")
    if len(name) > 253:
        return f"the host name {shown(text)} is longer than 253 characters; write a shorter one"
    for label in name.split("."):
        if not label:
            return f"the host name {shown(text)} has an empty part; write one dot between parts, none in front"
        if len(label) > 63:
            return f"the part {shown(label)} of the host name is longer than 63 characters; shorten it"
        if label[0] == "-" or label[-1] == "-":
            return f"the part {shown(label)} of the host name begins or ends with a hyphen; remove that"
    bad = next((char for char in text if not (char.isalnum() or char in "-_.")), "")
    return f"the host name {shown(text)} holds {shown(bad)}; write letters, digits, hyphens and dots"
