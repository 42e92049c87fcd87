"""A list of ours, as one of the formats: YAML and JSON with a key `targets`."""

import re

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_file import read_target_text
from scanner.targets.formats.input_text import InputText

#: A key of our own that hardly anybody else's top level has; it spares the look at all of a long file.
_OUR_KEY = re.compile(r"^(?:targets|exclude)[ \t]*:(?=\s)", re.MULTILINE)


def has_our_key(source: InputText) -> bool:
    """Whether it begins as our own lists do, and nobody else's."""
    return _OUR_KEY.search(source.beginning) is not None


def read_ours(source: InputText, wish: InputWish) -> TargetFile:
    """The targets of a list of ours."""
    return read_target_text(source.text, source.problems, ports_given=wish.ports_given)


def looks_like_ours(source: InputText) -> bool:
    """Whether it is one, by its top level."""
    return has_our_key(source) or (not source.is_list and "targets" in source.keys)
