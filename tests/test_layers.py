"""The house rules on who imports whom, held by reading every module's imports, also those inside functions."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import scanner
from scanner.cli.app import COMMANDS

ROOT = Path(scanner.__file__).parent
#: What stands at the top: the words that all share, the library's face, and the rooms.
TOP = {"__init__", "__main__", "api", "cli", "engine", "errors", "machine", "model", "reports", "scanning", "services",
       "targets", "tracing", "words"}  # fmt: skip
_WORDS = {"errors", "model", "services", "words"}
#: Whom each of them may import, beside itself.
MAY_IMPORT = {
    "words": set(),
    "services": set(),
    "errors": {"words"},
    "model": {"services", "words"},
    "machine": _WORDS,
    "targets": {*_WORDS, "machine"},
    "engine": {*_WORDS, "machine"},
    "reports": {*_WORDS, "machine"},
    "scanning": {*_WORDS, "machine", "engine"},
    "tracing": {*_WORDS, "machine", "engine"},
    "api": {*_WORDS, "machine", "targets", "engine", "scanning", "tracing"},
    "cli": {*_WORDS, "api", "reports"},
}
#: Within a room, whom its own rooms must not know. (What the two that share a scan out have in common is in `parts`.)
MUST_NOT = {
    "scanner.engine.flight": ("scanner.engine.truth", "scanner.engine.brakes", "scanner.engine.trial"),
    "scanner.scanning.processes": ("scanner.scanning.remote",),
    "scanner.scanning.remote": ("scanner.scanning.processes",),
    "scanner.scanning.parts": ("scanner.scanning.processes", "scanner.scanning.remote"),
}
STANDARD_ONLY = ("machine", "engine", "scanning")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class Modules(Mapping[str, ast.Module]):
    """Every module of ours by name, parsed when it is looked at: all processes of a run import this file."""

    def __init__(self) -> None:
        self._paths = {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}
        self._parsed: dict[str, ast.Module] = {}

    def __getitem__(self, name: str) -> ast.Module:
        if name not in self._parsed:
            self._parsed[name] = ast.parse(self._paths[name].read_text(encoding="utf-8"))
        return self._parsed[name]

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


MODULES = Modules()


def imports(name: str) -> Iterator[str]:
    """Every module that a module imports, `from a import b` as `a.b` where that is a module of ours."""
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else str(node.module)


def users_of(package: str) -> list[str]:
    return [name for name in MODULES if any(each.split(".")[0] == package for each in imports(name))]


def room_of(name: str) -> str:
    return name.split(".")[1] if "." in name else "__init__"


def test_nothing_else_stands_at_the_top() -> None:
    assert {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()} == TOP


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_each_room_imports_what_it_may_and_nothing_else(room: str) -> None:
    members = [name for name in MODULES if room_of(name) == room]
    assert members
    strangers = {
        (name, each)
        for name in members
        for each in imports(name)
        if each.startswith("scanner.") and room_of(each) not in {room, *MAY_IMPORT[room]}
    }
    assert not strangers


@pytest.mark.parametrize("room", MUST_NOT)
def test_within_a_room_too(room: str) -> None:
    members = [name for name in MODULES if name.startswith(room)]
    assert len(members) > 3
    assert not {(name, each) for name in members for each in imports(name) if each.startswith(MUST_NOT[room])}


@pytest.mark.parametrize("room", STANDARD_ONLY)
def test_what_may_run_where_nothing_else_is(room: str) -> None:
    members = [name for name in MODULES if room_of(name) == room]
    known = set(sys.stdlib_module_names) | {"scanner"}
    assert not {(name, each) for name in members for each in imports(name) if each.split(".")[0] not in known}


def names_proc(tree: ast.Module) -> bool:
    """Whether a text of it, but a docstring, is a path in /proc, or the folder's name to make one of."""
    docs = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, _DOCUMENTED) and _has_doc(node)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docs)
    texts = (node.value for node in constants if isinstance(node.value, str | bytes))
    return any(_PROC.search(text if isinstance(text, str) else text.decode("latin-1")) for text in texts)


_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)
_PROC = re.compile(r"/proc\b|\Aproc(?:/|\Z)")


def _has_doc(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> bool:
    return ast.get_docstring(node, clean=False) is not None


def test_only_the_machine_room_reads_proc() -> None:
    readers = {name for name, tree in MODULES.items() if names_proc(tree)}
    assert {name for name in readers if room_of(name) != "machine"} == set()
    assert "scanner.machine.capabilities" in readers


@pytest.mark.parametrize(
    "line",
    ['open("/proc/net/snmp")', 'Path("/proc")', 'Path("/", "proc")', 'f"/proc/{pid}/fd"', 'os.open(b"/proc/stat", 0)',
     'os.listdir("/proc")', 'ROOT / "proc/self"'],
)  # fmt: skip
def test_what_counts_as_proc(line: str) -> None:
    assert names_proc(ast.parse(line))


def test_what_does_not() -> None:
    assert not names_proc(ast.parse('def read():\n    """Of /proc."""\n    return Path("/process", "process")'))


_MAKERS = {"socket", "SocketType", "socketpair", "fromfd", "fromshare", "create_server", "create_connection", "*"}


def makes_sockets(tree: ast.Module) -> bool:
    """Whether it makes or binds one, or has what does by another name. (The class as an annotation is none.)"""
    nodes, homes = list(ast.walk(tree)), ("socket", "_socket")
    modules, found = set(), set()
    for node in nodes:
        if isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name for alias in node.names if alias.name in homes}
        elif isinstance(node, ast.ImportFrom) and node.module in homes:
            found |= {alias.name for alias in node.names}
    notes = (each for node in nodes for each in (getattr(node, "annotation", None), getattr(node, "returns", None)))
    typed = {id(part) for each in notes if each is not None for part in ast.walk(each)}
    used = [node for node in nodes if isinstance(node, ast.Attribute) and id(node) not in typed]
    found |= {use.attr for use in used if isinstance(use.value, ast.Name) and use.value.id in modules}
    return bool(found & _MAKERS) or any(use.attr == "bind" for use in used)


