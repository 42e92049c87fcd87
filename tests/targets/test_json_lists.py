"""What `json.dumps` writes is a target file: escapes, tabs, numbers, nulls, and the places of its mistakes."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.targets.entry import NOTHING_STATED, Defaults, Entry
from scanner.targets.file.yaml_file import TargetFile
from scanner.targets.grammar.host_values import HostName
from tests.targets.made import read, told

pytestmark = pytest.mark.usefixtures("loader")

labels = st.text(
    st.one_of(st.sampled_from("\U0001f600\U00010000\U0010fffd\ue000\\/\"'u0d83"), st.characters(categories=("L", "N"))),
    min_size=1,
    max_size=6,
)
entries = st.one_of(
    st.sampled_from(["10.0.0.1:22", "[::1]:80,443", "web[1-3].example:https"]),
    st.fixed_dictionaries(
        {"host": st.sampled_from(["10.0.0.1", "b\u00fccher.example", "::1", "10.0.0.0/30"]), "port": st.integers(1, 9)},
        optional={
            "name": st.none() | labels,
            "tags": st.none() | st.lists(st.none() | labels, max_size=3),
            "expect": st.none() | st.sampled_from(["open", "any"]),
            "timeout": st.none() | st.sampled_from([1, 0.5, "300ms"]),
            "retries": st.none() | st.integers(0, 9),
            "addresses": st.none() | st.just("one"),
        },
    ),
    st.fixed_dictionaries({"hosts": st.just(["a", "10.0.0.2-5"]), "ports": st.just([22, "https", "80-90"])}),
)
files = st.fixed_dictionaries(
    {"targets": st.lists(entries, min_size=1, max_size=4)},
    optional={
        "version": st.none() | st.just(1),
        "defaults": st.none() | st.just({"timeout": 1.5, "tags": None, "expect": "any"}),
        "exclude": st.none() | st.just(["10.0.0.9", "*:25"]),
    },
)


def meaning(file: TargetFile) -> list[Any]:
    """All that a file says, apart from places."""

    def said(of: Entry | Defaults) -> list[Any]:
        return [getattr(of, "name", None), of.ports, *of.stated]

    hosts = [
        [host.text if isinstance(host, HostName) else (host.first, host.last, host.text) for host in entry.hosts]
        for entry in file.entries
    ]
    return [hosts, [said(entry) for entry in file.entries], said(file.defaults), len(file.excludes)]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(files, st.booleans(), st.sampled_from([None, 0, 2, "\t"]))
def test_any_list_loads_as_the_same_list_in_yaml(
    tmp_path: Path, data: dict[str, Any], ascii_only: bool, indent: int | str | None
) -> None:
    as_json = read(tmp_path, json.dumps(data, ensure_ascii=ascii_only, indent=indent))
    apart = json.loads(json.dumps(data))  # of shared lists YAML would make anchors
    as_yaml = read(tmp_path, yaml.safe_dump(apart, allow_unicode=True))
    assert meaning(as_json) == meaning(as_yaml)
    for entry, given_ in zip(as_json.entries, data["targets"], strict=True):
        if isinstance(given_, dict):
            assert entry.name == (given_.get("name") or "")
            tags = given_.get("tags")
            assert entry.stated.tags == (None if tags is None else tuple(tag for tag in tags if tag is not None))


def only(folder: Path, text: str) -> Entry:
    (entry,) = read(folder, text).entries
    return entry


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"a\uD83D\uDE00b\ud800\udc00"', "a\U0001f600b\U00010000"),
        (r'"\\ud83d\\ude00"', r"\ud83d\ude00"),
        (r'"\\\ud83d\ude00"', "\\\U0001f600"),
        (r"'\ud83d\ude00'", r"\ud83d\ude00"),
        (r"\uD83D\ude00 plain", r"\uD83D\ude00 plain"),
        (r"'\U0001f600\0 \ud83d\ude00'", r"\U0001f600\0 \ud83d\ude00"),
        (r'"\U0001F600 \u00fc \/ \x41"', "\U0001f600 \u00fc / A"),
        ("'null'", "null"),
        ('"~"', "~"),
        ("null", ""),
        ("Null", ""),
        ("~", ""),
        ("", ""),
        ("true", "true"),
        ("1.50", "1.50"),
        ("NaN", "NaN"),
    ],
)
def test_a_value_is_what_was_typed(tmp_path: Path, typed: str, name: str) -> None:
    assert only(tmp_path, f"targets:\n- host: a\n  port: 1\n  name: {typed}\n").name == name


@pytest.mark.parametrize("null", ["null", "~", ""])
def test_a_key_without_a_value_is_absent(tmp_path: Path, null: str) -> None:
    keys = ("name", "tags", "expect", "timeout", "retries", "addresses", "hosts", "ports")
    text = "defaults: {timeout: 2s, tags: [all]}\ntargets:\n- host: a\n  port: 1\n"
    entry = only(tmp_path, text + "".join(f"  {key}: {null}\n" for key in keys))
    assert (entry.name, entry.stated, entry.ports) == ("", NOTHING_STATED, (1,))
    for key in ("version", "defaults", "exclude"):
        assert only(tmp_path, f"{key}: {null}\ntargets: [a:1]\n").name == ""
    assert only(tmp_path, f"targets:\n- host: a\n  port: 1\n  tags:\n  - {null}\n  - b\n").stated.tags == ("b",)


@pytest.mark.parametrize("null", ["null", "~", ""])
def test_a_null_port_gives_way_to_the_defaults(tmp_path: Path, null: str) -> None:
    entry = only(tmp_path, f"defaults: {{port: 7}}\ntargets:\n- host: a\n  port: {null}\n")
    assert (entry.ports, entry.defaults.ports) == (None, (7,))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"targets": [{"host": null, "port": 1}]}', "1:23: host is null, so the host is missing"),
        ('{"targets": [{"hosts": null, "port": 1}]}', "1:24: hosts is null, so the host is missing"),
        ('{"targets": [{"host": "a", "port": null}]}', "1:14: the target names no port"),
        ('{"targets": [{"host": "a", "port": [80, null]}]}', "1:41: null means nothing in YAML"),
        ('{"targets": [{"host": ["a", null], "port": 1}]}', "1:29: null means nothing in YAML"),
        ('{"targets": [null]}', "1:14: null means nothing in YAML"),
        ('{"targets": null}', "1:13: targets is empty"),
        ('{"exclude": [null], "targets": ["a:1"]}', "1:14: null means nothing in YAML"),
        ('{"targets": ["a:1"], "targets": []}', '1:22: the key "targets" is already on line 1'),
        ('{"targets": [{"host": "a", "port": null, "port": 1}]}', '1:42: the key "port" is already on line 1'),
        ('{\n\t"targets": [\n\t\t"a:0"\n\t]\n}', "3:3: port 0 is out of range"),
        (r'{"targets": [{"host": "a", "port": 1, "name": "\ud83d\ude00"}, "b:0"]}', "1:64: port 0 is out of range"),
        (r'{"targets": [{"host": "a", "port": 1, "name": "x\ud83d"}]}', r'1:49: "\ud83d" is half a character'),
        (r'{"targets": [{"host": "a", "port": 1, "name": "\ude00\ud83d"}]}', r'1:48: "\ude00" is half a character'),
        ('targets:\n- host: a\n  port: 1\n  name: "x\n    \\ud83d\\ude00\n    \\ud83d"\n', r'6:5: "\ud83d" is half'),
        ('{"targets": ["a:1"]} {"targets": ["b:1"]}', "1:22: this is not valid YAML"),
    ],
)
def test_mistakes_have_their_place(tmp_path: Path, text: str, wanted: str) -> None:
    problems = told(tmp_path, text)
    assert any(line.startswith("t.yaml:") and wanted in line for line in problems), problems
