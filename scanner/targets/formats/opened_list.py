"""A path in, a TargetFile out: a list of ours at once, anybody else's by the table of formats.

Most lists are ours, and every run would wait for the import of all the other formats' readers, which are needed only to
tell what else a file may be. So ours are known by a key that hardly any other file has at the start of a line.
"""

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.our_list import has_our_key, read_ours
from scanner.targets.grammar.typed_words import present_folder


def read_targets(path: str, wish: InputWish = InputWish()) -> TargetFile:  # noqa: B008 (it never changes)
    """The targets that a file (`-`: stdin) lists, in whatever format it is.

    Errors: TargetError with all mistakes in the file; UsageError for an unknown `wish.format`.
    """
    source = InputText.of(path)
    with present_folder():
        if not wish.format and not wish.columns and b"\0" not in source.data and has_our_key(source):
            return read_ours(source, wish)
        from scanner.targets.formats.input_formats import read_source

        return read_source(source, wish)
