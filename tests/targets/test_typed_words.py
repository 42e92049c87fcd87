"""A word that names a file is never taken for a host, whoever wrote it where; folders share their names with hosts."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import scanner
from scanner.api.traces import plan_to_trace
from scanner.errors import ScannerError, TargetError
from scanner.targets.entry import Settings
from scanner.targets.file.host_list import read_excludes, read_hosts
from scanner.targets.grammar import typed_words as words
from scanner.targets.make_plan import excludes_from, plan_from_args, plan_from_sweep
from tests.test_layers import MODULES, imports

#: Each place where a host may be written, and what it says to write instead of the file `hosts.txt`.
PLACES: dict[str, tuple[Callable[[str], object], str]] = {
    "sweep HOST": (words.sweep_host, "write -i hosts.txt"),
    "--exclude": (words.exclude_option, "write --exclude-file hosts.txt"),
    "scan HOST:PORTS": (words.scan_target, "write hosts.txt alone if it is a target file"),
    "trace HOST:PORT": (words.trace_target, "scanner scan hosts.txt --explain"),
    "a host file": (words.listed_host, "write the hosts in it, or name it with an option of its own: -i hosts.txt"),
    "an exclude file": (words.listed_excludes, "--exclude-file hosts.txt"),
    "a target": (words.file_target, "write the hosts in it"),
    "host:": (words.file_host, "write the hosts in it"),
    "exclude:": (words.file_excludes, "--exclude-file hosts.txt"),
    "the library": (words.library_host, "read it, and pass the hosts in it"),
}
EVERYWHERE = pytest.mark.parametrize(("read", "instead"), PLACES.values(), ids=PLACES)
WITH_PORTS = {"--exclude", "scan HOST:PORTS", "trace HOST:PORT", "an exclude file", "a target", "exclude:"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder: a list, and everything else that a name may be."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hosts.txt").write_text("10.0.0.1\n")
    (tmp_path / "db1").mkdir()
    (tmp_path / "10.0.0.1").write_text("")
    (tmp_path / "two words").write_text("")
    (tmp_path / "link.txt").symlink_to("hosts.txt")
    (tmp_path / "dangling.txt").symlink_to("nowhere")
    (tmp_path / "folderlink").symlink_to("db1")
    os.mkfifo(tmp_path / "fifo")
    return tmp_path


def told(read: Callable[[Any], object], word: object) -> str:
    with pytest.raises(TargetError) as caught:
        read(word)
    return str(caught.value)


@EVERYWHERE
def test_a_file_is_no_host(read: Callable[[str], object], instead: str) -> None:
    message = told(read, "hosts.txt")
    assert message.startswith('"hosts.txt" names the file "hosts.txt", not a host; ')
    assert instead in message
    assert message.endswith("if a host is meant, write its address, or run this from another folder")


@EVERYWHERE
def test_the_remedy_for_a_host_of_the_same_name_works(read: Callable[[str], object], instead: str) -> None:
    assert read("10.0.0.9")
    os.chdir("db1")  # the fixture goes back
    assert read("hosts.txt")


@EVERYWHERE
@pytest.mark.parametrize("word", ["db1", "folderlink", "10.0.0.1", "other.txt"])
def test_folders_and_addresses_and_what_does_not_exist_are_hosts(
    read: Callable[[str], object], instead: str, word: str
) -> None:
    assert read(word)


@EVERYWHERE
@pytest.mark.parametrize("word", ["link.txt", "dangling.txt", "fifo"])
def test_what_leads_to_a_file_or_is_like_one_is_no_host(read: Callable[[str], object], instead: str, word: str) -> None:
    assert instead.replace("hosts.txt", word) in told(read, word)


@EVERYWHERE
@pytest.mark.parametrize("word", ["./hosts.txt", "/dev/stdin", "/dev/null", "./fifo", "@hosts.txt"])
def test_a_path_is_told_as_one(read: Callable[[str], object], instead: str, word: str) -> None:
    """No host has a slash; but `is not a valid network` would help nobody."""
    assert instead.replace("hosts.txt", word.removeprefix("@")) in told(read, word)


@EVERYWHERE
def test_a_pipe_of_the_shell(read: Callable[[str], object], instead: str) -> None:
    """`<(generate-hosts)` becomes such a path."""
    reader, writer = os.pipe()
    try:
        assert instead.replace("hosts.txt", f"/dev/fd/{reader}") in told(read, f"/dev/fd/{reader}")
    finally:
        os.close(reader)
        os.close(writer)


@pytest.mark.parametrize("place", sorted(WITH_PORTS))
@pytest.mark.parametrize("word", ["hosts.txt:22", "hosts.txt:80,443", "./hosts.txt:22", "hosts.txt:https"])
def test_ports_do_not_make_it_a_host(place: str, word: str) -> None:
    read, instead = PLACES[place]
    path = word.partition(":")[0]
    assert instead.replace("hosts.txt", path) in told(read, word)


@pytest.mark.parametrize("place", ["--exclude", "an exclude file", "exclude:"])
@pytest.mark.parametrize("word", ["10.0.0.1,hosts.txt", "hosts.txt, db1", "*:25,./hosts.txt", "db1:22,hosts.txt:80"])
def test_one_item_of_a_list(place: str, word: str) -> None:
    read, _ = PLACES[place]
    assert 'names the file "' in told(read, word)


@EVERYWHERE
def test_names_that_a_pattern_unfolds_to(read: Callable[[str], object], instead: str, folder: Path) -> None:
    (folder / "web07").write_text("")
    assert 'names the file "web07"' in told(read, "web[01-20]")
    (folder / "web[01-03]").write_text("")
    assert 'names the file "web[01-03]"' in told(read, "web[01-03]")


@pytest.mark.parametrize("count", [10, 200, 2000])
def test_the_last_of_many(folder: Path, count: int) -> None:
    """Of many names the folder is listed, not looked into for each."""
    (folder / f"web{count}").write_text("")
    assert f'names the file "web{count}"' in told(words.sweep_host, f"web[1-{count}]")
    (folder / "list").write_text("".join(f"web{n}\n" for n in range(1, count + 1)))
    assert f'list:{count}:1: "web{count}" names the file' in told(read_hosts, "list")
    assert f'list:{count}:1: "web{count}" names the file' in told(read_excludes, "list")
    (folder / "t.yaml").write_text("targets:\n" + "".join(f"- web{n}:1\n" for n in range(1, count + 1)))
    assert f't.yaml:{count + 1}:3: "web{count}:1" names the file' in told(scanner.load_targets, "t.yaml")
    targets = [scanner.Target(f"web{n}", 1) for n in range(1, count + 1)]
    assert f'target {count}: "web{count}" names the file' in told(scanner.scan, targets)


def test_another_folder_has_other_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(words.sweep_host, "hosts.txt")
    monkeypatch.chdir(folder / "db1")
    assert words.sweep_host("hosts.txt")
    assert len(words.sweep_host("web[1-200]")) == 200


@pytest.mark.parametrize("word", ["./none.txt", "../none", "/none/at/all", "~/hosts.txt", "./none.txt:22"])
@EVERYWHERE
def test_a_path_to_nothing(read: Callable[[str], object], instead: str, word: str) -> None:
    assert told(read, word) == f'"{word}" is not a valid host, and there is no such file; check the path'


def test_a_file_whose_name_is_a_list(folder: Path) -> None:
    (folder / "a,b").write_text("")
    assert "--exclude-file a,b" in told(words.exclude_option, "a,b")


def test_a_path_with_a_space_is_quoted() -> None:
    assert 'write -i "two words"' in told(words.sweep_host, "two words")


def test_standard_input_and_folders() -> None:
    assert told(words.sweep_host, "-") == '"-" is not a host; for standard input write -i -'
    assert told(words.exclude_option, "-") == '"-" is not a host; for standard input write --exclude-file -'
    assert told(words.sweep_host, "./db1") == ('"./db1" is a folder, not a host; write a name, an address or a network')


@pytest.mark.slow
def test_every_reader_of_hosts_goes_this_way() -> None:
    """The plain grammar is for the grammar alone, so that no place can be forgotten."""
    grammar = {f"scanner.targets.grammar.{name}" for name in ("host_ports", "parsers", "typing_places", "typed_words")}
    readers = {"parse_host", "parse_target", "parse_exclude", "parse_excludes", "strict_host", "strict_exclude"}
    users = {
        name
        for name, tree in MODULES.items()
        for node in getattr(tree, "body", [])
        if readers & {alias.name for alias in getattr(node, "names", [])}
    }
    assert users == grammar
    assert any("scanner.targets.grammar.typed_words" in imports(name) for name in MODULES)


def test_whole_plans(folder: Path) -> None:
    calls: list[Callable[[], object]] = [
        lambda: plan_from_sweep(["hosts.txt"], "22", Settings()),
        lambda: plan_from_args(["hosts.txt:22"], Settings()),
        lambda: plan_to_trace(["hosts.txt:22"]),
        lambda: plan_to_trace(["hosts.txt"]),
        lambda: scanner.sweep("hosts.txt", 22),
        lambda: scanner.sweep(["10.0.0.1", "hosts.txt"], 22),
        lambda: scanner.scan([scanner.Target("hosts.txt", 22)]),
    ]
    for call in calls:
        with pytest.raises(ScannerError, match=r'names the file "hosts\.txt"'):
            call()
    assert plan_from_sweep(["db1"], "22", Settings()).first(1) == [("db1", 22, "open")]
    assert plan_from_args(["db1:22", "folderlink"], Settings(ports=(22,))).names == 2


@pytest.mark.parametrize(
    "text",
    [
        "targets: ['hosts.txt:22']",
        "targets: [{host: hosts.txt, port: 22}]",
        "targets: [{hosts: [db1, hosts.txt], port: 22}]",
        "targets: ['a:1']\nexclude: hosts.txt",
        "targets: ['a:1']\nexclude: [10.0.0.1, 'hosts.txt:22']",
    ],
)
def test_in_a_target_file(folder: Path, text: str) -> None:
    (folder / "t.yaml").write_text(text)
    with pytest.raises(TargetError, match=r't.yaml:\d+:\d+: "hosts.txt.*names the file "hosts.txt"'):
        scanner.load_targets("t.yaml")


@pytest.mark.parametrize("count", [500])
def test_a_long_list_looks_at_the_folder_once(count: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever reads it, and with ports too: what the folder does not hold is not looked for."""
    looks: list[str] = []
    real = words.names_a_file
    monkeypatch.setattr(words, "names_a_file", lambda word: looks.append(word) or real(word))
    names = [f"name{number}" for number in range(count)]
    (tmp_path / "t.yaml").write_text("targets:\n" + "".join(f"- {name}:22\n" for name in names))
    plan_from_args(["t.yaml"], Settings())
    plan_from_sweep(names, "22", Settings())
    plan_from_args([f"{name}:22" for name in names], Settings(ports=(22,)))
    excludes_from([f"{name}:22" for name in names])
    excludes_from([",".join(names)])
    assert 0 < len(looks) < 5 * 60
