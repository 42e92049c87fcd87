"""What tests need of the machine beside Python and a shell: each thing is tried once, and its lack says what to do.

The rule: whatever a test needs (a tool, a right, a module of the kernel) stands in NEEDS, and the test asks for it by
`require` before it builds anything. What is not usable here is one skip for each test, with the reason and the name
of the package, and a last line of the run that counts them (conftest.py); with SCANNER_LAB_REQUIRED=1 in the
environment it fails instead, unless it is optional. What breaks although every need is met is a failure, never a skip.

Being there is not enough: an `nft` may have no kernel behind it, an `unshare` no right to do it. So each need has a
trial, a shell script that does in small what the tests do, as root of a user and a network namespace of its own.

`python -m tests.needs` lists what this machine lacks.
"""

import functools
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).parents[1]
_PATIENCE_S = 20.0
#: Where the PATH of an ordinary user does not lead, though Debian keeps `nft` there.
_SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")
#: Settings by which a system forbids such namespaces: the value that does, and one that does not.
_SWITCHES = (
    ("kernel.unprivileged_userns_clone", "0", "1"),
    ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
    ("user.max_user_namespaces", "0", "10000"),
    ("user.max_net_namespaces", "0", "10000"),
    ("user.max_mnt_namespaces", "0", "10000"),
)
#: Runs a script in new namespaces without the tool `unshare`, which may be what is missing.
_INSIDE = """
import os, sys
sys.path.insert(0, sys.argv[2])
from tests.lab import kernel
try:
    kernel.own_network_as_user()
except kernel.LabError as error:
    sys.exit(str(error))
os.execvp("sh", ["sh", "-ec", sys.argv[1]])
"""


class Need(NamedTuple):
    """How a thing is tried, and what brings it."""

    trial: str
    after: tuple[str, ...] = ("user namespaces",)
    """The needs that the trial itself has: where one of those is not met, that is what is lacking."""
    tool: str = ""
    """The command that it is, if it is one."""
    package: str = ""
    """Debian's package that holds the tool."""
    module: str = ""
    """The kernel's module behind it."""
    remedy: str = ""
    """What to do, where neither a package nor a module helps."""
    optional: bool = False
    """Whether a pipeline may do without."""
    inside: bool = True
    """Whether it is tried in namespaces of its own; else as the user who runs the tests."""


def _rule(statement: str, kind: str = "filter", hook: str = "input") -> str:
    chain = f"chain {kind}_{hook} {{ type {kind} hook {hook} priority 0; {statement}; }}"
    return f"echo 'table inet trial {{ {chain}; }}' | nft -f -"


def _python(statements: str) -> str:
    """The trial that these do not fail; what they raise is one line."""
    text = f"try:\n {statements}\nexcept Exception as error:\n raise SystemExit(repr(error))"
    return shlex.join([sys.executable, "-c", text])


_OTHER_USER = "setpriv --reuid=65534 --regid=65534 --clear-groups"
_PACKET_SOCKET = _python("import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)")
#: No process has a number that high: only an injected answer makes it succeed.
_INJECTION = "strace -f -qq -o /dev/null -e trace=kill -e inject=kill:retval=0 sh -c 'kill -0 4194305'"
_TRACKING = "echo 1 > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_syn_sent; test -r /proc/net/nf_conntrack"

