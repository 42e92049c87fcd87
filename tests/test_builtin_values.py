"""Each default stands once; what the help, the README and the library's documentation say of it is true."""

import inspect
import re
from pathlib import Path

import click

import scanner
from scanner.cli.app import scanner as program
from scanner.words.builtin_values import MOST_HOPS, SCAN, SWEEP

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def helps(command: str) -> dict[str, str]:
    """The help of each option."""
    found = program.get_command(click.Context(program), command)
    assert found is not None
    return {param.opts[-1]: param.help or "" for param in found.params if isinstance(param, click.Option)}


def row(option: str, where: str) -> str:
    """What the README says of an option or keyword, in the table below a title."""
    (said,) = re.findall(rf"^\| .*`{option}`.* \| (.*) \|$", README.split(where)[1].split("\n\n##")[0], re.MULTILINE)
    return said


def test_of_scan_and_sweep() -> None:
    for name, builtin in (("scan", SCAN), ("sweep", SWEEP)):
        said = helps(name)
        assert said["--timeout"].endswith(f" Default: {builtin.timeout_s:g}s.")
        assert said["--expect"].endswith(f" Default: {builtin.expect or 'none'}.")
        assert said["--retries"].endswith(f" Default: {builtin.retries}.")
        other = {"scan": "sweep", "sweep": "scan"}[name]
        assert not [text for text in said.values() if re.search(rf"\b{other}\b", text.replace("host's", ""))]
    assert SCAN.retries == SWEEP.retries, "the README knows one number"
    options = "\n## Options\n"
    assert row("--timeout", options).endswith(f"`scan`: {SCAN.timeout_s:g}s, `sweep`: {SWEEP.timeout_s:g}s")
    assert row("--expect", options).endswith(f"`scan`: {SCAN.expect}, `sweep`: {SWEEP.expect or 'none'}")
    assert row("--retries", options).endswith(f"default {SCAN.retries}")


def test_of_a_trace() -> None:
    assert helps("trace")["--max-hops"].endswith(f"Default: {MOST_HOPS}.")
    assert row("--max-hops", "| trace option |").endswith(f"default {MOST_HOPS}")


def test_of_the_library() -> None:
    told = inspect.getdoc(scanner.scan) or ""
    library = "\n## The library\n"
    assert f"0.001 to 3600; built in: {SCAN.timeout_s:g}, for a sweep {SWEEP.timeout_s:g}\n" in told
    assert f"(more where loss is evident); built in: {SCAN.retries}\n" in told
    assert f"built in: `{SCAN.expect}`, for a sweep {SWEEP.expect or 'none'}; " in told
    assert row("timeout", library).endswith(f"; {SCAN.timeout_s:g}, for a sweep {SWEEP.timeout_s:g}")
    assert re.search(rf"\b{SCAN.retries}$", row("retries", library))
