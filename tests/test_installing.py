"""What people are told to install is ours: the public index has something else called `scanner`, of our version.

So nothing that people read may have them install it by that name alone: it is a checkout, or a wheel, or what it needs.
"""

import re
import tomllib
from pathlib import Path

import pytest

from scanner.api.machines import dask_connection
from scanner.targets.formats import xlsx_sheets
from tests.pages import DOCS, ROOT, blocks, section

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WHEEL = f"scanner-{PROJECT['version']}-py3-none-any.whl"
READ = [
    *ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md"), *ROOT.glob("man/*.1"),
    *ROOT.glob("scanner/**/*.py"),
]  # fmt: skip
#: After "pip install", and options: the name, with extras or a version, as the index would be asked for it.
BY_NAME = re.compile(r"pip3? install(?: +-\S+)* +['\"]?scanner\b(?![-/\w])")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("pip install scanner", True),
        ("pip install 'scanner[dask]'", True),
        ("pip install -q --upgrade scanner==0.1.0", True),
        ("pip install './scanner-0.1.0-py3-none-any.whl[dask]'", False),
        ("pip install scanner-0.1.0-py3-none-any.whl", False),
        ("pip install -q -e '.[test]'", False),
    ],
)
def test_what_counts(text: str, wrong: bool) -> None:
    assert bool(BY_NAME.search(text)) is wrong


def test_nothing_has_people_install_a_strangers_package() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in READ}
    assert len(texts) > 500
    assert [str(path) for path, text in texts.items() if BY_NAME.search(text)] == []


@pytest.mark.parametrize(("extra", "module"), [("dask", dask_connection), ("xlsx", xlsx_sheets)])
def test_who_lacks_an_extra_is_told_what_it_consists_of(extra: str, module: object) -> None:
    (needed,) = PROJECT["optional-dependencies"][extra]
    assert needed in Path(str(module.__file__)).read_text(encoding="utf-8")  # type: ignore[attr-defined]


def test_the_wheel_of_the_page_is_the_one_that_is_built() -> None:
    page = section("From two empty hosts to a report", DOCS["machines"])
    assert set(re.findall(r"\bscanner-[^ '\[]*", page)) == {WHEEL}
    assert re.findall(r"-m venv (\S+)", page) == ["scanning"], "in a checkout, `scanner` is our package"
    assert "rm -rf build && .venv/bin/pip wheel" in page, "what setuptools has built before gets into the next wheel"


def test_with_tls_the_commands_are_the_same_and_more() -> None:
    def of(title: str) -> list[str]:
        lines = "".join(blocks("sh", section(title, DOCS["machines"]))).splitlines()
        return [line for line in lines if line.startswith(("dask ", "scanner "))]

    tls = "--protocol tls --tls-ca-file ca.pem --tls-cert node.pem --tls-key node.key"
    ours = "--dask-tls-ca ca.pem --dask-tls-cert node.pem --dask-tls-key node.key --from fra"
    plain = [line.replace("tcp://", "tls://") for line in of("From two empty hosts to a report")]
    more = [f"{line} {tls}" if line.startswith("dask") else line.replace("--from fra", ours) for line in plain]
    assert of("With TLS") == more


def test_what_systemd_keeps_is_a_command_of_the_page() -> None:
    page = section("From two empty hosts to a report", DOCS["machines"])
    (unit,) = blocks("ini", page)
    (command,) = re.findall(r"ExecStart=%h/scanning/bin/(.*)", unit)
    assert f"\n{command}\n" in page.replace(unit, "")
