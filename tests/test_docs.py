"""The README and docs/ say what the program does: commands, options, fields, statuses, examples; so do docstrings.

The layouts of JSON documents are held against real ones in `test_layouts.py`.
"""

import ast
import doctest
import importlib
import inspect
import re
from pathlib import Path

import click
import pytest

import scanner
from scanner.api.wanted import Options
from scanner.cli import status
from scanner.cli.app import COMMANDS
from scanner.cli.app import scanner as program
from scanner.engine.flight import verdict
from scanner.engine.flight.verdict import icmp_reason
from scanner.machine.error_queue import Icmp
from scanner.model import EXPECTATIONS, FIELDS, Doubt, Place, Reason, Request, State
from scanner.reports import Look, ScanInfo, Tally, open_report, summary
from scanner.reports.output_words import FORMAT_NAMES, ending_of
from scanner.reports.summary import DOUBTS
from scanner.scanning.certainty import evidence
from tests.pages import DOCS, README, ROOT, blocks, code_of, commands, first_cells, named, prose, rows, section
from tests.test_layers import MODULES

FIELD_PAGE = DOCS["fields"]


def command(name: str) -> click.Command:
    found = program.get_command(click.Context(program), name)
    assert found is not None
    return found


def options(name: str) -> set[frozenset[str]]:
    """A command's options, each with all its spellings."""
    params = [param for param in command(name).params if isinstance(param, click.Option)]
    return {frozenset([*param.opts, *param.secondary_opts]) for param in params}


def said(table_head: str) -> set[frozenset[str]]:
    """The options of a table, each with all its spellings."""
    return {frozenset(code_of(cell)) for cell in first_cells(table_head, DOCS["options"])}


def test_option_table_is_the_help() -> None:
    assert said("option") == options("scan") | options("sweep")
    assert options("sweep") - options("scan") == {frozenset({"-i", "--hosts-file"}), frozenset({"--discover"})}


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("scan", "sweep", "help")])
def test_each_command_has_a_table_of_its_options(name: str) -> None:
    assert said(f"{name} option") == options(name)


def test_every_reason_leads_to_somebody_to_ask() -> None:
    told = set(named("reason", section("Why is it not reachable?", README)))
    codes = [Icmp(version, kind, code, "") for version in (4, 6) for kind in range(20) for code in range(20)]
    icmp = {reason for icmp in codes if (reason := icmp_reason(icmp))}
    verdicts = {verdict.OPEN.reason, verdict.OPEN_RESET.reason, verdict.REFUSED.reason, verdict.TIMEOUT.reason}
    assert icmp | verdicts <= set(Reason)
    assert {*Reason, "EACCES", "ENETUNREACH"} <= told
    listed = {word for cells in rows("state", FIELD_PAGE) for word in code_of(cells[1])}
    assert set(Reason) <= listed <= told


def test_field_table_is_the_list_of_fields() -> None:
    assert named("field", FIELD_PAGE) == list(FIELDS)


def test_states_doubts_and_expectations() -> None:
    assert named("state", FIELD_PAGE) == list(State)
    assert named("doubt", FIELD_PAGE) == list(DOUBTS) == list(Doubt)
    told = section("Expectations", DOCS["targets"])
    assert set(named("expectation", told)) == set(EXPECTATIONS)
    for cell, meaning in rows("expectation", told)[1:3]:  # those that are met by more than their own state
        assert EXPECTATIONS[code_of(cell)[0]] == {
            State(word) for word in re.findall(r"\w+", meaning) if word in [*State]
        }


def test_every_format_and_ending_is_told() -> None:
    formats = rows("format", DOCS["reports"])
    assert sorted(code_of(cells[0])[0] for cells in formats) == sorted(FORMAT_NAMES)
    for name, endings, _ in formats:
        for ending in code_of(endings):
            assert ending_of(f"x{ending}") == code_of(name)[0]
    told = {ending for _, endings, _ in formats for ending in code_of(endings)}
    for name in ("scan", "convert", "merge"):
        (output,) = [param for param in command(name).params if "--output" in param.opts]
        assert isinstance(output, click.Option)
        assert set(re.findall(r"\.[a-z]+\b|junit\.xml", output.help or "")) <= told | {".xml"}


def test_keys_of_the_target_file(tmp_path: Path) -> None:
    page = DOCS["targets"]
    (defaults,) = [cells[1] for cells in rows("key", page) if cells[0] == "`defaults`"]
    for where, keys in (("{k: 1}", named("key", page)), ("{defaults: {k: 1}}", code_of(defaults)),
                        ("{targets: [{host: h, k: 1}]}", named("entry key", page))):  # fmt: skip
        (tmp_path / "t.yaml").write_text(where, encoding="utf-8")
        with pytest.raises(scanner.TargetError) as caught:
            scanner.load_targets(str(tmp_path / "t.yaml"))
        known = re.findall(r"write one of ([\w, ]+)", str(caught.value))[0].split(", ")
        assert sorted(known) == sorted(keys)


