"""The places where a remedy is typed: a host, HOST:PORTS, an exclude, a port list. Each vouches for what it names.

The gate is `vouched`: a remedy is one word (of a shell, of YAML), the strict grammar of this very place takes it, and
it does not say "all ports" where the text did not: a `-` that stood alone is half a range, not a port list.
"""

import re
from collections.abc import Callable

from scanner.errors import TargetError
from scanner.targets.grammar.host_ports import any_target, split_target, strict_excludes, strict_target, with_brackets
from scanner.targets.grammar.hosts import strict_host
from scanner.targets.grammar.ports import strict_ports
from scanner.targets.grammar.remedies import MeantError, RemedyText, UnspecifiedError

#: Parts of a message, remedies among them; nothing where there is none to name.
Written = list[str]
#: An item of a port list that means all ports: to us, and as users or other tools write it.
_ALL_HERE = re.compile(r"(?:\A|[:,])-(?=\Z|,)")
_ALL_WRITTEN = re.compile(r"(?i)(?:\A|[:,])(?:-|\*|all)(?=\Z|,)")
_MOST_NUMBERS = 9


class TypingPlace:
    """One of them. `parse` is its strict grammar, `noun` what stands there, `generic` what can always be written.
    `probed`: hosts written there are probed, so unspecified addresses will not do."""

    def __init__(self, parse: Callable[[str], object], noun: str, generic: str, *, probed: bool = False) -> None:
        self.parse = parse
        self._grammars = tuple(dict.fromkeys((parse, strict_target if probed else any_target)))
        self.noun = noun
        self.generic = generic

    def write(self, text: str, typed: str, *, further: bool = True) -> Written:
        """What to write for a corrected text; nothing where the place takes none of it.

        `typed` is the original. `further`: what the grammar would write instead of the corrected text will do too.

        Errors: UnspecifiedError where that is all that is wrong with it: then nothing else matters."""
        text = text.strip()
        if not text:
            return []
        for parse in self._grammars:
            if _fits(parse, text, unless=(UnspecifiedError,)):
                return self._whole(text, typed) if parse is self.parse else self._apart(text, typed)
        parts: Written = []
        for lead, meant in (each for parse in self._grammars for each in _options(parse, text)) if further else ():
            if "such as" not in lead and (write := self.write(meant, typed, further=False)):
                parts += [*([", or "] if parts else []), *write]
        return parts

    def of(self, host: str, ports: str, typed: str) -> Written:
        """What to write for a host and its ports, either of which may be empty; `PORTS` where nobody knows them."""
        if not host or host == "*":
            return []
        known = ports if ports != "PORTS" else ""
        return self.write(
            f"{with_brackets(host)}:{known}" if known else host.strip("[]") if ":" in host else host, typed
        )

    def ports_alone(self, ports: str) -> Written:
        """What to write for a port list without a host."""
        raise NotImplementedError

    def joined(self, places: list[tuple[str, str]], typed: str) -> Written:
        """Several hosts with their ports as one word, where the place takes such a word."""
        return []

    def _whole(self, text: str, typed: str) -> Written:
        """What to write where the place takes the text as it is."""
        return [RemedyText(text)] if self._vouched(text, typed) else []

    def _apart(self, text: str, typed: str) -> Written:
        """What to write where only HOST:PORTS takes the text."""
        raise NotImplementedError

    def _vouched(self, text: str, typed: str) -> bool:
        return vouched(self.parse, text, typed)


class _TargetPlace(TypingPlace):
    def _whole(self, text: str, typed: str) -> Written:
        host, ports = split_target(text)
        both = f"{with_brackets(host)}:{ports or '1'}"
        if not self._vouched(both, typed):
            return []
        return [RemedyText(both if ports else f"{with_brackets(host)}:PORTS")]

    def ports_alone(self, ports: str) -> Written:
        return ["HOST:", ports, ", such as ", RemedyText(f"localhost:{ports}")]


class _HostPlace(TypingPlace):
    def of(self, host: str, ports: str, typed: str) -> Written:
        write = super().of(host, ports, typed)
        return [*write, " here, and the port with -p PORTS"] if write and ports == "PORTS" else write

    def _apart(self, text: str, typed: str) -> Written:
        host, ports = split_target(text)
        if not ports or not self._vouched(host, typed) or not vouched(strict_ports, ports, typed):
            return []
        there = f'"{ports}"' if ports.startswith("-") else RemedyText(ports)  # YAML reads - as a list
        in_a_file = [" (in a target file: port: ", there, ")"]
        return [RemedyText(host), " here, and the port with -p ", RemedyText(ports), *in_a_file]

    def ports_alone(self, ports: str) -> Written:
        return ["a host here, and the port with -p ", RemedyText(ports)]


class _ExcludePlace(TypingPlace):
    def of(self, host: str, ports: str, typed: str) -> Written:
        write = super().of(host, ports, typed)
        alone = host.strip("[]") if ":" in host else host
        if ports in ("", "PORTS") or len(write) != 1 or not self._vouched(alone, typed):
            return write
        return [*write, ", or ", RemedyText(alone), " for all ports"]

    def _apart(self, text: str, typed: str) -> Written:
        """Services become numbers, because a word in a list of excludes may be a host."""
        host, ports = split_target(text)
        numbers = strict_ports(ports) if ports else ()
        if len(numbers) > _MOST_NUMBERS:
            return []
        return self._whole(f"{with_brackets(host)}:{','.join(map(str, numbers))}", typed) if numbers else []

    def ports_alone(self, ports: str) -> Written:
        return self._whole(f"*:{ports}", ports)

    def joined(self, places: list[tuple[str, str]], typed: str) -> Written:
        words = [f"{with_brackets(host)}:{port}" if port != "PORTS" else host.strip("[]") for host, port in places]
        return self._whole(",".join(words), typed)


class _PortsPlace(TypingPlace):
    def _apart(self, text: str, typed: str) -> Written:
        host, ports = split_target(text)
        return self._whole(ports, typed) if ports and host.lower() != "top" else []

    def joined(self, places: list[tuple[str, str]], typed: str) -> Written:
        return self._whole(",".join(dict.fromkeys(port for _, port in places)), typed)


def vouched(parse: Callable[[str], object], text: str, typed: str) -> bool:
    """The gate: whether `parse` takes this word, and it says no more than was `typed`."""
    if any(char.isspace() for char in text) or (_ALL_HERE.search(text) and not _ALL_WRITTEN.search(typed)):
        return False
    return _fits(parse, text)


def _fits(parse: Callable[[str], object], text: str, *, unless: tuple[type[TargetError], ...] = ()) -> bool:
    """Whether `parse` takes the text. `unless`: errors that are let through."""
    try:
        parse(text)
    except unless:
        raise
    except TargetError:
        return False
    return True


def _options(parse: Callable[[str], object], text: str) -> tuple[tuple[str, str], ...]:
    """What the strict grammar would write instead."""
    try:
        parse(text)
    except MeantError as error:
        return error.options
    except TargetError:
        pass
    return ()


TARGET = _TargetPlace(strict_target, "", "HOST:PORT, such as db1.example.net:443", probed=True)
HOST = _HostPlace(strict_host, "the host", "the host alone, such as db1.example.net", probed=True)
EXCLUDE = _ExcludePlace(strict_excludes, "the exclude", "a host or HOST:PORTS, such as db1.example.net:443")
PORTS = _PortsPlace(strict_ports, "the port", "ports alone, such as 22,443")
