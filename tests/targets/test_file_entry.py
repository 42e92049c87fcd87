"""Entries, defaults and excludes of a target file: what each key comes to."""

from pathlib import Path

from scanner.targets.entry import NOTHING_STATED, StatedSettings
from tests.targets.made import read, told


def test_what_an_entry_states(tmp_path: Path) -> None:
    keys = "timeout: 300ms, retries: 0, expect: refused, addresses: one, tags: [a, b], ports: [22, https]"
    short, long = read(tmp_path, f"targets:\n- a:1\n- {{host: a, name: n, {keys}}}\n").entries
    assert (short.stated, short.ports, short.name) == (NOTHING_STATED, (1,), "")
    assert (long.ports, long.name) == ((22, 443), "n")
    assert long.stated == StatedSettings(0.3, 0, "refused", "one", ("a", "b"))


def test_defaults_hold_for_the_entries_above_them_too(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "targets: [a]\ndefaults: {port: 7, tags: all}\n").entries
    assert (entry.defaults.ports, entry.defaults.stated) == ((7,), StatedSettings(tags=("all",)))


def test_equal_settings_are_one_object(tmp_path: Path) -> None:
    line = "- {host: a, port: 1, expect: open, tags: [x]}\n"
    first, second, other = read(tmp_path, f"targets:\n{line}{line}- {{host: a, port: 1, retries: 3}}\n").entries
    assert first.stated is second.stated
    assert other.stated == StatedSettings(retries=3)


def test_all_mistakes_of_an_entry_at_once(tmp_path: Path) -> None:
    lines = told(tmp_path, "targets:\n- host: a b\n  port: 0\n  timeout: x\n  tags: ['', 'a;b']\n  nmae: n\n")
    assert [line.split(" ")[0] for line in lines] == [
        "t.yaml:2:9:", "t.yaml:3:9:", "t.yaml:4:12:", "t.yaml:5:10:", "t.yaml:5:14:", "t.yaml:6:3:",
    ]  # fmt: skip


def test_excludes(tmp_path: Path) -> None:
    assert len(read(tmp_path, "exclude: '*:25'\ntargets: [a:1]\n").excludes) == 1
    assert len(read(tmp_path, "exclude: ['*:25', '10.0.0.1,10.0.0.2']\ntargets: [a:1]\n").excludes) == 3
