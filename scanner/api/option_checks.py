"""Whether one value is valid, before all else is known of a scan: text in, a value or an error with the remedy out.

Each raises UsageError (TargetError where the grammar of targets decides) and imports what decides when it is called.
"""


def duration(text: str) -> float:
    """Seconds out of `300ms`, `2s`, `1m` or a bare number of seconds up to 60; 1 ms to 1 hour."""
    from scanner.targets.grammar.single_values import parse_duration

    return parse_duration(text)


def retries(text: str) -> int:
    """Further attempts, 0 to 100."""
    from scanner.targets.grammar.single_values import parse_retries

    return parse_retries(text)


def expectation(text: str) -> str:
    """A key of `model.EXPECTATIONS`."""
    from scanner.targets.grammar.single_values import parse_expect

    return parse_expect(text)


def port_list(text: str) -> tuple[int, ...]:
    """The ports of a list such as `22,80,8000-8100`, `https`, `top:100` or `-`."""
    from scanner.targets.grammar.parsers import parse_ports

    return parse_ports(text)


def target(text: str) -> None:
    """Whether a word is HOST:PORTS; nothing is resolved."""
    from scanner.targets.grammar.parsers import parse_target

    parse_target(text)


def host_and_port(text: str) -> tuple[str, int]:
    """HOST:PORT with a single port, nothing resolved; an IPv6 address as reports write it."""
    from scanner.errors import UsageError
    from scanner.targets.grammar.addresses import V6, address_text, v6_number
    from scanner.targets.grammar.host_ports import split_target
    from scanner.words.shown_text import shown

    host, ports = split_target(text)
    found = port_list(ports) if host and ports else ()
    if len(found) != 1:
        raise UsageError(f"{shown(text)} is not HOST:PORT with a single port; write one such as db1.example.net:5432")
    number = v6_number(host)
    return (host if number is None else address_text(V6, number)), found[0]


def poller(text: str) -> str:
    """The name of a poller that this system has."""
    from scanner.errors import UsageError
    from scanner.machine.pollers import available
    from scanner.words.user_info import hidden

    if text not in available():
        raise UsageError(f"{hidden(text)!r} is not a poller of this system; available: {', '.join(available())}")
    return text


def pollers() -> tuple[str, ...]:
    """The pollers that this system has, the best first."""
    from scanner.machine.pollers import available

    return tuple(available())


def processes(text: str) -> int:
    """How many processes: a number, or `auto` for as many as there are processors to use."""
    from scanner.errors import UsageError
    from scanner.machine.processors import usable_processors
    from scanner.words.builtin_values import MOST_PROCESSES
    from scanner.words.user_info import hidden

    if text.lower() == "auto":
        return min(usable_processors(), MOST_PROCESSES)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    if not 1 <= number <= MOST_PROCESSES:
        raise UsageError(
            f"{hidden(text)!r} is not a valid number of processes; write a whole number from 1 to {MOST_PROCESSES}, or "
            "auto"
        )
    return number


def input_format(text: str) -> str:
    """The name of a format that target lists come in."""
    from scanner.errors import UsageError
    from scanner.targets.formats.input_formats import INPUT_FORMATS, unknown_format

    if text not in INPUT_FORMATS:
        raise UsageError(unknown_format(text))
    return text


def input_formats() -> tuple[str, ...]:
    """All of them."""
    from scanner.targets.formats.input_formats import INPUT_FORMATS

    return INPUT_FORMATS


def columns(text: str) -> tuple[tuple[str, str], ...]:
    """What is in which column of a table, as pairs (`host`, `Ziel`)."""
    from scanner.targets.formats.column_words import parse_columns

    return parse_columns(text)


def all_columns(said: tuple[tuple[tuple[str, str], ...], ...]) -> tuple[tuple[str, str], ...]:
    """The same, said several times."""
    from scanner.targets.formats.column_words import joined_columns

    return joined_columns(said)


def source(text: str) -> str:
    """An address of this machine that probes can leave from; binding a socket answers it."""
    from scanner.machine.source import check_source

    return check_source(text)


def family_of(address: str) -> int:
    """4 or 6, of an address that was checked."""
    from scanner.machine.source import family_of

    return family_of(address)


def seed(text: str) -> int:
    """The number of a random order, 0 to 4294967295."""
    from scanner.targets.grammar.single_values import parse_seed

    return parse_seed(text)


def shard(text: str) -> tuple[int, int]:
    """The number of a part, and of how many: `2/3`."""
    from scanner.targets.grammar.single_values import parse_shard

    return parse_shard(text)
