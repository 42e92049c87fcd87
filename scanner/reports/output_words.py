"""What the user wrote after `-o` and `-f`: which format, which file, and whether that can work at all.

All this is decided before anything is created or truncated: a bad combination must leave last night's report
as it was.
"""

import difflib
import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress

from scanner.errors import UsageError
from scanner.machine.own_descriptors import own_descriptor
from scanner.reports.outlets.output_places import is_mounted, partial_path
from scanner.reports.outlets.refusals import folder_hint, problem_of

#: The formats by name, in the order that messages list them.
FORMAT_NAMES = ("table", "csv", "json", "jsonl", "xml", "junit", "prom", "md", "db", "html", "list")
#: The one that grows in place, run by run: it replaces nothing, and has no FILE.partial while it is written.
APPENDED = "db"
_DB_ENDING = ".db"
_ENDINGS = {
    ".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xml": "xml", ".prom": "prom", ".md": "md",
    ".html": "html", ".htm": "html", ".list": "list", _DB_ENDING: APPENDED,
}  # fmt: skip
#: What CI systems look for, and what such a file is called: an ending of the name that is more than a suffix.
_JUNIT = "junit.xml"


def parse_output(text: str) -> tuple[str | None, str]:
    """Splits `[FORMAT:]FILE` into format and path; the format is None where none is given.

    Only a known format's name is split off: `C:\\x.csv` and `monday:1.csv` are files. A file whose name begins
    like a format is written `./csv:x`.

    >>> parse_output("csv:out.txt"), parse_output("out.csv")
    (('csv', 'out.txt'), (None, 'out.csv'))
    """
    prefix, colon, rest = text.partition(":")
    name = prefix.lower() if colon else ""
    if name not in FORMAT_NAMES:
        _refuse_typo(name, text, rest)
        name, rest = "", text
    if not rest:
        raise UsageError(f"-o {text!r} names no file; write FORMAT:FILE, for example -o csv:report.csv")
    return name or None, rest


def _refuse_typo(name: str, text: str, rest: str) -> None:
    close = difflib.get_close_matches(name, FORMAT_NAMES, n=1, cutoff=0.66) if name.isalpha() else []
    if close:
        raise UsageError(
            f"-o {text!r}: there is no format {name!r}; did you mean {close[0]}:{rest}? "
            f"(a file of that name is written ./{text})"
        )


def ending_of(path: str) -> str | None:
    """The format that a file's ending stands for, or None."""
    return "junit" if path.lower().endswith(_JUNIT) else _ENDINGS.get(os.path.splitext(path)[1].lower())


def format_of(path: str) -> str:
    """The format that a file's ending stands for; UsageError where it stands for none."""
    found = ending_of(path)
    if found is None:
        if path.endswith(("/", os.sep)) or os.path.isdir(path):
            raise UsageError(f"-o {path!r}: {folder_hint(path)}")
        shown = path if path == "-" else repr(path)
        example = f"csv:{path}" if path else "csv:report.csv"
        raise UsageError(
            f"-o {shown}: the ending does not give the format; write FORMAT:FILE, for example -o {example} "
            f"(formats: {', '.join(FORMAT_NAMES)}), or -f FORMAT for stdout"
        )
    return found


def is_stdout(path: str) -> bool:
    """Whether `path` is this process's stdout, under whatever name."""
    return own_descriptor(path) == 1


def check_outputs(outputs: Sequence[tuple[str, str]], inputs: Iterable[str] = ()) -> None:
    """Raises UsageError when one of the (format, path) pairs cannot be written, or two are the same file.

    `inputs` are files that are read (the target list; "-" is stdin): a report must not replace one. Nothing is touched.
    What the user should know beforehand is in `notices`.
    """
    problems = [problem for fmt, path in outputs if (problem := _problem_of(fmt, path))]
    read = {_open_identity(0) if path == "-" else _identity(path) for path in inputs}
    taken: dict[object, str] = {}
    for fmt, path in outputs:
        claims = [_identity(path)] if fmt == APPENDED else _claims(path)
        if not read.isdisjoint(claims):
            problems.append(f"-o {path!r}: would replace an input file; give it another name")
        elif others := [taken[identity] for identity in claims if identity in taken]:
            problems.append(_clash(path, others[0]))
        taken.update(dict.fromkeys(claims, path))
    if problems:
        raise UsageError(*problems)


def _problem_of(fmt: str, path: str) -> str:
    if fmt == APPENDED:
        from scanner.reports.outlets.db_refusals import db_problem_of  # most scans need it not

        return db_problem_of(path)
    if path.lower().endswith(_DB_ENDING) and os.path.isfile(path):
        from scanner.reports.outlets.db_refusals import replaced_db

        return replaced_db(path) or problem_of(path)
    return problem_of(path)


def _clash(path: str, other: str) -> str:
    if is_stdout(path):
        return "-o -: two reports cannot share stdout; write one of them to a file"
    return f"-o {_shown(path)}: is the same file as {_shown(other)}; give it another name"


def _shown(path: str) -> str:
    return "stdout" if is_stdout(path) else repr(path)


def _claims(path: str) -> list[object]:
    """All that a report at `path` will write to; a file that takes everything (/dev/null) is never claimed."""
    if path == os.devnull:
        return []
    if _is_special(path):
        return [_identity(path)]
    with suppress(UsageError):  # a trap: `problem_of` reports that
        return [_identity(path), _identity(partial_path(path))]
    return []


def _identity(path: str) -> object:
    """What is equal for two names of one file, whether it exists or not."""
    descriptor = own_descriptor(path)
    if descriptor is not None:
        return _open_identity(descriptor)
    try:
        found = os.stat(path)
        return (found.st_dev, found.st_ino)
    except (OSError, ValueError):
        pass
    try:
        return os.path.normcase(os.path.realpath(path))
    except (OSError, ValueError):  # the current folder is gone, or a NUL
        return path


def _open_identity(descriptor: int) -> object:
    """The regular file that the shell has redirected to, if there is one; else the descriptor itself."""
    with suppress(OSError):
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode):
            return (found.st_dev, found.st_ino)
    return descriptor


def _is_special(path: str) -> bool:
    try:
        return own_descriptor(path) is not None or not stat.S_ISREG(os.stat(path).st_mode) or is_mounted(path)
    except (OSError, ValueError):
        return False
