"""The JSON Schema of a target file, by which editors complete and check one: made of the table of its keys.

It is draft 07: whatever reads schemas reads that one, old versions of yaml-language-server (VS Code, Neovim and most
others) and JetBrains' editors too, and nothing here needs a younger one. `patternErrorMessage`, `errorMessage`
and `doNotSuggest` are words that VS Code's readers of schemas know; others pass over them.

What each key takes is in `schema_shapes.py`, what texts look like in `schema_patterns.py`. The schema takes all that
the parser takes, and a little more, which docs/targets.md lists; tests hold them against each other.
"""

from scanner.targets.file.keys import KEYS, FileKey, Where
from scanner.targets.file.schema_shapes import (
    BUILTIN,
    EXPECTATIONS_BY_PORT,
    IN_ENTRY,
    NAMES_A_PORT,
    SHAPES,
    TEXTS,
    JsonSchema,
    either,
    given,
    ref,
)


def target_schema() -> JsonSchema:
    """The schema as a JSON document; equal each time, in the same order."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A target list of scanner",
        "description": "What `scanner scan FILE` probes, and what is expected of it.",
        **_mapping(Where.TOP),
        "required": ["targets"],
        "if": {
            "not": {
                "properties": {"defaults": {"type": "object", "anyOf": [given("port"), given("ports")]}},
                "required": ["defaults"],
            }
        },
        "then": {"properties": {"targets": {"items": ref("names-a-port")}}},
        "definitions": {
            "settings": _mapping(Where.DEFAULTS) | {"type": ["object", "null"], "allOf": _one_spelling(Where.DEFAULTS)},
            "target": _mapping(Where.ENTRY) | either("host", "hosts") | {"allOf": _one_spelling(Where.ENTRY)},
            "expectations": EXPECTATIONS_BY_PORT,
            **TEXTS,
            "names-a-port": NAMES_A_PORT,
        },
    }


def _mapping(where: Where) -> JsonSchema:
    """A mapping of the keys that stand there, and of no others."""
    keys = {key.name: _described(key, where) for key in KEYS if where in key.where}
    return {"type": "object", "additionalProperties": False, "properties": keys}


def _described(key: FileKey, where: Where) -> JsonSchema:
    """What a key takes, and what an editor says and offers. An entry has no defaults that a schema could know."""
    takes = SHAPES | IN_ENTRY if where is Where.ENTRY else SHAPES
    shape = {"description": key.about, **takes[key.takes]}
    if where is Where.DEFAULTS and key.name in BUILTIN:
        shape["default"] = BUILTIN[key.name]
    if key.examples:
        shape["examples"] = list(key.examples)
    return shape


def _one_spelling(where: Where) -> list[JsonSchema]:
    """That only one spelling of a key is given."""
    pairs = [(key.name, key.rival) for key in KEYS if where in key.where and key.name < key.rival]
    return [{"if": given(one), "then": {"properties": {many: _refused_beside(one, many)}}} for one, many in pairs]


def _refused_beside(one: str, many: str) -> JsonSchema:
    """For a key that may only be null, and that no editor is to offer for that."""
    told = f"both {one} and {many} are given; write all of them in {many}"
    return {"type": "null", "errorMessage": told, "doNotSuggest": True}
