"""JSON of other programs that was cut off, or is too large: it is known for what it is all the same."""

import json
from pathlib import Path

import pytest

from scanner.targets.file.foreign_tree import ForeignWalker
from scanner.targets.formats.json_shape import first_keys, has_more_parts, is_cut_off
from tests.targets.scanned import wrong

_SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"clusterIP": "10.96.0.7", "ports": [{"port": 80, "protocol": "TCP"}]},
}
_HOST = {"ansible_host": "192.0.2.1", "x": 'a } ] " { [ : , \\'}
DOCUMENTS = {
    "objects of Kubernetes": {"apiVersion": "v1", "items": [_SERVICE] * 20, "kind": "List"},
    "an Ansible inventory": {"_meta": {"hostvars": {f"web{at}": _HOST for at in range(40)}}, "all": {"children": []}},
    "a docker compose file": {"name": "x", "services": {f"s{at}": {"ports": ["80:80"]} for at in range(60)}},
}


@pytest.mark.parametrize("indent", [None, 2, 4])
@pytest.mark.parametrize("what", DOCUMENTS)
def test_what_was_cut_off_is_known_by_its_beginning(what: str, indent: int | None, tmp_path: Path) -> None:
    text = json.dumps(DOCUMENTS[what], indent=indent)
    for end in range(len(text) // 2, len(text) - 1, len(text) // 40):
        torn = text[:end].rstrip()
        known, told = wrong(tmp_path, torn + "\n")
        assert f"the file seems to be {what} (--input-format " in known
        line, column = torn.count("\n") + 1, len(torn) - torn.rfind("\n")
        assert told == f"{line}:{column}: the JSON was cut off here; get the whole of it again"


@pytest.mark.parametrize("text", ['{"a": 1,, "b": 2}', '{"a": 1}\n{"b": ', "{a: b", '{"a": 1}', "a: b", "[1] 2", "["])
def test_other_mistakes_are_no_missing_end(text: str) -> None:
    assert is_cut_off(text) == (text == "[")


def test_strings_do_not_open_or_close_anything() -> None:
    assert first_keys('{"a}": {"b": "]"}, "c\\"{": [1], "d": "e", "f" : "g') == {"a}", 'c\\"{', "d", "f"}
    assert first_keys('[{"a": {"b": 1}}, {"c": 1}]') == {"a", "c"}
    assert not has_more_parts('{"a": ",,,,,,,,,,::::[[[{{{"}', 2)
    assert has_more_parts('{"a": [1, 2]}', 3)
    assert not has_more_parts("a: [1, 2, 3, 4]", 3)


def test_what_is_too_large_is_told_as_what_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ForeignWalker, "widest", 300)
    told = wrong(tmp_path, json.dumps(DOCUMENTS["objects of Kubernetes"]))
    assert "the file seems to be objects of Kubernetes (--input-format kubernetes)" in told[0]
    assert told[1:] == ["1:1: the document is too large: it holds more than 300 parts; split it"]
    told = wrong(tmp_path, "apiVersion: v1\nitems:\n" + "- {kind: Service, metadata: {name: x}}\n" * 100)
    assert "seems to be objects of Kubernetes" in told[0]
    assert "the document is too large: it holds more than 300 parts; split it" in told[1]
