"""`python -m tests.mutated MODULE TEST...`: the tests of a module that is changed, once for each change.

For `mutate.py`, which starts it in a copy of the tree. To load pytest and the tests takes longer than most of them do,
so that happens once. A change within functions is put into them in a fork of the process that has everything loaded.
(What tests compute while they are loaded is computed by the unchanged module.) Any other change, to a constant or a
default, is written to the file and played by a process of its own, unless the module does not even load with it.

Each change is a line of JSON on stdout: its kind, the lines of its diff, and what became of it. It is killed where a
test failed, a signal ended the run, or time did. Whatever else pytest says (no tests, an error of its own, tests that
do not load) shows nothing about the tests: that is told as trouble.
"""

import difflib
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from tests import mutants

#: (The options of pyproject.toml are for whole runs; of those only the choice of the quick tests is wanted here.)
QUICKLY = ["-x", "-q", "-s", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "addopts=", "-m", "not slow"]
#: How many times as long as unchanged they may take (in seconds: at least); what takes longer has an endless loop.
_TOO_LONG, _TOO_LONG_S = 6, 5.0


class Played:
    """A plugin of pytest: in the place of one run of the tests, one for each change of `module`."""

    def __init__(self, module: Path, tests: list[str]) -> None:
        self.child = False
        self._module = module
        self._name = ".".join(module.with_suffix("").parts)
        self._tests = tests
        self._text = module.read_text()
        self._code = compile(self._text, str(module), "exec")
        self._limit = 600.0
        self._functions: dict[tuple[str, int], list[FunctionType]] = {}
        self._out = os.fdopen(os.dup(1), "w")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool | None:
        """None in a fork: there the run goes on, as any other."""
        importlib.import_module(self._name)
        self._functions = _functions_of(self._name)
        begun = time.monotonic()
        status = self._in_fork(lambda: None)
        if status is None:
            return None
        if status:
            raise SystemExit("the tests fail without any change")
        for compiled in (self._module.parent / "__pycache__").glob(f"{self._module.stem}.*"):
            compiled.unlink()  # a later text of the same length and second would pass for it
        self._limit = max(_TOO_LONG_S, _TOO_LONG * (time.monotonic() - begun))
        seen = {self._text}
        for kind in (mutants.operators, mutants.statements):
            for text in kind(self._text):
                if text in seen:
                    continue
                seen.add(text)
                try:
                    code = compile(text, str(self._module), "exec")
                except SyntaxError:
                    continue
                if _content(code) == _content(self._code):
                    continue  # such as the annotation of an attribute, which nobody evaluates
                became = self._became(text, code)
                if became is None:
                    return None
                line = {"kind": kind.__name__, "lines": self._diff(text), "became": became}
                print(json.dumps(line), file=self._out, flush=True)
        return True

    def _became(self, text: str, code: CodeType) -> str | None:
        """What became of a change: `does not load`, or as `outcome` says; None in a fork."""
        try:
            changed = [(self._functions[_key(old)], new) for old, new in _changed(self._code, code)]
        except (_ElsewhereError, KeyError):
            return self._alone(text, code)

        def put() -> None:
            for found, new in changed:
                for function in found:
                    function.__code__ = new

        status = self._in_fork(put)
        return None if status is None else outcome(status)

    def _alone(self, text: str, code: CodeType) -> str | None:
        def load() -> None:
            exec(code, {"__name__": self._name, "__file__": str(self._module)})
            os._exit(0)

        if self._in_fork(load):
            return "does not load"
        self._module.write_text(text)
        try:
            command = [sys.executable, "-B", "-m", "pytest", *QUICKLY, *self._tests]
            done = subprocess.run(
                command, timeout=10 + self._limit, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired:
            return "killed"
        finally:
            self._module.write_text(self._text)
        return outcome(done.returncode)

    def _in_fork(self, change: Callable[[], None]) -> int | None:
        """The exit status of a fork in which that is done first, and the tests follow; None in the fork."""
        pid = os.fork()
        if pid:
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self.child = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        signal.setitimer(signal.ITIMER_REAL, self._limit)
        try:
            change()
        except BaseException:
            os._exit(3)
        return None

    def _diff(self, text: str) -> list[str]:
        lines = difflib.unified_diff(self._text.splitlines(), text.splitlines(), n=0, lineterm="")
        return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def outcome(status: int) -> str:
    """What an exit status of pytest says of a change; a negative one is the signal that ended it, such as its time."""
    if status == pytest.ExitCode.OK:
        return "survived"
    return "killed" if status == pytest.ExitCode.TESTS_FAILED or status < 0 else f"trouble: exit status {status}"


class _ElsewhereError(Exception):
    """The change is not within functions alone."""


def _changed(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The functions of a module, or class, that are changed."""
    if _around_functions(old) != _around_functions(new):
        raise _ElsewhereError
    for before, after in zip(_codes(old), _codes(new), strict=True):
        if before != after and before.co_flags & CO_OPTIMIZED:
            if before.co_freevars != after.co_freevars:
                raise _ElsewhereError
            yield before, after
        elif before != after:
            yield from _changed(before, after)


def _codes(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _around_functions(code: CodeType) -> tuple[object, ...]:
    """What is done when it is loaded, other than to make its functions and classes."""
    constants = [repr(each) if not isinstance(each, CodeType) else each.co_qualname for each in code.co_consts]
    return code.co_code, code.co_names, constants


def _content(code: CodeType) -> tuple[object, ...]:
    """All that it does, wherever it stands."""
    constants = [repr(each) if not isinstance(each, CodeType) else _content(each) for each in code.co_consts]
    arguments = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount
    return code.co_code, code.co_names, code.co_varnames, code.co_cellvars, code.co_freevars, arguments, constants


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _functions_of(module: str) -> dict[tuple[str, int], list[FunctionType]]:
    """The functions of a module that is loaded."""
    found: dict[tuple[str, int], list[FunctionType]] = {}
    gc.unfreeze()  # what is frozen (`conftest.py`) is not among them
    everything = gc.get_objects()
    gc.freeze()
    for each in everything:
        if isinstance(each, FunctionType) and each.__module__ == module:
            found.setdefault(_key(each.__code__), []).append(each)
    return found


def main() -> int:
    module, *tests = sys.argv[1:]
    played = Played(Path(module), tests)
    status = int(pytest.main([*QUICKLY, *tests], plugins=[played]))
    if played.child:
        os._exit(status)
    return status


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main())
