"""The suite on machines that lack something: no failure, one skip a test, and a last line that says what to install.

Each case runs part of this very suite in a pytest of its own, with a PATH of links that leaves out a tool or has a
useless one, or where the kernel forbids something. Only what depends on the lack is run, so a case takes seconds.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import needs

ROOT = Path(__file__).parents[1]
_PATIENCE_S = 900.0

_IN_A_NAMESPACE = ("tests/scanning/test_flow_tables.py", "tests/engine/test_conntrack.py", "tests/test_end_to_end.py")
_EVERYWHERE = (*_IN_A_NAMESPACE, "tests/lab")
_ON_MOUNTS = ("tests/reports/outlets/test_refusals.py", "tests/cli/test_report_files.py")
_STRACED = ("tests/test_end_to_end.py", "-k", "system_calls_that_fail")
_ANOTHER_USER = ("tests/lab/test_lab.py", "-k", "needs_no_root")
_FEW = ("tests/scanning/test_flow_tables.py", "tests/lab/test_basic.py", "-k", "says_so_once or own_ports")

#: Of each tool: Debian's package, and the tests that need it.
_TOOLS = {
    "unshare": ("util-linux", (*_IN_A_NAMESPACE, *_ON_MOUNTS)),
    "nsenter": ("util-linux", _IN_A_NAMESPACE),
    "ip": ("iproute2", _EVERYWHERE),
    "nft": ("nftables", _EVERYWHERE),
    "strace": ("strace", _STRACED),
    "setpriv": ("util-linux", _ANOTHER_USER),
    "mount": ("mount", _ON_MOUNTS),
    "chromium": ("chromium", ("tests/browser",)),
    "chromedriver": ("chromium-driver", ("tests/browser",)),
}


def path_without(folder: Path, *tools: str) -> Path:
    """A folder with links to all commands of our PATH but these."""
    folder.mkdir()
    for there in os.environ["PATH"].split(os.pathsep):
        for command in Path(there).iterdir() if Path(there).is_dir() else ():
            link = folder / command.name
            if command.name not in tools and not link.is_symlink():
                link.symlink_to(command)
    return folder


def program(path: Path, text: str) -> None:
    """Writes a shell script in place of whatever is there."""
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def suite(*words: str, before: tuple[str, ...] = (), **environment: str) -> "subprocess.CompletedProcess[str]":
    """pytest on this checkout, as the README says it, with these words; `before` stands in front of the command."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "SCANNER_LAB"))}
    command = [*before, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=own | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=_PATIENCE_S,
        check=False,
    )


def hold(done: "subprocess.CompletedProcess[str]", lack: str, remedy: str) -> None:
    """Nothing failed; what was skipped is told with its reason, and the last line counts it and says what to do."""
    assert done.returncode == 0, done.stdout + done.stderr
    *before, counts, last = done.stdout.splitlines()
    told = re.fullmatch(r"(\d+) lab tests? did not run for lack of (.*); to run them: (.*)", last)
    assert told, done.stdout[-2000:]
    assert lack in told[2].split(", ")
    assert remedy in told[3]
    assert f"{told[1]} skipped" in counts
    reasons = [line for line in before if line.startswith("SKIPPED")]
    assert all(re.search(r"needs [\w ]+: .+ \(.+\)$", line) for line in reasons), reasons
    assert sum(int(line.split("[")[1].split("]")[0]) for line in reasons) == int(told[1])


@pytest.mark.slow
def test_a_missing_tool_is_a_skip_and_a_last_line_in_parallel_runs_too(tmp_path: Path) -> None:
    path = str(path_without(tmp_path / "bin", "nft"))
    hold(suite(*_FEW, "-n", "2", PATH=path), "nft", "apt-get install nftables")


def test_where_the_lab_is_required_a_missing_tool_is_a_failure(tmp_path: Path) -> None:
    done = suite(*_FEW, PATH=str(path_without(tmp_path / "bin", "ip")), SCANNER_LAB_REQUIRED="1")
    assert done.returncode == 1
    assert re.search(r"^needs ip: .*iproute2.*SCANNER_LAB_REQUIRED=1", done.stdout, re.MULTILINE)
    assert "2 failed" in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.slow
def test_what_is_optional_is_a_skip_there_too(tmp_path: Path) -> None:
    path = str(path_without(tmp_path / "bin", "promtool"))
    done = suite("tests/reports/test_prom_report.py", "-k", "promtool", PATH=path, SCANNER_LAB_REQUIRED="1")
    hold(done, "promtool", "apt-get install prometheus")


def test_several_lacks_are_told_together() -> None:
    lacks = [
        needs.Lack("nft", "it is not installed", "nftables", ""),
        needs.Lack("ip", "it is not installed", "iproute2", ""),
        needs.Lack("veth", "Unknown device type", "", "modprobe veth"),
        needs.Lack("IPv6", "no", "", "boot"),
    ]
    assert needs.remedies(lacks) == ["apt-get install nftables iproute2", "modprobe veth", "boot"]
    assert str(lacks[0]) == "needs nft: it is not installed (apt-get install nftables)"


