"""Two links that have the same link-local network: what holds on one says nothing about the other."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.namespace import Namespace, namespace

#: Another namespace is at the far end of both: fe80::aa on the first link, fe80::bb and fd00:32::2 on the second.
_SET_UP = """
unshare --net sleep 60 </dev/null >/dev/null 2>&1 & far=$!
until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
far() { nsenter --net --target $far -- "$@"; }
for n in 1 2; do
  ip link add near$n type veth peer name far$n netns $far
  ip link set near$n addrgenmode none; far ip link set far$n addrgenmode none
  ip link set near$n up; far ip link set far$n up
  ip addr add fe80::$n/64 dev near$n nodad
done
far ip addr add fe80::aa/64 dev far1 nodad
far ip addr add fe80::bb/64 dev far2 nodad
far ip addr add fd00:32::2/64 dev far2 nodad
ip addr add fd00:32::1/64 dev near2 nodad
far nft 'add table inet f; add chain inet f arriving { type filter hook input priority 0; }
         add rule inet f arriving iifname far2 tcp dport 2000-2099 drop'
echo $far
"""


@pytest.fixture(scope="module")
def links() -> Iterator[Namespace]:
    with namespace("veth") as space:
        far = space.run("sh", "-ec", _SET_UP, check=True).stdout.strip()
        yield space
        space.run("kill", far, check=True)


def _said(space: Namespace, *words: str) -> Counter[tuple[str, str, str]]:
    done = space.scanner("sweep", *words, "-t", "1s", "-f", "csv", check=True)
    assert "was lost" not in done.stderr
    rows = csv.DictReader(io.StringIO(done.stdout))
    return Counter((row["address"], f"{row['state']} {row['reason']}", row["doubt"]) for row in rows)


@pytest.mark.parametrize("hosts", [("fe80::aa%near1", "fe80::bb%near2"), ("fd00:32::2", "fe80::aa%near1")])
def test_a_socket_that_was_bound_to_a_link_probes_no_other(links: Namespace, hosts: tuple[str, str]) -> None:
    """On Linux a connect() to a link-local address binds the socket to the link, for good."""
    assert _said(links, *hosts, "-p", "1-300") == {(host, "refused conn-refused", ""): 300 for host in hosts}


@pytest.mark.slow
def test_nobody_on_another_link_vouches(links: Namespace) -> None:
    found = _said(links, "fe80::aa%near1", "fe80::bb%near2", "-p", "2000-2099")
    assert found == {
        ("fe80::aa%near1", "refused conn-refused", ""): 100,
        ("fe80::bb%near2", "timeout no-response", "unverified"): 100,
    }
