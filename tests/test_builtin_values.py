"""Each default stands once; what the help, the documentation and the library's docstring say of it is true."""

import inspect
import re

import click

import scanner
from scanner.cli.app import scanner as program
from scanner.words.builtin_values import MOST_HOPS, SCAN, SWEEP
from tests.pages import DOCS, code_of, rows


def helps(command: str) -> dict[str, str]:
    """The help of each option."""
    found = program.get_command(click.Context(program), command)
    assert found is not None
    return {param.opts[-1]: param.help or "" for param in found.params if isinstance(param, click.Option)}


def row(option: str, table_head: str, page: str) -> str:
    """What a page says of an option or keyword, in the table with this heading."""
    (said,) = [cells[-1] for cells in rows(table_head, DOCS[page]) if option in code_of(cells[0])]
    return said


def test_of_scan_and_sweep() -> None:
    for name, builtin in (("scan", SCAN), ("sweep", SWEEP)):
        said = helps(name)
        assert said["--timeout"].endswith(f" Default: {builtin.timeout_s:g}s.")
        assert said["--expect"].endswith(f" Default: {builtin.expect or 'none'}.")
        assert said["--retries"].endswith(f" Default: {builtin.retries}.")
        other = {"scan": "sweep", "sweep": "scan"}[name]
        assert not [text for text in said.values() if re.search(rf"\b{other}\b", text.replace("host's", ""))]
    assert SCAN.retries == SWEEP.retries, "the table of options knows one number"
    options = "option", "options"
    assert row("--timeout", *options).endswith(f"`scan`: {SCAN.timeout_s:g}s, `sweep`: {SWEEP.timeout_s:g}s")
    assert row("--expect", *options).endswith(f"`scan`: {SCAN.expect}, `sweep`: {SWEEP.expect or 'none'}")
    assert row("--retries", *options).endswith(f"default {SCAN.retries}")


def test_of_a_trace() -> None:
    assert helps("trace")["--max-hops"].endswith(f"Default: {MOST_HOPS}.")
    assert row("--max-hops", "trace option", "options").endswith(f"default {MOST_HOPS}")


def test_of_the_library() -> None:
    told = inspect.getdoc(scanner.scan) or ""
    library = "keyword", "library"
    assert f"0.001 to 3600; built in: {SCAN.timeout_s:g}, for a sweep {SWEEP.timeout_s:g}\n" in told
    assert f"(more where loss is evident); built in: {SCAN.retries}\n" in told
    assert f"built in: `{SCAN.expect}`, for a sweep {SWEEP.expect or 'none'}; " in told
    assert row("timeout", *library).endswith(f"; {SCAN.timeout_s:g}, for a sweep {SWEEP.timeout_s:g}")
    assert re.search(rf"\b{SCAN.retries}$", row("retries", *library))
