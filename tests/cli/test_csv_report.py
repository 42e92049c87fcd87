"""CSV as a spreadsheet reads it: no text of the user's is run, however the file is split, and all of it comes back."""

import csv
import io
import json
from pathlib import Path

import pytest

from scanner.words.formulas import restore
from tests.cli.process import run
from tests.namespace import namespace

#: Printable, so that the target file and --vantage take them.
FORMULAS = ["=1+1", "x;=1+1", "x,=1+1", "x|@SUM(1)", 'x;"=1+1"', "x; -1", "x:+1", "'=1", "＝1", "−1"]  # noqa: RUF001


def cells(text: str, delimiter: str, quoting: int) -> list[str]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    return [cell.lstrip(' "') for row in rows for cell in row]


@pytest.mark.thinned(3)
@pytest.mark.parametrize("formula", FORMULAS)
def test_free_text_of_a_scan(formula: str, closed_port: int, tmp_path: Path) -> None:
    tags = [tag for tag in formula.split(";") if tag]
    entry = {"name": formula, "host": "127.0.0.1", "port": closed_port, "tags": ["prod", *tags], "expect": "any"}
    (tmp_path / "t.yaml").write_text(json.dumps({"targets": [entry]}, ensure_ascii=False), encoding="utf-8")
    done = run("scan", "t.yaml", "--vantage", formula, "-f", "csv", cwd=tmp_path)
    assert done.returncode == 0
    for delimiter in (",", ";", "\t", "|"):
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            found = cells(done.stdout, delimiter, quoting)
            assert not [cell for cell in found if cell.startswith(("=", "+", "-", "@", "＝", "−"))]  # noqa: RUF001
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (restore(row["name"]), restore(row["vantage"])) == (formula, formula)
    assert [restore(tag) for tag in row["tags"].split(";")] == ["prod", *tags]


def test_an_interface_may_be_called_by_a_formula() -> None:
    """It stands behind a link-local address: by its number, then."""
    with namespace() as net:
        rename = "ip link set lo down; ip link set lo name ';=1+1'; ip link set ';=1+1' up"
        net.run("sh", "-ec", f"{rename}; ip address add fe80::1/64 dev ';=1+1' nodad", check=True)
        named = net.scanner("sweep", "fe80::1%;=1+1", "-p", 22)
        assert (named.returncode, named.stdout) == (2, "")
        assert 'the interface ";=1+1" does not have a plain name; write %1, its number' in named.stderr
        done = net.scanner("sweep", "fe80::1%1", "fe80::1%1-fe80::2", "-p", 22, "-t", "100ms", "-r", 0, "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["address"] for row in rows} == {"fe80::1%1", "fe80::2%1"}
    assert not [cell for cell in cells(done.stdout, ";", csv.QUOTE_MINIMAL) if cell.startswith("=")]
