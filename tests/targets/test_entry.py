"""A setting is taken from the entry, else the command line, else the file's defaults, else the built-in one."""

from itertools import product
from typing import Any

import pytest

from scanner.errors import TargetError
from scanner.targets.entry import Defaults, Settings, StatedSettings, settle_ports, settle_request
from scanner.words.builtin_values import Builtin
from tests.targets.made import entry

#: For each setting that all four places know: what the entry, the command line, the file and the program say.
SAID: dict[str, tuple[Any, Any, Any, Any]] = {
    "timeout": (0.1, 0.2, 0.3, 0.4),
    "retries": (0, 1, 2, 3),
    "expect": ("open", "refused", "blocked", "any"),
}


@pytest.mark.parametrize("setting", SAID)
@pytest.mark.parametrize("there", list(product([True, False], repeat=3)))
def test_the_nearest_place_counts(setting: str, there: tuple[bool, bool, bool]) -> None:
    """Also where it says nothing much: retries 0 of an entry is not the same as nothing said."""
    words = SAID[setting]
    in_entry, in_command, in_file = (word if given else None for word, given in zip(words, there, strict=False))
    defaults = Defaults(StatedSettings(**{setting: in_file}))
    asked = entry("10.0.0.1", defaults=defaults, **{setting: in_entry})
    builtin = Builtin(timeout_s=0.4, retries=3, expect="any")
    said = Settings(**{setting: in_command}, builtin=builtin)
    wanted = next((word for word, given in zip(words, there, strict=False) if given), words[3])
    assert getattr(settle_request(asked, said, 0, ""), setting) == wanted


@pytest.mark.parametrize("there", list(product([True, False], repeat=3)))
def test_ports_have_no_built_in_place(there: tuple[bool, bool, bool]) -> None:
    lists = ((1,), (2,), (3,))
    in_entry, in_command, in_file = (ports if given else None for ports, given in zip(lists, there, strict=True))
    place = ("t.yaml", 4, 3)
    asked = entry("10.0.0.1", in_entry and str(*in_entry), defaults=Defaults(ports=in_file), where=place)
    said = Settings(ports=in_command)
    if not any(there):
        with pytest.raises(TargetError, match=r"t\.yaml:4:3: names no port; write one"):
            settle_ports(asked, said)
    else:
        assert settle_ports(asked, said) == next(ports for ports in (in_entry, in_command, in_file) if ports)


def test_tags_and_addresses_of_the_file_hold_where_the_entry_says_none() -> None:
    defaults = Defaults(StatedSettings(tags=("all",), addresses="one"))
    by_file = settle_request(entry("a", defaults=defaults), Settings(), 0, "a")
    by_entry = settle_request(entry("a", defaults=defaults, tags=(), addresses="all"), Settings(), 0, "a")
    assert (by_file.tags, by_file.one) == (("all",), True)
    assert (by_entry.tags, by_entry.one) == ((), False)


def test_what_nobody_says() -> None:
    request = settle_request(entry("a", name="x"), Settings(vantage="here"), 7, "a")
    assert (request.timeout, request.retries, request.expect, request.one) == (4.0, 1, "open", False)
    assert (request.host, request.name, request.tags, request.order, request.vantage) == ("a", "x", (), 7, "here")