NEEDS = {
    "user namespaces": Need(":", after=()),
    "unshare": Need("unshare -Urn true", tool="unshare", package="util-linux"),
    "nsenter": Need(
        "nsenter --net=/proc/self/ns/net --preserve-credentials -- true", tool="nsenter", package="util-linux"
    ),
    "root": Need("test $(id -u) = 0", after=(), remedy="run the tests as root", inside=False),
    "mount": Need(
        "unshare -m mount -t tmpfs none /mnt", after=("user namespaces", "unshare"), tool="mount", package="mount"
    ),
    "setpriv": Need(f"{_OTHER_USER} true", after=(), tool="setpriv", package="util-linux", inside=False),
    "user namespaces for ordinary users": Need(
        f"{_OTHER_USER} unshare -Urn true", after=("user namespaces", "setpriv", "unshare"), inside=False
    ),
    "strace": Need(_INJECTION, tool="strace", package="strace"),
    "cc": Need(
        "echo '#include <sys/socket.h>' | cc -shared -fPIC -x c -o /dev/null -",
        after=(),
        tool="cc",
        package="gcc libc6-dev",
        inside=False,
    ),
    "seccomp filters": Need(
        f"'{sys.executable}' '{_ROOT}/tests/forbid.py' getrlimit=EPERM -- true",
        after=(),
        remedy="a kernel with CONFIG_SECCOMP_FILTER",
        inside=False,
    ),
    "writable settings": Need(
        "echo 1 > /proc/sys/net/ipv4/ip_forward", remedy="mount -o remount,rw /proc/sys, or a privileged container"
    ),
    "ndiff": Need("ndiff --help", after=(), tool="ndiff", package="ndiff", inside=False),
    # For completion, in the shells themselves, and for the manual pages.
    "bash": Need("bash --version", after=(), tool="bash", package="bash", inside=False),
    "zsh": Need("zsh --version", after=(), tool="zsh", package="zsh", inside=False),
    "fish": Need("fish --version", after=(), tool="fish", package="fish", inside=False),
    "mandoc": Need("echo | mandoc", after=(), tool="mandoc", package="mandoc", inside=False),
    "nmap.dtd": Need("test -r /usr/share/nmap/nmap.dtd", after=(), package="nmap-common", inside=False),
    # What Debian's package installs takes 96 MB, and the tests read the report with another parser as well.
    "promtool": Need(
        "promtool --version", after=(), tool="promtool", package="prometheus", optional=True, inside=False
    ),
    # A browser that draws nothing: in a namespace, for it might have something to ask of somebody.
    "chromium": Need(
        "folder=$(mktemp -d); trap 'rm -rf $folder' EXIT; chromium --headless=new --no-sandbox --disable-gpu "
        "--disable-dev-shm-usage --user-data-dir=$folder --dump-dom about:blank",
        tool="chromium",
        package="chromium",
    ),
    "chromedriver": Need(
        "chromedriver --version", after=(), tool="chromedriver", package="chromium-driver", inside=False
    ),
    "selenium": Need(_python("import selenium"), after=(), remedy="pip install -e '.[test]'", inside=False),
    # What the documentation's line for it says is tested without it, too.
    "jq": Need("jq --version", after=(), tool="jq", package="jq", optional=True, inside=False),
    # Scans by other machines: an extra of ours, which the tests' extra has as well.
    "distributed": Need(_python("import distributed"), after=(), remedy="pip install -e '.[test]'", inside=False),
    "openssl": Need("openssl version", after=(), tool="openssl", package="openssl", inside=False),
    "mypy": Need(_python("import mypy"), after=(), remedy="pip install -e '.[test]'", inside=False),
    "libyaml": Need(
        _python("import yaml; yaml.CSafeLoader"), after=(), remedy="a PyYAML that was built with libyaml", inside=False
    ),
    "a kernel that counts ICMP errors": Need(
        "test -r /proc/thread-self/net/snmp && test -r /proc/thread-self/net/snmp6",
        after=(),
        remedy="boot without ipv6.disable=1",
        inside=False,
    ),
    "IPv6 on loopback": Need(
        _python("import socket; socket.socket(socket.AF_INET6).bind(('::1', 0))"),
        after=(),
        remedy="sysctl -w net.ipv6.conf.lo.disable_ipv6=0",
        inside=False,
    ),
    "1024 descriptors": Need("test $(ulimit -n) -ge 1024", after=(), remedy="ulimit -n 1024", inside=False),
    "ip": Need("echo 'link set lo up' | ip -batch -", tool="ip", package="iproute2"),
    "IPv6": Need(
        "echo 'addr add fd00::1/64 dev lo nodad' | ip -batch -", after=("ip",), remedy="boot without ipv6.disable=1"
    ),
    "veth": Need("ip link add one type veth peer name other", after=("ip",), module="veth"),
    "packet sockets": Need(_PACKET_SOCKET, module="af_packet"),
    "nft": Need(
        _rule("tcp dport { 1-9, 22 } tcp flags & (syn | ack) == syn drop"),
        tool="nft",
        package="nftables",
        module="nf_tables",
    ),
    "nft limit": Need(_rule("limit rate 1/day burst 2 packets drop"), after=("nft",), module="nft_limit"),
    "nft numgen": Need(_rule("numgen random mod 100 < 5 drop"), after=("nft",), module="nft_numgen"),
    "nft reject": Need(_rule("tcp dport 1 reject with tcp reset"), after=("nft",), module="nft_reject_inet"),
    "nft notrack": Need(_rule("notrack", hook="prerouting"), after=("nft",), module="nft_ct"),
    "nft quota": Need(_rule("quota over 60 bytes drop"), after=("nft",), module="nft_quota"),
    "nft redirect": Need(_rule("tcp dport 1 redirect to :7", "nat", "prerouting"), after=("nft",), module="nft_redir"),
    "connection tracking": Need(
        f"{_rule('ct state new accept', hook='output')}\n{_TRACKING}", after=("nft",), module="nf_conntrack"
    ),
}

