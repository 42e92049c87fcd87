"""A target file given to both of its readers: the parser, and the JSON Schema with what an editor makes of YAML.

The schema must take all that the parser takes. What it takes beyond that, the parser refuses for one of the reasons in
`UNSEEN`, which is the whole list of them: docs/targets.md tells it, with an example for each.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import yaml

from scanner.targets.file.target_schema import target_schema
from tests.targets.core_yaml import read_core
from tests.targets.made import attempt, read

SCHEMA = target_schema()
_VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


class Unseen(NamedTuple):
    """What a schema cannot see: what a file has where that is so, and what the parser says then (expressions)."""

    has: str
    says: str


#: By what docs/targets.md calls it.
UNSEEN = {
    "a service that does not exist": Unseen(
        r"(?:port|:).*[A-Za-z]",
        r"no service is called|where the colon belongs|names (?:a protocol|UDP|SCTP)|goes on after the port|"
        r"the port \S+ holds|is not a port; write",
    ),
    "the end of a range before its start": Unseen(r"[0-9a-f]-[0-9]|-:", "is reversed"),
    "a network with host bits set": Unseen(r"/[0-9]", "has host bits set"),
    "how a number was typed: leading zeros, signs, points, other bases": Unseen(
        r"(?:version|ports?|retries|timeout|need|expect).*(?:\b0[0-9xo]|[+.]|[0-9][eE])",
        r"leading zero|version .* is unknown|is not a (?:valid (?:port|number of retries|duration)|number of targets)|"
        "no service is called|are always there",
    ),
    "of IPv6: interfaces that this host lacks or an address does not need, IPv4 addresses in disguise, ranges": Unseen(
        r":[0-9A-Fa-f.]*:",
        r"in IPv6 form|has no interface|needs no interface|mixes two kinds|is not a valid IPv6 address|ends in |"
        r"never probed",
    ),
    "what a pattern unfolds to": Unseen(
        r"\[[0-9]+-[0-9]+\]",
        r"is a number, neither|is over 255|stands for more than|mixes widths|leading zeros, which|has an empty part|"
        r"begins or ends with a hyphen|longer than|never probed|is not a valid (?:network|address range|IPv6 address)",
    ),
    "letters beyond ASCII that make no host name": Unseen(
        r"[^\x00-\x7f]|\\[uUx]",
        r"\(U\+[0-9A-F]{4,}\)|ASCII|combining mark|begins or ends with a hyphen|would become|has an empty part",
    ),
    "how many targets an entry comes to, of which it needs some": Unseen(
        "need", r"^\S+ (?:need is .* come to|the target has .* of which it needs)"
    ),
    "which ports the lists of an expectation share, and those of the entry": Unseen(
        r"expect(?:_from)?: \{",
        "neither list is within the other|names the same ports as|own ports do not|has none of the ports of",
    ),
    "characters beyond U+FFFF that nobody sees": Unseen(r"\\U000", r"\(U\+[0-9A-F]{5,}\)"),
    "an item of an exclude that may be a host or a service": Unseen("exclude", "may be a host or a service"),
    "anchors, aliases and tags, which YAML has and the file has not": Unseen("[&*!]", "the (?:anchor|alias|tag) "),
    "a word that names a file in the present folder": Unseen("hosts", "names the file"),
    "more entries, hosts, ports or bytes than a list may have": Unseen("", "more than|repeats itself too often"),
}


def unlike(text: str) -> list[str]:
    """What the schema says of a file; empty where it takes it."""
    try:
        document = read_core(text)
    except (yaml.YAMLError, RecursionError) as error:
        return [f"not YAML: {error}"]
    return [f"{error.json_path}: {error.message[:200]}" for error in _VALIDATOR.iter_errors(document)]


def agree(folder: Path, text: str, *unseen: str) -> bool:
    """Demands that both take a file, or that both refuse it; only for one of the reasons in `UNSEEN` (or those of them
    that are named) may the parser refuse what the schema takes. True where both agree."""
    _, problems = attempt(read, folder, text)
    said = unlike(text)
    if not problems:
        assert not said, f"the parser takes {text!r}"
    elif not said:
        says = "|".join(UNSEEN[name].says for name in unseen or UNSEEN if re.search(UNSEEN[name].has, text))
        for problem in problems:
            assert says, (text, problem)
            assert re.search(says, problem.partition("t.yaml:")[2]), (text, problem)
    return bool(problems) == bool(said)


#: Where a text may stand.
PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "host": lambda text: {"targets": [{"host": text, "port": 1}]},
    "among hosts": lambda text: {"targets": [{"hosts": ["a", text], "ports": "1"}]},
    "port": lambda text: {"targets": [{"host": "a", "port": text}]},
    "among ports": lambda text: {"targets": [{"host": "a", "ports": [1, text]}]},
    "short": lambda text: {"targets": [text]},
    "short, with the port elsewhere": lambda text: {"defaults": {"port": 1}, "targets": [text]},
    "exclude": lambda text: {"exclude": text, "targets": ["a:1"]},
    "name": lambda text: {"targets": [{"host": "a", "port": 1, "name": text}]},
    "tag": lambda text: {"targets": [{"host": "a", "port": 1, "tags": text}]},
}  # fmt: skip
