"""Changes of this host's addresses and routes, as the kernel tells them."""

import resource
import subprocess
import sys

import pytest

from scanner.machine.address_changes import AddressChanges
from tests.namespace import namespace

_WATCH = """
import subprocess, sys
from scanner.machine.address_changes import AddressChanges
changes = AddressChanges()
before = changes.seen(), changes.seen()
subprocess.run(["ip", *sys.argv[1:]], check=True)
print(*before, changes.seen(), changes.seen())
changes.close()
"""


@pytest.mark.parametrize(
    "words",
    ["addr add 192.0.2.1/32 dev lo", "addr add 2001:db8::1/128 dev lo", "route add blackhole 192.0.2.0/24",
     "-6 route add blackhole 2001:db8::/64"],
)  # fmt: skip
def test_a_change_is_seen_once_and_for_all(words: str) -> None:
    with namespace() as space:
        assert space.run(sys.executable, "-c", _WATCH, *words.split(), check=True).stdout == "False False True True\n"


def test_a_change_of_before_is_none() -> None:
    with namespace() as space:
        space.run("ip", "addr", "add", "192.0.2.1/32", "dev", "lo", check=True)
        assert space.run(sys.executable, "-c", _WATCH, "link", "show", check=True).stdout.endswith(
            "False False False False\n"
        )


def test_where_nobody_tells_they_may_change_at_any_time() -> None:
    program = (
        "import resource as r; from scanner.machine.address_changes import AddressChanges\n"
        "r.setrlimit(r.RLIMIT_NOFILE, (0, 0)); changes = AddressChanges(); print(changes.seen()); changes.close()"
    )
    assert hasattr(resource, "RLIMIT_NOFILE")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_once_closed_nothing_is_known() -> None:
    changes = AddressChanges()
    for _ in range(2):
        changes.close()
    assert changes.seen()
