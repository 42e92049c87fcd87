"""How many processors may be used, by made-up control groups."""

from pathlib import Path

import pytest

from scanner.machine.processors import usable_processors


def made(root: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return str(root)


ALLOWED = usable_processors("/nowhere")


@pytest.mark.parametrize(("files", "most"), [
    ({}, ALLOWED),
    ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "max 100000\n"}, ALLOWED),
    ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "50000 100000\n"}, 1),
    ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "100000 100000\n"}, 1),
    ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "100000 100000\n"}, 1),
    ({"proc/self/cgroup": "0::/../b\n", "sys/fs/cgroup/cpu.max": "100000 100000\n"}, 1),
    ({"proc/self/cgroup": "4:cpu,cpuacct:/x\n", "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "20000\n",
      "sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n"}, 1),
    ({"proc/self/cgroup": "4:cpu:/x\n", "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "-1\n",
      "sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n"}, ALLOWED),
    ({"proc/self/cgroup": "garbage\n::\n", "sys/fs/cgroup/cpu.max": "what\n"}, ALLOWED),
])  # fmt: skip
def test_the_least_holds(tmp_path: Path, files: dict[str, str], most: int) -> None:
    assert usable_processors(made(tmp_path, files)) == most


def test_there_is_always_one(tmp_path: Path) -> None:
    files = {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "1 100000\n"}
    assert usable_processors(made(tmp_path, files)) == 1
