"""YAML as editors read it: the core schema of YAML 1.2 (10.3.2), made of PyYAML's parts, which are of YAML 1.1.

`0o17` is a number, `017` is one too (17), `no`, `1_000`, `22:22` and dates are texts, and a key that is written twice
is a mistake. A key is the text that was typed, whatever it looks like.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import yaml

#: By name: the texts, the characters they may begin with, and what they mean.
_SCALARS: dict[str, tuple[str, str, Callable[[str], Any]]] = {
    "null": (r"null|Null|NULL|~|", "nN~", lambda text: None),
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF", lambda text: text.lower() == "true"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789", lambda text: _whole_number(text)),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789", lambda text: float(re.sub(r"\.(?=[inIN])", "", text)),
    ),
}  # fmt: skip


def _whole_number(text: str) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text[2:] if base != 10 else text, base)


#: libyaml where it is, as in `yaml_tree.py`: what is YAML differs a little between the two.
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: A character as JSON writes it that has no other escape (RFC 8259, 7).
_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")


class CoreLoader(_BASE):  # type: ignore[misc]
    """Reads one document."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


def _mapping(loader: CoreLoader, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in found:
            raise yaml.constructor.ConstructorError(None, None, "a key is no text, or is there already", key.start_mark)
        found[key.value] = loader.construct_object(value, deep=True)
    return found


CoreLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
for name, (texts, begins, meaning) in _SCALARS.items():
    tag = f"tag:yaml.org,2002:{name}"
    CoreLoader.add_implicit_resolver(tag, re.compile(rf"(?:{texts})\Z"), [*begins, ""] if name == "null" else [*begins])
    CoreLoader.add_constructor(tag, lambda loader, node, meaning=meaning: meaning(node.value))


def read_core(text: str) -> Any:
    """What an editor makes of a file. Errors: yaml.YAMLError, for what is not YAML; RecursionError, for its depth."""
    return yaml.load(_PAIR.sub(lambda pair: pair[1] + json.loads(f'"{pair[2]}"'), text), CoreLoader)
