"""What each key of a target file takes, as pieces of a JSON Schema.

What an editor hands to a schema are values as YAML 1.2 reads them (10.3, the core schema); the parser reads the text
that was typed. So a port is an integer or a text, a name may be a number or `true`, and null is absent. How a number
was typed (`022`, `0x16`), no schema can see.
"""

from typing import Any

from scanner.model import EXPECTATIONS
from scanner.targets.file import schema_patterns as patterns
from scanner.targets.file.keys import Takes
from scanner.targets.grammar.single_values import MOST_BARE_S, MOST_NEEDED, MOST_RETRIES, SHORTEST_S
from scanner.words.builtin_values import SCAN

JsonSchema = dict[str, Any]


def ref(name: str) -> JsonSchema:
    """What the definition of this name says."""
    return {"$ref": f"#/definitions/{name}"}


def given(name: str) -> JsonSchema:
    """For a mapping in which this key stands and is not null."""
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


def either(one: str, many: str) -> JsonSchema:
    """For a mapping in which one of the two is given. (Editors say what is missing where it is put like this.)"""
    return {"if": {"not": given(many)}, "then": given(one)}


def _text(pattern: str, says: str, *others: str, **limits: Any) -> JsonSchema:
    """A text of this pattern. `others`: what else YAML may make of such a text; `limits`: those of a number."""
    types = ["string", *others] if others else "string"
    return {"type": types, **limits, "pattern": pattern, "patternErrorMessage": says}


def _one_or_more(name: str, *, least: int = 1, null: bool = True) -> JsonSchema:
    """One of the texts called `name`, or a list of at least so many; or null."""
    many: JsonSchema = {"items": ref(name)} | ({"minItems": least} if least else {})
    return {"if": {"type": ["array", "null"] if null else "array"}, "then": many, "else": ref(name)}


#: The texts by the name of their definition. `true` is a name as any other, and a number is none.
TEXTS: dict[str, JsonSchema] = {
    "entry": _text(
        patterns.TARGET,
        "write host:ports, such as db1.example.net:5432, 10.0.0.0/24:80,443 or [::1]:22 (an IPv6 address in brackets)",
        "boolean",
    ),
    "host": _text(
        patterns.HOST,
        "write a name, an address, a network (10.0.0.0/24), a range (10.0.0.1-50) or a pattern (web[01-20])",
        "boolean",
    ),
    "exclude": _text(
        patterns.EXCLUDES, 'write hosts, networks, host:ports, or "*:25" for a port of any host', "boolean"
    ),
    "ports": _text(
        patterns.PORTS,
        'write ports from 1 to 65535, ranges (8000-8100), services (https), top:100 or "-" for all',
        "integer",
        minimum=1,
        maximum=65535,
    ),
    "tag": _text(
        patterns.TAG, "write one line without ;, which joins tags in CSV reports", "number", "boolean", "null"
    ),
    "line": _text(
        patterns.LINE, "write one line, without control or invisible characters", "number", "boolean", "null"
    ),
    "duration": _text(
        patterns.DURATION,
        "write 1ms to 1 hour, such as 300ms, 2s or 1.5 (seconds); over 60 only with a unit",
        "number",
        "null",
        minimum=SHORTEST_S,
        maximum=MOST_BARE_S,
    ),
}

SHAPES: dict[Takes, JsonSchema] = {
    Takes.VERSION: {"enum": [1, "1", None]},
    Takes.SETTINGS: {"allOf": [ref("settings")]},
    Takes.EXCLUDES: _one_or_more("exclude", least=0),
    Takes.ENTRIES: {"type": "array", "minItems": 1, "items": {"anyOf": [ref("entry"), ref("target")]}},
    Takes.LINE: {"allOf": [ref("line")]},
    Takes.HOSTS: _one_or_more("host"),
    Takes.PORTS: _one_or_more("ports"),
    Takes.DURATION: {"allOf": [ref("duration")]},
    Takes.RETRIES: _text(
        patterns.RETRIES, f"write 0 to {MOST_RETRIES}", "integer", "null", minimum=0, maximum=MOST_RETRIES
    ),
    Takes.EXPECTATION: {"enum": [*EXPECTATIONS, None]},
    Takes.ADDRESSES: {"enum": ["all", "one", None]},
    Takes.TAGS: _one_or_more("tag", least=0),
    Takes.NEED: _text(patterns.NEED, f"write 1 to {MOST_NEEDED}", "integer", "null", minimum=1, maximum=MOST_NEEDED),
}


def _from_vantages(expectation: JsonSchema) -> JsonSchema:
    """A mapping of vantages, one at least, to what this takes; or null."""
    return {
        "type": ["object", "null"],
        "minProperties": 1,
        "propertyNames": {"pattern": patterns.VANTAGE},
        "additionalProperties": expectation,
        "errorMessage": "write vantages, as --vantage takes them, and what is expected from there: {fra: open}",
    }


def _by_port_or(expectation: JsonSchema) -> JsonSchema:
    return {"if": {"type": "object"}, "then": ref("expectations"), "else": expectation}


_ONE_EXPECTATION: JsonSchema = {"enum": list(EXPECTATIONS)}
SHAPES[Takes.EXPECT_FROM] = _from_vantages(_ONE_EXPECTATION)
#: What takes more in an entry than in the defaults.
IN_ENTRY: dict[Takes, JsonSchema] = {
    Takes.EXPECTATION: _by_port_or(SHAPES[Takes.EXPECTATION]),
    Takes.EXPECT_FROM: _from_vantages(_by_port_or(_ONE_EXPECTATION)),
}
#: An entry's expectations by port, one at least; null would be ports that got lost. (As a choice of one that is
#: given, editors would offer each of them twice.)
EXPECTATIONS_BY_PORT: JsonSchema = {
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        word: {"description": f"The ports of which {word} is expected.", **_one_or_more("ports", null=False)}
        for word in EXPECTATIONS
    },
    "errorMessage": "write an expectation and its ports, such as open: 443",
}

#: What holds where neither an entry nor the file says anything.
BUILTIN = {"timeout": f"{SCAN.timeout_s:g}s", "retries": SCAN.retries, "expect": SCAN.expect, "addresses": "all"}

_OBJECT: JsonSchema = {"type": "object"}
#: The keys whose mappings name ports.
_NAMES_BY_PORT: list[JsonSchema] = [
    {"required": ["expect"], "properties": {"expect": _OBJECT}},
    {
        "required": ["expect_from"],
        "properties": {"expect_from": _OBJECT | {"not": {"additionalProperties": {"not": _OBJECT}}}},
    },
]
#: For an entry of a file whose defaults name no port.
NAMES_A_PORT: JsonSchema = {
    "if": {"type": "object"},
    "then": {
        "if": {"not": {"anyOf": _NAMES_BY_PORT}},
        "then": either("port", "ports"),
    },
    "else": {
        "type": "string",
        "pattern": patterns.WITH_PORTS,
        "patternErrorMessage": "the target names no port; write host:port, or a port under defaults (which -p beats)",
    },
}
