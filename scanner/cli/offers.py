"""What a shell is offered while a value is being typed: one function for each kind of value, given the word so far.

Nothing here probes, looks up a name, or waits: what is offered is in our own tables, or in the target file that stands
on the line. Each table is imported when it is asked for. A word of several parts (`open,refu`, `csv:rep`) is offered
whole; which part of it a shell replaces is that shell's business (`shells`), and so are the names of files, which
shells complete and quote best.
"""

from collections.abc import Callable, Iterable, Sequence

from scanner.cli.click_import import click, shell_completion

Item = shell_completion.CompletionItem
Offer = Callable[[click.Context, str], "list[Item[str]]"]
Names = Callable[[], Iterable[str]]

#: With nothing typed yet, that many ports by name: all of them would fill the screen.
_FEW_PORTS = 30
_TOPS = ("top:10", "top:100", "top:1000")
#: Of file names, the part of the word before the name is said in this attribute.
BEFORE = "before"


def nothing(ctx: click.Context, typed: str) -> "list[Item[str]]":
    """For what nobody but the user can know."""
    return []


def words(found: Iterable[str], typed: str, before: str = "") -> "list[Item[str]]":
    """Those that begin with what was typed, in any case, each once, `before` in front of each."""
    small = typed.lower()
    return [Item(before + word) for word in dict.fromkeys(found) if word.lower().startswith(small)]


def file_names(typed: str, before: str = "") -> "list[Item[str]]":
    """A file's name; `before` is what stands in front of it in the same word."""
    return [Item(typed, type="file", **{BEFORE: before})]


def one_of(names: Names) -> Offer:
    """Any of these."""
    return lambda ctx, typed: words(names(), typed)


def several_of(names: Names) -> Offer:
    """A list of these with commas, each at most once."""
    return lambda ctx, typed: _last_part(typed, names())


def files(ctx: click.Context, typed: str) -> "list[Item[str]]":
    """Any file."""
    return file_names(typed)


def outputs(ctx: click.Context, typed: str) -> "list[Item[str]]":
    """`[FORMAT:]FILE`."""
    from scanner.reports.output_words import FORMAT_NAMES

    name, colon, rest = typed.partition(":")
    if colon and name.lower() in FORMAT_NAMES:
        return file_names(rest, name + colon)
    return [*file_names(typed), *(words([f"{each}:" for each in FORMAT_NAMES], typed) if typed else ())]


def first_file(ctx: click.Context, typed: str) -> "list[Item[str]]":
    """A file as the first of a command's `words`; after it there is nothing to offer."""
    return [] if ctx.params.get("words") else file_names(typed)


def targets(ctx: click.Context, typed: str) -> "list[Item[str]]":
    """A target file, or the ports of HOST:PORTS."""
    host, colon, _ = typed.rpartition(":")
    if not colon or "/" in host:
        return file_names(typed)
    return host_and_ports(ctx, typed)


def host_and_ports(ctx: click.Context, typed: str) -> "list[Item[str]]":
    """HOST:PORTS, as far as its ports go."""
    host, colon, part = typed.rpartition(":")
    return [Item(f"{host}:{item.value}") for item in ports(ctx, part)] if colon else []


def ports(ctx: click.Context, typed: str) -> "list[Item[str]]":
    """A list of ports with commas: names of services, and `top:N`."""
    from scanner.services import service_name, service_names, top_ports

    part = typed.rpartition(",")[2]
    names = service_names() if part else [name for port in top_ports(_FEW_PORTS) if (name := service_name(port))]
    return _last_part(typed, [*_TOPS, *names])


def formats() -> Iterable[str]:
    """Of a report on stdout: a database is a file."""
    from scanner.reports.output_words import APPENDED, FORMAT_NAMES

    return [name for name in FORMAT_NAMES if name != APPENDED]


def input_formats() -> Iterable[str]:
    """The names of the formats that target lists come in."""
    from scanner.api.option_checks import input_formats

    return input_formats()


def states() -> Iterable[str]:
    """What `--only` takes."""
    from scanner.reports.row_selection import ONLY_WORDS

    return map(str, ONLY_WORDS)


def fields() -> Iterable[str]:
    """A row's fields."""
    from scanner.model import FIELDS

    return FIELDS


def expectations() -> Iterable[str]:
    """What `--expect` takes."""
    from scanner.model import EXPECTATIONS

    return EXPECTATIONS


def pollers() -> Iterable[str]:
    """Those of this machine."""
    from scanner.api.option_checks import pollers

    return pollers()


def tags(ctx: click.Context, typed: str) -> "list[Item[str]]":
    """The tags in the target files of this line."""
    from scanner.api.entry_words import tags_in

    return words(tags_in(_named_before(ctx)), typed)


def names(ctx: click.Context, typed: str) -> "list[Item[str]]":
    """The names in the target files of this line that stand for themselves as a pattern."""
    from scanner.api.entry_words import names_in

    return words((name for name in names_in(_named_before(ctx)) if not set(name) & set("*?[")), typed)


def _named_before(ctx: click.Context) -> Sequence[str]:
    # click has not got as far as the arguments where the last option still lacks its value.
    return [*(ctx.params.get("targets") or ()), *ctx.args]


def _last_part(typed: str, found: Iterable[str]) -> "list[Item[str]]":
    before, comma, part = typed.rpartition(",")
    taken = before.lower().split(",")
    return words((word for word in found if word not in taken), part, before + comma)
