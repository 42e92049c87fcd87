"""Bad target files and words: exit 2, clear lines on stderr, nothing on stdout, no traceback, ever."""

import os
from pathlib import Path

import pytest

from tests.cli.process import run, run_here

FILES: dict[str, str | bytes] = {
    "empty": "",
    "binary": bytes(range(256)),
    "latin-1": b"targets: [b\xfccher:1]",
    "plain list": "- localhost:22\n",
    "syntax": "targets: [localhost:22",
    "tab": "targets:\n\t- localhost:22",
    "types": "version: {}\ndefaults: []\nexclude: {a: b}\ntargets: 5\n",
    "nulls": "targets:\n- ~\n- {host: null, port: null, timeout: null, expect: null, retries: null}\n",
    "scalars": "targets: [22:22, '010:1', 1e5:1, 127.1:1, 0x50:1, 'no']",
    "nested brackets": "targets: " + "[" * 100_000,
    "alias bomb": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntargets: *c\n",
    "tag": "targets: !!python/object/apply:os.system ['touch gone']",
    "second document": "targets: [localhost:1]\n---\ntargets: [localhost:2]\n",
    "control characters": 'targets: ["a\\eb:1", "a\\nb:1"]\n',
    "version": "version: 2\ntargets: [localhost:1]\n",
    "keys": "targets:\n- {host: a, port: 1, port: 2, prot: 3, expect: closed, timeout: nan, retries: -1}\n",
    "network": "targets: ['10.0.0.5/24:80', '2001:db8::/64']\nexclude: [10.0.0.1/8]\n",
    "nothing left": "exclude: ['*:1']\ntargets: [127.0.0.1:1]\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_bad_files(text: str | bytes, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / "out.csv").write_text("last night's")
    done = run_here("scan", "t.yaml", "-o", "out.csv", "--vantage", "x", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert lines
    if len(lines) > 1 and lines[-1].endswith(" mistakes; nothing probed"):
        del lines[-1]
    assert all(line.isprintable() and line.startswith(("t.yaml:", "error: ")) and ": " in line for line in lines)
    assert "Traceback" not in done.stderr
    assert sorted(os.listdir(tmp_path)) == ["out.csv", "t.yaml"]
    assert (tmp_path / "out.csv").read_text() == "last night's"


def test_names_that_lead_to_excluded_addresses_only_are_no_success(tmp_path: Path) -> None:
    """Known only when they are resolved. With status 0 a check would pass that has checked nothing."""
    (tmp_path / "out.csv").write_text("last night's")
    done = run("scan", "localhost:1", "--exclude", "127.0.0.0/8,::1", "-o", "out.csv", "-q", cwd=tmp_path)
    assert done.returncode == 2
    assert "nothing left to probe" in done.stderr
    assert (tmp_path / "out.csv").read_text() == "last night's"


@pytest.mark.slow
def test_a_list_of_100000_entries_is_read(tmp_path: Path) -> None:
    entries = [
        f"- {{name: rule {n}, host: 10.{n >> 16}.{n >> 8 & 255}.{n & 255}, port: {1 + n % 9}}}\n"
        for n in range(100_000)
    ]
    (tmp_path / "t.yaml").write_text("targets:\n" + "".join(entries))
    done = run("scan", tmp_path / "t.yaml", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("targets:   100,000\n")


@pytest.mark.parametrize(
    ("mistakes", "last"), [(1, None), (3, "3 mistakes; nothing probed"), (60, "60 mistakes; nothing probed")]
)
def test_several_mistakes_are_counted_at_the_end(mistakes: int, last: str | None, tmp_path: Path) -> None:
    (tmp_path / "l.yaml").write_text("targets:\n" + "".join(f"  - 10.0.0.{n}:x y\n" for n in range(1, mistakes + 1)))
    done = run("scan", "l.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert [line for line in done.stderr.splitlines() if "nothing probed" in line] == ([last] if last else [])
    assert "error: " not in done.stderr
