"""The README says what the program does: commands, options, fields, statuses, examples; so do docstrings."""

import ast
import doctest
import importlib
import inspect
import re
import shlex
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
from scanner.reports.summary import DOUBTS
from scanner.scanning.certainty import evidence
from tests.test_layers import MODULES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """A section of the README, without its heading."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(table_head: str, text: str = README) -> list[str]:
    """The first cells of the table whose header line begins so."""
    rows = text.split(f"\n| {table_head} |")[1].split("\n\n")[0].splitlines()[2:]
    return [row.split(" | ")[0].removeprefix("| ") for row in rows]


def code_of(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def command(name: str) -> click.Command:
    found = program.get_command(click.Context(program), name)
    assert found is not None
    return found


def options(name: str) -> set[frozenset[str]]:
    """A command's options, each with all its spellings."""
    params = [param for param in command(name).params if isinstance(param, click.Option)]
    return {frozenset([*param.opts, *param.secondary_opts]) for param in params}


def shell_lines() -> list[str]:
    """Every command line of ours in the README's shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [part.strip() for block in blocks for line in block.splitlines() for part in re.split(r" [|&]+ ", line)]
    return [line for line in lines if re.match(r"(\.venv/bin/)?scanner ", line)]


def test_option_table_is_the_help() -> None:
    said = {frozenset(code_of(cell)) for cell in first_cells("option", section("Options"))}
    assert said == options("scan") | options("sweep")
    assert options("sweep") - options("scan") == {frozenset({"-i", "--hosts-file"}), frozenset({"--discover"})}


def test_trace_option_table_is_its_help() -> None:
    assert {frozenset(code_of(cell)) for cell in first_cells("trace option")} == options("trace")


def test_every_reason_leads_to_somebody_to_ask() -> None:
    told = {word for cell in first_cells("reason", section("Why is it not reachable?")) for word in code_of(cell)}
    codes = [Icmp(version, kind, code, "") for version in (4, 6) for kind in range(20) for code in range(20)]
    icmp = {reason for icmp in codes if (reason := icmp_reason(icmp))}
    verdicts = {verdict.OPEN.reason, verdict.OPEN_RESET.reason, verdict.REFUSED.reason, verdict.TIMEOUT.reason}
    assert icmp | verdicts <= set(Reason)
    assert {*Reason, "EACCES", "ENETUNREACH"} <= told
    listed = {word for row in section("Reports").split("| reason |")[1].split("\n\n")[0].splitlines()[2:]
              for word in code_of(row.split(" | ")[1])}  # fmt: skip
    assert set(Reason) <= listed <= told


def test_field_table_is_the_list_of_fields() -> None:
    assert [code_of(cell)[0] for cell in first_cells("field")] == list(FIELDS)


def test_states_doubts_and_expectations() -> None:
    assert [code_of(cell)[0] for cell in first_cells("state")] == list(State)
    assert [code_of(cell)[0] for cell in first_cells("doubt")] == list(DOUBTS) == list(Doubt)
    prose = re.sub(r"```.*?```", "", section("Check a list of targets"), flags=re.DOTALL)
    assert set(EXPECTATIONS) <= set(code_of(prose))


def test_exit_statuses() -> None:
    said = {int(number) for cell in first_cells("status") for number in re.findall(r"\d+", cell)}
    ours = {status.OK, status.UNMET, status.USAGE, status.FAILED, status.BROKEN_PIPE}
    assert said == ours | {status.status_of_signal(signum) for signum in (1, 2, 15)}


def test_every_command_has_an_example_that_parses() -> None:
    lines = shell_lines()
    assert {shlex.split(line, comments=True)[1] for line in lines} >= {"scan", "sweep", "trace"}
    for line in lines:
        name, *words = shlex.split(line.partition(" > ")[0], comments=True)[1:]
        assert name in COMMANDS, line
        command(name).make_context(name, words)  # raises for what it does not understand


def test_target_file_example_is_one(tmp_path: Path) -> None:
    text = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)[0]
    (tmp_path / "targets.yaml").write_text(text, encoding="utf-8")
    ports = [target.port for target in scanner.load_targets(str(tmp_path / "targets.yaml"))]
    assert len(ports) == 1 + 2 + 101


def test_sample_output_is_what_that_file_gives(tmp_path: Path) -> None:
    yaml, sample = (re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)[0] for kind in ("yaml", "text"))
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
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    compile(code, "README.md", "exec")
    assert set(re.findall(r"scanner\.([A-Za-z_]+)", code)) <= set(scanner.__all__)
    assert set(re.findall(r"result\.(\w+)", code)) <= set(FIELDS)


def test_library_keywords_are_those_of_scan() -> None:
    said = [word for cell in first_cells("keyword", section("The library")) for word in code_of(cell)]
    keywords = [name for name in inspect.signature(scanner.scan).parameters if name != "targets"]
    assert said == keywords
    assert list(Options.__annotations__) == keywords
    told = inspect.getdoc(scanner.scan) or ""  # dedented, as every Python from 3.13 on keeps it and none before
    documented = re.findall(r"^([a-z_, ]+): ", told, re.MULTILINE)
    assert ", ".join(documented).split(", ") == keywords


def test_numbers_of_the_scan_part_are_described() -> None:
    prose = re.sub(r"```.*?```", "", section("Reports"), flags=re.DOTALL)
    assert set(evidence([], {})) - {"verified"} <= set(code_of(prose))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_and_files_are_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not (ROOT / link).exists()]
    assert (ROOT / "targets.example.yaml").exists()


def test_two_commands_open_the_readme() -> None:
    lines = re.findall(r"```sh\n(.*?)```", README.split("\n## ")[0], re.DOTALL)
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