def test_exit_statuses() -> None:
    said = {int(number) for cell in first_cells("status", README) for number in re.findall(r"\d+", cell)}
    ours = {status.OK, status.UNMET, status.USAGE, status.FAILED, status.BROKEN_PIPE}
    assert said == ours | {status.status_of_signal(signum) for signum in (1, 2, 15)}


def test_every_command_has_an_example_that_parses() -> None:
    lines = [words for page in (README, *DOCS.values()) for words in commands(page)]
    assert {name for name, *_ in lines} >= {*COMMANDS} - {"help"}
    for name, *words in lines:
        assert name in COMMANDS, words
        command(name).make_context(name, words)  # raises for what it does not understand


def test_target_file_example_is_one(tmp_path: Path) -> None:
    text = blocks("yaml", README)[0]
    (tmp_path / "targets.yaml").write_text(text, encoding="utf-8")
    ports = [target.port for target in scanner.load_targets(str(tmp_path / "targets.yaml"))]
    assert len(ports) == 1 + 2 + 101


def test_sample_output_is_what_that_file_gives(tmp_path: Path) -> None:
    yaml, sample = blocks("yaml", README)[0], blocks("text", README)[0]
    (tmp_path / "targets.yaml").write_text(yaml, encoding="utf-8")
    table, tally, requests = open_report("table", str(tmp_path / "out"), look=Look(width=120)), Tally(), {}
    for target in scanner.load_targets(str(tmp_path / "targets.yaml")):
        state = scanner.State({5432: "open", 443: "refused"}.get(target.port, "timeout"))
        reason = {"open": "syn-ack", "refused": "conn-refused"}.get(state, "no-response")
        address = target.host if target.name else "10.0.0.5"
        request = requests.setdefault(
            target.name, Request(target.host, name=target.name, expect=target.expect, order=len(requests))
        )
        met = state in EXPECTATIONS[target.expect]
        rtt = 1.27 if state == "open" else None
        row = scanner.Result(Place(address, 2), target.port, request, state, reason, "", rtt, 1, "", "", met, 0)
        table.write([row])
        tally.add([row])
    table.finish(ScanInfo())
    said = summary(tally, 2.1, attempts=206, hosts=2, answering=2)
    assert (tmp_path / "out").read_text(encoding="utf-8") + said + "\n" == sample


def test_library_example_uses_what_is_public() -> None:
    code = blocks("python", DOCS["library"])[0]
    compile(code, "library.md", "exec")
    assert set(re.findall(r"scanner\.([A-Za-z_]+)", code)) <= set(scanner.__all__)
    assert set(re.findall(r"result\.(\w+)", code)) <= set(FIELDS)


def test_library_keywords_are_those_of_scan() -> None:
    said = named("keyword", DOCS["library"])
    keywords = [name for name in inspect.signature(scanner.scan).parameters if name != "targets"]
    assert said == keywords
    assert list(Options.__annotations__) == keywords
    told = inspect.getdoc(scanner.scan) or ""  # dedented, as every Python from 3.13 on keeps it and none before
    documented = re.findall(r"^([a-z_, ]+): ", told, re.MULTILINE)
    assert ", ".join(documented).split(", ") == keywords


def test_numbers_of_the_scan_part_are_explained() -> None:
    told = code_of(prose(section("Evidence", DOCS["confidence"])))
    assert set(evidence([], {})) <= set(told)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", *(f"docs/{name}.md" for name in DOCS)])
def test_links_and_files_are_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for link, _, heading in (link.partition("#") for link in re.findall(r"\]\(([^)]+)\)", text)):
        page = (ROOT / name).parent / link if link else ROOT / name
        assert page.exists(), link
        assert not heading or heading in map(anchor, re.findall(r"^#+ (.*)", page.read_text("utf-8"), re.MULTILINE))


def anchor(title: str) -> str:
    """What a link to this heading says after the #."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def test_the_readme_is_an_introduction() -> None:
    assert README.count("\n") < 150
    assert all(f"(docs/{name}.md)" in README for name in DOCS)


def test_two_commands_open_the_readme() -> None:
    lines = blocks("sh", README.split("\n## ")[0])
    assert [line.count("\n") for line in lines] == [1, 1]
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install -q ") for line in lines)
    assert "scanner scan targets.example.yaml" in lines[0]
    assert "pytest" in lines[1]


def test_version_is_the_same_everywhere() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.findall(r'^version = "([^"]+)"', project, re.MULTILINE) == [scanner.__version__]
    assert f"## {scanner.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_examples_in_docstrings_hold() -> None:
    """pytest collects none of them: it would look for some in every test module as well."""
    shown = [name for name, tree in MODULES.items() if ">>> " in ast.unparse(tree)]
    tried = [doctest.testmod(importlib.import_module(name)) for name in shown]
    assert sum(each.failed for each in tried) == 0
    assert sum(each.attempted for each in tried) >= 5
