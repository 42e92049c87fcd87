"""The table of a target file's keys hangs together: what reads a file, and what tells editors of one, rely on it."""

from scanner.targets.entry import StatedSettings
from scanner.targets.file.keys import KEYS, KNOWN, SETTINGS, Where


def test_a_name_is_one_key() -> None:
    assert len({key.name for key in KEYS}) == len(KEYS)
    assert all(key.where for key in KEYS)
    assert KNOWN[Where.ENTRY][:3] == ("name", "host", "hosts")


def test_rivals_are_each_others() -> None:
    by_name = {key.name: key for key in KEYS}
    rivals = [key for key in KEYS if key.rival]
    assert {(key.name, key.rival) for key in rivals} == {(key.rival, key.name) for key in rivals}
    assert all(by_name[key.rival].where == key.where and by_name[key.rival].takes is key.takes for key in rivals)


def test_what_an_entry_states_may_stand_in_the_defaults_too() -> None:
    assert {key.name for key in SETTINGS} == set(StatedSettings._fields)
    assert all(key.where == (Where.DEFAULTS, Where.ENTRY) for key in SETTINGS)


def test_every_key_says_what_it_means_in_one_printable_line() -> None:
    assert all(key.about.isprintable() and key.about.endswith(".") and len(key.about) > 20 for key in KEYS)