def test_a_tool_beside_the_path_is_told() -> None:
    """Debian's ordinary user has nft, and a PATH that does not lead there."""
    found = needs.not_found("nft", needs.NEEDS["nft"], ("/nowhere", str(Path(sys.executable).parent)))
    assert found == needs.Lack("nft", "it is not installed", "nftables", "")
    there = needs.Need("", tool=Path(sys.executable).name, package="some")
    found = needs.not_found("it", there, ("/nowhere", str(Path(sys.executable).parent)))
    assert found.remedy == f"or PATH=$PATH:{Path(sys.executable).parent}"


@pytest.mark.slow
@pytest.mark.parametrize("tool", _TOOLS)
def test_each_tool_missing(tool: str, tmp_path: Path) -> None:
    package, words = _TOOLS[tool]
    hold(suite(*words, PATH=str(path_without(tmp_path / "bin", tool))), tool, f"apt-get install {package}")


@pytest.mark.slow
@pytest.mark.parametrize("tool", _TOOLS)
def test_each_tool_there_but_useless(tool: str, tmp_path: Path) -> None:
    package, words = _TOOLS[tool]
    path = path_without(tmp_path / "bin", tool)
    program(path / tool, "echo Operation not supported >&2; exit 1")
    hold(suite(*words, PATH=str(path)), tool, f"apt-get install {package}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("need", "tool", "word", "file", "tests"),
    [
        ("veth", "ip", "type veth", "tests/test_end_to_end.py", "attached_network or open_then_refused"),
        ("nft limit", "nft", "limit", "tests/lab/test_loss.py", "policer or accept_everything"),
        ("nft numgen", "nft", "numgen", "tests/lab/test_loss.py", "single_attempt or accept_everything"),
        ("nft reject", "nft", "reject", "tests/lab", "tell_a_reject or cold"),
        ("nft notrack", "nft", "notrack", "tests/lab/test_basic.py", "everything or cold"),
        ("nft redirect", "nft", "redirect", "tests/lab/test_basic.py", "everything or cold"),
        ("connection tracking", "nft", "ct state", "tests/engine/test_conntrack.py", ""),
    ],
)
def test_each_module_that_the_kernel_may_not_have(
    need: str, tool: str, word: str, file: str, tests: str, tmp_path: Path
) -> None:
    """A tool that answers as it does where the kernel lacks the module, and works else: other tests still run."""
    path = path_without(tmp_path / "bin")
    real = os.path.realpath(path / tool)
    refuse = "echo 'Error: Could not process rule: No such file or directory' >&2; exit 1"
    program(
        path / tool,
        f'[ "$*" = "-f -" ] || [ "$*" = "-batch -" ] && said=$(cat)\n'
        f"case \"$* $said\" in *'{word}'*) {refuse};; esac\n"
        f'[ "$said" ] || exec {real} "$@"\nprintf "%s\\n" "$said" | {real} "$@"',
    )
    done = suite(file, "-k", tests, "-m", "", PATH=str(path))
    hold(done, need, f"modprobe {needs.NEEDS[need].module}")
    assert re.search(r"^[1-9]\d* passed", done.stdout, re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("need", "unshare", "forbid", "remedy"),
    [
        (
            "user namespaces",
            "-Ur",
            "echo 0 > /proc/sys/user/max_user_namespaces",
            "sysctl -w user.max_user_namespaces=",
        ),
        ("user namespaces", "-Ur", "echo 0 > /proc/sys/user/max_net_namespaces", "sysctl -w user.max_net_namespaces="),
        (
            "writable settings",
            "-Urm",
            "mount --bind /proc/sys /proc/sys; mount -o remount,ro,bind /proc/sys",
            "mount -o remount,rw /proc/sys",
        ),
    ],
)
def test_each_right_that_a_system_may_withhold(need: str, unshare: str, forbid: str, remedy: str) -> None:
    needs.require("unshare")
    within = ("unshare", unshare, "sh", "-ec", f'{forbid}; exec "$@"', "-")
    hold(suite(*_EVERYWHERE, before=within), need, remedy)


@pytest.mark.slow
def test_the_whole_suite_where_nothing_is_installed(tmp_path: Path) -> None:
    """So that no test anywhere uses a tool without saying so."""
    path = str(path_without(tmp_path / "bin", *_TOOLS))
    hold(suite("-n", "2", "--ignore=tests/test_needs.py", PATH=path), "nft", "apt-get install util-linux iproute2")


def test_what_fails_now_and_then_is_no_lack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, fails in (("seldom", 2), ("always", 9)):  # once for all needs together, once alone
        trial = f"echo >> {tmp_path / name}; test $(wc -l < {tmp_path / name}) -gt {fails}"
        monkeypatch.setitem(needs.NEEDS, name, needs.Need(trial, after=(), inside=False))
    assert needs.lacking("seldom") == ()
    assert [lack.name for lack in needs.lacking("always")] == ["always"]