def test_only_the_machine_room_makes_and_binds_sockets() -> None:
    assert {name for name, tree in MODULES.items() if makes_sockets(tree) and room_of(name) != "machine"} == set()
    assert makes_sockets(MODULES["scanner.machine.kernel"])


@pytest.mark.parametrize(
    "lines",
    ["import socket; socket.socket(2, 1)", "from socket import socket", "from socket import socket as make",
     "from socket import socketpair", "from socket import fromfd", "from socket import create_connection",
     "from socket import *", "from _socket import socket", "import socket; socket.socketpair()",
     "import socket; socket.fromfd(3, 2, 1)", "import socket; make = socket.socket", "import socket as s; s.socket()",
     "import socket; socket.create_server(('', 1))", "sock.bind(('', 1))"],
)  # fmt: skip
def test_what_counts_as_making_sockets(lines: str) -> None:
    assert makes_sockets(ast.parse(lines))


def test_a_sockets_words_may_be_used_anywhere() -> None:
    lines = "import socket\nfrom socket import inet_pton\ndef f(one: socket.socket | None) -> socket.socket:\n"
    assert not makes_sockets(ast.parse(lines + "    return one.send(socket.AF_INET)"))


def test_only_the_console_script_knows_the_command_line() -> None:
    outside = [name for name in MODULES if not name.startswith("scanner.cli")]
    assert [name for name in outside if any(each.startswith("scanner.cli") for each in imports(name))] == [
        "scanner.__main__"
    ]


def test_the_command_line_is_built_on_api_and_reports() -> None:
    """What a command can do, a program can do as well."""
    below = ("api", "reports", "words", "model", "errors", "services", "cli")
    allowed = {"scanner", *(f"scanner.{each}" for each in below)}
    strangers = {
        (name, each)
        for name in MODULES
        if name.startswith("scanner.cli")
        for each in imports(name)
        if each.split(".")[0] == "scanner" and ".".join(each.split(".")[:2]) not in allowed
    }
    assert not strangers


def test_third_parties_each_have_their_place() -> None:
    """One module each: start-up time and replaceability hang on it."""
    assert len(users_of("yaml")) == 1
    assert users_of("yaml")[0].startswith("scanner.targets.")
    assert users_of("tqdm") == ["scanner.cli.progress"]
    assert users_of("click") == ["scanner.cli.click_import"]
    assert users_of("openpyxl") == ["scanner.targets.formats.xlsx_sheets"]
    assert users_of("distributed") == ["scanner.api.machines.dask_connection"]


def test_nobody_imports_by_a_name_made_up_at_run_time() -> None:
    """What is imported that way escapes the rules here, so two modules may: for public names, and for commands."""
    makers = {"import_module", "__import__", "exec", "eval"}
    found = {
        name
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in makers
    }
    assert found == {"scanner", "scanner.cli.app"}


def test_nothing_else_is_imported() -> None:
    known = set(sys.stdlib_module_names) | {"scanner", "click", "tqdm", "yaml", "openpyxl", "distributed"}
    assert not {each for name in MODULES for each in imports(name) if each.split(".")[0] not in known}


def test_one_module_connects() -> None:
    """Besides it, one connects datagram sockets: that asks the kernel for a route, and sends nothing."""

    def calls_connect(tree: ast.Module) -> bool:
        return any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("connect", "connect_ex", "create_connection")
            for node in ast.walk(tree)
        )

    connecting = [name for name, tree in MODULES.items() if calls_connect(tree)]
    assert connecting == ["scanner.engine.flight.multiplexer", "scanner.machine.route_queries"]
    queries = (ROOT / "machine" / "route_queries.py").read_text(encoding="utf-8")
    assert queries.count("SOCK_DGRAM") == queries.count("socket.socket(") == 2


#: Slow to import, or needed by a running scan only.
HEAVY = ["yaml", "tqdm", "dataclasses", "asyncio", "importlib.metadata", "multiprocessing", "concurrent.futures",
         "socket", "json", "csv", "difflib", "threading", "scanner.api", "scanner.engine", "scanner.targets",
         "scanner.reports"]  # fmt: skip


@pytest.mark.parametrize("words", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)])
def test_help_waits_for_nothing_heavy(words: list[str]) -> None:
    """Compared with what `import click` brings anyway, which differs between its versions."""
    program = (
        "import sys, click; before = set(sys.modules); from scanner.cli import main\n"
        f"sys.argv[1:] = {words!r}; status = main()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules and name not in before], file=sys.stderr)\n"
        "sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr.strip() == "[]"


def test_the_librarys_face_waits_for_no_room() -> None:
    """Who reads one value through it (`api.option_checks`) does not wait for the engine."""
    program = "import sys, scanner.api; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    ours = {name for name in done.stdout.split() if name.startswith("scanner.")}
    assert ours == {
        "scanner.api",
        "scanner.errors",
        "scanner.words",
        "scanner.words.secret_words",
        "scanner.words.user_info",
    }


@pytest.mark.parametrize(
    "module",
    ["scanner", "scanner.model", "scanner.api.scans", "scanner.api.traces", "scanner.reports", "scanner.targets"],
)
def test_library_stays_light(module: str) -> None:
    heavy = ["dataclasses", "asyncio", "importlib.metadata", "multiprocessing", "concurrent.futures", "click", "tqdm"]
    program = f"import sys, {module}; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[]"