#: What each scene of tests/lab needs, and what each namespace of tests/namespace.py does.
LAB = ("user namespaces", "writable settings", "ip", "IPv6", "veth", "packet sockets", "nft")
NAMESPACE = ("user namespaces", "unshare", "nsenter", "writable settings", "ip", "IPv6", "nft")


class Lack(NamedTuple):
    """A need that is not met: what of, why not, what to do (`remedy`), and Debian's package to install, if any."""

    name: str
    reason: str
    package: str
    remedy: str

    def __str__(self) -> str:
        return f"needs {self.name}: {self.reason} ({'; '.join(remedies([self]))})"


class LackError(Exception):
    """A test cannot run on this machine."""

    def __init__(self, lacks: Iterable[Lack]) -> None:
        self.lacks = tuple(lacks)
        super().__init__("; ".join(map(str, self.lacks)))


def remedies(lacks: Iterable[Lack]) -> list[str]:
    """What to type or do, the packages in one command."""
    lacks = list(lacks)
    packages = dict.fromkeys(lack.package for lack in lacks if lack.package)
    others = dict.fromkeys(lack.remedy for lack in lacks if lack.remedy)
    return [f"apt-get install {' '.join(packages)}"] * bool(packages) + list(others)


def require(*names: str) -> None:
    """Raises LackError where this machine does not meet one of these needs, which are keys of NEEDS."""
    if lacks := lacking(*names):
        raise LackError(lacks)


@functools.cache
def lacking(*names: str) -> tuple[Lack, ...]:
    """What is lacking for these needs, each once. Where nothing is, one trial shows it."""
    inside = {NEEDS[name].inside for name in names}
    together = "\n".join(f"( {NEEDS[name].trial} )" for name in names)
    if len(inside) == 1 and not _complaint(together, inside.pop()):
        return ()
    return tuple(dict.fromkeys(lack for name in names if (lack := _lack(name))))


@functools.cache
def _lack(name: str) -> Lack | None:
    need = NEEDS[name]
    if need.tool and not shutil.which(need.tool):
        return not_found(name, need, _SYSTEM_FOLDERS)
    for other in need.after:
        if lack := _lack(other):
            return lack
    # A browser fails once in hundreds of starts; whatever is lacking is so the second time, too.
    if _complaint(need.trial, need.inside) and (complaint := _complaint(need.trial, need.inside)):
        return Lack(name, complaint, need.package, _remedy(need))
    return None


def not_found(name: str, need: Need, folders: Iterable[str]) -> Lack:
    """The lack of a tool that is not on the PATH, though it may be in one of these folders."""
    for folder in folders:
        if shutil.which(need.tool, path=folder):
            return Lack(name, f"it is in {folder}, not on the PATH", need.package, f"or PATH=$PATH:{folder}")
    return Lack(name, "it is not installed", need.package, "")


def _remedy(need: Need) -> str:
    if need.remedy or need.package or need.module:
        return need.remedy or (f"modprobe {need.module}" if need.module else "")
    for name, forbids, allows in _SWITCHES:
        setting = Path("/proc/sys", *name.split("."))
        if setting.exists() and setting.read_text().strip() == forbids:
            return f"sysctl -w {name}={allows}"
    return "a privileged container, or none"


def _complaint(trial: str, inside: bool) -> str:
    """What a trial says when it fails, or an empty text."""
    if not sys.platform.startswith("linux"):
        return "only Linux has that"
    command = [sys.executable, "-c", _INSIDE, trial, str(_ROOT)] if inside else ["sh", "-ec", trial]
    try:
        done = subprocess.run(
            command,
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {_PATIENCE_S:.0f} s"
    if "Traceback" in done.stderr:
        raise RuntimeError(f"a trial is broken, which is no lack of this machine:\n{done.stderr}")
    said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return "" if done.returncode == 0 else said[0] if said else f"exit status {done.returncode}"


if __name__ == "__main__":
    for found in lacking(*NEEDS):
        print(found)
