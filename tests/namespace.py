"""A network namespace with nothing but a loopback, for whole runs of `scanner`: all ports are free, all settings ours.

Made without root, and gone with the process that holds it. For networks with hosts and routers see tests/lab.
"""

import contextlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests import needs
from tests.cli.process import COMMAND, PATIENCE_S, environment

#: SYNs to these ports are dropped.
SILENT = range(2000, 2100)

_SET_UP = f"""
ip link set lo up
nft -f - <<END
table inet silence {{
  chain arriving {{
    type filter hook input priority 0;
    tcp dport {SILENT.start}-{SILENT.stop - 1} tcp flags & (syn | ack) == syn counter drop
  }}
}}
END
echo ready
exec cat
"""

_LISTENER = """
import socket, sys
held = [socket.create_server((host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024)
        for place in sys.argv[1:] for host, _, port in [place.rpartition(":")]]
print("ready", flush=True)
sys.stdin.read()
"""


class Namespace:
    """Where the commands run; `pid` is the process that holds it."""

    def __init__(self, pid: int, *, mounts: bool = False) -> None:
        """`mounts`: it has a view of the files of its own, too, which begins at the root unless told otherwise."""
        files = ["--mount", f"--wd={os.getcwd()}"] if mounts else []
        self._enter = ["nsenter", "--user", "--net", *files, "--preserve-credentials", f"--target={pid}", "--"]

    def run(self, *words: object, **more: Any) -> "subprocess.CompletedProcess[str]":
        """Runs a command to its end."""
        return subprocess.run(
            [*self._enter, *map(str, words)],
            **{"capture_output": True, "encoding": "utf-8", "timeout": PATIENCE_S, "env": environment()} | more,
        )

    def scanner(self, *words: object, before: tuple[str, ...] = (), **more: Any) -> "subprocess.CompletedProcess[str]":
        """Runs `scanner`; `before` stands in front of it, such as strace and its options."""
        return self.run(*before, *COMMAND, *words, **more)

    def start(self, *words: object, **more: Any) -> "subprocess.Popen[str]":
        """Starts a command with pipes; the caller ends it."""
        return subprocess.Popen(
            [*self._enter, *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment(),
            **more,
        )

    @property
    def dropped(self) -> int:
        """SYNs to SILENT ports so far."""
        listed = self.run("nft", "list", "table", "inet", "silence", check=True).stdout
        return int(re.findall(r"counter packets (\d+)", listed)[0])

    @contextlib.contextmanager
    def program(self, text: str, *words: object) -> Iterator["subprocess.Popen[str]"]:
        """A Python program that says "ready" and ends when its stdin does."""
        process = self.start(sys.executable, "-c", text, *words)
        try:
            said = process.stdout.readline() if process.stdout else ""
            assert said == "ready\n", f"{said}{process.stderr.read() if process.stderr else ''}"
            yield process
        finally:
            process.communicate(timeout=PATIENCE_S)

    def listening(self, *places: str) -> "contextlib.AbstractContextManager[subprocess.Popen[str]]":
        """Listeners at these `host:port`, until the end of the block."""
        return self.program(_LISTENER, *places)

    def local_ports(self, first: int, last: int) -> None:
        """The range that the kernel chooses source ports from."""
        text = f"echo {first} {last} > /proc/sys/net/ipv4/ip_local_port_range"
        self.run("sh", "-ec", text, check=True)


@contextlib.contextmanager
def namespace(*more_needs: str, mounted: Mapping[str, Path] | None = None) -> Iterator[Namespace]:
    """A new one; `needs.LackError` where this machine lacks what it needs, or one of `more_needs`.

    `mounted`: files to be seen there in place of others, such as `/etc/hosts`.
    """
    needs.require(*needs.NAMESPACE)
    needs.require(*more_needs, *(["mount"] if mounted else []))
    places = "".join(f"mount --bind {shlex.quote(str(file))} {place}\n" for place, file in (mounted or {}).items())
    holder = subprocess.Popen(
        ["unshare", "-Urnm" if mounted else "-Urn", "sh", "-ec", places + _SET_UP],
        cwd=Path(__file__).parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        said = holder.stdout.readline() if holder.stdout else ""
        assert said == "ready\n", f"no namespace: {holder.communicate(timeout=PATIENCE_S)[1].strip()}"
        yield Namespace(holder.pid, mounts=bool(mounted))
    finally:
        holder.communicate(timeout=PATIENCE_S)
