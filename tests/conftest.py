"""For all tests: the same examples in every run, and what becomes of tests that this machine lacks something for.

Hypothesis tries the same examples, so that a red run can be repeated; to look for new ones, `pytest
--hypothesis-profile=roam`. What a test needs of the machine is in needs.py: its lack is a skip with the reason, or a
failure with SCANNER_LAB_REQUIRED=1 (unless the need is optional), so that a pipeline cannot skip anything unseen. The
last line of a run counts those tests and says what to do, after all that pytest and its plugins write.
"""

import gc
import os
import signal
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

from tests import needs
from tests.cli.process import UNWANTED
from tests.engine.legal_states import only_legal_states

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("roam", max_examples=2000, deadline=None)
settings.load_profile("steady")

#: Of a test's report, which xdist carries to the process that writes: a lack, as its fields.
_LACK = "lacks"

Step = Generator[None, Any, Any]


def _skip_or_fail(item: pytest.Item, lacking: needs.LackError) -> None:
    optional = all(needs.NEEDS[lack.name].optional for lack in lacking.lacks)
    if os.environ.get("SCANNER_LAB_REQUIRED") == "1" and not optional:
        pytest.fail(f"{lacking}, and SCANNER_LAB_REQUIRED=1 is set", pytrace=False)
    item.user_properties += [(_LACK, list(lack)) for lack in lacking.lacks]
    pytest.skip(str(lacking))


def pytest_configure() -> None:
    """What the tests are started from is not what they are about: neither its environment, nor a nohup.

    A signal that is ignored here would be ignored by every program that a test starts. And whatever probes are made in
    this process, on a fake kernel or a real one, change their state as they may.
    """
    only_legal_states()
    for name in UNWANTED:
        os.environ.pop(name, None)
    for signum, usual in (
        (signal.SIGHUP, signal.SIG_DFL), (signal.SIGTERM, signal.SIG_DFL), (signal.SIGINT, signal.default_int_handler),
    ):  # fmt: skip
        if signal.getsignal(signum) is signal.SIG_IGN:
            signal.signal(signum, usual)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test's cases that are `thinned(n)`, all but every n-th are slow. (With an n that shares no divisor with the
    lengths of its lists, each value of each list is still played.)"""
    before: Counter[str] = Counter()
    for item in items:
        if thinned := item.get_closest_marker("thinned"):
            test = item.nodeid.partition("[")[0]
            if before[test] % thinned.args[0]:
                item.add_marker(pytest.mark.slow)
            before[test] += 1


def pytest_collection_finish() -> None:
    """What stands by now stays to the end, so no garbage collection looks at it again: that would take a tenth of a
    second in every test that counts open files."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Step:
    try:
        return (yield)
    except needs.LackError as lacking:
        _skip_or_fail(item, lacking)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Step:
    try:
        return (yield)
    except needs.LackError as lacking:
        _skip_or_fail(item, lacking)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Step:
    """Around all others, so that this is the last line."""
    result = yield
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal and (line := _last_line(terminal.stats.get("skipped", []))):
        terminal.write_line(line, yellow=True)
    return result


def _last_line(skipped: list[pytest.TestReport]) -> str:
    """How many tests did not run for lack of something, of what, and what to do; nothing where none."""
    lacks = [[needs.Lack(*fields) for key, fields in report.user_properties if key == _LACK] for report in skipped]
    count = sum(map(bool, lacks))
    if not count:
        return ""
    found = dict.fromkeys(lack for some in lacks for lack in some)
    names = ", ".join(dict.fromkeys(lack.name for lack in found))
    tests = "lab test" if count == 1 else "lab tests"
    return f"{count} {tests} did not run for lack of {names}; to run them: {'; '.join(needs.remedies(found))}"
