"""The JSON Schema of a target file has the keys of the parser, takes what it takes, and refuses what it refuses."""

import itertools
import json
import re
from pathlib import Path

import jsonschema
import pytest

from scanner.targets.file import yaml_file
from scanner.targets.file.keys import KEYS, KNOWN, Where
from scanner.targets.file.target_schema import target_schema
from tests.pages import DOCS, README, ROOT, blocks, code_of, rows, section
from tests.targets.slip_corpus import CORPUS
from tests.targets.test_bad_target_files import MISTAKES
from tests.targets.two_readers import PLACES, SCHEMA, UNSEEN, agree, unlike
from tests.test_messages import ODD


def test_it_is_a_schema_and_every_reference_leads_somewhere() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    text = json.dumps(SCHEMA)
    assert set(re.findall(r"#/definitions/([\w-]+)", text)) == set(SCHEMA["definitions"])
    assert json.dumps(target_schema()) == text


def test_its_keys_are_those_of_the_parser_with_what_they_mean() -> None:
    places = {Where.TOP: SCHEMA, Where.DEFAULTS: SCHEMA["definitions"]["settings"],
              Where.ENTRY: SCHEMA["definitions"]["target"]}  # fmt: skip
    for where in Where:
        assert tuple(places[where]["properties"]) == KNOWN[where]
        assert places[where]["additionalProperties"] is False
        for key in (key for key in KEYS if where in key.where):
            assert places[where]["properties"][key.name]["description"] == key.about


def test_what_it_offers_is_valid(tmp_path: Path) -> None:
    for where, write in ((Where.DEFAULTS, "defaults: {%s}\ntargets: ['a:1']"), (Where.ENTRY, "targets: [{%s}]")):
        for key in (key for key in KEYS if where in key.where):
            own = SCHEMA["definitions"]["settings" if where is Where.DEFAULTS else "target"]["properties"][key.name]
            for value in (*key.examples, *([own["default"]] if "default" in own else [])):
                lacking = {"host": "a", "port": 1} if where is Where.ENTRY else {}
                lacking = {name: each for name, each in lacking.items() if name not in (key.name, key.rival)}
                said = json.dumps(lacking | {key.name: value})[1:-1]
                assert agree(tmp_path, write % said)
                assert not unlike(write % said)


FILES = {
    "example": (ROOT / "targets.example.yaml").read_text(encoding="utf-8"),
    **{f"README {n}": text for n, text in enumerate(blocks("yaml", README))},
    **{f"targets.md {n}": text for n, text in enumerate(blocks("yaml", DOCS["targets"]))},
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_what_we_show_is_valid_to_both(tmp_path: Path, text: str) -> None:
    assert not unlike(text)
    assert agree(tmp_path, text)


def test_the_mistakes_of_files(tmp_path: Path) -> None:
    texts = [text for text, _ in MISTAKES if isinstance(text, str)]
    assert len(texts) > 100
    assert sum(not agree(tmp_path, text) for text in texts) < len(texts) / 7


#: What keys mean to each other, and whether that is valid.
TOGETHER = {
    "targets: [{host: a, hosts: b, port: 1}]": False,
    "targets: [{host: null, hosts: b, port: 1}]": True,
    "targets: [{host: a, hosts: ~, port: 1}]": True,
    "targets: [{host: null, port: 1}]": False,
    "targets: [{port: 1}]": False,
    "targets: [{}]": False,
    "targets: [{host: a, port: 1, ports: 2}]": False,
    "targets: [{host: a, port: , ports: 2}]": True,
    "targets: [{host: a, port: null}]": False,
    "targets: [a]": False,
    "targets: ['[::1]']": False,
    "targets: ['[fe80::%lo]:']": False,
    "targets: [true]": False,
    "{defaults: {port: 1}, targets: [a, true, '[::1]', {host: a}, 'b:2', 'web[1-2]']}": True,
    "{defaults: {ports: [1]}, targets: [{host: a}]}": True,
    "{defaults: {port: null}, targets: [{host: a}]}": False,
    "{defaults: null, targets: [{host: a}]}": False,
    "{defaults: {}, targets: [{host: a, port: 1}]}": True,
    "{defaults: {port: 1, ports: 2}, targets: ['a:1']}": False,
    "{defaults: {port: 1, ports: null}, targets: ['a:1']}": True,
    "{defaults: {name: x}, targets: ['a:1']}": False,
    "{defaults: {host: x}, targets: ['a:1']}": False,
    "{defaults: [], targets: ['a:1']}": False,
    "{targets: []}": False,
    "{targets: null}": False,
    "{targets: {a: 1}}": False,
    "{version: 1}": False,
    "[]": False,
    "{version: null, exclude: null, targets: [{host: a, port: 1, name: ~, tags: [~], timeout: , retries: null}]}": True,
    "{exclude: [], targets: [{host: a, port: 1, tags: []}]}": True,
    "{exclude: [null], targets: ['a:1']}": False,
    "targets: [{host: a, expect: {open: 1}}]": True,
    "targets: [{host: a, expect: {open: [22, https], blocked: '-'}}]": True,
    "targets: [{host: a, expect: {open: 22, any: null}}]": False,
    "targets: [{host: a, ports: 1-9, expect: {open: 1, refused: 2-3}}]": True,
    "targets: [{host: a, port: 1, expect: {}}]": False,
    "targets: [{host: a, port: 1, expect: {open: null}}]": False,
    "targets: [{host: a, port: 1, expect: {closed: 1}}]": False,
    "targets: [{host: a, port: 1, expect: {open: [], any: 1}}]": False,
    "targets: [{host: a, port: 1, expect: [open]}]": False,
    "{defaults: {expect: {open: 1}}, targets: ['a:1']}": False,
    "{defaults: {need: 1}, targets: ['a:1']}": False,
    "targets: [{host: a, port: 1, need: 1, addresses: one, expect: {any: 1}}]": True,
    "targets: [{host: a, port: 1, <<: {tags: b}}]": False,
    "targets: [{host: a, port: 1, port: 1}]": False,
}


@pytest.mark.parametrize("text", TOGETHER)
def test_what_keys_mean_to_each_other(tmp_path: Path, text: str) -> None:
    assert agree(tmp_path, text)
    assert (not unlike(text)) is TOGETHER[text]


#: What was typed, and what was meant by it. (YAML has no halves of characters, so no reader gets to see one.)
TYPED = [text for text in (*ODD, *(each for slip, meant in CORPUS for each in (slip, *meant))) if "\ud800" not in text]


@pytest.mark.slow
def test_the_slips_of_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other one, in one of the places."""
    monkeypatch.chdir(tmp_path)
    for text, place in zip(TYPED[::2], itertools.cycle(PLACES.values()), strict=False):
        agree(tmp_path, json.dumps(place(text)))


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_every_slip_in_every_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.chdir(tmp_path)
    for text in TYPED:
        agree(tmp_path, json.dumps(PLACES[place](text)))


def test_what_only_the_parser_sees_is_what_is_told(tmp_path: Path) -> None:
    told = rows("what an editor does not see", section("In an editor", DOCS["targets"]))
    assert [row[0] for row in told] == list(UNSEEN)
    for name, example in told:
        for text in code_of(example):
            assert not agree(tmp_path, text, name), f"both see it: {text}"
    assert sum(bool(code_of(example)) for _, example in told) == len(UNSEEN) - 2


def test_words_that_name_files_and_lists_that_are_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hosts").touch()
    assert not agree(tmp_path, "targets: ['hosts:1']", "a word that names a file in the present folder")
    monkeypatch.setattr(yaml_file, "MOST_ENTRIES", 2)
    assert not agree(tmp_path, "targets: ['a:1', 'b:1', 'c:1']", [*UNSEEN][-1])


@pytest.mark.slow
def test_no_text_keeps_an_editor_busy() -> None:
    """What grows faster than the text would take minutes here."""
    pieces = [
        "a",
        "1",
        "1:",
        "::",
        "a.",
        "a" * 63 + ".",
        "-",
        ",",
        "80,",
        " ",
        " 80 ,",
        "a:1,2,",
        "[1-2]",
        "a[1-2]",
        "[::",
        "[",
        "]",
        "10.0.0.",
        "\u00fc",
        "\u00fca",
        "0",
        "0.",
        "top:",
        "x/",
        "%",
    ]
    texts = [piece * (300_000 // len(piece)) + end for piece in pieces for end in ("", " !")]
    for name in ("entry", "host", "exclude", "ports", "tag", "line", "duration", "names-a-port"):
        shape = SCHEMA["definitions"][name]
        pattern = re.compile(shape["pattern"] if "pattern" in shape else shape["else"]["pattern"])
        for text in texts:
            pattern.search(text)
